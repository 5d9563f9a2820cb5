"""Groups over two axes: results and conditions, each cut by two lines with a band between them.

Above the upper line is good, below the lower one bad; whoever stands in a band on either axis is in the zone of risk.
Nobody is guessed: a school without one of the numbers is in no group.
"""

import statistics
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic, TypeVar

SchoolId = TypeVar("SchoolId", bound=Hashable)
LEAST_SCHOOLS = 4  # a median or quartile of fewer is no line to judge by


class CutKind(StrEnum):
    MEDIAN = "median"
    QUARTILES = "quartiles"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        return {
            CutKind.MEDIAN: "медиана",
            CutKind.QUARTILES: "четверти (нижняя и верхняя)",
            CutKind.FIXED: "заданные значения",
        }[self]


class Side(StrEnum):
    GOOD = "good"
    BETWEEN = "between"
    BAD = "bad"


class Group(StrEnum):
    """The values of `schools.Category` for the five groups."""

    RESILIENT = "resilient"
    EFFECTIVE = "effective"
    RISK_ZONE = "risk_zone"
    DEPRIVED = "deprived"
    NOT_COPING = "not_coping"


GROUPS: dict[tuple[Side, Side], Group] = {  # results, conditions
    (Side.GOOD, Side.BAD): Group.RESILIENT,
    (Side.GOOD, Side.GOOD): Group.EFFECTIVE,
    (Side.BAD, Side.BAD): Group.DEPRIVED,
    (Side.BAD, Side.GOOD): Group.NOT_COPING,
}


@dataclass(frozen=True)
class Cut:
    """Where an axis is cut: `band` lies on both sides of the median, in its unit; `low`, `high` are fixed lines."""

    kind: CutKind = CutKind.MEDIAN
    band: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None

    def lines(self, values: Sequence[Fraction]) -> tuple[Fraction, Fraction] | None:
        """Lower and upper line; None where too few schools are to be measured by each other."""
        if self.kind is CutKind.FIXED:
            if self.low is None or self.high is None:
                return None
            return Fraction(self.low), Fraction(self.high)
        if len(values) < LEAST_SCHOOLS:
            return None
        if self.kind is CutKind.QUARTILES:
            first, _, third = statistics.quantiles(values, n=4, method="inclusive")
            return Fraction(first), Fraction(third)
        middle = Fraction(statistics.median(values))
        return middle - Fraction(self.band), middle + Fraction(self.band)

    def to_json(self) -> dict[str, Any]:
        low, high = (None if line is None else f"{line:f}" for line in (self.low, self.high))
        return {"kind": self.kind.value, "band": f"{self.band:f}", "low": low, "high": high}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Cut":
        low, high = (None if stored[name] is None else Decimal(stored[name]) for name in ("low", "high"))
        return cls(CutKind(stored["kind"]), Decimal(stored["band"]), low, high)


@dataclass(frozen=True)
class Axis:
    """A number of every school that has it. `more_is_better` says which side of the lines is the good one."""

    values: Mapping[Any, Fraction]
    cut: Cut
    more_is_better: bool = True

    def side(self, value: Fraction, lines: tuple[Fraction, Fraction]) -> Side:
        """A value on the upper line is above it, one on the lower line is not below it: lines belong to the better."""
        low, high = lines
        if not self.more_is_better:
            value, low, high = -value, -high, -low
        return Side.GOOD if value >= high else Side.BAD if value < low else Side.BETWEEN


@dataclass(frozen=True)
class Place(Generic[SchoolId]):
    school: SchoolId
    result: Fraction
    condition: Fraction
    group: Group


@dataclass(frozen=True)
class Classified(Generic[SchoolId]):
    """`places` are empty where there is no line to cut by."""

    places: tuple[Place[SchoolId], ...]
    without_result: tuple[SchoolId, ...]
    without_condition: tuple[SchoolId, ...]  # and with a result
    result_lines: tuple[Fraction, Fraction] | None
    condition_lines: tuple[Fraction, Fraction] | None
    n: int  # schools with both numbers: the lines are drawn over these

    @cached_property
    def by_place(self) -> dict[SchoolId, Place[SchoolId]]:
        return {place.school: place for place in self.places}


def classify(*, schools: Sequence[SchoolId], results: Axis, conditions: Axis) -> Classified[SchoolId]:
    both = [school for school in schools if school in results.values and school in conditions.values]
    result_lines = results.cut.lines([results.values[school] for school in both])
    condition_lines = conditions.cut.lines([conditions.values[school] for school in both])
    places: list[Place[SchoolId]] = []
    if result_lines and condition_lines:
        for school in both:
            result, condition = results.values[school], conditions.values[school]
            sides = results.side(result, result_lines), conditions.side(condition, condition_lines)
            places.append(Place(school, result, condition, GROUPS.get(sides, Group.RISK_ZONE)))
    return Classified(
        places=tuple(places),
        without_result=tuple(school for school in schools if school not in results.values),
        without_condition=tuple(
            school for school in schools if school in results.values and school not in conditions.values
        ),
        result_lines=result_lines,
        condition_lines=condition_lines,
        n=len(both),
    )


def composite(parts: Sequence[tuple[Mapping[Any, Fraction], bool]]) -> dict[Any, Fraction]:
    """One number, 0–100, of several: each put between its worst (0) and best (100) school, then the mean of these.

    A part is its values and whether more is better. Only schools with every part have a number; a part in which all
    schools are alike says nothing and gives everybody 50.
    """
    if not parts:
        return {}
    common = set.intersection(*(set(values) for values, _ in parts))
    scaled = [_scaled({school: values[school] for school in common}, better) for values, better in parts]
    return {school: sum((part[school] for part in scaled), Fraction(0)) / len(parts) for school in common}


def _scaled(values: Mapping[Any, Fraction], more_is_better: bool) -> dict[Any, Fraction]:
    if not values:
        return {}
    worst, best = min(values.values()), max(values.values())
    if worst == best:
        return dict.fromkeys(values, Fraction(50))
    if not more_is_better:
        worst, best = best, worst
    return {school: 100 * (value - worst) / (best - worst) for school, value in values.items()}


@dataclass(frozen=True)
class GroupSettings:
    """What the axes of a year are, how they are cut, and what the groups are called there.

    Results are the share of low results over the rule's window, or the indicators of these codes (`composite` of
    several). Conditions are a statistic that schools report, ИСБШ unless another is chosen.
    """

    indicators: tuple[str, ...] = ()
    statistic: str = "social_wellbeing_index"
    more_is_better: bool = True  # of the statistic
    result_cut: Cut = field(default_factory=Cut)
    condition_cut: Cut = field(default_factory=Cut)
    labels: Mapping[str, str] = field(default_factory=dict)  # {Group: what it is called here}, those that differ

    def to_json(self) -> dict[str, Any]:
        return {
            "indicators": list(self.indicators),
            "statistic": self.statistic,
            "more_is_better": self.more_is_better,
            "result_cut": self.result_cut.to_json(),
            "condition_cut": self.condition_cut.to_json(),
            "labels": dict(self.labels),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "GroupSettings":
        return cls(
            indicators=tuple(stored["indicators"]),
            statistic=stored["statistic"],
            more_is_better=stored["more_is_better"],
            result_cut=Cut.of(stored["result_cut"]),
            condition_cut=Cut.of(stored["condition_cut"]),
            labels=dict(stored["labels"]),
        )
