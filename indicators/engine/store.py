"""Compares fresh rows with the stored ones and writes what differs: unchanged rows keep their moment of computing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from accounts.upsert import upsert
from indicators.engine.evaluate import VALUE_FIELDS, Key, Row
from indicators.engine.scope import Reach, schools_looked_at
from indicators.models import MunicipalityValue, SchoolValue
from schools.periods import Period

BATCH = 500
READ_AT_ONCE = 2000
NAMES = ("pk", "indicator_id", "period")
WRITTEN = ("indicator_id", "period", "computed_at", "job_id", *VALUE_FIELDS)

Model = type[SchoolValue] | type[MunicipalityValue]


StoredRow = tuple[Key, int, Row]  # with its id


@dataclass
class Differences:
    """How stored rows must change to equal the fresh ones."""

    fresh: dict[Key, Row]  # new or changed
    before: dict[Key, Row] = field(default_factory=dict)  # of those changed or gone
    gone: dict[Key, int] = field(default_factory=dict)  # their ids

    def __len__(self) -> int:
        return len(self.fresh) + len(self.gone)


def read_stored(reaches: Mapping[int, Reach]) -> Iterator[StoredRow]:
    """The values of these indicators, one after another, for there may be hundreds of thousands: of the schools that
    are looked at, and of the municipality, which is read in all periods. In two queries, or three where periods are
    limited."""
    if not reaches:
        return
    of_schools = _near(reaches).values_list(*NAMES, "school_id", *VALUE_FIELDS)
    for pk, indicator, code, school, *row in of_schools.iterator(READ_AT_ONCE):
        yield (indicator, code, school), pk, tuple(row)
    of_municipality = MunicipalityValue.objects.filter(indicator__in=reaches.keys())
    for pk, indicator, code, *row in of_municipality.values_list(*NAMES, *VALUE_FIELDS):
        yield (indicator, code, None), pk, tuple(row)


def within_reach(rows: Iterable[StoredRow], reaches: Mapping[int, Reach]) -> Iterator[StoredRow]:
    holds = cache(lambda indicator, code: reaches[indicator].holds(Period.parse(code)))
    for key, pk, row in rows:
        indicator, code, school = key
        if holds(indicator, code) and reaches[indicator].has(school):
            yield key, pk, row


def _near(reaches: Mapping[int, Reach]) -> QuerySet[SchoolValue]:
    """Rows of these indicators: of the schools that are looked at, or of all in any period that is looked at. Few rows
    take less time than to ask first which of them are needed."""
    rows = SchoolValue.objects.filter(indicator__in=reaches.keys())
    schools = schools_looked_at(reaches.values())
    if schools is not None:
        return rows.filter(school__in=schools)
    if any(reached.everything for reached in reaches.values()):
        return rows
    periods = [Period.parse(code) for code in rows.values_list("period", flat=True).distinct()]
    near = [period.code for period in periods if any(reached.holds(period) for reached in reaches.values())]
    return rows.filter(period__in=near)


def compare(fresh: dict[Key, Row], stored: Iterable[StoredRow]) -> Differences:
    """Within the same reach; what has no data any more goes. Of `fresh` only what differs is left: a value that is
    stored as it is is let go at once, or a municipality would be in memory twice."""
    differences = Differences(fresh)
    for key, pk, row in stored:
        known = fresh.get(key)
        if known == row:
            del fresh[key]
            continue
        differences.before[key] = row
        if known is None:
            differences.gone[key] = pk
    return differences


def write(differences: Differences, job_id: int | None) -> None:
    """Inside the caller's transaction. Of rows that stay as they are, moment and job stay too."""
    now, fresh = timezone.now(), differences.fresh.items()
    of_schools = (
        (school, indicator, period, now, job_id, *row)
        for (indicator, period, school), row in fresh
        if school is not None
    )
    of_municipality = (
        (indicator, period, now, job_id, *row) for (indicator, period, school), row in fresh if school is None
    )
    upsert(SchoolValue, ("school_id", *WRITTEN), of_schools, key=("school_id", "indicator_id", "period"))
    upsert(MunicipalityValue, WRITTEN, of_municipality, key=("indicator_id", "period"))
    _delete(SchoolValue, (pk for (_, _, school), pk in differences.gone.items() if school is not None))
    _delete(MunicipalityValue, (pk for (_, _, school), pk in differences.gone.items() if school is None))


def _delete(model: Model, ids: Iterable[int]) -> None:
    for batch in _batches(ids):
        model.objects.filter(pk__in=batch).delete()


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
