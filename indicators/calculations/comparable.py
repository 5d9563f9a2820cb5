"""A change compares like with like: of values that were joined, only the parts that both periods have.

A school where nobody sat profile mathematics one year is compared by Russian alone, «по соответствующему предмету»:
else a subject that appears would read as a rise, and one that is gone as a fall (ADR 15).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from indicators.calculations.formulas import Combined, Formula, OverYears, Relative
from indicators.calculations.outcomes import Outcome
from schools.periods import Period

COMPARED_IN_PART = "compared_in_part"  # by the parts that both periods have, for they do not have the same ones
NOT_COMPARABLE = "not_comparable"  # the periods have no part in common, so there is no change

ValueAt = Callable[[Formula, Period], Outcome | None]  # of one place, or of a population


class Sides(NamedTuple):
    """What a change is the difference of; None where there is nothing to compare."""

    now: Outcome | None
    then: Outcome | None
    warning: str = ""


def like_sides(formula: Formula, whole: Sides, value_at: ValueAt, period: Period, earlier: Period) -> Sides:
    """Of both whole sides what can be compared. What was left out of a side counts as left out of the change, whether
    it would have been compared or not."""
    like, warning = comparable(formula, whole, value_at, period, earlier)
    if like is None:
        return Sides(whole.now, None, warning)
    if not warning:
        return whole
    now, then = (
        part._replace(excluded=side.excluded) if part and side else None
        for part, side in ((value_at(like, period), whole.now), (value_at(like, earlier), whole.then))
    )
    return Sides(now, then, warning)


def comparable(
    formula: Formula, whole: Sides, value_at: ValueAt, period: Period, earlier: Period
) -> tuple[Formula | None, str]:
    """The formula with those parts alone that both sides have, and the warning that goes with it; as it is where both
    have the same ones, or a side is not known. None where they have none in common."""
    if not _joins(formula) or any(side is None or side.value is None for side in (whole.now, whole.then)):
        return formula, ""
    parts = list(_parts(formula, lambda part: part))
    now, then = ([_is_there(value_at(part, at)) for part in parts] for at in (period, earlier))
    if now == then:
        return formula, ""
    like = _kept(formula, iter([one and other for one, other in zip(now, then, strict=True)]))
    return (like, COMPARED_IN_PART) if like is not None else (None, NOT_COMPARABLE)


def _is_there(part: Outcome | None) -> bool:
    return part is not None and not part.is_left_out


def _joins(formula: Formula) -> bool:
    match formula:
        case Combined():
            return True
        case Relative(of=inner) | OverYears(of=inner):
            return _joins(inner)
        case _:
            return False


def _parts(formula: Formula, within: Callable[[Formula], Formula]) -> Iterator[Formula]:
    """What is joined, each part within what it stands in: a mean relative to the municipality, say."""
    match formula:
        case Combined(of=parts):
            for part in parts:
                yield from _parts(part, within)
        case Relative(of=inner) | OverYears(of=inner):
            yield from _parts(inner, lambda part: within(replace(formula, of=part)))
        case _:
            yield within(formula)


def _kept(formula: Formula, there: Iterator[bool]) -> Formula | None:
    """Without the parts that are not there; in the order of `_parts`."""
    match formula:
        case Combined(of=parts):
            kept = [part for part in [_kept(part, there) for part in parts] if part is not None]
            return replace(formula, of=tuple(kept)) if kept else None
        case Relative(of=inner) | OverYears(of=inner):
            of = _kept(inner, there)
            return replace(formula, of=of) if of is not None else None
        case _:
            return formula if next(there) else None
