"""Entries of registers are written, put right and taken out."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from roadmaps.models import Agreement, CommissionSitting, Encouragement, Evidence
from roadmaps.services.attaching import NOTHING, Sent, attach
from roadmaps.services.changed import COMPARE, ChangedSince

Entry = TypeVar("Entry", CommissionSitting, Agreement, Encouragement)
CHANGED = f"Пока вы правили запись, её изменил другой человек. {COMPARE}"


class EntryChanged(ChangedSince):
    """Somebody has changed the entry since the person looked at it."""


@transaction.atomic
def write_entry(
    *, entry: Entry, fields: Mapping[str, Any], seen_version: int, by: User, sent: Sent = NOTHING, form: str = ""
) -> Entry:
    """A new entry (without a key), or another wording of one; an agreement with its files, `form` being where they
    were held. Raises EntryChanged and TooManyFiles."""
    is_new = entry.pk is None
    if not is_new:
        entry = _locked(entry, seen_version)
        entry.version += 1
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.changed_at, entry.changed_by = timezone.now(), by
    entry.save()
    if isinstance(entry, Agreement):
        attach(entry, sent, form=form, by=by)
    audit("entry_added" if is_new else "entry_changed", entry, by=by, municipality_id=entry.municipality_id)
    return entry


@transaction.atomic
def remove_entry(*, entry: Entry, seen_version: int, by: User) -> None:
    """Raises EntryChanged."""
    entry = _locked(entry, seen_version)
    audit("entry_removed", entry, by=by, municipality_id=entry.municipality_id)
    entry.delete()


@transaction.atomic
def remove_entry_file(*, evidence: Evidence, by: User) -> tuple[str, str]:
    """The places of the file, to be discarded once this is settled."""
    assert evidence.agreement is not None
    audit("entry_file_removed", evidence.agreement, by=by, municipality_id=evidence.agreement.municipality_id)
    evidence.delete()
    return evidence.places


def _locked(entry: Entry, seen_version: int) -> Entry:
    table = type(entry)._default_manager
    table.select_for_update(no_key=True).values_list("pk").get(pk=entry.pk)
    found: Entry = table.get(pk=entry.pk)
    if found.version != seen_version:
        raise EntryChanged(CHANGED)
    return found
