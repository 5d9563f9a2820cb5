"""The official spreadsheets of two years come out equal to their truth, by the command; and nobody's name is left.

The samples lie beside the project; without them these tests are skipped.
"""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from monitoring.models import Result, ResultTotal

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SUBJECTS = {
    "Русский язык": "russian",
    "Математика": "mathematics",
    "Математика профильная": "mathematics_profile",
    "Математика базовая": "mathematics_base",
}
NAMES = ("Вымышленн", "Образцов", "Примеров", "Пробный", "Тестович")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not beside the project"),
]


def run(name: str, *args: Any, **options: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command(name, *map(str, args), json=True, stdout=out, **options)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.fixture
def official() -> dict[str, Any]:
    run("import_schools", SAMPLES / "schools.csv", municipality="official")
    return run("import_results", SAMPLES / "official", municipality="official")


def told(total: ResultTotal) -> dict[str, int]:
    score = total.primary_sum if total.procedure == "oge" else total.test_sum
    return {
        "participants": total.participants or 0,
        "m2": total.mark_2 or 0,
        "m3": total.mark_3 or 0,
        "m4": total.mark_4 or 0,
        "m5": total.mark_5 or 0,
        "passed": total.passed or 0,
        "score_sum": score or 0,
    }


def test_every_number_of_two_years_is_as_expected(official: dict[str, Any]) -> None:
    assert official["stored"] is True
    expected = json.loads((SAMPLES / "official-expected.json").read_text(encoding="utf-8"))
    compared = 0
    for key, schools in expected.items():
        procedure, subject, *grade, year, attempt = [*key.split("|"), *(["first"] if key.startswith("vpr") else [])]
        of_exam = ResultTotal.objects.filter(
            procedure=procedure, subject=SUBJECTS[subject], school_year=int(year) - 1, attempt=attempt
        )
        totals = {
            total.school.code: total
            for total in of_exam.select_related("school")
            if not grade or total.grade == int(grade[0])
        }
        assert set(totals) == set(schools), key
        for code, numbers in schools.items():
            found = told(totals[code])
            if numbers["score_sum"] == 0:
                found["score_sum"] = 0  # not checked
            assert found == numbers, (key, code)
            compared += 1
    assert compared == 154


def test_the_same_folder_twice_changes_nothing(official: dict[str, Any]) -> None:
    before = list(Result.objects.order_by("pk").values())
    again = run("import_results", SAMPLES / "official", municipality="official")
    assert all(file["changes"]["new"] == file["changes"]["changed"] == 0 for file in again["files"])
    assert list(Result.objects.order_by("pk").values()) == before


def test_pupil_level_vpr_of_2021_is_as_expected() -> None:
    run("import_schools", SAMPLES / "schools.xlsx", municipality="town")
    answer = run("import_results", SAMPLES / "vpr2021", municipality="town")
    assert answer["stored"] is True
    expected = json.loads((SAMPLES / "vpr2021" / "expected.json").read_text(encoding="utf-8"))
    compared = 0
    for key, schools in expected.items():
        _, subject, grade, year = key.split("|")
        of_exam = ResultTotal.objects.filter(
            procedure="vpr", subject=SUBJECTS[subject], grade=int(grade), school_year=int(year) - 1
        ).select_related("school")
        found = {
            total.school.fisoko_login: {
                "participants": total.participants,
                "m2": total.mark_2,
                "m3": total.mark_3,
                "m4": total.mark_4,
                "m5": total.mark_5,
                "lower": total.journal_lower,
                "same": total.journal_same,
                "higher": total.journal_higher,
                "listed": total.listed,
            }
            for total in of_exam
        }
        assert found == schools, key
        compared += len(found)
    assert compared == 42


def test_no_surname_is_left_in_the_database_or_any_file(official: dict[str, Any]) -> None:
    texts = [json.dumps(official, ensure_ascii=False)]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            texts.append(f"{table}: {cursor.fetchall()!r}")
    files = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    assert any(path.suffix == ".gz" for path in files)
    for path in files:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        texts += [content.decode("utf-8", "replace"), content.decode("cp1251", "replace")]
    for name in NAMES:
        assert not [text[:80] for text in texts if name in text]
    assert list(Path(settings.SPOOL_DIR).iterdir()) == []
