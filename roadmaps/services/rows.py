"""What people do with the rows of a roadmap: change, add, move, take out, put back. Every change is a line of the row's
history, and what was reported stays."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from indicators.models import Indicator
from roadmaps.models import Activity, ActivityChange, Occurrence, Responsible, Roadmap, RoadmapSection
from roadmaps.plans.merging import Merged, Values
from roadmaps.queries.editing import ROW_TEXTS, row_values, standing_rows, standing_sections
from roadmaps.services.counting import plan_changed
from roadmaps.services.editing import (
    NO_REASON_TO_REMOVE,
    EditRefused,
    Seen,
    locked_roadmap,
    merged_with,
    refuse_editing,
)
from roadmaps.services.plans import make_occurrences
from roadmaps.services.progress import follow_row
from schools.models import RiskFactor

ASIDE = 20_000  # positions are free from there on while rows change places
COUNTED = frozenset({"deadline", "responsible"})  # fields that say from whom a report is awaited, and when
NO_TITLE = "Назовите мероприятие."
REMOVED = "Мероприятие исключено из дорожной карты: сначала верните его в план."
NO_SECTION = "Раздела, в который вы ставите мероприятие, больше нет: выберите другой."
NOT_HERE = "Школа, показатель или фактор риска относятся к другому муниципалитету."
NO_SECTIONS = "В дорожной карте нет разделов: сначала добавьте хотя бы один."
STANDS = "Мероприятие уже стоит в плане."
GONE = "Мероприятие уже исключено из плана."
CHANGED_SINCE = "Мероприятие изменили, пока вы на него смотрели. Посмотрите его ещё раз и решите снова."


@transaction.atomic
def edit_row(*, activity: Activity, typed: Values, seen: Seen, reason: str, by: User) -> Merged:
    """Store what the person typed, merged with what others have changed since the version that was seen.

    `typed` holds values as `queries.editing.row_values` gives them; a field left out stays. Raises EditRefused, as
    ChangedMeanwhile where somebody changed the same field otherwise.
    """
    roadmap, activity = _locked(activity)
    refuse_editing(roadmap, reason, by)
    if activity.removed_at is not None:
        raise EditRefused(REMOVED)
    stored = row_values(activity)
    changes = activity.changes.select_related("by").order_by("pk")
    merged = merged_with(stored=stored, typed=typed, seen=seen, version=activity.version, changes=changes)
    if not merged.mine:
        return merged
    _store(roadmap, activity, merged.values, merged.mine)
    activity.version += 1
    activity.save(update_fields=["version"])
    after = {"fields": {name: merged.values[name] for name in merged.mine}, "version": activity.version}
    _note(activity, "edited", by, reason, before={"fields": {name: stored[name] for name in merged.mine}}, after=after)
    if not COUNTED.isdisjoint(merged.mine):
        plan_changed(roadmap, by)
    return merged


@transaction.atomic
def add_row(*, roadmap: Roadmap, typed: Values, reason: str, by: User) -> Activity:
    """A new row where `typed["place"]` says. Raises EditRefused."""
    roadmap = locked_roadmap(roadmap.pk)
    refuse_editing(roadmap, reason, by)
    activity = Activity(
        roadmap=roadmap, section=_section(roadmap, typed["place"]["section"]), position=ASIDE, **_texts(typed)
    )
    activity.deadline, activity.means = typed["deadline"]["text"], typed["deadline"]["means"]
    activity.planned = typed["planned"]
    activity.save()
    _store(roadmap, activity, typed, ("title", "place", "responsible", "indicators", "risk_factors", "deadline"))
    _note(activity, "added", by, reason, after={"version": activity.version})
    plan_changed(roadmap, by)
    return activity


@transaction.atomic
def remove_row(*, activity: Activity, seen_version: int, reason: str, by: User) -> None:
    """Take a row out of the plan: nobody owes it any more, and what was reported stays. Raises EditRefused."""
    roadmap, activity = _locked(activity)
    refuse_editing(roadmap, reason, by)
    if not reason.strip():
        raise EditRefused(NO_REASON_TO_REMOVE)
    if activity.removed_at is not None:
        raise EditRefused(GONE)
    if activity.version != seen_version:
        raise EditRefused(CHANGED_SINCE)
    activity.removed_at = timezone.now()
    activity.version += 1
    activity.save(update_fields=["removed_at", "version"])
    _note(activity, "removed", by, reason, after={"version": activity.version})
    plan_changed(roadmap, by)


@transaction.atomic
def put_back(*, activity: Activity, reason: str, by: User) -> None:
    """A row that was taken out stands again, at the end of its section, or of the plan where that has gone too. Raises
    EditRefused."""
    roadmap, activity = _locked(activity)
    refuse_editing(roadmap, reason, by)
    if activity.removed_at is None:
        raise EditRefused(STANDS)
    if activity.section.removed_at is not None:
        activity.section = _last_section(roadmap)
    others = [row for row in standing_rows(roadmap) if row.section_id == activity.section_id]
    activity.removed_at, activity.position = None, ASIDE
    activity.version += 1
    activity.save(update_fields=["removed_at", "position", "version"])
    place(roadmap, activity, activity.section_id, others[-1].pk if others else None)
    make_occurrences(roadmap, [activity])  # the term may have changed while it was out
    follow_row(activity)
    _note(activity, "put_back", by, reason, after={"version": activity.version})
    plan_changed(roadmap, by)


def place(roadmap: Roadmap, activity: Activity, section_id: int, after: int | None) -> None:
    """Into this section after that row; first in it without one, last when that row has left it."""
    section = _section(roadmap, section_id)
    rows = [row for row in standing_rows(roadmap) if row.pk != activity.pk]
    mine = [row for row in rows if row.section_id == section.pk]
    earlier = [row for row in rows if row.section.position < section.position]
    index = next((place for place, row in enumerate(mine, start=1) if row.pk == after), len(mine))
    if after is None:
        index = 0
    activity.section = section
    activity.save(update_fields=["section"])
    rows.insert(len(earlier) + index, activity)
    in_order(rows)


def in_order(rows: Sequence[Activity]) -> None:
    """Number the rows as they stand here. In two steps: no two rows of a roadmap have one position even for a moment,
    and PostgreSQL looks at each row by itself."""
    moved = [(row, position) for position, row in enumerate(rows, start=1) if row.position != position]
    Activity.objects.filter(pk__in=[row.pk for row, _ in moved], position__lt=ASIDE).update(
        position=F("position") + ASIDE + 1
    )
    for row, position in moved:
        row.position = position
    Activity.objects.bulk_update([row for row, _ in moved], ["position"], batch_size=500)


def name_responsible(activity: Activity, told: Iterable[dict]) -> None:
    """Who answers for the row from now on. What is done stays done: who joins later need not report on it."""
    activity.responsible.all().delete()
    Responsible.objects.bulk_create(
        Responsible(
            activity=activity,
            position=position,
            name=one["name"],
            is_every_school=one["every"],
            school_id=one["school"],
            user_id=one["user"],
        )
        for position, one in enumerate(told, start=1)
    )
    follow_row(activity)


def _locked(activity: Activity) -> tuple[Roadmap, Activity]:
    roadmap = locked_roadmap(activity.roadmap_id)
    Activity.objects.select_for_update(no_key=True).values_list("pk").get(pk=activity.pk)
    # Nobody hands a report in on a time while it is moved or goes.
    list(
        Occurrence.objects.select_for_update(no_key=True).filter(activity=activity.pk).order_by("pk").values_list("pk")
    )
    activity = Activity.objects.select_related("section").get(pk=activity.pk)
    activity.roadmap = roadmap
    return roadmap, activity


def _store(roadmap: Roadmap, activity: Activity, values: Values, changed: Iterable[str]) -> None:
    """The fields that changed, and what follows from them."""
    if not values["title"].strip():
        raise EditRefused(NO_TITLE)
    _refuse_others(roadmap, values)
    changed = set(changed)
    for name, value in _texts(values).items():
        setattr(activity, name, value)
    activity.deadline, activity.means = values["deadline"]["text"], values["deadline"]["means"]
    activity.planned = values["planned"]
    activity.save(update_fields=[*ROW_TEXTS, "deadline", "means", "planned"])
    if "indicators" in changed:
        activity.indicators.set(values["indicators"])
    if "risk_factors" in changed:
        activity.risk_factors.set(values.get("risk_factors", ()))
    if "place" in changed:
        place(roadmap, activity, values["place"]["section"], values["place"]["after"])
    if "deadline" in changed:
        make_occurrences(roadmap, [activity])
    if "responsible" in changed:
        name_responsible(activity, values["responsible"])


def _texts(values: Values) -> Values:
    return {name: values[name].strip() for name in ROW_TEXTS}


def _refuse_others(roadmap: Roadmap, values: Values) -> None:
    schools = {one["school"] for one in values["responsible"] if one["school"]}
    indicators = set(values["indicators"])
    town = roadmap.municipality
    are_ours = town.schools.filter(pk__in=schools).count() == len(schools)
    if not are_ours or Indicator.objects.filter(municipality=town, pk__in=indicators).count() != len(indicators):
        raise EditRefused(NOT_HERE)
    factors = set(values.get("risk_factors", ()))
    if RiskFactor.objects.filter(municipality=town, pk__in=factors).count() != len(factors):
        raise EditRefused(NOT_HERE)


def _section(roadmap: Roadmap, pk: int) -> RoadmapSection:
    found = RoadmapSection.objects.filter(roadmap=roadmap, pk=pk, removed_at__isnull=True).first()
    if found is None:
        raise EditRefused(NO_SECTION)
    return found


def _last_section(roadmap: Roadmap) -> RoadmapSection:
    sections = standing_sections(roadmap)
    if not sections:
        raise EditRefused(NO_SECTIONS)
    return sections[-1]


def _note(
    activity: Activity, action: str, by: User, reason: str, *, before: Values | None = None, after: Values | None = None
) -> None:
    ActivityChange.objects.create(
        activity=activity, by=by, action=action, before=before or {}, after=after or {}, reason=reason.strip()
    )
