"""A value step by step: what each node of a formula is at one place in one period, and what it was made of.

Every step is worked out from the steps below it, not taken from the evaluation, which does whole columns at once; that
both come to the same is tried on random formulas. From the evaluation come the columns, and what is known only of all
places together: which periods the procedure was held in, and what a relative value is compared with.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from indicators.calculations.comparable import Sides, comparable, like_sides
from indicators.calculations.evaluation import Evaluation, Members, missing_schools
from indicators.calculations.formulas import (
    NUMBERS,
    Change,
    Combined,
    Count,
    Formula,
    Identified,
    Mean,
    Node,
    OverYears,
    Relative,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Sum,
)
from indicators.calculations.numbers import Amount, Place
from indicators.calculations.outcomes import (
    Outcome,
    adder,
    combine,
    count,
    difference,
    divide,
    is_gap,
    left_out,
    meets,
    meets_several,
    over_years,
    pool,
    relative,
    union,
)
from schools.periods import Period


@dataclass(frozen=True)
class Step:
    """One node at one place, or of all schools of a population together; an outcome of None is that nothing is there.

    `parts` are what it is made of, in the order in which people reckon: numerator and denominator, now and then, terms.
    `schools` are those whose numbers a total adds up, the ones without data too.
    """

    node: Node
    period: Period
    place: Place
    outcome: Outcome | None
    parts: tuple["Step", ...] = ()
    schools: tuple["Step", ...] = ()
    is_total: bool = False
    amount: Amount | None = None  # of a number, as sums and shares take it

    @property
    def is_known(self) -> bool:
        return self.outcome is not None and self.outcome.value is not None

    def walk(self) -> Iterable["Step"]:
        """The step and all below it."""
        yield self
        for below in (*self.parts, *self.schools):
            yield from below.walk()


class Tracer:
    """Steps of one evaluation; each is worked out once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._steps: dict[tuple[Node, str, Place], Step] = {}

    def at(self, node: Node, period: Period, place: Place) -> Step:
        """The value of a school, or of the municipality's own number (None)."""
        key = (node, period.code, place)
        if key not in self._steps:
            self._steps[key] = self._number(node, period, place) or self._value(node, period, place)
        return self._steps[key]

    def total(self, formula: Formula, period: Period, members: Members) -> Step:
        """The value of the municipality, as `Evaluation.total` has it: sums over sums, never a mean of shares."""
        if isinstance(formula, Change):
            outcome, parts = self._change(formula, period, lambda part, at: self.total(part, at, members))
            return Step(formula, period, None, outcome, parts, is_total=True)
        if not isinstance(formula, ShareOfSchools | SchoolsMeeting):
            own = self.at(formula, period, None)
            if own.outcome is not None:
                return own
        schools = tuple(self.at(formula, period, school) for school in sorted(members(period)))
        if not schools and isinstance(formula, Count) and isinstance(formula.of, Identified):
            named = Outcome(value=0, numerator=0) if self.evaluation.held(formula, period) else None
            return Step(formula, period, None, named, is_total=True)
        present = [step.outcome for step in schools if step.outcome is not None]
        known = [outcome for outcome in present if outcome.value is not None]
        if not known and any(outcome.is_left_out for outcome in present):
            return Step(formula, period, None, left_out(*present), (), schools, is_total=True)
        outcome, parts = self._together(formula, period, members, schools, known)
        if outcome is not None:
            missing = missing_schools(formula, known=len(known), expected=len(schools))
            outcome = outcome._replace(
                participants=pool(formula, known).participants,
                warnings=union(one.warnings for one in present) | missing,
                excluded=union(one.excluded for one in present),
            )
        return Step(formula, period, None, outcome, parts, schools, is_total=True)

    def _together(
        self, formula: Formula, period: Period, members: Members, schools: Iterable[Step], known: list[Outcome]
    ) -> tuple[Outcome | None, tuple[Step, ...]]:
        """The outcome of the population, and the totals it is made of where it is not simply the schools' sum."""
        match formula:
            case Relative(of=inner):
                compared, whole = self.total(inner, period, members), self._whole(formula, period)
                both = compared.outcome and whole.outcome and relative(formula, compared.outcome, whole.outcome)
                return both if known else None, (compared, whole)
            case Combined(of=values):
                unknown = {step.place for step in schools if not step.is_known}

                def counted(at: Period) -> frozenset[int]:
                    return members(at) - unknown if at == period else members(at)

                parts = tuple(self.total(value, period, counted) for value in values)
                there = [part.outcome for part in parts if part.outcome]
                return combine(formula, there) if known and there else None, parts
            case _:
                return pool(formula, known) if known else None, ()

    def _whole(self, formula: Relative, period: Period) -> Step:
        """All schools of the municipality, without naming them, or the region's number."""
        if formula.region:
            reported = self.at(formula.region, period, None)
            usable = reported.outcome if reported.outcome and reported.outcome.value else None
            return Step(formula.region, period, None, usable, amount=reported.amount)
        return Step(formula.of, period, None, self.evaluation.whole(formula, period), is_total=True)

    def _number(self, node: Node, period: Period, place: Place) -> Step | None:
        """None for what is no number."""
        if isinstance(node, Sum):
            terms = tuple(self.at(term, period, place) for term in node.of)
            amounts = [step.amount for step in terms]
            amount = adder(node.of)(amounts) if any(one is not None for one in amounts) else None
            return Step(node, period, place, count(amount) if amount else None, terms, amount=amount)
        if not isinstance(node, NUMBERS):
            return None
        amount = self.evaluation.columns.get(node, {}).get(period.code, {}).get(place)
        return Step(node, period, place, count(amount) if amount else None, amount=amount)

    def _value(self, node: Any, period: Period, place: Place) -> Step:
        if isinstance(node, Change):
            return Step(node, period, place, *self._change(node, period, lambda part, at: self.at(part, at, place)))
        parts = self._parts(node, period, place)
        found = [part.outcome for part in parts if part.outcome is not None]
        return Step(node, period, place, self._made(node, period, parts, found), parts)

    def _change(
        self, change: Change, period: Period, step_at: Callable[[Formula, Period], Step]
    ) -> tuple[Outcome | None, tuple[Step, ...]]:
        """Now and then, of what was joined only what both have; all of it where they have nothing in common."""
        earlier = self.evaluation.compared_with(change, period)
        now = step_at(change.of, period)
        if earlier is None:
            return None, (now,)

        def value_at(part: Formula, at: Period) -> Outcome | None:
            return step_at(part, at).outcome

        whole = Sides(now.outcome, value_at(change.of, earlier))
        outcome = difference(*like_sides(change.of, whole, value_at, period, earlier), is_gap(period, earlier))
        like, _ = comparable(change.of, whole, value_at, period, earlier)
        return outcome, tuple(step_at(like or change.of, at) for at in (period, earlier))

    def _parts(self, node: Any, period: Period, place: Place) -> tuple[Step, ...]:
        match node:
            case Share(part=first, whole=second) | Mean(total=first, count=second):
                return self.at(first, period, place), self.at(second, period, place)
            case Count(of=inner) | ShareOfSchools(of=inner):
                return (self.at(inner, period, place),)
            case SchoolsMeeting(of=parts) | Combined(of=parts):
                return tuple(self.at(part, period, place) for part in parts)
            case Relative(of=inner):
                return self.at(inner, period, place), self._whole(node, period)
            case OverYears(of=inner, years=years):
                return tuple(self.at(inner, period.year_back(back), place) for back in range(years))
            case _:
                raise TypeError(f"{node} is not resolved")

    def _made(self, node: Any, period: Period, parts: tuple[Step, ...], found: list[Outcome]) -> Outcome | None:
        """The outcome of the parts; None when there is nothing to make it of."""
        match node:
            case Share() | Mean():
                part, whole = (step.amount for step in parts)
                return divide(node, part, whole) if part and whole and whole.number != 0 else None
            case Count():
                return found[0] if found else None
            case ShareOfSchools():
                return meets(node, found[0]) if found and parts[0].place is not None else None
            case SchoolsMeeting():
                return meets_several(node, found) if found else None
            case Relative():
                return relative(node, *found) if len(found) == 2 else None
            case Combined():
                return combine(node, found) if found else None
            case _:
                return over_years(node, found) if found and self.evaluation.held(node, period) else None
