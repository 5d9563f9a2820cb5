"""How `import_results` is called: wrong options are wrong usage, said before anything is read."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from monitoring.models import Result, Upload
from schools.models import Municipality
from tests.imports.books import NORMALISED, csv_file, normalised

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return csv_file(tmp_path / "02_2021.06.01.csv", [[*NORMALISED, "Mark100"], normalised("125001", 13, 40)])


def exit_code(file: Path, **options: Any) -> tuple[int, str, str]:
    Municipality.objects.get_or_create(slug="town", defaults={"name": "Town"})
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_results", str(file), municipality="town", json=True, stdout=out, stderr=err, **options)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("procedure", "exam"),
        ("subject", "колдовство"),
        ("grade", "девятый"),
        ("grade", "45"),
        ("date", "вчера"),
        ("wave", "winter"),
        ("attempt", "best"),
        ("year", "2020/2021"),
        ("year", "20"),
    ],
)
def test_an_option_that_says_nothing_is_wrong_usage(file: Path, option: str, value: str) -> None:
    code, out, err = exit_code(file, **{option: value})
    assert (code, out) == (2, "")
    assert f"--{option} {value}" in err
    assert not Upload.objects.exists()
    assert not Result.objects.exists()


def test_what_the_file_does_not_say_is_told_with_the_option_that_answers_it(tmp_path: Path) -> None:
    silent = csv_file(tmp_path / "1234567.csv", [[*NORMALISED, "Mark100"], normalised("125001", 13, 40)])
    code, out, _ = exit_code(silent)
    messages = {problem["code"]: problem["message"] for problem in json.loads(out)["files"][0]["problems"]}
    assert code == 1
    assert messages["missing_subject"].endswith("не называют предмет. Укажите: --subject.")
    assert messages["missing_date"].endswith("--date.")


def test_an_option_against_the_file_is_named(file: Path) -> None:
    _, out, _ = exit_code(file, grade="9")
    (conflict,) = (one for one in json.loads(out)["files"][0]["problems"] if one["code"] == "option_conflict")
    assert conflict["message"].endswith("Параметр команды: --grade.")
