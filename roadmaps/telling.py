"""Making notices: each person is told of an event once, however often and by however many workers it is tried."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User
from roadmaps.models import Activity, Comment, Notice, NoticeSettings, Occurrence, ProgressUpdate
from roadmaps.notices.kinds import Kind, Mail, Way
from roadmaps.notices.words import Words, filled
from roadmaps.queries.notices import words_in
from schools.models import Municipality, School


@dataclass(frozen=True)
class News:
    """Something to tell. The key names the event: whoever was told of it is not told again."""

    kind: Kind
    key: str
    municipality: Municipality
    facts: dict[str, Any] = field(default_factory=dict)
    school: School | None = None  # whose matter it is; None: everybody's of the municipality
    occurrence: Occurrence | None = None
    report: ProgressUpdate | None = None
    comment: Comment | None = None


def tell(told: Iterable[tuple[User, News]], *, now: dt.datetime | None = None) -> None:
    """Each of these people of their news, unless they want to hear nothing of its kind."""
    now, told = now or timezone.now(), list(told)
    if not told:
        return
    words = words_in({news.municipality.pk for _, news in told})
    settings = {row.user_id: row for row in NoticeSettings.objects.filter(user__in={user.pk for user, _ in told})}
    notices = []
    for user, news in told:
        way = settings.get(user.pk, NoticeSettings()).way_of(news.kind)
        if way is not Way.OFF:
            notices.append(_notice(user, news, way, words[news.municipality.pk][news.kind], now))
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)


def _notice(user: User, news: News, way: Way, template: Words, now: dt.datetime) -> Notice:
    words = filled(template, news.facts, now.astimezone(news.municipality.zone).date())
    return Notice(
        user=user,
        municipality=news.municipality,
        school=news.school,
        kind=news.kind.value,
        key=news.key,
        occurrence=news.occurrence,
        report=news.report,
        comment=news.comment,
        facts=news.facts,
        subject=words.subject,
        text=words.text,
        at=now,
        mail=(Mail.WAITING if way is Way.MAIL and user.email else Mail.PORTAL).value,
    )


def facts_of(occurrence: Occurrence, school: School | None) -> dict[str, Any]:
    """What a text may say of something that is due, and of who reports on it. The row comes with its roadmap and
    municipality."""
    municipality = occurrence.activity.roadmap.municipality
    return _facts_of_row(occurrence.activity) | {
        "label": occurrence.label,
        "starts": occurrence.starts_on.isoformat(),
        "due": occurrence.due_on.isoformat(),
        "place": school.name if school else municipality.department_name or municipality.name,
    }


def _facts_of_row(activity: Activity) -> dict[str, Any]:
    return {"number": activity.number, "title": activity.title, "roadmap": activity.roadmap.title}


def mentioned(comment: Comment) -> News:
    """Somebody was asked in a discussion to read it."""
    roadmap = comment.activity.roadmap
    author = comment.author
    return News(
        Kind.MENTION,
        f"mention:{comment.pk}",
        roadmap.municipality,
        facts=_facts_of_row(comment.activity) | {"who": str(author) if author else "", "message": comment.text},
        school=roadmap.school,
        comment=comment,
    )
