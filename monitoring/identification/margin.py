"""How many marks separate a school from entering or leaving: the least number over all ways, and one of those ways."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitoring.identification.parameters import Parameters
from monitoring.identification.rule import Finding, ProcedureOfSchool, Standing, Verdict, by_part


@dataclass(frozen=True)
class Step:
    """So many participants of one procedure whose result would be another."""

    procedure: ProcedureOfSchool
    pupils: int


@dataclass(frozen=True)
class Margin:
    """`enters`: with so many more low results the school would meet the rule; else: with so many fewer it would not."""

    enters: bool
    steps: tuple[Step, ...]

    @property
    def pupils(self) -> int:
        return sum(step.pupils for step in self.steps)


def margin(finding: Finding, parameters: Parameters, school_year: int) -> Margin | None:
    """Participants stay as they are and only results change; None when no change of results alone would do.

    Procedures do not depend on each other, so the cheapest are taken. To enter, every part of the window must have
    enough low ones; to leave it is enough that one part has too few.
    """
    parts = by_part(finding.procedures, parameters, parameters.years(school_year))
    if finding.verdict is Verdict.MEETS:
        ways = [_cheapest(part, _fewer, _low(part) - parameters.min_procedures + 1, parameters) for part in parts]
        known = [way for way in ways if way is not None]
        best = min(known, key=lambda way: sum(step.pupils for step in way), default=None)
        return Margin(False, best) if best is not None else None
    steps: list[Step] = []
    for part in parts:
        way = _cheapest(part, _more, parameters.min_procedures - _low(part), parameters)
        if way is None:
            return None
        steps += way
    return Margin(True, tuple(steps))


Cost = Callable[[ProcedureOfSchool, Parameters], int | None]


def _cheapest(
    part: Sequence[ProcedureOfSchool], cost: Cost, count: int, parameters: Parameters
) -> tuple[Step, ...] | None:
    """The `count` procedures that take the fewest pupils to change; None when there are not so many."""
    costs = [(pupils, at) for at, one in enumerate(part) if (pupils := cost(one, parameters)) is not None]
    if len(costs) < count:
        return None
    return tuple(Step(part[at], pupils) for pupils, at in sorted(costs)[: max(0, count)])


def _low(part: Sequence[ProcedureOfSchool]) -> int:
    return sum(one.standing is Standing.LOW for one in part)


def least_low(participants: int, parameters: Parameters) -> int:
    """The least number of low results that makes a procedure low; may be more than there are participants."""
    at_threshold = participants * parameters.threshold_share
    return math.ceil(at_threshold) if parameters.inclusive else math.floor(at_threshold) + 1


def _more(one: ProcedureOfSchool, parameters: Parameters) -> int | None:
    if one.standing is not Standing.NOT_LOW or not one.participants or one.low is None:
        return None
    needed = least_low(one.participants, parameters)
    return needed - one.low if needed <= one.participants else None


def _fewer(one: ProcedureOfSchool, parameters: Parameters) -> int | None:
    if one.standing is not Standing.LOW or not one.participants or one.low is None:
        return None
    most = least_low(one.participants, parameters) - 1
    return one.low - most if most >= 0 else None
