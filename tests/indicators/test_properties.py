"""What must hold of any numbers whatever, tried on many."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.calculations.evaluation import Evaluation
from indicators.calculations.figures import Figures
from indicators.calculations.formulas import Condition
from indicators.calculations.intervals import wilson
from indicators.calculations.numbers import Column, to_decimal
from indicators.calculations.readings import read_change
from indicators.engine import recompute
from indicators.engine.evaluate import VALUE_FIELDS
from indicators.models import MunicipalityValue, SchoolValue
from monitoring.imports.parsed import PUPILS, ParsedExam
from monitoring.imports.summary import Numbers, Rules
from monitoring.imports.tally import PupilTable, SchoolKey, tally
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.models import ObjectivityFlag, Result, ResultTotal
from schools.models import Municipality
from tests.factories import MunicipalityFactory, ObjectivityFlagFactory, ResultFactory, SchoolFactory
from tests.indicators.build import (
    change,
    column,
    formula,
    indicator,
    leaf,
    mean_mark,
    passed_share,
    reference,
    results,
    share_of_schools,
    year,
)

# A busy machine is no fault of the rule that is tried.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PASSED, TOOK = leaf("passed"), leaf("participants")
SHARE, CHANGE = formula(passed_share()), formula(change(passed_share()))
RISEN = formula(share_of_schools(change(passed_share())))

parts = st.integers(0, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
towns = st.dictionaries(st.integers(1, 30), parts, max_size=12)


def columns_of(now: dict[int, tuple[int, int]], then: dict[int, tuple[int, int]] | None = None):
    """Passed and participants of each school, this year and the year before."""

    def by_year(place: int) -> dict[str, Column]:
        held = {"2020": now, "2019": then or {}}
        return {code: column({school: both[place] for school, both in town.items()}) for code, town in held.items()}

    return {PASSED: by_year(0), TOOK: by_year(1)}


def everybody(towns: dict[int, tuple[int, int]]):
    return lambda period: frozenset(towns)


@patiently
@given(towns)
def test_schools_add_up_to_the_municipality(town):
    evaluation = Evaluation(columns_of(town))
    schools = Figures(evaluation, SHARE, "up", year(2020)).of_schools(frozenset(town))
    whole = evaluation.total(SHARE, year(2020), everybody(town))
    if whole is None:
        assert not schools
        return
    assert sum(figure.outcome.numerator for figure in schools.values()) == whole.numerator
    assert sum(figure.outcome.denominator for figure in schools.values()) == whole.denominator
    assert whole.value == Fraction(100 * whole.numerator, whole.denominator)


@patiently
@given(towns, st.randoms())
def test_the_order_of_schools_does_not_matter(town, random):
    shuffled = list(town.items())
    random.shuffle(shuffled)
    one, other = Evaluation(columns_of(town)), Evaluation(columns_of(dict(shuffled)))
    assert one.total(SHARE, year(2020), everybody(town)) == other.total(SHARE, year(2020), everybody(town))


@patiently
@given(towns)
def test_the_pooled_share_lies_between_those_of_the_schools(town):
    evaluation = Evaluation(columns_of(town))
    shares = [outcome.value for outcome in evaluation.outcomes(SHARE, year(2020)).values()]
    whole = evaluation.total(SHARE, year(2020), everybody(town))
    assert (whole is None) == (not shares)
    if whole is not None:
        assert min(shares) <= whole.value <= max(shares)


@patiently
@given(towns, towns)
def test_a_change_turned_round_is_its_opposite(one, other):
    forward = Evaluation(columns_of(one, other)).outcomes(CHANGE, year(2020))
    backward = Evaluation(columns_of(other, one)).outcomes(CHANGE, year(2020))
    assert forward.keys() == backward.keys()
    assert all(forward[school].value == -backward[school].value for school in forward)


@patiently
@given(towns, towns)
def test_schools_rise_fall_or_stay_and_only_those_of_both_years_count(now, then):
    evaluation = Evaluation(columns_of(now, then))
    met = {
        condition: evaluation.total(
            formula(share_of_schools(change(passed_share()), condition)), year(2020), everybody(now)
        )
        for condition in Condition
    }
    both = [school for school in now if now[school][1] and then.get(school, (0, 0))[1]]
    if not both:
        assert set(met.values()) == {None}
        return
    assert all(outcome.denominator == len(both) for outcome in met.values())
    assert met[Condition.ABOVE].numerator + met[Condition.AT_MOST].numerator == len(both)
    assert met[Condition.BELOW].numerator + met[Condition.AT_LEAST].numerator == len(both)


@patiently
@given(towns, towns)
def test_no_school_outside_the_population_moves_the_value(town, others):
    listed = everybody(town)
    mixed = Evaluation(columns_of({school + 100: both for school, both in others.items()} | town))
    assert mixed.total(SHARE, year(2020), listed) == Evaluation(columns_of(town)).total(SHARE, year(2020), listed)


@patiently
@given(parts)
def test_the_interval_holds_its_share_and_stays_within_0_and_100(both):
    part, whole = both
    interval = wilson(part, whole)
    assert (interval is None) == (whole == 0)
    if interval is not None:
        assert 0 <= interval.low <= 100 * Fraction(part, whole) <= interval.high <= 100


@patiently
@given(parts)
def test_the_interval_of_the_others_is_its_mirror(both):
    part, whole = both
    one, other = wilson(part, whole), wilson(whole - part, whole)
    if one is not None:
        assert to_decimal(Fraction(one.low), 20) == 100 - to_decimal(Fraction(other.high), 20)


@patiently
@given(st.integers(1, 50), st.integers(2, 20))
def test_more_pupils_make_the_interval_narrower(half, times):
    one, many = wilson(half, 2 * half), wilson(half * times, 2 * half * times)
    assert many.high - many.low < one.high - one.low


@patiently
@given(st.fractions(min_value=-1000, max_value=1000), st.sampled_from(["up", "down"]))
def test_better_and_worse_change_places_with_the_sign(number, direction):
    swapped = {"better": "worse", "worse": "better", "same": "same"}
    assert read_change(-number, direction) == swapped[read_change(number, direction)]


@patiently
@given(st.fractions(min_value=-(10**6), max_value=10**6))
def test_rounding_is_never_further_than_half_a_place(number):
    assert abs(Fraction(to_decimal(number)) - number) <= Fraction(1, 2_000_000)
    assert to_decimal(-number) == -to_decimal(number)


# The rows of a file.

pupils = st.lists(st.tuples(st.sampled_from("AБВ"), st.integers(2, 5)), min_size=1, max_size=25)
BY_MARK = Rules(by_mark=True, scale=None, threshold=None, has_threshold=True)


def numbers_of(*blocks: list[tuple[str, int]]) -> dict[str, Numbers]:
    """What each school did by these blocks of rows, of pupils' schools and marks."""
    found: dict[str, Numbers] = {}
    for block in filter(None, blocks):
        table = PupilTable(
            sheet="Лист1",
            rows=range(2, len(block) + 2),
            columns={"school": [school for school, _ in block], "mark": [str(mark) for _, mark in block]},
            places={"school": 0, "mark": 1},
            key_of=lambda raw: SchoolKey("code", raw),
        )
        exam = ParsedExam(layout="", sheet="Лист1", level=PUPILS, result="mark")
        for school in tally(table).schools:
            found.setdefault(school.key, Numbers()).add(school, exam, BY_MARK)
    return found


@patiently
@given(pupils, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert numbers_of(shuffled) == numbers_of(rows)


@patiently
@given(pupils, st.integers(0, 25), st.integers(0, 25))
def test_splitting_rows_over_blocks_and_sheets_does_not_matter(rows, one, other):
    first, second = sorted((one, other))
    assert numbers_of(rows[:first], rows[first:second], rows[second:]) == numbers_of(rows)


# The stored results. Every example has a municipality of its own.

rarely = settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
marks = st.tuples(*[st.integers(0, 6)] * 4)
YEARS = (2019, 2020)
# By school and year, the marks of each session that it held; no session is no result.
held = st.lists(st.tuples(*[st.lists(marks, max_size=3)] * len(YEARS)), min_size=1, max_size=4)


def town_of(schools: Any) -> Municipality:
    """Shares, means, counts, changes and shares of schools over what these schools did."""
    town = MunicipalityFactory()
    indicator(town, passed_share(), code="share")
    indicator(town, mean_mark(attempt="best"), code="mean", unit="mark")
    indicator(town, {"type": "count", "of": results("mark_5")}, code="count", unit="count")
    indicator(town, change(reference("share")), code="change")
    indicator(town, share_of_schools(change(reference("mean"))), code="rising")
    indicator(town, passed_share(), code="calendar", period_kind="calendar_year")
    for years in schools:
        school = SchoolFactory(municipality=town)
        for school_year, sessions in zip(YEARS, years, strict=True):
            for day, found in enumerate(sessions):
                hold(school, school_year, f"{school_year + 1}-05-{day + 10}", found)
    refresh(town)
    return town


def hold(school: Any, school_year: int, session: str, found: tuple[int, ...]) -> Result:
    two, three, four, five = found
    counts = {"mark_2": two, "mark_3": three, "mark_4": four, "mark_5": five}
    took = {"participants": sum(found), "passed": three + four + five, **counts}
    return ResultFactory(school=school, school_year=school_year, session=session, **took)


def refresh(town: Municipality) -> None:
    """Work the totals out, and all values."""
    refresh_totals(group_of(result) for result in Result.objects.filter(school__municipality=town))
    recompute(town.pk)


def values_of(town: Municipality) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """All values of the municipality by indicator, place and period; sources apart, for they name rows of files."""
    fields = [name for name in VALUE_FIELDS if name != "sources"]
    places = {school: place for place, school in enumerate(town.schools.order_by("pk").values_list("pk", flat=True))}
    of_schools = SchoolValue.objects.filter(school__municipality=town)
    whole = MunicipalityValue.objects.filter(indicator__municipality=town)
    return {
        (code, None if school is None else places[school], period): row
        for rows in (
            of_schools.values_list("indicator__code", "school_id", "period", *fields),
            ((code, None, *rest) for code, *rest in whole.values_list("indicator__code", "period", *fields)),
        )
        for code, school, period, *row in rows
    }


@pytest.mark.django_db
@rarely
@given(held)
def test_sessions_are_as_good_as_one_in_which_all_took_part(schools):
    in_one = [
        tuple([tuple(map(sum, zip(*sessions, strict=True)))] if sessions else [] for sessions in years)
        for years in schools
    ]
    assert values_of(town_of(schools)) == values_of(town_of(in_one))


@pytest.mark.django_db
@rarely
@given(held, st.randoms())
def test_the_order_in_which_results_were_stored_does_not_matter(schools, random):
    town = town_of(schools)
    before = values_of(town)
    rows = list(ResultTotal.objects.filter(school__municipality=town))
    ResultTotal.objects.filter(school__municipality=town).delete()
    random.shuffle(rows)
    for row in rows:
        row.pk = None
    ResultTotal.objects.bulk_create(rows)
    recompute(town.pk)
    assert values_of(town) == before


@pytest.mark.django_db
@rarely
@given(held)
def test_a_municipality_is_the_sum_of_the_parts_of_its_schools(schools):
    values = values_of(town_of(schools))
    top, bottom, pupils = (
        VALUE_FIELDS.index(name) for name in ("numerator", "denominator", "participants")
    )  # before `sources`
    for (code, place, period), whole in values.items():
        if place is not None or code == "change":  # a change is the difference of two such sums
            continue
        parts = [row for (of, school, at), row in values.items() if (of, at) == (code, period) and school is not None]
        for field in (top, bottom, pupils):
            known = [row[field] for row in parts if row[field] is not None]
            assert whole[field] == (sum(known) if known else None)


@pytest.mark.django_db
@rarely
@given(held)
def test_a_school_without_data_changes_nothing_but_that_it_is_missing(schools):
    town = town_of(schools)
    before = values_of(town)
    SchoolFactory(municipality=town)
    recompute(town.pk)
    after = values_of(town)
    warned = [name for name in VALUE_FIELDS if name != "sources"].index("warnings")
    assert after.keys() == before.keys()
    for key, (*row,) in before.items():
        told = set(row[warned]) | ({"missing_schools"} if key[1] is None and key[0] != "change" else set())
        assert set(after[key][warned]) >= told
        assert [cell for place, cell in enumerate(after[key]) if place != warned] == [
            cell for place, cell in enumerate(row) if place != warned
        ]


@pytest.mark.django_db
@rarely
@given(held, st.sets(st.tuples(st.integers(0, 3), st.sampled_from(YEARS)), min_size=1))
def test_to_leave_results_out_and_let_them_in_again_changes_nothing(schools, doubted):
    town = town_of(schools)
    before = values_of(town)
    known = list(town.schools.order_by("pk"))
    for place, school_year in sorted(doubted):
        if place < len(known):
            ObjectivityFlagFactory(school=known[place], school_year=school_year)
    recompute(town.pk)
    ObjectivityFlag.objects.filter(school__municipality=town).update(lifted_at=timezone.now())
    recompute(town.pk)
    assert values_of(town) == before
