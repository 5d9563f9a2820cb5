"""The two schools of each pair beside each other by one indicator, as «попарно» in the project of Сургут."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.access import Permission
from indicators.models import Indicator
from indicators.pairs import read_pairs
from indicators.queries.indicator import lines_of_schools
from indicators.queries.values import SchoolLine
from schools.models import School
from schools.ordering import in_natural_order
from schools.periods import Period

Beside = tuple[School, SchoolLine]


@dataclass(frozen=True)
class PairLine:
    helped: Beside
    helping: Beside

    @property
    def has_both(self) -> bool:
        return all(line.value is not None or line.is_hidden for _, line in (self.helped, self.helping))

    @property
    def sides(self) -> tuple[tuple[str, Beside], ...]:
        return (("Ей помогают", self.helped), ("Помогает", self.helping))


def pairs_beside(user: Any, indicator: Indicator, period: str, school_year: int) -> tuple[PairLine, ...]:
    """Pairs that run in the period and of which the person may see both values; none where no pair has both. One query
    where there are no pairs."""
    at = Period.parse(period)
    running = {(pair.helped, pair.helping) for pair in read_pairs(indicator.municipality_id) if pair.runs_in(at)}
    if not running:
        return ()
    seen = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality_id=indicator.municipality_id)
    schools = seen.in_bulk({school for pair in running for school in pair})
    shown = [pair for pair in running if schools.keys() >= set(pair)]
    lines = lines_of_schools(user, [indicator], schools.values(), school_year)
    beside = tuple(
        PairLine(*((schools[school], lines[indicator.pk, school]) for school in pair))
        for pair in sorted(shown, key=_in_order_of(schools.values()))
    )
    return beside if any(pair.has_both for pair in beside) else ()


def _in_order_of(schools: Iterable[School]) -> Any:
    places = {school.pk: place for place, school in enumerate(in_natural_order(schools))}
    return lambda pair: (places[pair[0]], places[pair[1]])
