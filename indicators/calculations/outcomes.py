"""A value with its parts, and how outcomes are made of numbers and of one another."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from indicators.calculations.formulas import (
    Combined,
    Formula,
    Kind,
    Leaf,
    Mean,
    OverYears,
    Records,
    Relative,
    Results,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    kind_of,
)
from indicators.calculations.intervals import ANYTHING, Interval, bootstrap, wilson
from indicators.calculations.moments import Moments, add_up
from indicators.calculations.numbers import Amount, Exact, latest
from indicators.calculations.provenance import Source, together
from schools.periods import Period, PeriodKind

T = TypeVar("T")

CHANGE_OVER_GAP = "change_over_gap"  # compared with a year further back than one


class Outcome(NamedTuple):
    """A value with its parts. A value of None is there, but cannot be told: see its warnings and what was left out."""

    value: Exact | None
    numerator: Exact | None = None
    denominator: Exact | None = None
    participants: int | None = None
    refs: tuple[Source, ...] = ()
    warnings: frozenset[str] = frozenset()
    excluded: frozenset[Hashable] = frozenset()
    is_share_of_pupils: bool = False
    weight: Exact | None = None  # how many it is a mean over, where it is one
    moments: Moments | None = None  # of a mean of marks or scores
    as_of: Period | None = None  # at a date: the day or the period of the latest data in it

    @property
    def is_left_out(self) -> bool:
        """Whether there would be a value but for results that were left out."""
        return bool(self.excluded) and self.value is None and self.participants is None

    @property
    def interval(self) -> Interval | None:
        """Of a share of pupils or a mean of their marks and scores; shares of schools and of staff, counts and what is
        made of other values have none (rule 8). Nor has a mean whose spread nobody can tell, of equal marks or of one
        pupil."""
        bounds = self.bounds
        return None if bounds is None or bounds.is_point or bounds is ANYTHING else bounds

    @property
    def bounds(self) -> Interval | None:
        """What a change is compared by: also a point, and for a single pupil anything."""
        if self.moments is not None:
            return bootstrap(self.moments)
        if not self.is_share_of_pupils or self.numerator is None or self.denominator is None:
            return None
        return wilson(self.numerator, self.denominator)


def left_out(*parts: Amount | Outcome) -> Outcome:
    """No value, for what it needs was left out."""
    return Outcome(value=None, excluded=union(part.excluded for part in parts))


def difference(now: Outcome | None, then: Outcome | None, warning: str, gap: bool) -> Outcome | None:
    """A missing side gives no change (rule 3); `warning` says how the sides were made comparable, if they had to be."""
    if now is None or then is None:
        return None
    if now.is_left_out or then.is_left_out:
        return left_out(now, then)
    return Outcome(
        value=change_between(now, then),
        participants=now.participants,
        refs=together(now.refs, then.refs),
        warnings=now.warnings
        | then.warnings
        | ({CHANGE_OVER_GAP} if gap else set())
        | ({warning} if warning else set()),
        excluded=now.excluded | then.excluded,
        weight=now.weight,
        as_of=now.as_of,
    )


def change_between(now: Outcome | None, then: Outcome | None) -> Exact | None:
    """A missing side gives no change (rule 3). Nor do two dates at which the very same results stand: that nothing came
    since is not that nothing changed."""
    if now is None or then is None or now.value is None or then.value is None:
        return None
    if now.as_of is not None and now.as_of == then.as_of:
        return None
    return now.value - then.value


def is_gap(period: Period, earlier: Period) -> bool:
    """Whether the comparison goes further back than one year; dates lie as they lie."""
    return period.kind is not PeriodKind.DATE and period.year_back(1).code != earlier.code


def divide(formula: Share | Mean, part: Amount, whole: Amount) -> Outcome:
    if (part.excluded or whole.excluded) and (part.is_left_out or whole.is_left_out):
        return left_out(part, whole)
    is_share = isinstance(formula, Share)
    value = None
    if part.number is not None and whole.number is not None:
        value = Fraction(part.number * 100 if is_share else part.number, whole.number)
    return Outcome(
        value=value,
        numerator=part.number,
        denominator=whole.number,
        participants=whole.participants,
        refs=together(part.refs, whole.refs),
        warnings=part.warnings | whole.warnings,
        excluded=part.excluded | whole.excluded,
        is_share_of_pupils=is_share and whole.participants is not None,
        weight=whole.number,
        moments=part.moments if part.moments and part.moments.n == whole.number else None,
        as_of=latest(part.as_of, whole.as_of),
    )


def _ratio(formula: Formula, part: Exact, whole: Exact) -> Exact:
    """Shares are in per cent: 75, not 0.75."""
    return Fraction(part * 100, whole) if kind_of(formula) is Kind.PERCENT else Fraction(part, whole)


def count(amount: Amount) -> Outcome:
    return Outcome(
        value=amount.number,
        numerator=amount.number,
        participants=amount.participants,
        refs=amount.refs,
        warnings=amount.warnings,
        excluded=amount.excluded,
        as_of=amount.as_of,
    )


def restored(formula: Formula, numerator: Exact | None, denominator: Exact | None, participants: int | None) -> Outcome:
    """An outcome, or several pooled, as far as its numbers tell."""
    value = numerator if numerator is None or denominator is None else _ratio(formula, numerator, denominator)
    counted = formula.of if isinstance(formula, OverYears) else formula
    is_share_of_pupils = isinstance(counted, Share) and participants is not None
    return Outcome(value, numerator, denominator, participants, is_share_of_pupils=is_share_of_pupils)


def meets(formula: ShareOfSchools, outcome: Outcome) -> Outcome:
    """Compared exactly, so a rise of a millionth is a rise."""
    met = None if outcome.value is None else int(formula.condition.holds(outcome.value, formula.than))
    return Outcome(
        value=None if met is None else 100 * met,
        numerator=met,
        denominator=1,
        refs=outcome.refs,
        warnings=outcome.warnings,
        excluded=outcome.excluded,
        as_of=outcome.as_of,
    )


def pool(formula: Formula, known: list[Outcome]) -> Outcome:
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
        weight=_sum(outcome.weight for outcome in known),
        moments=add_up(outcome.moments for outcome in known),
        as_of=latest(*(outcome.as_of for outcome in known)),
    )


def meets_several(formula: SchoolsMeeting, outcomes: list[Outcome]) -> Outcome:
    """By the conditions of which the school has a value; who has no value for one never meets all of them."""
    known = [outcome.numerator for outcome in outcomes if outcome.numerator is not None]
    met = all(known) and len(known) == len(formula.of) if formula.needs_all else any(known)
    return _joined(outcomes)._replace(
        value=100 * met if known else None, numerator=int(met) if known else None, denominator=1
    )


def relative(formula: Relative, outcome: Outcome, whole: Outcome) -> Outcome:
    """What is left out of the whole is left out of what is compared with it. The results of all schools are those of
    the municipality's value, which not everybody may look into: a school names its own."""
    value = Fraction(outcome.value, whole.value) if outcome.value is not None and whole.value else None
    return outcome._replace(
        value=value,
        numerator=outcome.value,
        denominator=whole.value,
        refs=together(outcome.refs, whole.refs) if formula.region else outcome.refs,
        excluded=outcome.excluded | whole.excluded,
        is_share_of_pupils=False,
        moments=None,
        as_of=latest(outcome.as_of, whole.as_of),
    )


def combine(formula: Combined, parts: list[Outcome]) -> Outcome:
    """The mean weighted by participants. The same pupils may be behind several parts, so there is no interval; and what
    is told of them together must not tell of a few, so the part with the fewest gives the number of participants."""
    there = [part for part in parts if not part.is_left_out]
    if not there:
        return left_out(*parts)
    scale = 100 if kind_of(formula) is Kind.PERCENT else 1
    weight = _sum(part.weight for part in there)
    points = _sum(_times(part.value, part.weight) for part in there)
    numerator = None if points is None else Fraction(points, scale)
    value = Fraction(points, weight) if points is not None and weight else None
    return _joined(parts)._replace(value=value, numerator=numerator, denominator=weight, weight=weight)


def over_years(formula: OverYears, years: list[Outcome]) -> Outcome:
    """Years added up. One that is not known makes the whole unknown; no year has fewer participants than are told."""
    there = [one for one in years if not one.is_left_out]
    if not there:
        return left_out(*years)
    joined = _joined(years)
    return pool(formula, there)._replace(
        participants=joined.participants, warnings=joined.warnings, excluded=joined.excluded
    )


def _joined(parts: list[Outcome]) -> Outcome:
    """What several outcomes of one place have behind them."""
    return Outcome(
        value=None,
        participants=min((part.participants for part in parts if part.participants is not None), default=None),
        refs=together(*(part.refs for part in parts)),
        warnings=union(part.warnings for part in parts),
        excluded=union(part.excluded for part in parts),
        as_of=latest(*(part.as_of for part in parts)),
    )


def adder(terms: Sequence[Leaf]) -> Callable[[Sequence[Amount | None]], Amount]:
    """How amounts of these terms add up at one place.

    A procedure in which the school had nobody, or whose results were left out, adds nothing, and records that are not
    there are none; a statistic it has not reported, or a number that is not known, makes the sum unknown, and so does
    leaving everything out.
    """
    is_reported = [not isinstance(term, Results | Records) for term in terms]
    exams = [getattr(term, "exam", term) for term in terms]
    pupils_of = [exams.index(exam) for exam in exams]  # marks 3, 4 and 5 of one exam are about the same pupils

    def add(amounts: Sequence[Amount | None]) -> Amount:
        number: Exact | None = 0
        pupils: dict[int, int | None] = {}
        there: list[Amount] = []
        excluded: frozenset[Hashable] = frozenset()
        for place, amount in enumerate(amounts):
            if amount is None:
                if is_reported[place]:
                    number = None
                continue
            if amount.excluded:
                excluded |= amount.excluded
                if amount.is_left_out:
                    continue
            number = None if number is None or amount.number is None else number + amount.number
            pupils[pupils_of[place]] = amount.participants
            there.append(amount)
        if not there:
            return Amount(number=None, excluded=excluded)
        return Amount(
            number=number,
            participants=_whole(_sum(pupils.values())),
            refs=together(*[amount.refs for amount in there]),
            warnings=frozenset().union(*[amount.warnings for amount in there]),
            excluded=excluded,
            moments=add_up(amount.moments for amount in there),
            as_of=latest(*[amount.as_of for amount in there]),
        )

    return add


def _sum(numbers: Iterable[Exact | None]) -> Exact | None:
    """None when one of them is unknown: never a smaller sum."""
    total: Exact = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def union(groups: Iterable[frozenset[T]]) -> frozenset[T]:
    return frozenset(member for group in groups for member in group)


def _times(value: Exact | None, weight: Exact | None) -> Exact | None:
    return None if value is None or weight is None else value * weight


def _whole(number: Exact | None) -> int | None:
    return None if number is None else int(number)
