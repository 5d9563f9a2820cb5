"""The 95 % Wilson interval of a share of pupils (rule 8)."""

from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from indicators.calculations.numbers import Exact

# The 97.5 % point of the normal distribution, to more digits than are ever kept.
Z = Decimal("1.95996398454005423552459443052")
_EXACT = Context(prec=40)


class Interval(NamedTuple):
    """In per cent."""

    low: Decimal
    high: Decimal

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high


@lru_cache(maxsize=50_000)
def wilson(part: Exact, whole: Exact) -> Interval | None:
    """(2k + z² ± z·√(z² + 4k(n − k)/n)) / 2(n + z²); None where there is no share."""
    if whole <= 0 or not 0 <= part <= whole:
        return None
    c = _EXACT
    k, n = _decimal(part), _decimal(whole)
    z_squared = c.multiply(Z, Z)
    variance = c.divide(c.multiply(4 * k, c.subtract(n, k)), n)
    spread = c.multiply(Z, c.sqrt(c.add(z_squared, variance)))
    middle = c.add(2 * k, z_squared)
    scale = c.divide(Decimal(50), c.add(n, z_squared))
    # At the edges the formula gives 0 and 100 exactly; a square root of 40 digits would miss them by a hair.
    low = Decimal(0) if part == 0 else c.multiply(c.subtract(middle, spread), scale)
    high = Decimal(100) if part == whole else c.multiply(c.add(middle, spread), scale)
    return Interval(low, high)


def _decimal(number: Exact) -> Decimal:
    fraction = Fraction(number)
    return _EXACT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
