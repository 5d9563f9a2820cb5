"""Schools in similar conditions: nearest by what describes the conditions, never by results."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

NEIGHBOURS = 5
MIN_NEIGHBOURS = 3
MIN_SHARED = 2  # features that both schools must have


@dataclass(frozen=True)
class Neighbour:
    school: int
    distance: float  # root of the mean square of the differences, in standard deviations
    shared: tuple[str, ...]  # features that were compared


def similar_schools(school: int, conditions: Mapping[int, Mapping[str, float]]) -> tuple[Neighbour, ...]:
    """The nearest schools by the features that both have; none where too little is known or too few are there."""
    nearest = by_likeness(school, conditions)[:NEIGHBOURS]
    return tuple(nearest) if len(nearest) >= MIN_NEIGHBOURS else ()


def by_likeness(school: int, conditions: Mapping[int, Mapping[str, float]]) -> list[Neighbour]:
    """All schools with which enough can be compared, the nearest first."""
    own = conditions.get(school, {})
    spreads = {name: _spread([known[name] for known in conditions.values() if name in known]) for name in own}
    found = []
    for other, known in conditions.items():
        shared = tuple(sorted(name for name in own if name in known and spreads[name] > 0))
        if other == school or len(shared) < MIN_SHARED:
            continue
        squares = [((own[name] - known[name]) / spreads[name]) ** 2 for name in shared]
        found.append(Neighbour(other, sqrt(sum(squares) / len(squares)), shared))
    return sorted(found, key=lambda neighbour: (round(neighbour.distance, 9), neighbour.school))


def _spread(values: list[float]) -> float:
    """The standard deviation of all schools."""
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / len(values))
