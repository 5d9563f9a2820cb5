"""The 95 % intervals of rule 8: Wilson's of a share of pupils, the bootstrap's of a mean of their marks or scores."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from indicators.calculations.moments import Moments
from indicators.calculations.numbers import Exact

# The 97.5 % point of the normal distribution, to more digits than are ever kept.
Z = Decimal("1.95996398454005423552459443052")
_EXACT = Context(prec=40)


class Interval(NamedTuple):
    """In the unit of the value."""

    low: Decimal
    high: Decimal

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high

    @property
    def is_point(self) -> bool:
        return self.low == self.high


ANYTHING = Interval(Decimal("-Infinity"), Decimal("Infinity"))


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


@lru_cache(maxsize=50_000)
def bootstrap(moments: Moments) -> Interval:
    """Where 95 % of the means lie that as many draws from these marks or scores would give, put back each time.

    The cumulants of such a mean are known exactly: with mean m, variance v, skewness s and excess kurtosis k of what
    was observed they are m, v/n, s/√n and k/n. The expansion of Cornish and Fisher gives its 2.5 % and 97.5 % points,

        m + √(v/n) · (±z + (z² − 1)·s/6 ± (z³ − 3z)·k/24 ∓ (2z³ − 5z)·s²/36),  s and k being those of the mean,

    without a random draw (ADR 16). No mean leaves the range of what was observed. Of equal marks it is a point; one
    pupil alone tells nothing of the spread, so that any mean may be.
    """
    n, total, squares = moments.n, moments.total, moments.squares
    if n == 1:
        return ANYTHING
    # Central moments as whole numbers: n² · variance, n³ · the third and n⁴ · the fourth.
    second = n * squares - total**2
    third = n**2 * moments.cubes - 3 * n * total * squares + 2 * total**3
    fourth = n**3 * moments.fourths - 4 * n**2 * total * moments.cubes + 6 * n * total**2 * squares - 3 * total**4
    with localcontext(_EXACT):
        mean = Decimal(total) / n
        if second == 0:
            return Interval(mean, mean)
        kurtosis = (Decimal(fourth) / second**2 - 3) / n
        skewness_squared = Decimal(third**2) / (n * second**3)
        middle = mean + (Z * Z - 1) / 6 * third / (n**2 * second)
        stretched = 1 + (Z * Z - 3) / 24 * kurtosis - (2 * Z * Z - 5) / 36 * skewness_squared
        half = Z * (Decimal(second) / n**3).sqrt() * stretched
        return Interval(max(middle - half, Decimal(moments.lowest)), min(middle + half, Decimal(moments.highest)))


def _decimal(number: Exact) -> Decimal:
    fraction = Fraction(number)
    return _EXACT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
