"""Progress from the baseline in the direction of good, worked by hand; how hard a target is among all schools."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculations.progress import Challenge, Progress, challenge_of, meets, progress_of

UP, DOWN, NONE = "up", "down", "none"


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "kind", "percent"),
    [
        # rising: 60 → 80
        (UP, 60, 80, 65, "under_way", 25),
        (UP, 60, 80, 80, "fulfilled", 100),
        (UP, 60, 80, 85, "exceeded", 125),
        (UP, 60, 80, 60, "still", 0),
        (UP, 60, 80, 55, "worsened", -25),
        (UP, 0, 3, 1, "under_way", Fraction(100, 3)),  # exact, no rounding on the way
        # falling: 40 → 10, fewer is better
        (DOWN, 40, 10, 30, "under_way", Fraction(100, 3)),
        (DOWN, 40, 10, 10, "fulfilled", 100),
        (DOWN, 40, 10, 4, "exceeded", 120),
        (DOWN, 40, 10, 43, "worsened", -10),
        # the target is nought
        (DOWN, 4, 0, 1, "under_way", 75),
        (DOWN, 4, 0, 0, "fulfilled", 100),
        (UP, -2, 0, -1, "under_way", 50),
        # hold what there is: no way, so no per cent
        (UP, 100, 100, 100, "kept", None),
        (UP, 100, 100, 98, "not_kept", None),
        (UP, 90, 90, 95, "kept", None),
        (DOWN, 0, 0, 0, "kept", None),
        (DOWN, 0, 0, 1, "not_kept", None),
        # a plan that asks for less than there was is kept or not; half of the way down is no success
        (UP, 60, 50, 55, "kept", None),
        (UP, 60, 50, 45, "not_kept", None),
        (DOWN, 10, 20, 15, "kept", None),
        # nothing to measure with
        (UP, None, 80, 65, "no_baseline", None),
        (UP, 60, None, 65, "no_target", None),
        (UP, 60, 80, None, "no_data", None),
        (NONE, 60, 80, 65, "no_direction", None),
    ],
)
def test_progress(direction, baseline, target, value, kind, percent):
    found = progress_of(value=value, baseline=baseline, target=target, direction=direction)
    assert found == Progress(kind, percent)


numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


@given(numbers, numbers, numbers)
def test_a_falling_indicator_progresses_as_its_mirror_rises(baseline, target, value):
    rising = progress_of(value=value, baseline=baseline, target=target, direction=UP)
    assert progress_of(value=-value, baseline=-baseline, target=-target, direction=DOWN) == rising


@given(numbers, numbers, numbers, st.sampled_from([UP, DOWN]))
def test_progress_agrees_with_the_verdict_about_the_target(baseline, target, value, direction):
    kind = progress_of(value=value, baseline=baseline, target=target, direction=direction).kind
    assert (kind in ("exceeded", "fulfilled", "kept")) is meets(value, target, direction)


@given(numbers, numbers, numbers, numbers, numbers.filter(bool))
def test_progress_does_not_depend_on_the_unit(baseline, target, value, zero, size):
    """Measured from another zero and in another unit the way is as long, unless the unit turns it round."""
    other = [zero + abs(size) * number for number in (value, baseline, target)]
    moved = progress_of(value=other[0], baseline=other[1], target=other[2], direction=UP)
    assert moved == progress_of(value=value, baseline=baseline, target=target, direction=UP)


@pytest.mark.parametrize(
    ("direction", "values", "target", "challenge"),
    [
        (UP, [80, 75, 74, 10, 5, 0], 75, Challenge(2, 6, "middle")),  # 2 of 6 is a third
        (UP, [80, 74, 10, 5, 0, 0, 0], 75, Challenge(1, 7, "high")),
        (UP, [80, 75, 76, 75, 10, 0], 75, Challenge(4, 6, "low")),  # two thirds
        (DOWN, [0, 0, 1, 2, 3], 0, Challenge(2, 5, "middle")),
        (UP, [80, 75, 70, 60], 75, Challenge(2, 4, "")),  # four schools are too few for a level
        (UP, [], 75, None),
        (NONE, [80], 75, None),
    ],
)
def test_how_hard_a_target_is_among_the_schools(direction, values, target, challenge):
    assert challenge_of(values, target, direction) == challenge
