"""What a value says: against its plan, and against the last earlier one."""

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
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
    """A value at the end of a period."""

    period: Period
    value: Exact

    @property
    def day(self) -> int:
        return self.period.ends_on.toordinal()


@dataclass
class Plan:
    """What is planned for the municipality, or for one school, in an indicator; both parts may be empty."""

    targets: dict[Period, Decimal] = field(default_factory=dict)
    baseline: Point | None = None


NO_PLAN = Plan()  # of those for whom nothing is planned: not to be altered


def read_plan(
    value: Exact | None, plan: Plan, period: Period, direction: Direction, earlier: Point | None = None
) -> TargetReading:
    """How a value stands to the plan; where no direction is good there is nothing to reach (ADR 14).

    The planned path goes from the baseline, or where there is none from the `earlier` value, through every target. In a
    period with a target of its own it is at that target, so a value reaches it or is behind. Between two targets a
    value is on track on or beyond the line from one to the next, and has reached the plan where it meets the last of
    them already; before the plan begins, nothing is planned.
    """
    if value is None:
        return "no_data"
    last = max(plan.targets, default=None)
    if direction == "none" or last is None or last < period:
        return "no_target"
    sign = 1 if direction == "up" else -1
    if (own := plan.targets.get(period)) is not None:
        return "reached" if sign * (value - Fraction(own)) >= 0 else "behind"
    planned = _planned(plan, plan.baseline or earlier, period)
    if planned is None:
        return "no_target"
    if sign * (value - Fraction(plan.targets[last])) >= 0:
        return "reached"
    return "on_track" if sign * (value - planned) >= 0 else "behind"


def _planned(plan: Plan, start: Point | None, period: Period) -> Exact | None:
    """Where the planned path is at the end of a period between its targets; None where it has not begun."""
    targets = (Point(at, Fraction(plan.targets[at])) for at in sorted(plan.targets))
    points = [*filter(None, [start]), *(target for target in targets if start is None or target.day > start.day)]
    today = period.ends_on.toordinal()
    begun = bisect_right([point.day for point in points], today)
    if not begun or (start is not None and start.day >= today):
        return None
    before, after = points[begun - 1], points[begun]
    return before.value + (after.value - before.value) * Fraction(today - before.day, after.day - before.day)


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
