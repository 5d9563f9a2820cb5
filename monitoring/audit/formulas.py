"""What a formula gives for one place in one period, by walking its JSON. Pure.

The grammar is the one that `indicators.calculations` documents; here every node is worked out for a single place when
somebody asks for it, with exact fractions. A place is the id of a school, or None for the municipality itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from monitoring.audit.calendar import kind_of, years_back
from monitoring.audit.likeness import AnswerIn, in_common
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
        # Nobody at an exam is nobody; a statistic that was not reported is not known.
        unknown = any(found is None and part.type != "results" for part, found in terms)
        pupils = {_exam_of(part): found.pupils for part, found in kept}
        return Found(
            number=None if unknown else _added(found.number for _, found in kept),
            pupils=_added(pupils.values()),
            excluded=excluded,
            spread=_poured_together([found.spread for _, found in kept]),
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
                return _counted(self.number(node.parts[0], period, place))
            case "change":
                return self._change(node, period, place)
            case "share_of_schools":
                return self._meets(node, period, place)
            case "schools_meeting":
                return _meets_several(node, self._answers(node.parts, period, place))
            case "relative":
                return self._relative(node, period, place)
            case "combined":
                return _combined(node, self._answers(node.parts, period, place))
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
        known = part.number is not None and whole.number is not None
        return Answer(
            value=_divided(node, part.number, whole.number) if known else None,  # type: ignore[arg-type]
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
        return _difference(*self.sides(node.parts[0], period, self.compared_period(node, period), place))

    def sides(self, node: Node, period: str, earlier: str | None, place: Place) -> tuple[Answer | None, Answer | None]:
        """What a change of the place is between: what is now, and what was, of the same things."""
        return _sides(node, period, earlier, lambda one, code: self.answer(one, code, place))

    def sides_of_all(
        self, node: Node, period: str, earlier: str | None, members: Schools
    ) -> tuple[Answer | None, Answer | None]:
        return _sides(node, period, earlier, lambda one, code: self.total(one, code, members))

    def _meets(self, node: Node, period: str, place: Place) -> Answer | None:
        inner = node.parts[0]
        if place is None:
            return None
        is_number = inner.type in (*LEAVES, "sum")
        looked_at = _counted(self.number(inner, period, place)) if is_number else self.answer(inner, period, place)
        if looked_at is None:
            return None
        met = None
        if looked_at.value is not None:
            met = int(CONDITIONS[node.data["is"]](looked_at.value, Fraction(str(node.data["than"]))))
        value = None if met is None else 100 * met
        return Answer(value, met, 1, excluded=looked_at.excluded, as_of=looked_at.as_of)

    def _relative(self, node: Node, period: str, place: Place) -> Answer | None:
        own, whole = self.answer(node.parts[0], period, place), self.compared_with(node, period)
        return None if own is None or whole is None else _in_relation(own, whole)

    def _over_years(self, node: Node, period: str, place: Place) -> Answer | None:
        if not self.was_held(node, period):
            return None
        years = [years_back(period, back) for back in range(int(node.data["years"]))]
        found = [self.answer(node.parts[0], year, place) for year in years]
        there = [answer for answer in found if answer is not None]
        kept = [answer for answer in there if not answer.is_left_out]
        if not kept:
            return Answer(None, excluded=_all_excluded(there)) if there else None
        return replace(_pooled(node, kept), pupils=_fewest(there), excluded=_all_excluded(there))

    # --- All of them -----------------------------------------------------------------------

    def total(self, node: Node, period: str, members: Schools) -> Answer | None:
        """The municipality's: parts added up and divided once; or the number that it reports itself."""
        if node.type == "change":
            return _difference(*self.sides_of_all(node.parts[0], period, self.compared_period(node, period), members))
        own = self.answer(node, period, None)
        if own is not None:
            return own
        schools = members(period)
        if not schools and node.type == "count" and node.parts[0].type == "identified":
            return Answer(0, 0) if self.was_held(node, period) else None
        there = self._of_schools(node, period, schools)
        known = [answer for answer in there if answer.value is not None]
        excluded = _all_excluded(there)
        if not known:
            return Answer(None, excluded=excluded) if any(answer.is_left_out for answer in there) else None
        whole = self._as_one(node, period, members, known)
        return None if whole is None else replace(whole, pupils=_pooled(node, known).pupils, excluded=excluded)

    def _of_schools(self, node: Node, period: str, schools: Iterable[int]) -> list[Answer]:
        found = (self.answer(node, period, school) for school in sorted(schools))
        return [answer for answer in found if answer is not None]

    def _as_one(self, node: Node, period: str, members: Schools, known: list[Answer]) -> Answer | None:
        if node.type == "relative":
            own, whole = self.total(node.parts[0], period, members), self.compared_with(node, period)
            return None if own is None or whole is None else _in_relation(own, whole)
        if node.type == "combined":
            silent = {school for school in members(period) if self._is_silent(node, period, school)}

            def with_value(at: str) -> Collection[int]:
                return set(members(at)) - silent if at == period else members(at)

            totals = (self.total(part, period, with_value) for part in node.parts)
            there = [answer for answer in totals if answer is not None]
            return _combined(node, there)
        return _pooled(node, known)

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
            return _counted(reported) if reported and reported.number else None
        inner = node.parts[0]

        def everybody(at: str) -> Collection[int]:
            return {place for place in self.places(inner, at) if place is not None}

        whole = self.total(inner, period, everybody)
        return None if whole is None or whole.value == 0 else whole


def _all(node: Node) -> Iterable[Node]:
    yield node
    for part in node.parts:
        yield from _all(part)


def _exam_of(leaf: Node) -> Any:
    """Marks 3, 4 and 5 of one exam are about the same pupils."""
    if leaf.type != "results":
        return leaf.text
    return tuple(leaf.data.get(name) for name in ("procedure", "subject", "grade", "pupil_grade", "wave"))


def _added(numbers: Iterable[Any]) -> Any:
    found = list(numbers)
    return None if any(number is None for number in found) else sum(found)


def _divided(node: Node, part: Exact, whole: Exact) -> Fraction:
    return Fraction(part) / Fraction(whole) * (100 if node.is_in_per_cent else 1)


def _counted(found: Found | None) -> Answer | None:
    if found is None:
        return None
    return Answer(found.number, found.number, None, found.pupils, found.excluded, as_of=found.as_of)


def _sides(node: Node, period: str, earlier: str | None, answer_in: AnswerIn) -> tuple[Answer | None, Answer | None]:
    if earlier is None:
        return answer_in(node, period), None
    now, then = answer_in(node, period), answer_in(node, earlier)
    if now is None or then is None or now.value is None or then.value is None:
        return now, then
    common = in_common(node, period, earlier, answer_in)
    if common is node:
        return now, then
    one, other = (answer_in(common, code) if common else None for code in (period, earlier))
    return (
        replace(one, excluded=now.excluded) if one else now,
        replace(other, excluded=then.excluded) if other else None,
    )


def _difference(now: Answer | None, then: Answer | None) -> Answer | None:
    if now is None or then is None:
        return None
    excluded = now.excluded | then.excluded
    if now.is_left_out or then.is_left_out:
        return Answer(None, excluded=excluded)
    known = now.value is not None and then.value is not None and not is_same_data(now, then)
    value = now.value - then.value if known else None  # type: ignore[operator]
    return Answer(value, pupils=now.pupils, excluded=excluded, weight=now.weight, as_of=now.as_of)


def is_same_data(now: Answer, then: Answer) -> bool:
    """Whether nothing came between two dates, so that nobody knows of a change."""
    return now.as_of is not None and now.as_of == then.as_of


def _meets_several(node: Node, answers: list[Answer]) -> Answer | None:
    if not answers:
        return None
    met = [bool(answer.numerator) for answer in answers if answer.numerator is not None]
    told = (all(met) and len(met) == len(node.parts)) if node.data["rule"] == "all" else any(met)
    value, as_of = 100 * told if met else None, latest(answer.as_of for answer in answers)
    fewest, excluded = _fewest(answers), _all_excluded(answers)
    return Answer(value, int(told) if met else None, 1, fewest, excluded, as_of=as_of)


def _in_relation(own: Answer, whole: Answer) -> Answer:
    known = own.value is not None and whole.value
    return replace(
        own,
        value=Fraction(own.value) / Fraction(whole.value) if known else None,  # type: ignore[arg-type]
        numerator=own.value,
        denominator=whole.value,
        excluded=own.excluded | whole.excluded,
        is_share_of_pupils=False,
        spread=None,
        as_of=latest([own.as_of, whole.as_of]),
    )


def _combined(node: Node, parts: list[Answer]) -> Answer | None:
    """The mean weighted by how many each part is over."""
    if not parts:
        return None
    kept = [part for part in parts if not part.is_left_out]
    if not kept:
        return Answer(None, excluded=_all_excluded(parts))
    weight = _added(part.weight for part in kept)
    incomplete = any(part.value is None or part.weight is None for part in kept)
    points = None if incomplete else sum(part.value * part.weight for part in kept)  # type: ignore[operator,misc]
    return Answer(
        value=Fraction(points) / weight if points is not None and weight else None,
        numerator=None if points is None else Fraction(points) / (100 if node.is_in_per_cent else 1),
        denominator=weight,
        pupils=_fewest(parts),
        excluded=_all_excluded(parts),
        weight=weight,
        as_of=latest(part.as_of for part in parts),
    )


def _pooled(node: Node, answers: list[Answer]) -> Answer:
    numerator = _added(answer.numerator for answer in answers)
    denominator = _added(answer.denominator for answer in answers)
    is_whole = numerator is None or denominator is None
    return Answer(
        value=numerator if is_whole else _divided(node, numerator, denominator),
        numerator=numerator,
        denominator=denominator,
        pupils=_added(answer.pupils for answer in answers),
        is_share_of_pupils=all(answer.is_share_of_pupils for answer in answers),
        weight=_added(answer.weight for answer in answers),
        spread=_poured_together([answer.spread for answer in answers]),
        as_of=latest(answer.as_of for answer in answers),
    )


def _poured_together(spreads: list[Counter[int] | None]) -> Counter[int] | None:
    together: Counter[int] = Counter()
    for spread in spreads:
        if spread is None:
            return None
        together.update(spread)
    return together


def _fewest(answers: list[Answer]) -> int | None:
    return min((answer.pupils for answer in answers if answer.pupils is not None), default=None)


def _all_excluded(answers: list[Answer]) -> frozenset[Any]:
    return frozenset[Any]().union(*(answer.excluded for answer in answers))
