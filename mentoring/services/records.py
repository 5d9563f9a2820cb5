"""Rows that people write on a form: a new one, another wording of one, one taken out. Whoever has seen an older version
overwrites nothing."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.models.records import KeptRow
from mentoring.services.teacher_history import note_of_teacher, row_in_words
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.wording import in_one_case

Row = TypeVar("Row", bound=models.Model)
CHANGED = f"Пока вы правили запись, её изменил другой человек. {COMPARE}"
TAKEN = "Такую запись только что внёс другой человек: откройте её и измените, если нужно."


class RecordChanged(ChangedSince):
    """Somebody has changed the row since the person looked at it, or made the only one that there may be."""


@transaction.atomic
def write_record(*, row: Row, fields: Mapping[str, Any], seen_version: int, by: User) -> Row:
    """A new one (without a key), or another wording of one; it tells its `municipality_id`. Raises RecordChanged."""
    is_new = row.pk is None
    before: dict[str, str] = {}
    if not is_new:
        row = _locked(row, seen_version)
        before = row_in_words(row)
        row.version += 1  # type: ignore[attr-defined]  # every kept row has it
    for name, value in fields.items():
        setattr(row, name, value)
    if isinstance(row, KeptRow):
        row.changed_at, row.changed_by = timezone.now(), by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if not is_new or not _says_there_is_one(error):
            raise
        raise RecordChanged(TAKEN) from error
    action = "added" if is_new else "changed"
    _audit(row, action, by)
    note_of_teacher(row, action, by, before, row_in_words(row))
    return row


@transaction.atomic
def remove_record(*, row: models.Model, seen_version: int, by: User) -> None:
    """Raises RecordChanged."""
    row = _locked(row, seen_version)
    _audit(row, "removed", by)
    note_of_teacher(row, "removed", by, row_in_words(row), {})
    row.delete()


def alike(rows: Iterable[Any], told: Mapping[str, Any]) -> bool:
    """Whether one of these rows says the same, whatever its capital letters and spaces."""
    folded = {name: _folded(value) for name, value in told.items()}
    return any(all(_folded(getattr(row, name)) == value for name, value in folded.items()) for row in rows)


def _folded(value: Any) -> Any:
    return in_one_case(value) if isinstance(value, str) else value


def _locked(row: Row, seen_version: int) -> Row:
    table = type(row)._default_manager
    table.select_for_update(no_key=True).values_list("pk").filter(pk=row.pk).first()
    found: Row | None = table.filter(pk=row.pk).first()
    if found is None or found.version != seen_version:  # type: ignore[attr-defined]  # every kept row has it
        raise RecordChanged(CHANGED)
    return found


def _says_there_is_one(error: IntegrityError) -> bool:
    return "unique" in str(error).lower()


def _audit(row: models.Model, what: str, by: User) -> None:
    town = row.municipality_id  # type: ignore[attr-defined]  # every kept row tells it
    audit(f"{row._meta.model_name}_{what}", row, by=by, municipality_id=town)
