"""95 % intervals by their textbook formulas, to forty digits. Pure."""

from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction

Z = Decimal("1.95996398454005423552459443052")  # the 97.5 % point of the normal distribution
Bounds = tuple[Decimal, Decimal]
ANYTHING: Bounds = (Decimal("-Infinity"), Decimal("Infinity"))  # of a single mark


def wilson(part: Fraction | int, whole: Fraction | int) -> Bounds | None:
    """Of a share, in per cent: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)."""
    if whole <= 0 or part < 0 or part > whole:
        return None
    with localcontext(prec=40):
        n, share = _decimal(whole), _decimal(Fraction(part) / Fraction(whole))
        middle = share + Z * Z / (2 * n)
        half = Z * (share * (1 - share) / n + Z * Z / (4 * n * n)).sqrt()
        scale = 100 / (1 + Z * Z / n)
        low = Decimal(0) if part == 0 else (middle - half) * scale
        high = Decimal(100) if part == whole else (middle + half) * scale
        return low, high


def bootstrap(spread: Counter[int]) -> Bounds | None:
    """Of the mean of these marks or scores, by Cornish and Fisher's expansion (ADR 16)."""
    scores = [score for score, count in spread.items() if count]
    n = sum(spread.values())
    if not n:
        return None
    if n == 1:
        return ANYTHING
    total = sum(score * count for score, count in spread.items())
    # Deviations times n are whole numbers: n·x − Σx.
    power = {k: sum(count * (n * score - total) ** k for score, count in spread.items()) for k in (2, 3, 4)}
    with localcontext(prec=40):
        mean = Decimal(total) / n
        if power[2] == 0:
            return mean, mean
        variance = Decimal(power[2]) / n**3
        skewness = Decimal(power[3]) / n**4 / (variance * variance.sqrt()) / Decimal(n).sqrt()
        kurtosis = (Decimal(power[4]) / n**5 / variance**2 - 3) / n
        error = (variance / n).sqrt()
        shift = (Z**2 - 1) * skewness / 6
        reach = Z + (Z**3 - 3 * Z) * kurtosis / 24 - (2 * Z**3 - 5 * Z) * skewness**2 / 36
        low, high = mean + error * (shift - reach), mean + error * (shift + reach)
        return max(low, Decimal(min(scores))), min(high, Decimal(max(scores)))


def overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _decimal(number: Fraction | int) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
