"""What people decide against the reports: that a time is cancelled, or that a row stands as they say."""

from django.db import transaction

from accounts.access import Permission
from accounts.models import User
from roadmaps.models import Activity, ActivityChange, Occurrence, Roadmap
from roadmaps.queries.punctuality import DECIDED
from roadmaps.services.counting import plan_changed, time_moved
from roadmaps.services.progress import ProgressRefused, follow, locked_occurrence
from roadmaps.states import Status

NO_REASON = "Напишите причину: она останется в истории мероприятия."
NOT_ALLOWED = "Состояние мероприятия меняют те, кто проверяет отчёты."
CHANGED = "Мероприятие изменили, пока вы на него смотрели: теперь оно {state}. Проверьте и решите ещё раз."
FOLLOWS = "следует из отчётов"


def may_decide(user: object, roadmap: Roadmap) -> bool:
    """Those who check the reports on it, or keep the plan."""
    place = roadmap.school or roadmap.municipality
    return place.allows(user, Permission.PROGRESS_REVIEW) or place.allows(user, Permission.PLANS_EDIT)


@transaction.atomic
def cancel(*, occurrence: Occurrence, reason: str, by: User) -> Occurrence:
    """It need not be done, and nobody is late for it. Raises ProgressRefused."""
    occurrence = locked_occurrence(occurrence.pk)
    before = occurrence.status
    _refuse(occurrence.activity.roadmap, reason, by)
    if before == Status.CANCELLED:
        raise ProgressRefused(f"Этот срок уже отменён. Причина: {occurrence.reason}")
    occurrence.status, occurrence.reason, occurrence.done_on = Status.CANCELLED.value, reason.strip(), None
    occurrence.save(update_fields=["status", "reason", "done_on"])
    _note(occurrence, "cancelled", before, reason, by)
    time_moved(occurrence, by)
    return occurrence


@transaction.atomic
def restore(*, occurrence: Occurrence, reason: str, by: User) -> Occurrence:
    """It is to be done after all; how far it is follows from what was reported. Raises ProgressRefused."""
    occurrence = locked_occurrence(occurrence.pk)
    before = occurrence.status
    _refuse(occurrence.activity.roadmap, reason, by)
    if before != Status.CANCELLED:
        raise ProgressRefused("Этот срок уже действует.")
    occurrence.status, occurrence.reason = Status.NOT_STARTED.value, ""
    occurrence.save(update_fields=["status", "reason"])
    follow(occurrence)
    _note(occurrence, "restored", before, reason, by)
    time_moved(occurrence, by)
    return occurrence


@transaction.atomic
def overrule(*, activity: Activity, status: str, reason: str, seen_version: int, by: User) -> Activity:
    """The row stands as somebody says, or, with an empty status, as its reports say again. Raises ProgressRefused."""
    Activity.objects.select_for_update(no_key=True).values_list("pk").get(pk=activity.pk)
    activity = Activity.objects.select_related("roadmap__municipality", "roadmap__school").get(pk=activity.pk)
    _refuse(activity.roadmap, reason, by)
    before = activity.overruled
    if activity.version != seen_version:
        raise ProgressRefused(CHANGED.format(state=activity.get_overruled_display() or FOLLOWS))
    activity.overruled, activity.overruled_reason = status, reason.strip() if status else ""
    activity.overruled_by = by if status else None
    activity.version += 1
    activity.save(update_fields=["overruled", "overruled_reason", "overruled_by", "version"])
    ActivityChange.objects.create(
        activity=activity,
        by=by,
        action="overruled" if status else "follows",
        before={"status": before},
        after={"status": status},
        reason=reason.strip(),
    )
    if (before in DECIDED) != (status in DECIDED):
        plan_changed(activity.roadmap, by)
    return activity


def _refuse(roadmap: Roadmap, reason: str, by: User) -> None:
    if not may_decide(by, roadmap):
        raise ProgressRefused(NOT_ALLOWED)
    if not reason.strip():
        raise ProgressRefused(NO_REASON)


def _note(occurrence: Occurrence, action: str, before: str, reason: str, by: User) -> None:
    ActivityChange.objects.create(
        activity_id=occurrence.activity_id,
        by=by,
        action=action,
        before={"status": before},
        after={"status": occurrence.status, "when": occurrence.label},
        reason=reason.strip(),
    )
