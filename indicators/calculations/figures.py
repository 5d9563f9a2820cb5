"""A finished figure: the outcome with its target, its change and the readings of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from indicators.calculations.comparable import Sides
from indicators.calculations.evaluation import Evaluation, Members
from indicators.calculations.formulas import Change, Formula, Kind, kind_of, lookback
from indicators.calculations.intervals import Interval
from indicators.calculations.numbers import Exact, Place
from indicators.calculations.outcomes import CHANGE_OVER_GAP, Outcome, change_between, is_gap, left_out
from indicators.calculations.readings import (
    NO_PLAN,
    ChangeReading,
    Direction,
    Plan,
    Point,
    TargetReading,
    read_change,
    read_plan,
)
from schools.periods import Period, PeriodKind

FEW_PARTICIPANTS = "few_participants"
EXCLUDED_RESULTS = "excluded_results"
DEFINITION_CHANGED = "definition_changed"  # the earlier side of the change is by today's definition, not by its own
OF_FIGURES = frozenset({FEW_PARTICIPANTS, EXCLUDED_RESULTS, DEFINITION_CHANGED, CHANGE_OVER_GAP})
FEW = 10  # fewer pupils are marked
NO_SIDES = Sides(None, None)
NO_PLANS: Mapping[Place, Plan] = {}


class Figure(NamedTuple):
    """What is stored of a value, still exact. A value of None is one whose results were left out."""

    outcome: Outcome
    target: Decimal | None
    reading: TargetReading
    change: Exact | None
    change_from: str
    change_reading: ChangeReading
    participants_before: int | None  # pupils behind the earlier side of the change
    warnings: tuple[str, ...]

    @property
    def interval(self) -> Interval | None:
        return self.outcome.interval

    def as_of(self, period: Period) -> str:
        """The day or period of the data where it is not that of the value."""
        data = self.outcome.as_of
        return "" if data is None or data == period else data.code


@dataclass(frozen=True)
class Figures:
    """The figures of one resolved formula in one period.

    Like is compared with like: the earlier side of a change is by this formula too, whatever the definition was then.
    """

    evaluation: Evaluation
    formula: Formula
    direction: Direction
    period: Period
    is_redefined_since: Callable[[Period], bool] = lambda earlier: False

    @cached_property
    def compared(self) -> Formula:
        """What the change is a change of: a formula that is itself a change is its own."""
        return self.formula.of if isinstance(self.formula, Change) else self.formula

    @cached_property
    def earlier(self) -> Period | None:
        """At a date a value is compared with the first one: success is measured «относительно стартовых результатов
        каждой школы», and what a formula asks for goes before."""
        if isinstance(self.formula, Change):
            return self.evaluation.compared_with(self.formula, self.period)
        look_back = self.evaluation.start if self.period.kind is PeriodKind.DATE else self.evaluation.previous
        return look_back(self.formula, self.period)

    @cached_property
    def over_gap(self) -> bool:
        return self.earlier is not None and is_gap(self.period, self.earlier)

    @cached_property
    def redefined(self) -> bool:
        return self.earlier is not None and self.is_redefined_since(self.earlier)

    def of_schools(self, schools: frozenset[int], plans: Mapping[Place, Plan] = NO_PLANS) -> dict[int, Figure]:
        """Of the schools of the population that have a value, or would have one but for results that were left out."""
        column = self.evaluation.outcomes(self.formula, self.period)
        sides = self.evaluation.sides(self.compared, self.period, self.earlier) if self.earlier else {}
        before = self.evaluation.outcomes(self.formula, self.earlier) if self.earlier else {}
        return {
            school: self._figure(
                column[school], sides.get(school, NO_SIDES), before.get(school), plans.get(school, NO_PLAN)
            )
            for school in sorted(schools)
            if school in column and _is_worth_a_row(column[school])
        }

    def of_municipality(self, members: Members, plan: Plan) -> Figure | None:
        outcome = self.evaluation.total(self.formula, self.period, members)
        if outcome is None or not _is_worth_a_row(outcome):
            return None
        if self.earlier is None:
            return self._figure(outcome, NO_SIDES, None, plan)
        sides = self.evaluation.total_sides(self.compared, self.period, self.earlier, members)
        before = self.evaluation.total(self.formula, self.earlier, members)
        return self._figure(outcome, sides, before, plan)

    def _figure(self, outcome: Outcome, sides: Sides, before: Outcome | None, plan: Plan) -> Figure:
        """`before` is the earlier value of the formula itself."""
        if outcome.is_left_out:
            outcome = left_out(outcome)
        now, then = sides.now, sides.then
        change = change_between(now, then)
        return Figure(
            outcome=outcome,
            target=plan.targets.get(self.period),
            reading=read_plan(outcome.value, plan, self.period, self.direction, self._point(before)),
            change=change,
            change_from=self._change_from(change),
            change_reading=read_change(
                change, self.direction, now.bounds if now else None, then.bounds if then else None
            ),
            participants_before=None if change is None or then is None else then.participants,
            warnings=self._warnings(outcome, change, sides.warning),
        )

    def _change_from(self, change: Exact | None) -> str:
        """A value that compares by itself names the other period even where it has no earlier value of its own."""
        if self.earlier is None or (change is None and not lookback(self.formula)):
            return ""
        return self.earlier.code

    def _point(self, before: Outcome | None) -> Point | None:
        if self.earlier is None or before is None or before.value is None:
            return None
        return Point(self.earlier, before.value)

    def _warnings(self, outcome: Outcome, change: Exact | None, of_sides: str) -> tuple[str, ...]:
        warnings = {*outcome.warnings, *([of_sides] if of_sides else ())}
        counts = kind_of(self.compared) is Kind.COUNT
        if not counts and outcome.participants is not None and outcome.participants < FEW:
            warnings.add(FEW_PARTICIPANTS)
        if change is not None and self.over_gap:
            warnings.add(CHANGE_OVER_GAP)
        if self.redefined and self._change_from(change):
            warnings.add(DEFINITION_CHANGED)
        if outcome.excluded:
            warnings.add(EXCLUDED_RESULTS)
        return tuple(sorted(warnings))


def _is_worth_a_row(outcome: Outcome) -> bool:
    """People see a value, and why there is none where results were left out; other gaps leave no trace."""
    return outcome.value is not None or outcome.is_left_out
