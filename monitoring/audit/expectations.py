"""What is to be stored of a value: its parts rounded, its change, how both read. Pure, but for what `town` has read."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from monitoring.audit import intervals
from monitoring.audit.answers import is_same_data
from monitoring.audit.calendar import kind_of
from monitoring.audit.formulas import Reckoning
from monitoring.audit.intervals import Bounds
from monitoring.audit.nodes import Answer, Exact, Node, Place
from monitoring.audit.plan import Start, reading_of_plan
from monitoring.audit.town import Definition, Measure, Town

PLACES = 6
DIGITS = 15  # a number that is longer keeps fewer places: no database could give it back
FIELDS = (
    "value",
    "numerator",
    "denominator",
    "participants",
    "low",
    "high",
    "change",
    "change_from",
    "change_reading",
    "participants_before",
    "target",
    "reading",
    "excluded",
    "as_of",
    "version",
)
Expected = dict[str, Any]  # by FIELDS


@dataclass(frozen=True)
class Expectations:
    """Of one indicator in one period."""

    town: Town
    reckoning: Reckoning
    measure: Measure
    definition: Definition
    period: str

    def all(self) -> dict[Place, Expected]:
        """Of the municipality and of every school that the indicator is about, where there is anything to store."""
        found: dict[Place, Expected] = {}
        for place in [None, *sorted(self._members(self.period))]:
            answer = self._answer(self.definition.node, self.period, place)
            if answer is not None and (answer.value is not None or answer.is_left_out):
                found[place] = self._expected(answer, place)
        return found

    def _members(self, period: str) -> Collection[int]:
        return self.town.members(self.definition.population, period)

    def _answer(self, node: Node, period: str | None, place: Place) -> Answer | None:
        if period is None:
            return None
        if place is None:
            return self.reckoning.total(node, period, self._members)
        return self.reckoning.answer(node, period, place)

    def _sides(self, node: Node, earlier: str | None, place: Place) -> tuple[Answer | None, Answer | None]:
        if place is None:
            return self.reckoning.sides_of_all(node, self.period, earlier, self._members)
        return self.reckoning.sides(node, self.period, earlier, place)

    def _expected(self, answer: Answer, place: Place) -> Expected:
        node = self.definition.node
        compared = node.parts[0] if node.type == "change" else node
        earlier = self._compared_period(node)
        now, then = self._sides(compared, earlier, place)
        change = None
        if now is not None and then is not None and now.value is not None and then.value is not None:
            change = None if is_same_data(now, then) else now.value - then.value
        if answer.is_left_out:
            answer = Answer(None, excluded=answer.excluded)
        interval = interval_of(answer)
        targets, direction = self.measure.targets.get(place, {}), self.definition.direction
        return {
            "value": rounded(answer.value),
            "numerator": rounded(answer.numerator),
            "denominator": rounded(answer.denominator),
            "participants": answer.pupils,
            "low": _to_places(interval[0]) if interval else None,
            "high": _to_places(interval[1]) if interval else None,
            "change": rounded(change),
            "change_from": earlier if earlier and (change is not None or node.looks_back) else "",
            "change_reading": reading_of_change(change, direction, now, then),
            "participants_before": then.pupils if change is not None and then is not None else None,
            "target": rounded(targets.get(self.period)),
            "reading": reading_of_plan(answer.value, direction, targets, self._start(place, earlier), self.period),
            "excluded": len(answer.excluded),
            "as_of": answer.as_of if answer.as_of and answer.as_of != self.period else "",
            "version": self.definition.version,
        }

    def _compared_period(self, node: Node) -> str | None:
        """Of dates the first, unless the formula says otherwise."""
        if node.type == "change":
            return self.reckoning.compared_period(node, self.period)
        is_date = kind_of(self.period) == "date"
        return (self.reckoning.first_held if is_date else self.reckoning.last_held)(node, self.period)

    def _start(self, place: Place, earlier: str | None) -> Start | None:
        """The baseline, else the earlier value of the indicator itself."""
        baseline = self.measure.baselines.get(place)
        before = None if baseline else self._answer(self.definition.node, earlier, place)
        if earlier and before is not None and before.value is not None:
            return Start(earlier, before.value)
        return baseline


def bounds_of(answer: Answer | None) -> Bounds | None:
    """What is compared to see whether a change tells anything."""
    if answer is not None and answer.spread is not None:
        return intervals.bootstrap(answer.spread)
    if answer is None or not answer.is_share_of_pupils or answer.numerator is None or answer.denominator is None:
        return None
    return intervals.wilson(answer.numerator, answer.denominator)


def interval_of(answer: Answer) -> Bounds | None:
    """What is shown beside the value: nothing where no spread was seen."""
    bounds = bounds_of(answer)
    return None if bounds is None or bounds == intervals.ANYTHING or bounds[0] == bounds[1] else bounds


def reading_of_change(change: Exact | None, direction: str, now: Answer | None, then: Answer | None) -> str:
    """Intervals that overlap make a change not significant."""
    if change is None:
        return "no_data"
    if change == 0:
        return "same"
    one, other = bounds_of(now), bounds_of(then)
    if one and other and intervals.overlap(one, other):
        return "not_significant"
    if direction == "none":
        return "no_data"
    return "better" if (change > 0) == (direction == "up") else "worse"


def rounded(number: Exact | None) -> Decimal | None:
    """Half away from zero."""
    if number is None:
        return None
    whole = len(str(abs(int(number))))
    places = PLACES if whole + PLACES <= DIGITS else max(0, DIGITS - whole)
    scaled = abs(Fraction(number)) * 10**places
    units = scaled.numerator // scaled.denominator
    if (scaled - units) * 2 >= 1:
        units += 1
    return Decimal(units if number >= 0 else -units) / 10**places


def _to_places(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)
