"""Notices as pages show them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.access import Permission, Role
from accounts.models import reach_of
from roadmaps.models import Assignment, Notice, NoticeSettings, NoticeTemplate, Review
from roadmaps.models.notices import NoticeQuerySet
from roadmaps.notices.kinds import OF_MENTORING, REPORTS, REVIEWS, SCORING, TASKS, Kind
from roadmaps.notices.words import STANDARD, Words
from schools.models import Municipality

OF_SCHOOLS = {Kind.EVENT, Kind.ANNOUNCED, Kind.CALLED_OFF, Kind.OFFERED}
OF_REPORTING = REPORTS.kinds | OF_SCHOOLS | {Kind.RETURNED, Kind.ACCEPTED}


def notices_of(user: Any, municipality: Municipality | None) -> NoticeQuerySet:
    """What the person was told there, the latest first; an expert to whom no municipality is open, wherever it was."""
    told = Notice.objects.told_to(user)
    return told.filter(municipality=municipality) if municipality else told


def unread_count(user: Any, municipality: Municipality | None) -> int:
    return notices_of(user, municipality).unread().count()


def settings_of(user: Any) -> NoticeSettings:
    """The usual ones, not saved, for somebody who has not chosen."""
    return NoticeSettings.objects.filter(user=user.pk).first() or NoticeSettings(user=user)


def words_in(municipalities: Iterable[int]) -> dict[int, dict[Kind, Words]]:
    """By municipality the words of each kind: its own, else the standard ones."""
    found = {pk: dict(STANDARD) for pk in municipalities}
    for template in NoticeTemplate.objects.filter(municipality__in=found):
        found[template.municipality_id][Kind(template.kind)] = template.words
    return found


@dataclass(frozen=True)
class KindWords:
    """A kind and how it is told of in a municipality."""

    kind: Kind
    words: Words
    own: NoticeTemplate | None  # None: the standard words


def words_of(municipality: Municipality) -> list[KindWords]:
    own = {
        row.kind: row for row in NoticeTemplate.objects.filter(municipality=municipality).select_related("edited_by")
    }
    return [KindWords(kind, own[kind].words if kind in own else STANDARD[kind], own.get(kind)) for kind in Kind]


def kinds_for(user: Any) -> list[Kind]:
    """Those that somebody with these roles may be told of."""
    reports = bool(reach_of(user, Permission.PROGRESS_REPORT).touched)
    found = {Kind.MENTION} | (OF_REPORTING if reports else set())
    if reach_of(user, Permission.PROGRESS_REVIEW).touched:
        found.add(Kind.WAITING)
    if reports or Assignment.objects.filter(user=user.pk).exists():
        found |= TASKS.kinds | {Kind.TASK_RETURNED}
    if reach_of(user, Permission.MEETING_LOG).touched:
        found |= OF_MENTORING
    if reach_of(user, Permission.MENTORING_EDIT).touched:
        found |= SCORING.kinds
    if _is_expert(user):
        found |= REVIEWS.kinds | {Kind.REVIEW_RETURNED}
    return [kind for kind in Kind if kind in found]


def _is_expert(user: Any) -> bool:
    return any(one.role is Role.EXPERT for one in user.grants) or Review.objects.filter(expert=user.pk).exists()


def page_of(notice: Notice) -> str:
    """Where what the notice is about is done or seen; empty when it is there no longer."""
    if notice.link:
        return notice.link
    kind = Kind(notice.kind)
    if kind is Kind.MENTION:
        return f"{notice.comment.activity.get_absolute_url()}#comments" if notice.comment else ""
    if kind is Kind.WAITING:
        return reverse("roadmaps:judge", args=[notice.report_id]) + "?next=mine" if notice.report_id else ""
    if thing := notice.assignment or notice.review:
        return thing.get_absolute_url()
    if notice.occurrence is None:
        return ""
    if kind in (Kind.EVENT, Kind.ACCEPTED):
        return notice.occurrence.activity.get_absolute_url()
    return f"{reverse('roadmaps:report', args=[notice.occurrence_id])}?school={notice.school_id or ''}"


@dataclass(frozen=True)
class LogFilters:
    """What the log is narrowed to; empty is everything."""

    kind: str = ""
    mail: str = ""
    person: str = ""
    since: dt.date | None = None


def log_of(user: Any, municipality: Municipality, filters: LogFilters) -> QuerySet[Notice]:
    """All that the people of a municipality were told, for those who manage them."""
    found = Notice.objects.visible_to(user).filter(municipality=municipality).select_related("user", "school")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.mail:
        found = found.filter(mail=filters.mail)
    if filters.person:
        found = found.filter(Q(user__full_name__icontains=filters.person) | Q(user__email__icontains=filters.person))
    if filters.since:
        found = found.filter(at__date__gte=filters.since)
    return found
