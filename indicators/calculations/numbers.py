"""Exact numbers with what they stand on. Rounding happens only where a value is stored or shown."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from indicators.calculations.formulas import Leaf
from indicators.calculations.moments import Moments
from indicators.calculations.provenance import Source
from schools.periods import Period

Exact = int | Fraction
STORED_PLACES = 6


class Amount(NamedTuple):
    """One number of one school and period. A number of None is known to be unknown: the exam was held, say, but has
    no threshold. Where there is nothing at all there is no amount."""

    number: Exact | None
    participants: int | None = None  # pupils behind it; None where none are counted
    refs: tuple[Source, ...] = ()
    warnings: frozenset[str] = frozenset()
    excluded: frozenset[Hashable] = frozenset()  # results left out, each by its own name so that it counts once
    moments: Moments | None = None  # of a sum of marks or scores: how they are spread
    as_of: Period | None = None  # at a date: the day or the period of what stands there

    @property
    def is_left_out(self) -> bool:
        """Whether nothing but results that were left out stands here."""
        return bool(self.excluded) and self.number is None and self.participants is None


def latest(*periods: Period | None) -> Period | None:
    """The last of the days that numbers are of; None where none of them says one."""
    return max((period for period in periods if period is not None), default=None)


Place = int | None  # a school's id; None is the municipality itself
ELSEWHERE = 0  # no school's id: somebody whose numbers were not asked for has one, so that the exam was held
Column = Mapping[Place, Amount]  # one number in one period
Columns = Mapping[Leaf, Mapping[str, Column]]  # by number and code of the period


def to_decimal(number: Exact, places: int = STORED_PLACES) -> Decimal:
    """Rounded half away from zero in one step, from the exact number."""
    top, bottom = number.numerator, number.denominator
    rounded = (2 * abs(top) * 10**places + bottom) // (2 * bottom)
    return Decimal(-rounded if top < 0 else rounded).scaleb(-places)
