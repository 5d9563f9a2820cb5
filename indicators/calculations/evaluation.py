"""From columns of numbers to outcomes: school by school, and for the municipality as a whole.

Whole columns are worked out at once, each node and period only once, however many indicators look at them.
"""

from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from typing import NamedTuple, TypeVar

from indicators.calculations.formulas import (
    LOOKBACK_YEARS,
    NUMBERS,
    Change,
    Count,
    Formula,
    Identified,
    Leaf,
    Mean,
    Node,
    Number,
    Results,
    Share,
    ShareOfSchools,
    Sum,
)
from indicators.calculations.intervals import Interval, wilson
from indicators.calculations.numbers import Amount, Column, Columns, Exact, Place
from indicators.calculations.provenance import Ref, together
from schools.periods import Period

T = TypeVar("T")
Members = Callable[[Period], frozenset[int]]  # the schools of the population in a period

CHANGE_OVER_GAP = "change_over_gap"  # compared with a year further back than one
MISSING_SCHOOLS = "missing_schools"  # schools of the population have no data


class Outcome(NamedTuple):
    """A value with its parts. A value of None is there, but cannot be told: see its warnings."""

    value: Exact | None
    numerator: Exact | None = None
    denominator: Exact | None = None
    participants: int | None = None
    refs: tuple[Ref, ...] = ()
    warnings: frozenset[str] = frozenset()
    excluded: frozenset[Hashable] = frozenset()
    is_share_of_pupils: bool = False

    @property
    def interval(self) -> Interval | None:
        """Only shares of pupils have one; shares of schools and of staff, means and counts do not (rule 8)."""
        if not self.is_share_of_pupils or self.numerator is None or self.denominator is None:
            return None
        return wilson(self.numerator, self.denominator)


class Evaluation:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._numbers: dict[tuple[Number, str], Column] = {}
        self._outcomes: dict[tuple[Node, str], dict[Place, Outcome]] = {}
        self._previous: dict[tuple[Node, str], Period | None] = {}

    def held(self, node: Node, period: Period) -> bool:
        """Whether anybody in the municipality has what the node looks at: an exam held, a number collected."""
        match node:
            case Sum(of=terms):
                return any(self.held(term, period) for term in terms)
            case Share(part=first, whole=second) | Mean(total=first, count=second):
                return self.held(first, period) and self.held(second, period)
            case Count(of=inner) | Change(of=inner) | ShareOfSchools(of=inner):
                return self.held(inner, period)
            case _:
                return bool(self._column(node, period))  # type: ignore[arg-type]  # a leaf

    def previous(self, node: Node, period: Period) -> Period | None:
        """The last earlier period, at most three years back, in which the procedure was held (rule 3)."""
        key = (node, period.code)
        if key not in self._previous:
            earlier = (period.year_back(years) for years in range(1, LOOKBACK_YEARS + 1))
            self._previous[key] = next((back for back in earlier if self.held(node, back)), None)
        return self._previous[key]

    def numbers(self, number: Number, period: Period) -> Column:
        """The number of every place that has one."""
        if not isinstance(number, Sum):
            return self._column(number, period)
        key = (number, period.code)
        if key not in self._numbers:
            self._numbers[key] = self._sums(number, period)
        return self._numbers[key]

    def outcomes(self, formula: Formula, period: Period) -> dict[Place, Outcome]:
        """The value of every place that has one. Missing is not zero: who has nothing, or nobody to divide by, is not
        here (rule 2)."""
        key = (formula, period.code)
        if key not in self._outcomes:
            self._outcomes[key] = self._work_out(formula, period)
        return self._outcomes[key]

    def total(self, formula: Formula, period: Period, members: Members) -> Outcome | None:
        """The value of the municipality: sums of numerators over sums of denominators, never a mean of shares (rule 1).

        A change is the difference of two such values, each over the population of its own period.
        """
        if isinstance(formula, Change):
            earlier = self.previous(formula.of, period)
            now = self.total(formula.of, period, members)
            then = self.total(formula.of, earlier, members) if earlier else None
            return difference(now, then, is_gap(period, earlier)) if now and then and earlier else None
        column = self.outcomes(formula, period)
        if None in column:
            return column[None]
        schools = members(period)
        if not schools and column and isinstance(formula, Count) and isinstance(formula.of, Identified):
            return Outcome(value=0, numerator=0)  # the year has a list, and it names nobody: known, not missing
        present = [column[school] for school in sorted(schools) if school in column]
        known = [outcome for outcome in present if outcome.value is not None]
        if not known:
            return None
        pooled = _pool(formula, known)
        warnings = _union(outcome.warnings for outcome in present)
        missing = {MISSING_SCHOOLS} if len(known) < len(schools) else set()
        excluded = _union(outcome.excluded for outcome in present)
        return pooled._replace(warnings=warnings | missing, excluded=excluded)

    def _column(self, leaf: Leaf, period: Period) -> Column:
        return self.columns.get(leaf, {}).get(period.code, {})

    def _sums(self, number: Sum, period: Period) -> Column:
        columns = [(term, self._column(term, period)) for term in number.of]
        places = dict.fromkeys(place for _, column in columns for place in column)
        return {place: _add([(term, column.get(place)) for term, column in columns]) for place in places}

    def _work_out(self, formula: Formula, period: Period) -> dict[Place, Outcome]:
        match formula:
            case Share(part=first, whole=second) | Mean(total=first, count=second):
                wholes = self.numbers(second, period)
                pairs = {
                    place: (part, wholes[place])
                    for place, part in self.numbers(first, period).items()
                    if place in wholes and wholes[place].number != 0
                }
                return {place: _divide(formula, part, whole) for place, (part, whole) in pairs.items()}
            case Count(of=number):
                return {place: _count(amount) for place, amount in self.numbers(number, period).items()}
            case Change(of=inner):
                return self._changes(inner, period)
            case ShareOfSchools():
                return self._met(formula, period)
            case _:
                raise TypeError(f"{formula} is not resolved")

    def _changes(self, inner: Formula, period: Period) -> dict[Place, Outcome]:
        """A place without a value in that very earlier period has no change, even when it has older ones."""
        earlier = self.previous(inner, period)
        if earlier is None:
            return {}
        before, gap = self.outcomes(inner, earlier), is_gap(period, earlier)
        return {
            place: difference(now, before[place], gap)
            for place, now in self.outcomes(inner, period).items()
            if place in before
        }

    def _met(self, formula: ShareOfSchools, period: Period) -> dict[Place, Outcome]:
        """1 or 0 for every school that has the value looked at."""
        if isinstance(formula.of, NUMBERS):
            looked_at = {place: _count(amount) for place, amount in self.numbers(formula.of, period).items()}
        else:
            looked_at = self.outcomes(formula.of, period)
        return {place: _meets(formula, outcome) for place, outcome in looked_at.items() if place is not None}


def difference(now: Outcome, then: Outcome, gap: bool) -> Outcome:
    return Outcome(
        value=change_between(now, then),
        participants=now.participants,
        refs=together(now.refs, then.refs),
        warnings=now.warnings | then.warnings | ({CHANGE_OVER_GAP} if gap else set()),
        excluded=now.excluded | then.excluded,
    )


def change_between(now: Outcome | None, then: Outcome | None) -> Exact | None:
    """A missing side gives no change (rule 3)."""
    if now is None or then is None or now.value is None or then.value is None:
        return None
    return now.value - then.value


def is_gap(period: Period, earlier: Period) -> bool:
    """Whether the comparison goes further back than one year."""
    return period.year_back(1).code != earlier.code


def _divide(formula: Share | Mean, part: Amount, whole: Amount) -> Outcome:
    value = None
    if part.number is not None and whole.number is not None:
        value = _ratio(formula, part.number, whole.number)
    return Outcome(
        value=value,
        numerator=part.number,
        denominator=whole.number,
        participants=whole.participants,
        refs=together(part.refs, whole.refs),
        warnings=part.warnings | whole.warnings,
        excluded=part.excluded | whole.excluded,
        is_share_of_pupils=isinstance(formula, Share) and whole.participants is not None,
    )


def _ratio(formula: Formula, part: Exact, whole: Exact) -> Exact:
    """Shares are in per cent: 75, not 0.75."""
    return Fraction(part * 100, whole) if isinstance(formula, Share | ShareOfSchools) else Fraction(part, whole)


def _count(amount: Amount) -> Outcome:
    return Outcome(
        value=amount.number,
        numerator=amount.number,
        participants=amount.participants,
        refs=amount.refs,
        warnings=amount.warnings,
        excluded=amount.excluded,
    )


def _meets(formula: ShareOfSchools, outcome: Outcome) -> Outcome:
    """Compared exactly, so a rise of a millionth is a rise."""
    met = None if outcome.value is None else int(formula.condition.holds(outcome.value, formula.than))
    return Outcome(
        value=None if met is None else 100 * met,
        numerator=met,
        denominator=1,
        refs=outcome.refs,
        warnings=outcome.warnings,
        excluded=outcome.excluded,
    )


def _pool(formula: Formula, known: list[Outcome]) -> Outcome:
    """Known outcomes of one column added up."""
    numerator = _sum(outcome.numerator for outcome in known)
    denominator = _sum(outcome.denominator for outcome in known)
    value = numerator if denominator is None or numerator is None else _ratio(formula, numerator, denominator)
    return Outcome(
        value=value,
        numerator=numerator,
        denominator=denominator,
        participants=_whole(_sum(outcome.participants for outcome in known)),
        refs=together(*(outcome.refs for outcome in known)),
        is_share_of_pupils=all(outcome.is_share_of_pupils for outcome in known),
    )


def _add(terms: list[tuple[Leaf, Amount | None]]) -> Amount:
    """Terms of a sum at one place. A procedure in which the school had nobody adds nothing; a statistic it has not
    reported, or a number that is not known, makes the sum unknown."""
    amounts = [amount for _, amount in terms if amount is not None]
    is_complete = all(amount is not None or isinstance(term, Results) for term, amount in terms)
    # Marks 3, 4 and 5 of one exam are about the same pupils: they are counted once.
    pupils = {getattr(term, "exam", term): amount.participants for term, amount in terms if amount is not None}
    return Amount(
        number=_sum(amount.number for amount in amounts) if is_complete else None,
        participants=_whole(_sum(pupils.values())),
        refs=together(*(amount.refs for amount in amounts)),
        warnings=_union(amount.warnings for amount in amounts),
        excluded=_union(amount.excluded for amount in amounts),
    )


def _sum(numbers: Iterable[Exact | None]) -> Exact | None:
    """None when one of them is unknown: never a smaller sum."""
    total: Exact = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _union(groups: Iterable[frozenset[T]]) -> frozenset[T]:
    return frozenset(member for group in groups for member in group)


def _whole(number: Exact | None) -> int | None:
    return None if number is None else int(number)
