"""import_schools: a list completes what is known, twice changes nothing, and a faulty one writes nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from schools.models import Municipality, School

pytestmark = pytest.mark.django_db


def bring_in(folder: Path, text: str, name: str = "schools.csv", **options: Any) -> tuple[dict[str, Any], int]:
    path, out, code = folder / name, io.StringIO(), 0
    path.write_text(text, encoding="utf-8")
    try:
        call_command("import_schools", str(path), municipality="town", json=True, stdout=out, **options)
    except SystemExit as end:
        code = int(end.code or 0)
    return json.loads(out.getvalue()), code


def test_a_new_list_makes_municipality_schools_and_branches(tmp_path: Path) -> None:
    text = "code;login;name;parent_code;kind\n001;sch861;СОШ № 1;;школа\n002;sch862;Филиал;001;branch\n"
    answer, code = bring_in(tmp_path, text, region="Край")
    assert (code, answer["added"], answer["problems"]) == (0, 2, [])
    assert Municipality.objects.get().region == "Край"
    branch = School.objects.get(code="002")
    assert (branch.parent.code, branch.kind) == ("001", School.Kind.BRANCH)


def test_the_same_list_twice_changes_nothing(tmp_path: Path) -> None:
    text = "code;login;name\n1;sch861;СОШ № 1\n2;sch862;СОШ № 2\n"
    bring_in(tmp_path, text)
    before = list(School.objects.order_by("pk").values())
    answer, code = bring_in(tmp_path, text)
    assert (code, answer["added"], answer["changed"], answer["same"]) == (0, 0, 0, 2)
    assert list(School.objects.order_by("pk").values()) == before


def test_a_code_comes_to_the_school_known_by_its_login_of_another_year(tmp_path: Path) -> None:
    bring_in(tmp_path, "логин,имя,регион\nsch861001,СОШ № 1,г. Город\n")
    answer, _ = bring_in(tmp_path, "code;login;name\n77;edu861001;МБОУ «СОШ №1»\n")
    assert (answer["added"], answer["changed"]) == (0, 1)
    school = School.objects.get()
    assert (school.code, school.fisoko_login, school.name) == ("77", "sch861001", "СОШ № 1")


def test_every_fault_is_told_at_once_in_its_own_cell_and_nothing_is_written(tmp_path: Path) -> None:
    text = (
        "code;login;name;parent_code;kind\n"
        "1;sch861;СОШ № 1;;школа\n"
        "1;sch862;СОШ № 2;;школа\n"
        "3;sch863;СОШ № 3;77;филиал\n"
        "4;sch864;;;школа\n"
        ";;СОШ № 5;;школа\n"
        "6;sch866;СОШ № 6;;дворец\n"
    )
    answer, code = bring_in(tmp_path, text)
    assert code == 1
    assert {(problem["code"], problem["cell"]) for problem in answer["problems"]} == {
        ("school_twice", "A3"),
        ("unknown_parent", "D4"),
        ("no_name", "C5"),
        ("no_code", "A6"),
        ("unknown_kind", "E7"),
    }
    assert not School.objects.exists()
    assert not Municipality.objects.exists()


def test_a_protocol_with_pupils_is_not_taken_for_a_list_of_schools(tmp_path: Path) -> None:
    answer, code = bring_in(tmp_path, "Код ОО;Фамилия;Имя\n1;Вымышленный;Тест\n")
    assert code == 1
    assert "Вымышленный" not in json.dumps(answer, ensure_ascii=False)
