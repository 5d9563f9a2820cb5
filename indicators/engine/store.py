"""Compares fresh rows with the stored ones and writes what differs: unchanged rows keep their moment of computing."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.utils import timezone

from accounts.upsert import upsert
from indicators.engine.evaluate import VALUE_FIELDS, Key, Row
from indicators.models import MunicipalityValue, SchoolValue

BATCH = 500
WRITTEN = ("indicator_id", "period", "computed_at", *VALUE_FIELDS)

Model = type[SchoolValue] | type[MunicipalityValue]


@dataclass(frozen=True)
class Stored:
    """Rows as they are in the database, and their ids."""

    rows: dict[Key, Row]
    ids: dict[Key, int]


@dataclass
class Differences:
    """How stored rows must change to equal the fresh ones."""

    fresh: dict[Key, Row] = field(default_factory=dict)  # new or changed
    before: dict[Key, Row] = field(default_factory=dict)  # of those changed or gone
    gone: dict[Key, int] = field(default_factory=dict)  # their ids

    def __len__(self) -> int:
        return len(self.fresh) + len(self.gone)


def read_stored(indicator_ids: Collection[int]) -> Stored:
    """All values of these indicators, in two queries."""
    stored = Stored({}, {})
    for row in SchoolValue.objects.filter(indicator__in=indicator_ids).values_list(
        "pk", "indicator_id", "period", "school_id", *VALUE_FIELDS
    ):
        _keep(stored, row[1:4], row[0], row[4:])
    for row in MunicipalityValue.objects.filter(indicator__in=indicator_ids).values_list(
        "pk", "indicator_id", "period", *VALUE_FIELDS
    ):
        _keep(stored, (*row[1:3], None), row[0], row[3:])
    return stored


def _keep(stored: Stored, key: Key, pk: int, row: Row) -> None:
    stored.rows[key], stored.ids[key] = row, pk


def compare(fresh: Mapping[Key, Row], stored: Stored, touched: Collection[Key]) -> Differences:
    """`touched` are the stored rows that were to be worked out anew; what has no data any more goes."""
    differences = Differences()
    for key, row in fresh.items():
        known = stored.rows.get(key)
        if known != row:
            differences.fresh[key] = row
            if known is not None:
                differences.before[key] = known
    for key in touched:
        if key not in fresh:
            differences.gone[key] = stored.ids[key]
            differences.before[key] = stored.rows[key]
    return differences


def write(differences: Differences) -> None:
    """Inside the caller's transaction."""
    now = timezone.now()
    of_schools, of_municipality = [], []
    for (indicator, period, school), row in differences.fresh.items():
        if school is None:
            of_municipality.append((indicator, period, now, *row))
        else:
            of_schools.append((school, indicator, period, now, *row))
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
