"""Pairs of schools, of which populations are one side. The app that keeps them registers how they are read."""

from collections.abc import Callable, Sequence

from indicators.calculations.populations import SchoolPair

Read = Callable[[int], Sequence[SchoolPair]]  # of a municipality, in one query

_readers: list[Read] = []


def register(read: Read) -> None:
    """Populations are drawn from these pairs from now on."""
    _readers.append(read)


def read_pairs(municipality_id: int) -> Sequence[SchoolPair]:
    """All that there are and were."""
    return tuple(pair for read in _readers for pair in read(municipality_id))
