"""What people do with the sections of a roadmap: change, add, move, take out. Every change is a line of its history."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from roadmaps.models import Roadmap, RoadmapChange, RoadmapSection
from roadmaps.plans.merging import Merged, Values
from roadmaps.queries.editing import section_values, standing_rows, standing_sections
from roadmaps.services.editing import (
    NO_REASON_TO_REMOVE,
    EditRefused,
    Seen,
    locked_roadmap,
    merged_with,
    note_of_plan,
    refuse_editing,
)
from roadmaps.services.rows import ASIDE, in_order

NO_TITLE = "Назовите раздел."
HAS_ROWS = "В разделе есть мероприятия: сначала переместите их в другой раздел или исключите."
HAS_SECTIONS = "Под разделом стоят подразделы: сначала исключите их или сделайте разделами."
GONE = "Раздел уже исключён из плана."


@transaction.atomic
def add_section(*, roadmap: Roadmap, typed: Values, reason: str, by: User) -> RoadmapSection:
    """A new section after that of `typed["after"]`, first without one. Raises EditRefused."""
    roadmap = locked_roadmap(roadmap.pk)
    refuse_editing(roadmap, reason, by)
    section = RoadmapSection(roadmap=roadmap, position=ASIDE)
    _store(section, typed)
    _place(roadmap, section, typed["after"])
    note_of_plan(roadmap, "section_added", by, reason, after=_of(section))
    return section


@transaction.atomic
def edit_section(*, section: RoadmapSection, typed: Values, seen: Seen, reason: str, by: User) -> Merged:
    """Number, title, level and place. Raises EditRefused, as ChangedMeanwhile where somebody changed the same field."""
    roadmap, section = _locked(section)
    refuse_editing(roadmap, reason, by)
    stored = section_values(section)
    changes = [line for line in _changes(roadmap) if line.after.get("section") == section.pk]
    merged = merged_with(stored=stored, typed=typed, seen=seen, version=roadmap.version, changes=changes)
    if not merged.mine:
        return merged
    _store(section, merged.values)
    if "after" in merged.mine:
        _place(roadmap, section, merged.values["after"])
    before = {"fields": {name: stored[name] for name in merged.mine}}
    after = {"fields": {name: merged.values[name] for name in merged.mine}}
    note_of_plan(roadmap, "section_edited", by, reason, before=before, after=after | _of(section))
    return merged


@transaction.atomic
def remove_section(*, section: RoadmapSection, reason: str, by: User) -> None:
    """Only an empty one; rows that were taken out of it before stay with it. Raises EditRefused."""
    roadmap, section = _locked(section)
    refuse_editing(roadmap, reason, by)
    if not reason.strip():
        raise EditRefused(NO_REASON_TO_REMOVE)
    if section.activities.filter(removed_at__isnull=True).exists():
        raise EditRefused(HAS_ROWS)
    later = [one for one in standing_sections(roadmap) if one.position > section.position]
    if section.level == 1 and later and later[0].level > 1:
        raise EditRefused(HAS_SECTIONS)
    section.removed_at = timezone.now()
    section.save(update_fields=["removed_at"])
    note_of_plan(roadmap, "section_removed", by, reason, after=_of(section))


def _locked(section: RoadmapSection) -> tuple[Roadmap, RoadmapSection]:
    roadmap = locked_roadmap(section.roadmap_id)
    section = RoadmapSection.objects.get(pk=section.pk)
    if section.removed_at is not None:
        raise EditRefused(GONE)
    return roadmap, section


def _changes(roadmap: Roadmap) -> list[RoadmapChange]:
    return list(roadmap.changes.select_related("by").order_by("pk"))


def _of(section: RoadmapSection) -> Values:
    return {"section": section.pk, "name": f"{section.number} {section.title}".strip()}


def _store(section: RoadmapSection, values: Values) -> None:
    if not values["title"].strip():
        raise EditRefused(NO_TITLE)
    section.number, section.title, section.level = values["number"].strip(), values["title"].strip(), values["level"]
    section.save()


def _place(roadmap: Roadmap, section: RoadmapSection, after: int | None) -> None:
    """After that section, last when it has gone; the rows of all of them follow."""
    others = [one for one in standing_sections(roadmap) if one.pk != section.pk]
    index = next((place for place, one in enumerate(others, start=1) if one.pk == after), len(others))
    others.insert(0 if after is None else index, section)
    _in_order(others)
    in_order(standing_rows(roadmap))


def _in_order(sections: Sequence[RoadmapSection]) -> None:
    moved = [(one, position) for position, one in enumerate(sections, start=1) if one.position != position]
    RoadmapSection.objects.filter(pk__in=[one.pk for one, _ in moved], position__lt=ASIDE).update(
        position=F("position") + ASIDE + 1
    )
    for one, position in moved:
        one.position = position
    RoadmapSection.objects.bulk_update([one for one, _ in moved], ["position"], batch_size=500)
