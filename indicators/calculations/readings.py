"""What a value says: against its target, and against the last earlier one."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from indicators.calculations.intervals import Interval
from indicators.calculations.numbers import Exact
from schools.periods import Period

Direction = Literal["up", "down", "none"]
TargetReading = Literal["reached", "on_track", "behind", "no_target", "no_data"]
ChangeReading = Literal["better", "worse", "same", "not_significant", "no_data"]


@dataclass(frozen=True)
class Point:
    """A value or a target at a period."""

    period: Period
    value: Exact


def read_target(
    value: Exact | None,
    target: Exact | None,
    direction: Direction,
    *,
    pace: tuple[Point, Point, Period] | None = None,
) -> TargetReading:
    """`pace` is the earlier value, the last target to come, and the period in question.

    On track is a value that misses this period's target, yet stands on or beyond the straight line from the earlier
    value to the last target: at this pace the plan is carried out in time. Where no direction is good there is nothing
    to reach.
    """
    if value is None:
        return "no_data"
    if target is None or direction == "none":
        return "no_target"
    sign = 1 if direction == "up" else -1
    if sign * (value - target) >= 0:
        return "reached"
    if pace is not None and sign * (value - _on_line(*pace)) >= 0:
        return "on_track"
    return "behind"


def _on_line(start: Point, goal: Point, period: Period) -> Exact:
    """The value of the straight line at the end of the period."""
    days = goal.period.ends_on.toordinal() - start.period.ends_on.toordinal()
    gone = period.ends_on.toordinal() - start.period.ends_on.toordinal()
    return start.value + (goal.value - start.value) * Fraction(gone, days)


def read_change(
    change: Exact | None, direction: Direction, now: Interval | None = None, then: Interval | None = None
) -> ChangeReading:
    """Intervals that overlap make a change not significant, however many pupils there are (rule 8).

    An exact zero is no change at all and reads as the same. Where no direction is good a change is shown but has no
    verdict: it reads as no data.
    """
    if change is None:
        return "no_data"
    if change == 0:
        return "same"
    if now is not None and then is not None and now.overlaps(then):
        return "not_significant"
    if direction == "none":
        return "no_data"
    return "better" if (change > 0) == (direction == "up") else "worse"
