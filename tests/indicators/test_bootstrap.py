"""The interval of a mean: worked by hand, against the exact bootstrap and against a drawn one."""

from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.calculations.intervals import ANYTHING, bootstrap
from indicators.calculations.moments import Moments, add_up

Counts = dict[int, int]  # a mark or score → how many have it

SAMPLES: dict[str, Counts] = {
    "marks of a small class": {2: 2, 3: 4, 4: 3, 5: 1},
    "marks of a large school": {2: 9, 3: 41, 4: 38, 5: 12},
    "one «5» among «2»": {2: 9, 5: 1},
    "half and half": {2: 10, 5: 10},
    "marks of a municipality": {2: 120, 3: 410, 4: 330, 5: 140},
    "scores of twelve": {18: 1, 40: 2, 45: 1, 57: 3, 62: 2, 70: 1, 82: 1, 100: 1},
    "scores with a tail": {24: 1, 66: 4, 70: 7, 72: 9, 76: 5, 80: 3, 98: 1},
}


def moments(counts: Counts) -> Moments:
    found = Moments.of(counts.items())
    assert found is not None
    return found


def spread(counts: Counts) -> float:
    values = np.repeat(list(counts), list(counts.values()))
    return float(values.std() / np.sqrt(len(values)))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # n = 4, m = 3.5, v = 5/4, no skewness, k = 656/400 − 3; see the nine rules.
        ({2: 1, 3: 1, 4: 1, 5: 1}, "2.417409", "4.582591"),
        # Bernoulli ·3 with p = 0.1, n = 10: √(v/n) = 0.284605, s² = 0.711111, k = 0.511111. The middle moves by
        # (z² − 1)/6 · 0.24 = 0.113658; half the width is 1.959964 · 0.284605 · (1 + 0.017920 − 0.052996) = 0.538250.
        # 2.3 + 0.113658 − 0.538250 = 1.875 is below the lowest mark.
        ({2: 9, 5: 1}, "2.000000", "2.951908"),
        # v = 1/4, n = 100: 3.5 ± 1.959964 · 0.05 · (1 − 0.02 · 0.841459/24)
        ({3: 50, 4: 50}, "3.402071", "3.597929"),
    ],
)
def test_the_interval_worked_by_hand(counts, low, high):
    interval = bootstrap(moments(counts))
    assert float(interval.low) == pytest.approx(float(low), abs=2e-6)
    assert float(interval.high) == pytest.approx(float(high), abs=2e-6)


def test_equal_marks_are_a_point_and_one_pupil_may_be_anything():
    assert bootstrap(moments({4: 7})) == (4, 4)
    assert bootstrap(moments({4: 1})) is ANYTHING
    assert Moments.of({4: 0}.items()) is None


def test_two_pupils_reach_from_one_to_the_other():
    """A mean of two draws is the lower mark with a chance of a quarter."""
    assert bootstrap(moments({3: 1, 5: 1})) == (3, 5)


@pytest.mark.parametrize("counts", SAMPLES.values(), ids=SAMPLES)
def test_a_drawn_bootstrap_gives_the_same_interval(counts):
    """20 000 samples by chance, always the same: within a tenth of the mean's standard deviation and one pupil's step,
    for which a drawn mean has to jump."""
    values = np.repeat(list(counts), list(counts.values()))
    dice = np.random.default_rng(20)
    n = len(values)
    means = np.concatenate([dice.choice(values, size=(2_000, n)).mean(axis=1) for _ in range(10)])
    low, high = np.percentile(means, [2.5, 97.5])
    interval = bootstrap(moments(counts))
    tolerance = 0.1 * spread(counts) + step_of(counts) / n
    assert float(interval.low) == pytest.approx(low, abs=tolerance)
    assert float(interval.high) == pytest.approx(high, abs=tolerance)


def step_of(counts: Counts) -> int:
    """By how much a sum of these changes at least."""
    scores = sorted(counts)
    return int(np.gcd.reduce([score - scores[0] for score in scores]))


@pytest.mark.parametrize("counts", [counts for counts in SAMPLES.values() if sum(counts.values()) <= 100])
def test_the_exact_bootstrap_leaves_one_in_forty_on_either_side(counts):
    """The distribution of all nⁿ samples by convolution: outside the interval lie 2.5 % ± 0.7 % on each side, where
    the end is counted by half, for means of marks come in steps."""
    n, lowest = sum(counts.values()), min(counts)
    one = np.zeros(max(counts) - lowest + 1)
    for score, many in counts.items():
        one[score - lowest] = many / n
    chances = np.ones(1)
    for _ in range(n):
        chances = np.convolve(chances, one)
    means = lowest + np.arange(len(chances)) / n
    interval = bootstrap(moments(counts))
    half_a_step = step_of(counts) / n / 2
    for end, beyond in ((interval.low, lambda edge: means <= edge), (interval.high, lambda edge: means >= edge)):
        inside, outside = (chances[beyond(float(end) + shift)].sum() for shift in (-half_a_step, half_a_step))
        assert min(inside, outside) - 0.007 <= 0.025 <= max(inside, outside) + 0.007


counts_of_marks = st.dictionaries(st.integers(2, 5), st.integers(1, 200), min_size=2)
# A busy machine is no fault of the rule that is tried.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patiently
@given(counts_of_marks)
def test_the_interval_holds_its_mean_and_stays_within_what_was_seen(counts):
    interval = bootstrap(moments(counts))
    mean = Fraction(sum(mark * many for mark, many in counts.items()), sum(counts.values()))
    assert min(counts) <= interval.low <= mean <= interval.high <= max(counts)


@patiently
@given(counts_of_marks)
def test_marks_turned_round_turn_the_interval_round(counts):
    one, other = bootstrap(moments(counts)), bootstrap(moments({7 - mark: many for mark, many in counts.items()}))
    assert abs(one.low + other.high - 7) < Decimal("1e-30")
    assert abs(one.high + other.low - 7) < Decimal("1e-30")


@patiently
@given(st.lists(counts_of_marks, min_size=1, max_size=6))
def test_schools_add_up_to_the_municipality(schools):
    together: Counts = {}
    for counts in schools:
        for mark, many in counts.items():
            together[mark] = together.get(mark, 0) + many
    assert add_up(moments(counts) for counts in schools) == moments(together)


def test_where_one_school_is_not_known_the_whole_is_not():
    assert add_up([moments({3: 1}), None]) is None
    assert add_up([]) is None


def test_the_interval_does_not_depend_on_how_decimals_are_set_elsewhere():
    precision, getcontext().prec = getcontext().prec, 3
    try:
        rough = bootstrap.__wrapped__(moments({2: 3, 3: 8, 5: 4}))
    finally:
        getcontext().prec = precision
    assert rough == bootstrap.__wrapped__(moments({2: 3, 3: 8, 5: 4}))


def test_moments_are_sums_of_powers():
    values = [2, 2, 3, 5]
    expected = [sum(value**power for value in values) for power in range(5)]
    assert list(moments({2: 2, 3: 1, 5: 1})) == [*expected, 2, 5]
