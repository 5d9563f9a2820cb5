"""A value step by step: by hand for every node, and on random formulas the very outcome of the evaluation."""

from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.calculations.evaluation import Evaluation
from indicators.calculations.formulas import (
    Change,
    Combined,
    Condition,
    Count,
    Identified,
    Mean,
    Node,
    OverYears,
    Relative,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Statistic,
    Sum,
)
from indicators.calculations.numbers import Amount, Columns
from indicators.calculations.provenance import Ref
from indicators.calculations.tracing import Step, Tracer
from schools.periods import Period
from tests.indicators.build import leaf, year

PASSED, TOOK, MARKS = leaf("passed"), leaf("participants"), leaf("mark_sum")
BASE, PROFILE = (leaf("participants", procedure="ege", subject=f"mathematics_{level}") for level in ("base", "profile"))
TRAINED, TEACHERS, LISTED = Statistic("trained"), Statistic("teachers"), Identified(("low_results",))
SHARE, MEAN = Share(PASSED, TOOK), Mean(MARKS, TOOK)
NOW, BEFORE = year(2020), year(2018)


def pupils(number: int | None, of: int | None = None) -> Amount:
    return Amount(number, participants=number if of is None else of)


def columns(**by_year: dict[Node, dict[int | None, Amount]]) -> Columns:
    """`y2020={leaf: {place: amount}}`."""
    found: dict[Any, dict[str, Any]] = {}
    for code, of_year in by_year.items():
        for node, column in of_year.items():
            found.setdefault(node, {})[code[1:]] = column
    return found


def tracer(**by_year: Any) -> Tracer:
    return Tracer(Evaluation(columns(**by_year)))


def values(steps: tuple[Step, ...]) -> list[Any]:
    return [step.outcome.value if step.outcome else None for step in steps]


def everybody(period: Period) -> frozenset[int]:
    return frozenset({1, 2, 3})


TOWN = {
    PASSED: {1: pupils(12, 16), 2: pupils(3, 4)},
    TOOK: {1: pupils(16), 2: pupils(4)},
    MARKS: {1: pupils(56, 16), 2: pupils(12, 4)},
}


def test_a_share_is_its_part_over_its_whole():
    step = tracer(y2020=TOWN).at(SHARE, NOW, 1)
    assert values(step.parts) == [12, 16]
    assert (step.outcome.value, step.outcome.participants) == (75, 16)


def test_a_mean_is_its_total_over_its_count():
    step = tracer(y2020=TOWN).at(MEAN, NOW, 1)
    assert values(step.parts) == [56, 16]
    assert step.outcome.value == Fraction(7, 2)


def test_a_sum_is_told_term_by_term_and_a_procedure_without_anybody_adds_nothing():
    step = tracer(y2020={BASE: {1: pupils(17)}, PROFILE: {1: pupils(3), 2: pupils(5)}}).at(Sum((BASE, PROFILE)), NOW, 1)
    assert values(step.parts) == [17, 3]
    assert step.outcome.value == 20
    alone = tracer(y2020={BASE: {1: pupils(17)}, PROFILE: {2: pupils(5)}}).at(Sum((BASE, PROFILE)), NOW, 1)
    assert values(alone.parts) == [17, None]
    assert alone.outcome.value == 17


def test_a_sum_with_a_number_nobody_reported_is_unknown_and_so_is_what_is_made_of_it():
    both = Sum((TRAINED, TEACHERS))
    step = tracer(y2020={TRAINED: {1: Amount(5)}, TEACHERS: {2: Amount(9)}}).at(Count(both), NOW, 1)
    assert (step.outcome.value, values(step.parts)) == (None, [None])
    assert values(step.parts[0].parts) == [5, None]


def test_a_count_is_its_number():
    assert tracer(y2020={TRAINED: {1: Amount(5)}}).at(Count(TRAINED), NOW, 1).outcome.value == 5


def test_a_change_tells_now_and_the_last_earlier_year_that_had_the_exam_each_with_its_own_steps():
    """2019 had no exam, so 2018 is compared: 75 − 50 = 25 points."""
    before = {PASSED: {1: pupils(10, 20)}, TOOK: {1: pupils(20)}}
    step = tracer(y2020=TOWN, y2018=before).at(Change(SHARE), NOW, 1)
    assert [part.period.code for part in step.parts] == ["2020", "2018"]
    assert values(step.parts) == [75, 50]
    assert [values(part.parts) for part in step.parts] == [[12, 16], [10, 20]]
    assert step.outcome.value == 25
    assert step.outcome.warnings == {"change_over_gap"}


def test_a_change_without_its_earlier_side_has_none():
    before = {PASSED: {2: pupils(10, 20)}, TOOK: {2: pupils(20)}}
    step = tracer(y2020=TOWN, y2018=before).at(Change(SHARE), NOW, 1)
    assert (step.outcome, values(step.parts)) == (None, [75, None])
    assert len(tracer(y2020=TOWN).at(Change(SHARE), NOW, 1).parts) == 1


def test_a_share_of_schools_tells_what_each_school_is_judged_by():
    above = ShareOfSchools(SHARE, Condition.ABOVE, Fraction(70))
    step = tracer(y2020=TOWN | {PASSED: {1: pupils(12, 16), 2: pupils(1, 4)}}).total(above, NOW, everybody)
    assert [(one.place, values(one.parts)) for one in step.schools] == [(1, [75]), (2, [25]), (3, [None])]
    assert [one.outcome.numerator if one.outcome else None for one in step.schools] == [1, 0, None]
    assert (step.outcome.value, step.outcome.numerator, step.outcome.denominator) == (50, 1, 2)
    assert step.outcome.warnings == {"missing_schools"}


def test_several_conditions_are_told_one_by_one():
    above = ShareOfSchools(SHARE, Condition.ABOVE, Fraction(70))
    teachers = ShareOfSchools(Count(TRAINED), Condition.AT_LEAST, Fraction(3))
    town = TOWN | {TRAINED: {1: Amount(2)}}
    step = tracer(y2020=town).at(SchoolsMeeting((above, teachers), needs_all=True), NOW, 1)
    assert [part.outcome.numerator for part in step.parts] == [1, 0]
    assert step.outcome.numerator == 0
    assert tracer(y2020=town).at(SchoolsMeeting((above, teachers), needs_all=False), NOW, 1).outcome.numerator == 1


def test_a_relative_value_tells_what_it_is_compared_with():
    """3,5 against 68 : 20 = 3,4 of both schools together; against 4 of the region 0,875."""
    step = tracer(y2020=TOWN).at(Relative(MEAN), NOW, 1)
    assert values(step.parts) == [Fraction(7, 2), Fraction(17, 5)]
    assert [part.is_total for part in step.parts] == [False, True]
    assert step.outcome.value == Fraction(35, 34)
    region = tracer(y2020=TOWN | {TEACHERS: {None: Amount(4)}}).at(Relative(MEAN, TEACHERS), NOW, 1)
    assert values(region.parts) == [Fraction(7, 2), 4]
    assert region.outcome.value == Fraction(7, 8)


def test_a_combined_value_is_the_mean_of_its_parts_weighted_by_participants():
    """(3,5 × 16 + 4 × 4) : 20 = 3,6."""
    other = Mean(leaf("test_sum", procedure="ege", subject="russian"), PROFILE)
    town = TOWN | {other.total: {1: pupils(16, 4)}, PROFILE: {1: pupils(4)}}
    step = tracer(y2020=town).at(Combined((MEAN, other)), NOW, 1)
    assert values(step.parts) == [Fraction(7, 2), 4]
    assert step.outcome.value == Fraction(18, 5)


def test_years_are_told_one_by_one():
    """12 of 16 and 10 of 20 two years before: 22 of 36."""
    before = {PASSED: {1: pupils(10, 20)}, TOOK: {1: pupils(20)}}
    step = tracer(y2020=TOWN, y2018=before).at(OverYears(SHARE, 3), NOW, 1)
    assert [part.period.code for part in step.parts] == ["2020", "2019", "2018"]
    assert values(step.parts) == [75, None, 50]
    assert step.outcome.value == Fraction(2200, 36)


def test_the_municipality_adds_up_its_schools_and_divides_once():
    """12 of 16 and 3 of 4 are 15 of 20; a school without data is told and adds nothing."""
    step = tracer(y2020=TOWN).total(SHARE, NOW, everybody)
    assert [(one.place, values(one.parts)) for one in step.schools] == [(1, [12, 16]), (2, [3, 4]), (3, [None, None])]
    assert (step.outcome.numerator, step.outcome.denominator, step.outcome.value) == (15, 20, 75)


def test_a_change_of_the_municipality_is_that_of_its_totals():
    before = {PASSED: {1: pupils(10, 20)}, TOOK: {1: pupils(20)}}
    step = tracer(y2020=TOWN, y2018=before).total(Change(SHARE), NOW, everybody)
    assert values(step.parts) == [75, 50]
    assert [len(part.schools) for part in step.parts] == [3, 3]
    assert step.outcome.value == 25


def test_a_number_of_the_municipality_itself_has_no_schools():
    step = tracer(y2020={TRAINED: {None: Amount(5)}, TEACHERS: {None: Amount(20)}}).total(
        Share(TRAINED, TEACHERS), NOW, everybody
    )
    assert (step.outcome.value, step.schools, values(step.parts)) == (25, (), [5, 20])


def test_a_list_that_names_nobody_counts_nought():
    step = tracer(y2020={LISTED: {1: Amount(0)}}).total(Count(LISTED), NOW, lambda period: frozenset())
    assert step.outcome.value == 0
    assert tracer(y2020={}).total(Count(LISTED), NOW, lambda period: frozenset()).outcome is None


def test_where_nobody_can_be_divided_by_there_is_no_value_but_the_numbers_are_told():
    step = tracer(y2020={PASSED: {1: pupils(0)}, TOOK: {1: pupils(0)}}).at(SHARE, NOW, 1)
    assert (step.outcome, values(step.parts)) == (None, [0, 0])


def test_a_result_that_is_left_out_is_told_where_it_stands_and_adds_nothing():
    out = Amount(None, excluded=frozenset({"x"}))
    town = {PASSED: TOWN[PASSED] | {2: out}, TOOK: TOWN[TOOK] | {2: out}}
    step = tracer(y2020=town).total(SHARE, NOW, everybody)
    assert (step.outcome.value, step.outcome.numerator, step.outcome.excluded) == (75, 12, {"x"})
    school = step.schools[1]
    assert (school.outcome.value, school.outcome.is_left_out, values(school.parts)) == (None, True, [None, None])
    alone = tracer(y2020={PASSED: {2: out}, TOOK: {2: out}}).total(SHARE, NOW, everybody)
    assert (alone.outcome.value, alone.outcome.excluded) == (None, {"x"})


# --- any formula whatever -------------------------------------------------------------------------------------------

RESULTS = (PASSED, TOOK, MARKS, BASE, PROFILE)
STATISTICS = (TRAINED, TEACHERS)
LEAVES = (*RESULTS, *STATISTICS, LISTED)

numbers = st.one_of(
    st.sampled_from(LEAVES),
    st.lists(st.sampled_from((*RESULTS, *STATISTICS)), min_size=2, max_size=3, unique=True).map(
        lambda of: Sum(tuple(of))
    ),
)
simple = st.one_of(st.builds(Share, numbers, numbers), st.builds(Mean, numbers, numbers), st.builds(Count, numbers))
bounds = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(30)])


def wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    conditions = st.builds(ShareOfSchools, inner, st.sampled_from(Condition), bounds)
    return st.one_of(
        st.builds(Change, inner),
        conditions,
        st.builds(SchoolsMeeting, st.lists(conditions, min_size=2, max_size=2).map(tuple), st.booleans()),
        st.builds(Relative, inner, st.sampled_from([None, TEACHERS])),
        st.builds(Combined, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(OverYears, inner, st.integers(2, 3)),
    )


formulas = st.one_of(simple, wider(simple), wider(wider(simple)))
amounts = st.builds(
    Amount,
    st.one_of(st.none(), st.integers(0, 40), st.just(Fraction(7, 2))),
    st.one_of(st.none(), st.integers(0, 40)),
    st.sampled_from([(), (Ref("a.xlsx", "1", "5"),), (Ref("b.xlsx", "1", "7"),)]),
    st.sampled_from([frozenset(), frozenset({"no_scale"})]),
    st.sampled_from([frozenset(), frozenset({"x"})]),
)
years = st.sampled_from(["2020", "2019", "2018", "2017"])


def column_of(node: Node) -> st.SearchStrategy[Any]:
    places = st.sampled_from([1, 2, 3, None] if isinstance(node, Statistic) else [1, 2, 3])
    return st.dictionaries(years, st.dictionaries(places, amounts, max_size=4), max_size=4)


towns = st.fixed_dictionaries({node: column_of(node) for node in LEAVES})


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(formulas, towns, st.frozensets(st.integers(1, 3)))
def test_the_trace_comes_to_what_the_evaluation_comes_to(formula, town, members):
    evaluation = Evaluation(town)
    trace = Tracer(evaluation)
    column = evaluation.outcomes(formula, NOW)
    assert {place: trace.at(formula, NOW, place).outcome for place in (1, 2, 3)} == {
        place: column.get(place) for place in (1, 2, 3)
    }
    assert trace.total(formula, NOW, lambda period: members).outcome == evaluation.total(
        formula, NOW, lambda period: members
    )
