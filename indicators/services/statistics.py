"""Keeping collected numbers: from the form or from a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import Permission
from accounts.jobs import enqueue
from accounts.models import Job, audit
from indicators.imports.statistics import Entry, check_statistics
from indicators.models import MunicipalityStatistic, SchoolStatistic
from indicators.queries.statistics import StatisticsSheet
from schools.models import Municipality, School
from schools.queries.lookup import SchoolLookup
from schools.tables import Table, TableProblem

WRITTEN_FIELDS = ("value", "source", "entered_at", "entered_by")


@dataclass
class NumbersOutcome:
    """What keeping numbers did, or why it was refused: then nothing is written."""

    written: int = 0
    removed: int = 0
    same: int = 0
    problems: list[TableProblem] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """Where numbers come from: the form, or a sheet of a file."""

    file: str = ""
    sheet: str = ""

    def of(self, entry: Entry) -> dict[str, Any]:
        return {"file": self.file, "sheet": self.sheet, "rows": str(entry.row)} if self.file else {"form": True}


@transaction.atomic
def keep_statistics(
    *, municipality: Municipality, period: str, entries: Sequence[Entry], by: Any, origin: Origin | None = None
) -> NumbersOutcome:
    """Write the numbers that differ from what is stored, take away those that are empty now."""
    outcome, origin = NumbersOutcome(), origin or Origin()
    of_schools = [entry for entry in entries if entry.place is not None]
    of_whole = [entry for entry in entries if entry.place is None]
    common = {"period": period, "entered_at": timezone.now(), "entered_by_id": getattr(by, "pk", None)}
    stored = SchoolStatistic.objects.filter(
        school__in={entry.place for entry in of_schools}, school__municipality=municipality, period=period
    )
    codes = _keep(stored, of_schools, origin, common, "school_id", outcome)
    whole = MunicipalityStatistic.objects.filter(municipality=municipality, period=period)
    codes |= _keep(whole, of_whole, origin, common | {"municipality": municipality}, "", outcome)
    if codes:
        _tell(municipality, period, sorted(codes), outcome, origin, by)
    return outcome


def take_statistics(*, sheet: StatisticsSheet, table: Table, file_name: str, by: Any) -> NumbersOutcome:
    """The numbers of a spreadsheet, all or none; twice changes nothing."""
    schools = School.objects.allowing(by, Permission.STATISTICS_EDIT).filter(municipality=sheet.municipality)
    checked = check_statistics(table, sheet, SchoolLookup.among(schools))
    if checked.problems:
        return NumbersOutcome(problems=checked.problems)
    return keep_statistics(
        municipality=sheet.municipality,
        period=sheet.period,
        entries=checked.entries,
        by=by,
        origin=Origin(file_name, table.sheet),
    )


def _keep(
    rows: QuerySet[Any],
    entries: Sequence[Entry],
    origin: Origin,
    common: dict[str, Any],
    place: str,
    outcome: NumbersOutcome,
) -> set[str]:
    """Bring these rows to what the entries say; the codes of the numbers that changed."""
    stored = {(getattr(row, place, None), row.kind_id): row for row in rows.select_for_update()} if entries else {}
    fresh, gone, codes = [], [], set()
    for entry in entries:
        known = stored.get((entry.place, entry.kind.pk))
        if entry.value == (known.value if known else None):
            outcome.same += known is not None
            continue
        codes.add(entry.kind.code)
        if entry.value is None:
            gone.append(stored[entry.place, entry.kind.pk].pk)
            continue
        where = {place: entry.place} if place else {}
        fresh.append(rows.model(kind=entry.kind, value=entry.value, source=origin.of(entry), **where, **common))
    rows.model.objects.filter(pk__in=gone).delete()
    rows.model.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["school" if place else "municipality", "kind", "period"],
        update_fields=list(WRITTEN_FIELDS),
        batch_size=500,
    )
    outcome.written += len(fresh)
    outcome.removed += len(gone)
    return codes


def _tell(
    municipality: Municipality, period: str, codes: list[str], outcome: NumbersOutcome, origin: Origin, by: Any
) -> None:
    audit(
        "statistics_kept",
        municipality,
        by=by,
        municipality_id=municipality.pk,
        period=period,
        kinds=codes,
        written=outcome.written,
        removed=outcome.removed,
        file=origin.file,
    )
    enqueue(
        Job.Kind.RECOMPUTE,
        municipality_id=municipality.pk,
        by=by,
        scope={"statistics": [[code, period] for code in codes]},
    )
