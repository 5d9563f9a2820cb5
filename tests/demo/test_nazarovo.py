"""Назарово computes to what its analytical note prints, and every stored value agrees with a second calculation."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from indicators.calculations.evaluation import Evaluation
from indicators.calculations.tracing import Tracer
from indicators.engine.evaluate import as_stored
from indicators.engine.measured import read_indicators
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from indicators.queries.identification_source import read_lists
from indicators.sources import read_columns
from monitoring.models import Result, ResultTotal
from schools.models import Municipality
from schools.periods import Period
from tests.demo.by_hand import Figure, Figures, all_figures
from tests.demo.conftest import CODE_OF_LOGIN, FIXTURES
from tests.demo.spreadsheets import Results, School, read_folder

# What the document prints for 2020/2021; the denominators of n5 and n6 are the three schools with an 11th grade.
PRINTED = {
    "n1": ("4", None, "4"),
    "n2": ("4", "4", "100"),
    "n3": ("3", "4", "75"),
    "n4": ("3", "4", "75"),
    "n5": ("1", "3", "33"),
    "n6": ("1", "3", "33"),
    "n7": ("1", "4", "25"),
    "n8": ("4", "4", "100"),
    "n9": ("1", "4", "25"),
    "n10": ("96", "100", "96"),
    "n11": ("14", "100", "14"),
    "n12": ("18", "100", "18"),
    "n13": ("1", "4", "25"),
}


@pytest.fixture(scope="module")
def read_again(spreadsheets: Path) -> Results:
    return read_folder(spreadsheets, CODE_OF_LOGIN)


@pytest.fixture(scope="module")
def expected(read_again: Results) -> Figures:
    return all_figures(read_again, FIXTURES)


def stored(value: Fraction | int | None) -> Decimal | None:
    """As the database keeps it: six decimals, halves away from nought."""
    if value is None:
        return None
    exact = Fraction(value)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@pytest.mark.parametrize("code", PRINTED)
def test_indicator_comes_out_as_printed(nazarovo: Municipality, code: str):
    numerator, denominator, printed = PRINTED[code]
    value = MunicipalityValue.objects.get(indicator__municipality=nazarovo, indicator__code=code, period="2020")
    assert value.numerator == Decimal(numerator)
    assert value.denominator == (denominator and Decimal(denominator))
    assert value.value.quantize(Decimal(1), ROUND_HALF_UP) == Decimal(printed)


def test_every_stored_value_agrees_with_the_second_calculation(nazarovo: Municipality, expected: Figures):
    of_schools = SchoolValue.objects.filter(indicator__municipality=nazarovo).select_related("indicator", "school")
    of_town = MunicipalityValue.objects.filter(indicator__municipality=nazarovo).select_related("indicator")
    found = {(row.indicator.code, row.school.code, int(row.period)): row for row in of_schools}
    found |= {(row.indicator.code, None, int(row.period)): row for row in of_town}
    assert set(found) == set(expected)
    for key, row in found.items():
        figure: Figure = expected[key]
        computed = (row.numerator, row.denominator, row.value, row.change)
        by_hand = tuple(map(stored, (figure.numerator, figure.denominator, figure.value, figure.change)))
        assert computed == by_hand, key


def test_every_total_of_results_agrees_with_the_rows_of_the_spreadsheets(nazarovo: Municipality, read_again: Results):
    totals = {
        (row.procedure, row.subject, row.grade, row.school_year, row.school.code, row.attempt): row
        for row in ResultTotal.objects.filter(school__municipality=nazarovo).select_related("school")
        if row.subject != "mathematics" or row.procedure != "ege"  # the union of levels has its own test
    }
    checked = set()
    for exam, schools in read_again.items():
        for code, school in schools.items():
            for attempt in ("first", "best") if exam[0] in ("oge", "ege") else ("first",):
                checked.add((*exam, code, attempt))
                agrees(totals[*exam, code, attempt], school, attempt)
    assert checked == set(totals)


def agrees(row: ResultTotal, school: School, attempt: str) -> None:
    if row.procedure == "kdr":
        assert row.levels == school.levels
        assert row.participants == sum(school.levels.values())
        return
    assert row.participants == len(school.first)
    if row.subject in ("russian", "mathematics_profile") and row.procedure == "ege":
        assert (row.test_sum, row.test_count) == (sum(school.first), len(school.first))
        assert row.passed == sum(score >= (24 if row.subject == "russian" else 27) for score in school.first)
        return
    marks = school.best if attempt == "best" else school.first
    assert [row.mark_2, row.mark_3, row.mark_4, row.mark_5] == [marks.count(mark) for mark in (2, 3, 4, 5)]
    assert row.passed == sum(mark >= 3 for mark in marks)
    if row.procedure == "vpr":
        assert [row.journal_lower, row.journal_same, row.journal_higher] == school.journal


def test_mathematics_of_ege_is_the_union_of_both_levels(nazarovo: Municipality):
    """№ 21 in 2021: 9 base and 11 profile, one failed each; both passed base in September. № 22: 10 and 12, one failed
    each, one of two passed in September."""
    union = ResultTotal.objects.filter(
        school__municipality=nazarovo, procedure="ege", subject="mathematics", school_year=2020
    )
    figures = {(row.school.code, row.attempt): (row.participants, row.passed) for row in union.select_related("school")}
    assert figures == {
        ("270021", "first"): (20, 18),
        ("270021", "best"): (20, 20),
        ("270022", "first"): (22, 20),
        ("270022", "best"): (22, 21),
        ("270023", "first"): (11, 11),
        ("270023", "best"): (11, 11),
    }


def test_change_of_oge_looks_over_the_cancelled_year(nazarovo: Municipality):
    value = MunicipalityValue.objects.get(indicator__municipality=nazarovo, indicator__code="n3m", period="2020")
    assert value.change_from == "2018"
    assert "change_over_gap" in value.warnings


def test_equal_share_is_no_positive_dynamics(nazarovo: Municipality):
    """№ 24, КДР reading of grade 4: 4 of 8, then 5 of 10."""
    value = SchoolValue.objects.get(school__code="270024", indicator__code="n7", period="2020")
    assert (value.numerator, value.denominator) == (0, 1)


def test_dynamics_of_oge_count_the_resits(nazarovo: Municipality):
    """№ 22 fell from 164/51 to 166/53 before re-sits and rose from 170/51 to 180/53 with them."""
    value = SchoolValue.objects.get(school__code="270022", indicator__code="n3m", period="2020")
    assert (value.numerator, value.denominator) == (180, 53)
    assert value.change == stored(Fraction(180, 53) - Fraction(170, 51))


def test_every_value_of_results_names_file_sheet_and_rows(nazarovo: Municipality):
    for value in SchoolValue.objects.filter(indicator__municipality=nazarovo, indicator__code__endswith="m"):
        assert value.sources
        assert all(source["file"] and source["rows"] and source["upload"] for source in value.sources)


def test_demo_targets_and_municipality_are_marked(nazarovo: Municipality):
    assert nazarovo.is_demo
    indicators = Indicator.objects.filter(municipality=nazarovo, role=Indicator.Role.PROGRAMME)
    assert indicators.count() == 13
    assert not indicators.filter(targets__is_demo=False).exists()


def test_some_figures_reach_their_target_and_some_do_not(nazarovo: Municipality):
    readings = dict(
        MunicipalityValue.objects.filter(
            indicator__municipality=nazarovo, indicator__role="programme", period="2020"
        ).values_list("indicator__code", "reading")
    )
    assert readings == {
        "n1": "no_target",
        "n2": "reached",
        "n3": "reached",
        "n4": "reached",
        "n5": "behind",
        "n6": "behind",
        "n7": "behind",
        "n8": "reached",
        "n9": "behind",
        "n10": "reached",
        "n11": "behind",
        "n12": "reached",
        "n13": "behind",
    }


def test_two_exam_days_and_a_resit_are_sessions_of_their_own(nazarovo: Municipality):
    sessions = Result.objects.filter(
        school__code="270022", procedure="oge", subject="mathematics", school_year=2020
    ).values_list("session", "attempt", "participants")
    assert sorted(sessions) == [
        ("2021-05-27", "first", 51),
        ("2021-06-16", "first", 2),
        ("2021-09-06", "resit", 14),
    ]


def test_every_value_is_traced_step_by_step_to_what_is_stored(nazarovo: Municipality):
    """So that «почему это число» ends in the very number on every page."""
    indicators = read_indicators(nazarovo.pk)
    wanted = {leaf for one in indicators for leaf in one.leaves}
    columns = read_columns(nazarovo.pk, wanted, {one.period_kind for one in indicators})
    tracer, lists = Tracer(Evaluation(columns)), read_lists(nazarovo.pk)
    differ = []
    for one in indicators:
        of_indicator = {"indicator_id": one.pk}
        for value in [*MunicipalityValue.objects.filter(**of_indicator), *SchoolValue.objects.filter(**of_indicator)]:
            period, school = Period.parse(value.period), getattr(value, "school_id", None)
            held = one.definition_of(period)
            step = (
                tracer.at(held.formula, period, school)
                if school
                else tracer.total(held.formula, period, lambda at, held=held: lists.members(held.population, at))
            )
            fresh = (step.outcome.value, step.outcome.numerator, step.outcome.denominator)
            if tuple(map(as_stored, fresh)) != (value.value, value.numerator, value.denominator):
                differ.append((one.code, value.period, school))
    assert differ == []
