"""What a formula gives for one place in one period, by walking its JSON. Pure.

The grammar is the one that `indicators.calculations` documents; here every node is worked out for a single place when
somebody asks for it, with exact fractions. A place is the id of a school, or None for the municipality itself.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from monitoring.audit.answers import (
    added,
    all_excluded,
    combined,
    counted,
    difference,
    divided,
    exam_of,
    fewest,
    in_relation,
    meets_several,
    pooled,
    poured_together,
    sides,
)
from monitoring.audit.calendar import kind_of, years_back
from monitoring.audit.nodes import LEAVES, Answer, Exact, Found, Node, Numbers, Place, Schools
from monitoring.audit.standing import latest

LOOK_BACK = 3  # years, at most, in which the procedure may have been held last
CONDITIONS: dict[str, Callable[[Exact, Exact], bool]] = {
    "above": lambda value, than: value > than,
    "at_least": lambda value, than: value >= than,
    "below": lambda value, than: value < than,
    "at_most": lambda value, than: value <= than,
}


class Reckoning:
    """Values of one municipality, measured on these dates if not by years."""

    def __init__(self, numbers: Numbers, dates: tuple[str, ...] = ()) -> None:
        self.numbers = numbers
        self.dates = dates

    def was_held(self, node: Node, period: str) -> bool:
        """Whether anybody has what the node looks at."""
        if node.type in LEAVES:
            return bool(self.numbers.get(node.text, {}).get(period))
        if node.type in ("sum", "combined", "schools_meeting"):
            return any(self.was_held(part, period) for part in node.parts)
        if node.type in ("share", "mean"):
            return all(self.was_held(part, period) for part in node.parts)
        return self.was_held(node.parts[0], period)

    def last_held(self, node: Node, period: str) -> str | None:
        earlier = [years_back(period, years) for years in range(1, LOOK_BACK + 1)]
        if kind_of(period) == "date":
            earlier = [date for date in reversed(self.dates) if date < period]
        return next((code for code in earlier if self.was_held(node, code)), None)

    def first_held(self, node: Node, period: str) -> str | None:
        return next((date for date in self.dates if date < period and self.was_held(node, date)), None)

    def compared_period(self, change: Node, period: str) -> str | None:
        look_back = self.first_held if change.data.get("since") == "start" else self.last_held
        return look_back(change.parts[0], period)

    def places(self, node: Node, period: str) -> set[Place]:
        """Who may have a value in the period."""
        return {place for leaf in node.leaves for place in self._places_of(leaf, node, period)}

    def _places_of(self, leaf: Node, node: Node, period: str) -> set[Place]:
        years = range(int(max([one.data.get("years", 1) for one in _all(node)], default=1)))
        by_period = self.numbers.get(leaf.text, {})
        return {place for back in years for place in by_period.get(years_back(period, back), ())}

    # --- Numbers -----------------------------------------------------------------------

    def number(self, node: Node, period: str, place: Place) -> Found | None:
        if node.type != "sum":
            return self.numbers.get(node.text, {}).get(period, {}).get(place)
        terms = [(part, self.number(part, period, place)) for part in node.parts]
        there = [(part, found) for part, found in terms if found is not None]
        if not there:
            return None
        excluded = frozenset[Any]().union(*(found.excluded for _, found in there))
        kept = [(part, found) for part, found in there if not found.is_left_out]
        if not kept:
            return Found(None, excluded=excluded)
        # Nobody at an exam is nobody, and no record is none; a statistic that was not reported is not known.
        unknown = any(found is None and part.type not in ("results", "records") for part, found in terms)
        pupils = {exam_of(part): found.pupils for part, found in kept}
        return Found(
            number=None if unknown else added(found.number for _, found in kept),
            pupils=added(pupils.values()),
            excluded=excluded,
            spread=poured_together([found.spread for _, found in kept]),
            as_of=latest(found.as_of for _, found in kept),
        )

    # --- One place -------------------------------------------------------------------------

    def answer(self, node: Node, period: str, place: Place) -> Answer | None:
        """None where there is nothing; an answer without a value where something is missing in what is there."""
        key = (period, place)
        if key not in node.found:
            node.found[key] = self._work_out(node, period, place)
        return node.found[key]

    def _work_out(self, node: Node, period: str, place: Place) -> Answer | None:
        match node.type:
            case "share" | "mean":
                return self._quotient(node, period, place)
            case "count":
                return counted(self.number(node.parts[0], period, place))
            case "change":
                return self._change(node, period, place)
            case "share_of_schools":
                return self._meets(node, period, place)
            case "schools_meeting":
                return meets_several(node, self._answers(node.parts, period, place))
            case "relative":
                return self._relative(node, period, place)
            case "combined":
                return combined(node, self._answers(node.parts, period, place))
            case "over_years":
                return self._over_years(node, period, place)
        raise ValueError(node.type)

    def _answers(self, nodes: Iterable[Node], period: str, place: Place) -> list[Answer]:
        found = (self.answer(node, period, place) for node in nodes)
        return [answer for answer in found if answer is not None]

    def _quotient(self, node: Node, period: str, place: Place) -> Answer | None:
        part, whole = (self.number(one, period, place) for one in node.parts)
        if part is None or whole is None or whole.number == 0:
            return None
        excluded = part.excluded | whole.excluded
        if part.is_left_out or whole.is_left_out:
            return Answer(None, excluded=excluded)
        return Answer(
            value=divided(node, part.number, whole.number),
            numerator=part.number,
            denominator=whole.number,
            pupils=whole.pupils,
            excluded=excluded,
            is_share_of_pupils=node.type == "share" and whole.pupils is not None,
            weight=whole.number,
            spread=part.spread if part.spread and sum(part.spread.values()) == whole.number else None,
            as_of=latest([part.as_of, whole.as_of]),
        )

    def _change(self, node: Node, period: str, place: Place) -> Answer | None:
        return difference(*self.sides(node.parts[0], period, self.compared_period(node, period), place))

    def sides(self, node: Node, period: str, earlier: str | None, place: Place) -> tuple[Answer | None, Answer | None]:
        """What a change of the place is between: what is now, and what was, of the same things."""
        return sides(node, period, earlier, lambda one, code: self.answer(one, code, place))

    def sides_of_all(
        self, node: Node, period: str, earlier: str | None, members: Schools
    ) -> tuple[Answer | None, Answer | None]:
        return sides(node, period, earlier, lambda one, code: self.total(one, code, members))

    def _meets(self, node: Node, period: str, place: Place) -> Answer | None:
        inner = node.parts[0]
        if place is None:
            return None
        is_number = inner.type in (*LEAVES, "sum")
        looked_at = counted(self.number(inner, period, place)) if is_number else self.answer(inner, period, place)
        if looked_at is None:
            return None
        met = None
        if looked_at.value is not None:
            met = int(CONDITIONS[node.data["is"]](looked_at.value, Fraction(str(node.data["than"]))))
        value = None if met is None else 100 * met
        return Answer(value, met, 1, excluded=looked_at.excluded, as_of=looked_at.as_of)

    def _relative(self, node: Node, period: str, place: Place) -> Answer | None:
        own, whole = self.answer(node.parts[0], period, place), self.compared_with(node, period)
        return None if own is None or whole is None else in_relation(own, whole)

    def _over_years(self, node: Node, period: str, place: Place) -> Answer | None:
        if not self.was_held(node, period):
            return None
        years = [years_back(period, back) for back in range(int(node.data["years"]))]
        found = [self.answer(node.parts[0], year, place) for year in years]
        there = [answer for answer in found if answer is not None]
        kept = [answer for answer in there if not answer.is_left_out]
        if not kept:
            return Answer(None, excluded=all_excluded(there)) if there else None
        return replace(pooled(node, kept), pupils=fewest(there), excluded=all_excluded(there))

    # --- All of them -----------------------------------------------------------------------

    def total(self, node: Node, period: str, members: Schools) -> Answer | None:
        """The municipality's: parts added up and divided once; or the number that it reports itself."""
        if node.type == "change":
            return difference(*self.sides_of_all(node.parts[0], period, self.compared_period(node, period), members))
        own = self.answer(node, period, None)
        if own is not None:
            return own
        schools = members(period)
        if not schools and node.type == "count" and node.parts[0].type == "identified":
            return Answer(0, 0) if self.was_held(node, period) else None
        there = self._of_schools(node, period, schools)
        known = [answer for answer in there if answer.value is not None]
        excluded = all_excluded(there)
        if not known:
            return Answer(None, excluded=excluded) if any(answer.is_left_out for answer in there) else None
        whole = self._as_one(node, period, members, known)
        return None if whole is None else replace(whole, pupils=pooled(node, known).pupils, excluded=excluded)

    def _of_schools(self, node: Node, period: str, schools: Iterable[int]) -> list[Answer]:
        found = (self.answer(node, period, school) for school in sorted(schools))
        return [answer for answer in found if answer is not None]

    def _as_one(self, node: Node, period: str, members: Schools, known: list[Answer]) -> Answer | None:
        if node.type == "relative":
            own, whole = self.total(node.parts[0], period, members), self.compared_with(node, period)
            return None if own is None or whole is None else in_relation(own, whole)
        if node.type == "combined":
            silent = {school for school in members(period) if self._is_silent(node, period, school)}

            def with_value(at: str) -> Collection[int]:
                return set(members(at)) - silent if at == period else members(at)

            totals = (self.total(part, period, with_value) for part in node.parts)
            there = [answer for answer in totals if answer is not None]
            return combined(node, there)
        return pooled(node, known)

    def _is_silent(self, node: Node, period: str, school: int) -> bool:
        answer = self.answer(node, period, school)
        return answer is not None and answer.value is None

    def compared_with(self, node: Node, period: str) -> Answer | None:
        """What a relative value is divided by."""
        if period not in node.wholes:
            node.wholes[period] = self._compared_with(node, period)
        return node.wholes[period]

    def _compared_with(self, node: Node, period: str) -> Answer | None:
        if len(node.parts) > 1:
            reported = self.number(node.parts[1], period, None)
            return counted(reported) if reported and reported.number else None
        inner = node.parts[0]

        def everybody(at: str) -> Collection[int]:
            return {place for place in self.places(inner, at) if place is not None}

        whole = self.total(inner, period, everybody)
        return None if whole is None or whole.value == 0 else whole


def _all(node: Node) -> Iterable[Node]:
    yield node
    for part in node.parts:
        yield from _all(part)
