"""What must hold of any numbers whatever, tried on many."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.calculations.evaluation import Evaluation
from indicators.calculations.figures import Figures
from indicators.calculations.formulas import Condition
from indicators.calculations.intervals import wilson
from indicators.calculations.numbers import Column, to_decimal
from indicators.calculations.readings import read_change
from tests.indicators.build import change, column, formula, leaf, passed_share, share_of_schools, year

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
