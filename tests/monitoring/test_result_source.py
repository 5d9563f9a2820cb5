"""What the engine reads of results: every measure, by exam, attempt and wave, in one query."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.calculations.numbers import Amount
from indicators.calculations.provenance import places_of
from indicators.sources import read_columns
from schools.models import Municipality
from schools.periods import PeriodKind
from tests.factories import MunicipalityFactory, ResultTotalFactory, SchoolFactory
from tests.indicators.build import leaf

pytestmark = pytest.mark.django_db

NUMBERS = {
    "listed": 14,
    "participants": 10,
    "passed": 8,
    "mark_2": 2,
    "mark_3": 4,
    "mark_4": 3,
    "mark_5": 1,
    "primary_sum": 123,
    "primary_count": 10,
    "test_sum": 456,
    "test_count": 9,
}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def read(town: Municipality, measure: str, **fields: Any) -> dict[str, dict[int | None, Amount]]:
    """By period and school."""
    number = leaf(measure, **fields)
    columns = read_columns(town.pk, [number], [PeriodKind.SCHOOL_YEAR])
    return {period: dict(column) for period, column in columns.get(number, {}).items()}


def only(town: Municipality, measure: str, **fields: Any) -> Amount:
    (column,) = read(town, measure, **fields).values()
    (amount,) = column.values()
    return amount


@pytest.mark.parametrize(("measure", "number"), [*NUMBERS.items(), ("mark_sum", 2 * 2 + 4 * 3 + 3 * 4 + 1 * 5)])
def test_every_measure_is_the_number_of_the_result(town, measure, number):
    ResultTotalFactory(school__municipality=town, **NUMBERS)
    amount = only(town, measure)
    assert (amount.number, amount.participants) == (number, 10)


def test_levels_are_added_up_and_their_case_does_not_matter(town):
    exam = {"procedure": "kdr", "subject": "reading_literacy", "grade": 4}
    ResultTotalFactory(school__municipality=town, **exam, levels={"Пониженный": 3, "базовый": 5, "Повышенный": 0})
    assert only(town, "levels", **exam, levels=["Базовый", "Повышенный"]).number == 5


def test_a_level_that_the_work_does_not_know_is_unknown_and_not_zero(town):
    exam = {"procedure": "kdr", "subject": "reading_literacy", "grade": 4}
    ResultTotalFactory(school__municipality=town, **exam, levels={"Базовый": 5, "Высокий": 2})
    amount = only(town, "levels", **exam, levels=["Базовый", "Повышенный"])
    assert (amount.number, amount.warnings) == (None, {"unknown_level"})


def test_a_number_that_is_not_known_is_none(town):
    ResultTotalFactory(school__municipality=town, passed=None, mark_2=None, mark_3=None, mark_4=None, mark_5=None)
    assert only(town, "passed").number is None
    assert only(town, "mark_sum").number is None
    assert only(town, "participants").number == 10


def test_what_is_said_of_scales_goes_with_the_numbers_that_follow_from_them(town):
    ResultTotalFactory(
        school__municipality=town, **NUMBERS, warnings=["no_scale", "scale_of_earlier_year", "resits_exceed_failed"]
    )
    assert only(town, "passed").warnings == {"no_scale", "scale_of_earlier_year", "resits_exceed_failed"}
    assert only(town, "test_sum").warnings == {"resits_exceed_failed"}


@pytest.mark.parametrize(
    "other",
    [
        {"procedure": "gve"},
        {"subject": "russian"},
        {"grade": 8},
        {"attempt": "best"},
        {"wave": "autumn"},
    ],
)
def test_another_exam_attempt_or_wave_is_another_number(town, other):
    ResultTotalFactory(school__municipality=town, **other)
    assert read(town, "passed") == {}


def test_the_grade_of_the_pupils_may_differ_from_that_of_the_paper(town):
    """In autumn 2020 the paper of grade 4 was written in grade 5."""
    autumn = {"procedure": "vpr", "subject": "mathematics", "wave": "autumn"}
    ResultTotalFactory(school__municipality=town, **autumn, grade=4, pupil_grade=5)
    assert only(town, "passed", **autumn, grade=4).number == 8
    assert only(town, "passed", **autumn, pupil_grade=5).number == 8
    assert read(town, "passed", **autumn, grade=5) == {}
    assert read(town, "passed", **autumn, pupil_grade=4) == {}


def test_papers_of_two_grades_that_pupils_of_one_wrote_are_added(town):
    school = SchoolFactory(municipality=town)
    for grade in (4, 5):
        ResultTotalFactory(school=school, procedure="vpr", wave="spring", grade=grade, pupil_grade=5, passed=grade)
    amount = only(town, "passed", procedure="vpr", pupil_grade=5)
    assert (amount.number, amount.participants) == (9, 20)


def test_a_neighbours_results_are_not_read(town):
    ResultTotalFactory()
    assert read(town, "passed") == {}


def test_two_queries_however_many_schools_years_and_numbers(town):
    for school_year in (2018, 2020):
        for _ in range(5):
            ResultTotalFactory(school__municipality=town, school_year=school_year)
    with CaptureQueriesContext(connection) as queries:
        columns = read_columns(
            town.pk, [leaf(measure) for measure in NUMBERS], [PeriodKind.SCHOOL_YEAR, PeriodKind.CALENDAR_YEAR]
        )
    assert len(queries) == 2  # the results, and which of them are left out
    assert all(set(by_period) == {"2018", "cy2019", "2020", "cy2021"} for by_period in columns.values())
    assert all(len(column) == 5 for by_period in columns.values() for column in by_period.values())


def test_a_number_names_the_places_that_gave_it_and_no_other(town):
    marks = {"file": "marks.xlsx", "sheet": "РУ 5", "rows": "12", "upload": 1, "facets": ["marks"]}
    journal = {"file": "journal.xlsx", "sheet": "РУ 5", "rows": "9", "upload": 1, "facets": ["journal"]}
    scores = {"file": "scores.csv", "sheet": "", "rows": "2-11", "upload": 2, "facets": ["scores"]}
    ResultTotalFactory(school__municipality=town, **NUMBERS, sources=[marks, journal, scores])
    assert [ref.file for ref in places_of(only(town, "passed").refs)] == ["marks.xlsx"]
    assert [ref.file for ref in places_of(only(town, "test_sum").refs)] == ["scores.csv"]
