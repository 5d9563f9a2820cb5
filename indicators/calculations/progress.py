"""How far a plan is carried out: from the baseline to the target, in the direction of good. Pure: no Django here."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NamedTuple

from indicators.calculations.numbers import Exact
from indicators.calculations.readings import Direction

ProgressKind = Literal[
    "exceeded",  # more than the whole way
    "fulfilled",  # the whole way
    "under_way",
    "still",  # where it began
    "worsened",  # behind where it began
    "kept",  # nothing had to rise, and nothing fell below the plan
    "not_kept",
    "no_baseline",
    "no_target",
    "no_data",
    "no_direction",
    "other_version",  # plan or baseline were set for an earlier version of the definition than the value is of
]
Level = Literal["low", "middle", "high", ""]

LOW_FROM = Fraction(2, 3)  # so many schools already do what is planned: there is little to strive for
HIGH_BELOW = Fraction(1, 3)
SCHOOLS_FOR_LEVEL = 5  # of fewer schools a share says nothing


class Progress(NamedTuple):
    """What part of the way is behind, in per cent: below 0 when it got worse, above 100 beyond the target."""

    kind: ProgressKind
    percent: Fraction | None = None


def progress_of(*, value: Exact | None, baseline: Exact | None, target: Exact | None, direction: Direction) -> Progress:
    """Measured along the way from the baseline to the target, so that a fall counts as a rise does.

    Where the target is the baseline, or asks for less, there is no way to measure: the plan is kept or it is not.
    """
    if direction == "none":
        return Progress("no_direction")
    if target is None:
        return Progress("no_target")
    if value is None:
        return Progress("no_data")
    if baseline is None:
        return Progress("no_baseline")
    sign = 1 if direction == "up" else -1
    way = sign * (Fraction(target) - Fraction(baseline))
    if way <= 0:
        return Progress("kept" if meets(value, target, direction) else "not_kept")
    percent = sign * (Fraction(value) - Fraction(baseline)) / way * 100
    return Progress(_kind(percent), percent)


def _kind(percent: Fraction) -> ProgressKind:
    if percent < 0:
        return "worsened"
    if percent == 0:
        return "still"
    if percent < 100:
        return "under_way"
    return "fulfilled" if percent == 100 else "exceeded"


def meets(value: Exact, target: Exact, direction: Direction) -> bool:
    """Whether a value is as good as the target; nothing is where no direction is good."""
    if direction == "none":
        return False
    return value >= target if direction == "up" else value <= target


class Challenge(NamedTuple):
    """How many schools already do what is planned."""

    meeting: int
    schools: int  # that have data
    level: Level  # "" where there are too few schools to say


def challenge_of(values: Iterable[Exact], target: Exact, direction: Direction) -> Challenge | None:
    """Of a target among the values of all schools; None where no direction is good or no school has data."""
    known = list(values)
    if not known or direction == "none":
        return None
    meeting = sum(meets(value, target, direction) for value in known)
    return Challenge(meeting, len(known), _level(meeting, len(known)))


def _level(meeting: int, schools: int) -> Level:
    if schools < SCHOOLS_FOR_LEVEL:
        return ""
    share = Fraction(meeting, schools)
    if share >= LOW_FROM:
        return "low"
    return "high" if share < HIGH_BELOW else "middle"
