"""Recomputing: a part equals the whole, twice changes nothing, and a check finds what was tampered with."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.engine import Scope, recompute
from indicators.engine.evaluate import VALUE_FIELDS
from indicators.engine.measured import BrokenIndicator, read_indicators
from indicators.engine.scope import reach
from indicators.models import Indicator, IndicatorVersion, MunicipalityValue, SchoolStatistic, SchoolValue, Target
from indicators.services.versions import keep_version
from monitoring.models import ResultTotal
from schools.models import Identification, Municipality
from schools.periods import Period
from tests.factories import (
    IdentificationFactory,
    MunicipalityFactory,
    MunicipalityStatisticFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    TargetFactory,
)
from tests.indicators.build import (
    change,
    indicator,
    mean_mark,
    of_municipality,
    of_school,
    passed_share,
    reference,
    relative,
    share_of_schools,
    statistic,
    statistic_share,
    took,
)

pytestmark = pytest.mark.django_db

YEARS = range(2015, 2021)
BY_LIST = {"type": "categories", "categories": ["low_results"]}


def town_with(schools: int, years: Iterable[int] = YEARS) -> Municipality:
    """Every kind of indicator over six years, no two schools alike."""
    town = MunicipalityFactory()
    kinds = [StatisticKindFactory(code=f"{code}{town.pk}") for code in ("trained", "teachers")]
    add_indicators(town, *(kind.code for kind in kinds))
    for place in range(schools):
        school = SchoolFactory(municipality=town)
        for school_year in years:
            if school_year == 2019:
                continue  # the exam was cancelled
            took(school, school_year, (place % 3, 4 + school_year % 2, 3, place % 2))
            took(school, school_year, (place % 2, 3, 3, school_year % 3), subject="russian")
            if (place + school_year) % 4:
                IdentificationFactory(school=school, school_year=school_year)
            for kind, value in zip(kinds, (place % 7, 10), strict=True):
                SchoolStatisticFactory(school=school, kind=kind, period=str(school_year), value=value)
    return town


def add_indicators(town: Municipality, trained: str, teachers: str) -> None:
    indicator(town, passed_share(), code="share")
    indicator(town, passed_share(), code="calendar", period_kind="calendar_year")
    indicator(town, mean_mark(attempt="best"), code="mean", unit="mark")
    indicator(town, share_of_schools(change(reference("mean"))), code="rising", population=BY_LIST)
    indicator(town, passed_share(subject="russian"), code="russian", population=BY_LIST)
    indicator(town, statistic_share(trained, teachers), code="staff")
    indicator(town, change(reference("staff")), code="staff_change", direction="none")
    of_2018 = {"type": "categories_of_year", "categories": ["low_results"], "school_year": 2018}
    indicator(town, passed_share(), code="once", population=of_2018)
    listed = {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}}
    indicator(town, listed, code="listed", unit="schools", direction="down")
    for code, period, value in (("share", "2018", 60), ("share", "2020", 90), ("staff", "2020", 50)):
        TargetFactory(indicator=Indicator.objects.get(municipality=town, code=code), period=period, value=value)


def stored() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """All values, without ids and moments."""
    schools = SchoolValue.objects.values_list("indicator__code", "period", "school_id", *VALUE_FIELDS)
    whole = MunicipalityValue.objects.values_list("indicator__code", "period", "indicator_id", *VALUE_FIELDS)
    return {row[:3]: row[3:] for rows in (schools, whole) for row in rows}


def test_recomputing_twice_writes_nothing_and_leaves_the_moment_of_computing():
    town = town_with(3)
    first = recompute(town.pk)
    moments = dict(SchoolValue.objects.values_list("pk", "computed_at"))
    second = recompute(town.pk)
    assert first.written == first.checked > 100
    assert (second.checked, second.written, second.deleted) == (first.checked, 0, 0)
    assert dict(SchoolValue.objects.values_list("pk", "computed_at")) == moments


def test_sums_too_large_for_sixteen_digits_are_stored_so_that_they_read_the_same():
    town = MunicipalityFactory()
    kind = StatisticKindFactory(code="budget")
    row = indicator(town, {"type": "count", "of": statistic("budget")}, unit="count")
    for value in ("123456789012.3456", "900000000000.0001"):
        SchoolStatisticFactory(school=SchoolFactory(municipality=town), kind=kind, value=Decimal(value))
    recompute(town.pk)
    assert of_municipality(row).value == Decimal("1023456789012.35")
    assert recompute(town.pk).written == 0
    assert recompute(town.pk, check=True).differences == ()


def test_only_the_rows_that_differ_are_written():
    town = town_with(3)
    recompute(town.pk)
    value = SchoolValue.objects.filter(indicator__code="share", period="2020").first()
    total = ResultTotal.objects.get(
        school=value.school, school_year=2020, attempt="first", subject="mathematics", procedure="oge"
    )
    total.passed -= 1
    total.save()
    outcome = recompute(town.pk)
    # Of the school: share, calendar and once; and the same of the municipality.
    assert outcome.written == 6
    untouched = SchoolValue.objects.filter(indicator__code="mean").first()
    assert untouched.computed_at < SchoolValue.objects.get(pk=value.pk).computed_at


def test_a_value_without_data_any_more_goes():
    town = town_with(2)
    recompute(town.pk)
    ResultTotal.objects.filter(school_year=2018, subject="russian").delete()
    outcome = recompute(town.pk)
    assert outcome.deleted > 0
    assert not SchoolValue.objects.filter(indicator__code="russian", period="2018").exists()
    assert not MunicipalityValue.objects.filter(indicator__code="russian", period="2018").exists()
    assert recompute(town.pk, check=True).differences == ()


def test_another_municipality_is_left_alone():
    town, other = town_with(1), town_with(1)
    recompute(town.pk)
    assert not SchoolValue.objects.filter(school__municipality=other).exists()
    recompute(other.pk)
    before = stored()
    ResultTotal.objects.filter(school__municipality=other).update(passed=1)
    recompute(town.pk)
    assert stored() == before


def change_results(town: Municipality) -> dict[str, Any]:
    ResultTotal.objects.filter(school__municipality=town, subject="mathematics", school_year=2016).update(
        passed=1, mark_2=4, mark_3=1, participants=8
    )
    return {"exams": [["oge", "mathematics", 9, 2016]]}


def take_results_away(town: Municipality) -> dict[str, Any]:
    """Now 2018 is no year in which the exam was held, so 2020 compares with 2017."""
    ResultTotal.objects.filter(school__municipality=town, subject="mathematics", school_year=2018).delete()
    return {"exams": [["oge", "mathematics", 9, 2018]]}


def add_results_of_a_cancelled_year(town: Municipality) -> dict[str, Any]:
    took(town.schools.first(), 2019, (1, 1, 1, 1))
    return {"exams": [["oge", "mathematics", 9, 2019]]}


def change_statistics(town: Municipality) -> dict[str, Any]:
    code = f"trained{town.pk}"
    SchoolStatistic.objects.filter(kind__code=code, period="2017").update(value=9)
    return {"statistics": [[code, "2017"]]}


def change_identification(town: Municipality) -> dict[str, Any]:
    Identification.objects.filter(school_year=2018).first().delete()
    return {"identification": [2018]}


def change_targets(town: Municipality) -> dict[str, Any]:
    target = Target.objects.get(indicator__code="share", period="2020")
    target.value = 10
    target.save()
    return {"targets": [[target.indicator_id, "2020"]]}


def change_an_indicator(town: Municipality) -> dict[str, Any]:
    """Others refer to it."""
    row = Indicator.objects.get(code="mean")
    row.formula, row.version = mean_mark(subject="russian", attempt="best"), 2
    row.save()
    keep_version(row)
    return {"indicators": [row.pk]}


def change_two_things(town: Municipality) -> dict[str, Any]:
    return change_results(town) | change_statistics(town) | change_identification(town)


@pytest.mark.parametrize(
    "happen",
    [
        change_results,
        take_results_away,
        add_results_of_a_cancelled_year,
        change_statistics,
        change_identification,
        change_targets,
        change_an_indicator,
        change_two_things,
    ],
)
def test_recomputing_what_changed_equals_recomputing_all(happen: Callable[[Municipality], dict[str, Any]]):
    town = town_with(5)
    everything = recompute(town.pk).checked
    before = stored()
    partly = recompute(town.pk, scope=happen(town))
    assert partly.written + partly.deleted > 0
    assert partly.checked < everything
    assert stored() != before
    assert recompute(town.pk, check=True).differences == ()


def test_a_part_looks_at_no_other_indicator():
    town = town_with(2)
    recompute(town.pk)
    MunicipalityValue.objects.filter(indicator__code="staff", period="2020").update(value=1)
    recompute(town.pk, scope={"exams": [["oge", "mathematics", 9, 2020]]})
    assert MunicipalityValue.objects.get(indicator__code="staff", period="2020").value == 1


def test_an_unknown_scope_is_everything():
    assert Scope.of({"surprise": [1]}).is_all
    assert Scope.of({}).is_all
    assert Scope.of(None).is_all


def test_scopes_add_up_and_everything_wins():
    exams = Scope.of({"exams": [["oge", "russian", 9, 2020]]})
    lists = Scope.of({"identification": [2020], "targets": [[5, "2020"]]})
    assert (exams | lists).to_json() == {
        "exams": [["oge", "russian", 9, 2020]],
        "identification": [2020],
        "targets": [[5, "2020"]],
    }
    assert (exams | Scope()).is_all
    assert Scope.of((exams | lists).to_json()) == exams | lists


def test_schools_stay_named_only_where_all_that_changed_is_theirs():
    one = Scope.of({"exams": [["oge", "russian", 9, 2020]], "schools": [1]})
    other = Scope.of({"exams": [["oge", "mathematics", 9, 2020]], "schools": [2]})
    assert (one | other).schools == {1, 2}
    assert (one | Scope.of({"targets": [[5, "2020"]]})).schools == {1}
    assert (one | Scope.of({"exams": [["oge", "russian", 9, 2019]]})).schools == frozenset()
    assert (one | Scope.of({"statistics": [["teachers", "2020"]]})).schools == frozenset()
    assert Scope.of({"schools": [1]}).is_all


def test_a_list_and_a_school_that_changed_at_once_are_both_seen_to():
    town = town_with(4)
    recompute(town.pk)
    school = town.schools.last()
    ResultTotal.objects.filter(school=school, subject="mathematics", school_year=2020).update(passed=1)
    scope = change_identification(town) | {"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]}
    recompute(town.pk, scope=scope)
    assert recompute(town.pk, check=True).differences == ()


def test_what_one_school_changed_touches_a_handful_of_values():
    """Its own and the sums of the municipality, in the year and those that are compared with it."""
    town = town_with(6, years=range(2000, 2021))
    recompute(town.pk)
    school = town.schools.first()
    scope = {"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]}
    ResultTotal.objects.filter(school=school, subject="mathematics", school_year=2020).update(passed=1)
    outcome = recompute(town.pk, scope=scope)
    # share, calendar, mean, rising and once, of the school and of the municipality
    assert outcome.checked <= 10
    assert outcome.written > 0


def test_what_one_school_changed_moves_all_that_are_compared_with_the_municipality():
    town = town_with(4, years=[2018, 2020])
    row = indicator(town, relative(passed_share()), code="compared", unit="ratio")
    recompute(town.pk)
    school, *others = town.schools.order_by("pk")
    ResultTotal.objects.filter(school=school, subject="mathematics", school_year=2020).update(passed=1)
    before = [of_school(row, other).value for other in others]
    recompute(town.pk, scope={"exams": [["oge", "mathematics", 9, 2020]], "schools": [school.pk]})
    assert all(of_school(row, other).value > value for other, value in zip(others, before, strict=True))
    assert recompute(town.pk, check=True).differences == ()


def test_the_number_of_the_region_moves_all_that_are_compared_with_it():
    town = town_with(2, years=[2020])
    kind = StatisticKindFactory(code="of_region", level="municipality")
    row = indicator(town, relative(passed_share(), "of_region"), code="compared", unit="ratio")
    reported = MunicipalityStatisticFactory(municipality=town, kind=kind, value=80)
    recompute(town.pk)
    school = town.schools.earliest("pk")
    before = of_school(row, school)
    assert before.value == before.numerator / 80
    reported.value = 40
    reported.save()
    recompute(town.pk, scope={"statistics": [["of_region", "2020"]]})
    assert of_school(row, school).value == 2 * before.value
    assert of_municipality(row).denominator == 40


def test_a_change_reaches_three_years_on_and_a_share_of_changes_six():
    town = town_with(1)
    rows = {row.code: row for row in read_indicators(town.pk)}
    scope = Scope.of({"exams": [["oge", "mathematics", 9, 2014]]})

    def years_of(code: str) -> list[int]:
        held = reach(scope, rows[code], rows.values())
        return [school_year for school_year in range(2010, 2030) if held.holds(Period.of_school_year(school_year))]

    assert years_of("share") == [2014, 2015, 2016, 2017]
    assert years_of("rising") == list(range(2014, 2021))
    assert years_of("russian") == []


@pytest.mark.parametrize(
    ("field", "tampered"),
    [
        ("value", Decimal("12.5")),
        ("sources", [{"file": "чужой.xlsx"}]),
        ("reading", "behind"),
        ("change_from", "1999"),
        ("version", 7),
    ],
)
def test_a_check_finds_a_tampered_value_and_writes_nothing(field: str, tampered: Any):
    town = town_with(2)
    recompute(town.pk)
    value = SchoolValue.objects.filter(indicator__code="share", period="2020").first()
    SchoolValue.objects.filter(pk=value.pk).update(**{field: tampered})
    outcome = recompute(town.pk, check=True)
    (difference,) = outcome.differences
    assert (difference.indicator, difference.school, difference.period) == ("share", value.school.code, "2020")
    assert list(difference.stored) == [field]
    assert (outcome.written, outcome.deleted) == (0, 0)
    assert getattr(SchoolValue.objects.get(pk=value.pk), field) == tampered


def test_a_check_finds_a_missing_and_a_surplus_value():
    town = town_with(1)
    recompute(town.pk)
    MunicipalityValue.objects.get(indicator__code="share", period="2020").delete()
    surplus = MunicipalityValue.objects.get(indicator__code="share", period="2018")
    surplus.pk, surplus.period = None, "2031"
    surplus.save()
    missing, extra = recompute(town.pk, check=True).differences
    assert (missing.period, missing.stored, missing.school) == ("2020", None, None)
    assert (extra.period, extra.fresh) == ("2031", None)


@pytest.mark.parametrize("is_of_one_school", [False, True])
def test_queries_do_not_grow_with_schools(is_of_one_school: bool):
    counts = []
    for schools in (1, 40):
        town = town_with(schools, years=[2018, 2020])
        recompute(town.pk)
        of_one = {"exams": [["oge", "mathematics", 9, 2020]], "schools": [town.schools.earliest("pk").pk]}
        with CaptureQueriesContext(connection) as queries:
            recompute(town.pk, scope=of_one if is_of_one_school else None)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 20


def test_progress_is_told_and_comes_to_its_end():
    town = town_with(1)
    told: list[tuple[int, int, str]] = []
    recompute(town.pk, progress=lambda done, total, doing: told.append((done, total, doing)))
    assert told[0][:2] == (0, 11)
    assert told[-1][:2] == (11, 11)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_a_broken_formula_is_told_rather_than_passed_over():
    town = town_with(1)
    recompute(town.pk)
    IndicatorVersion.objects.filter(indicator__code="rising").update(
        formula=share_of_schools(change(reference("gone")))
    )
    with pytest.raises(BrokenIndicator, match="rising"):
        recompute(town.pk)
    assert SchoolValue.objects.filter(indicator__code="rising").exists()


def test_a_new_version_of_the_indicator_marks_its_values():
    town = town_with(1)
    recompute(town.pk)
    row = Indicator.objects.get(code="share")
    row.version = 2
    row.save()
    keep_version(row)
    recompute(town.pk, scope={"indicators": [row.pk]})
    assert of_municipality(row).version == 2


def test_an_empty_municipality_has_nothing_to_do():
    outcome = recompute(MunicipalityFactory().pk)
    assert (outcome.checked, outcome.written, outcome.deleted) == (0, 0, 0)


def test_the_clock_decides_nothing(time_machine):
    town = town_with(2)
    time_machine.move_to(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    recompute(town.pk)
    time_machine.move_to(dt.datetime(2035, 1, 1, tzinfo=dt.UTC))
    assert recompute(town.pk, check=True).differences == ()
