"""Collected statistics as a source of numbers."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from indicators.calculations.formulas import LOOKBACK_YEARS, Leaf, Statistic
from indicators.models import MunicipalityStatistic, SchoolStatistic
from indicators.sources import Amount, Asked, Columns, Place, Ref
from schools.periods import Period

FIELDS = ("period", "value", "source", "kind__code", "kind__name", "kind__counts_pupils")


def read_statistics(asked: Asked) -> Columns:
    """Two queries; a statistic belongs to the very period it was reported for, and at a date stands the last one whose
    period is over by then, at most three years old."""
    codes = {leaf.code for leaf in asked.leaves if isinstance(leaf, Statistic)}
    columns: dict[Leaf, dict[str, dict[Place, Amount]]] = defaultdict(lambda: defaultdict(dict))
    for place, period, value, source, code, name, counts_pupils in _rows(asked.municipality_id, codes):
        reported_for = Period.parse(period)
        if asked.holds(reported_for):
            columns[Statistic(code)][period][place] = amount(value, source, name, counts_pupils)
        for date in asked.dates:
            known = columns[Statistic(code)][date.code].get(place)
            is_later = known is None or known.as_of is None or known.as_of < reported_for
            if is_later and date.year_back(LOOKBACK_YEARS).ends_on <= reported_for.ends_on <= date.ends_on:
                found = amount(value, source, name, counts_pupils)
                columns[Statistic(code)][date.code][place] = found._replace(as_of=reported_for)
    return {
        leaf: {period: column for period, column in by_period.items() if column} for leaf, by_period in columns.items()
    }


def _rows(municipality_id: int, codes: set[str]) -> Iterator[tuple[Any, ...]]:
    of_schools = SchoolStatistic.objects.filter(school__municipality_id=municipality_id, kind__code__in=codes)
    yield from of_schools.values_list("school_id", *FIELDS)
    of_municipality = MunicipalityStatistic.objects.filter(municipality_id=municipality_id, kind__code__in=codes)
    for row in of_municipality.values_list(*FIELDS):
        yield None, *row


def amount(value: Decimal, source: dict[str, Any], name: str, counts_pupils: bool) -> Amount:
    ref = Ref.of(source, form=name)
    return Amount(
        number=int(value) if value == int(value) else Fraction(value),
        participants=int(value) if counts_pupils else None,
        refs=(ref,) if ref else (),
    )
