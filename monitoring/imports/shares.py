"""Shares of pupils turned back into numbers of pupils."""

from collections.abc import Sequence
from decimal import Decimal

TOLERANCE_PER_SHARE = Decimal("0.1")  # each printed share may be rounded, so four of them may miss 100 by a little


def as_counts(values: Sequence[int | float], participants: int, *, percent_sure: bool = False) -> list[int] | None:
    """Numbers of pupils that add up to `participants`, or None when the values add up to nothing sensible.

    The values may be percents (adding to 100), fractions as Excel stores a percent cell (adding to 1), or already the
    numbers of pupils. Where two readings are possible (100 participants, or one) they give the same numbers.
    """
    exact = [Decimal(str(value)) for value in values]
    total = sum(exact, Decimal(0))
    if any(value < 0 for value in exact):
        return None
    allowed = TOLERANCE_PER_SHARE * len(exact)
    if abs(total - 100) <= allowed:
        return split(exact, participants)
    if not percent_sure and total == participants and all(value == int(value) for value in exact):
        return [int(value) for value in exact]
    if abs(total - 1) <= allowed / 100:
        return split(exact, participants)
    return None


def split(shares: Sequence[Decimal], participants: int) -> list[int]:
    """Largest remainder: each count within one of its exact value, all of them adding up to `participants`."""
    total = sum(shares, Decimal(0))
    exact = [share * participants / total for share in shares]
    counts = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (counts[index] - exact[index], index))
    for index in by_remainder[: participants - sum(counts)]:
        counts[index] += 1
    return counts
