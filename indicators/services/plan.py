"""The one way into the plan: targets and baselines with their ledger (ADR 19)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from indicators.calculations.planned import Cell, PlanEntry, token
from indicators.models import Baseline, Indicator, PlanRevision, Target
from indicators.queries.plan import Planned, cell_of, planned_in, token_of
from indicators.services.recompute import request_recompute
from schools.models import Municipality, School
from schools.periods import Period

REASON_NEEDED = "Укажите причину: она обязательна, когда записанное меняют или убирают."
GROUND_LENGTH = 300


@dataclass(frozen=True)
class Basis:
    """What a change of the plan stands on."""

    reason: str = ""
    order_number: str = ""
    order_date: dt.date | None = None
    source: str = ""  # what numbers name as their ground; without it the order, else the reason
    baseline_source: str = ""  # the same of baselines
    is_demo: bool = False

    @property
    def ground(self) -> str:
        """As the numbers name it, in as many letters as their field takes."""
        dated = f" от {self.order_date:%d.%m.%Y}" if self.order_date else ""
        order = f"Приказ № {self.order_number}{dated}" if self.order_number else ""
        return (self.source or order or self.reason.strip())[:GROUND_LENGTH]

    def ground_of(self, cell: Cell) -> str:
        return self.baseline_source[:GROUND_LENGTH] if cell.is_baseline and self.baseline_source else self.ground


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed a cell meanwhile: what it says now, and the line of the ledger that says who and why."""

    cell: Cell
    value: Decimal | None
    revision: PlanRevision | None


@dataclass
class PlanOutcome:
    """What setting a plan did, or why it was refused: then nothing is written."""

    written: int = 0
    removed: int = 0
    same: int = 0
    conflicts: tuple[Conflict, ...] = ()
    needs_reason: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.conflicts) or self.needs_reason


@dataclass
class _Changes:
    """What is to be written, each with its line of the ledger."""

    fresh: list[Target | Baseline] = field(default_factory=list)
    altered: list[Target | Baseline] = field(default_factory=list)
    gone: list[Target | Baseline] = field(default_factory=list)
    lines: list[PlanRevision] = field(default_factory=list)


@transaction.atomic
def set_plan(
    *,
    municipality: Municipality,
    entries: Sequence[PlanEntry],
    basis: Basis,
    by: Any = None,
    recompute_later: bool = True,
) -> PlanOutcome:
    """Bring these cells to what the entries say, all or none, each change with a line in the ledger.

    A cell that is already so is no change, whoever made it so. One that says neither what the entry wants nor what its
    author had before their eyes was changed meanwhile: then nothing is written and the outcome names it.
    """
    versions = _lock_places(municipality, entries)
    stored = planned_in(entry.cell for entry in entries)
    outcome = PlanOutcome()
    wanted = []
    for entry in entries:
        now = token_of(stored.get(entry.cell))
        if now == token(entry.new, entry.period):
            outcome.same += 1
        else:
            wanted.append(entry)
    moved = [entry.cell for entry in wanted if token_of(stored.get(entry.cell)) != entry.shown]
    outcome.conflicts = _conflicts(moved, stored)
    outcome.needs_reason = not basis.reason.strip() and any(entry.cell in stored for entry in wanted)
    if outcome.is_refused or not wanted:
        return outcome
    changes = _changes(wanted, stored, basis, by, versions)
    _write(changes)
    outcome.written, outcome.removed = len(changes.fresh) + len(changes.altered), len(changes.gone)
    _tell(municipality, changes.lines, outcome, basis, by, recompute_later=recompute_later)
    return outcome


class PlanConfirmationRefused(Exception):
    """The plan cannot be confirmed now; the text is for people."""


@transaction.atomic
def confirm_plan_for_version(*, indicator: Indicator, version: int, by: Any) -> int:
    """Say that all that is planned in the indicator, for schools too, holds for its new definition as well; how many
    numbers that is.

    No number changes, so the ledger has no line of it; the audit has. `version` is the one that the person looked at.
    """
    stored = Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    if stored.version != version:
        raise PlanConfirmationRefused(
            "Определение показателя тем временем изменили ещё раз. Посмотрите новую версию и подтвердите план для неё."
        )
    confirmed = sum(
        manager.filter(indicator=stored, version__lt=version).update(version=version)
        for manager in (Target.objects, Baseline.objects)
    )
    if confirmed:
        said = {"code": stored.code, "version": version, "confirmed": confirmed}
        audit("plan_confirmed_for_version", stored, by=by, municipality_id=stored.municipality_id, **said)
    return confirmed


def known_cells(municipality: Municipality) -> set[Cell]:
    """Every cell that has ever been planned, by its ledger or as it stands."""
    of_town = {"indicator__municipality": municipality}
    lines = map(cell_of, PlanRevision.objects.filter(**of_town))
    return {*lines, *map(cell_of, Target.objects.filter(**of_town)), *map(cell_of, Baseline.objects.filter(**of_town))}


def _lock_places(municipality: Municipality, entries: Sequence[PlanEntry]) -> dict[int, int]:
    """The present version of each indicator's definition.

    ValueError for what no form offers: a cell of another municipality, a period that the indicator does not have, one
    cell twice.

    Until the transaction ends nobody else sets a plan of these indicators, or two would compare with the same state.
    The municipality is not locked: a long import holds it, and people would wait for that.
    """
    cells = [entry.cell for entry in entries]
    if len(set(cells)) != len(cells):
        raise ValueError("A cell of the plan is named twice.")
    ours = Indicator.objects.filter(municipality=municipality, pk__in={cell.indicator for cell in cells})
    indicators = {row.pk: row for row in ours.select_for_update(no_key=True).order_by("pk")}
    named = {cell.school for cell in cells if cell.school is not None}
    known = set(School.objects.filter(municipality=municipality, pk__in=named).values_list("pk", flat=True))
    if {cell.indicator for cell in cells} - set(indicators) or named - known:
        raise ValueError("The plan is of another municipality.")
    for entry in entries:
        period = Period.parse(entry.cell.period or entry.period) if entry.cell.period or entry.new is not None else None
        if period is not None and period.kind != indicators[entry.cell.indicator].period_kind:
            raise ValueError(f"{period.code} is no period of this indicator.")
    return {pk: row.version for pk, row in indicators.items()}


def _conflicts(cells: Sequence[Cell], stored: Planned) -> tuple[Conflict, ...]:
    if not cells:
        return ()
    lines = PlanRevision.objects.filter(indicator__in={cell.indicator for cell in cells}).select_related("changed_by")
    latest = {cell_of(line): line for line in lines}  # in the order of the ledger
    return tuple(Conflict(cell, stored[cell].value if cell in stored else None, latest.get(cell)) for cell in cells)


def _changes(
    entries: Sequence[PlanEntry], stored: Planned, basis: Basis, by: Any, versions: Mapping[int, int]
) -> _Changes:
    changes, now = _Changes(), timezone.now()
    for entry in entries:
        row, cell = stored.get(entry.cell), entry.cell
        period = cell.period or entry.period or (row.period if row else "")
        changes.lines.append(
            PlanRevision(
                indicator_id=cell.indicator,
                school_id=cell.school,
                kind=PlanRevision.Kind.BASELINE if cell.is_baseline else PlanRevision.Kind.TARGET,
                period=period,
                old=row.value if row else None,
                new=entry.new,
                reason=basis.reason.strip() or (basis.baseline_source if cell.is_baseline else ""),
                order_number=basis.order_number.strip(),
                order_date=basis.order_date,
                changed_at=now,
                changed_by=by if isinstance(by, User) else None,
            )
        )
        if entry.new is None:
            assert row is not None  # or it would be the same
            changes.gone.append(row)
            continue
        model = Baseline if cell.is_baseline else Target
        made = row or model(indicator_id=cell.indicator, school_id=cell.school)
        made.value, made.period, made.source, made.is_demo = entry.new, period, basis.ground_of(cell), basis.is_demo
        made.version = versions[cell.indicator]
        (changes.altered if row else changes.fresh).append(made)
    return changes


def _write(changes: _Changes) -> None:
    for model in (Target, Baseline):
        manager: Any = model.objects
        fresh, altered, gone = (
            [row for row in rows if isinstance(row, model)] for rows in (changes.fresh, changes.altered, changes.gone)
        )
        manager.filter(pk__in=[row.pk for row in gone]).delete()
        manager.bulk_update(altered, ["value", "period", "source", "is_demo", "version"], batch_size=500)
        manager.bulk_create(fresh, batch_size=500)
    PlanRevision.objects.bulk_create(changes.lines, batch_size=500)


def _tell(
    municipality: Municipality,
    lines: Sequence[PlanRevision],
    outcome: PlanOutcome,
    basis: Basis,
    by: Any,
    *,
    recompute_later: bool,
) -> None:
    audit(
        "plan_set",
        municipality,
        by=by,
        municipality_id=municipality.pk,
        indicators=sorted({line.indicator_id for line in lines}),
        written=outcome.written,
        removed=outcome.removed,
        order=basis.order_number,
    )
    if recompute_later:
        touched = sorted({(line.indicator_id, line.period) for line in lines})
        scope: Mapping[str, Any] = {"targets": [list(item) for item in touched]}
        request_recompute(municipality_id=municipality.pk, by=by, scope=scope)
