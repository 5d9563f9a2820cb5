"""Making notices: each person is told of an event once, however often and by however many workers it is tried."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User
from roadmaps.models import Assignment, Comment, Notice, NoticeSettings, Occurrence, ProgressUpdate, Review
from roadmaps.notice_facts import facts_of_row
from roadmaps.notices.kinds import Kind, Mail, Way
from roadmaps.notices.words import Words, filled
from roadmaps.queries.awaited import Awaited
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
    assignment: Assignment | None = None
    review: Review | None = None
    link: str = ""  # the page of a thing of an upper app


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
        assignment=news.assignment,
        review=news.review,
        link=news.link,
        facts=news.facts,
        subject=words.subject,
        text=words.text,
        at=now,
        mail=(Mail.WAITING if way is Way.MAIL and user.email else Mail.PORTAL).value,
    )


def forget_page(link: str) -> None:
    """What it showed has been removed: notices of it stay, and lead nowhere."""
    Notice.objects.filter(link=link).update(link="")


def of_awaited(awaited: Awaited, kind: Kind, step: str, municipality: Municipality) -> News:
    """Of something that somebody has to do, at a step."""
    return News(
        kind, f"{awaited.key}:{step}", municipality, facts=awaited.facts, school=awaited.school, **awaited.about
    )


def mentioned(comment: Comment) -> News:
    """Somebody was asked in a discussion to read it."""
    roadmap = comment.activity.roadmap
    author = comment.author
    return News(
        Kind.MENTION,
        f"mention:{comment.pk}",
        roadmap.municipality,
        facts=facts_of_row(comment.activity) | {"who": str(author) if author else "", "message": comment.text},
        school=roadmap.school,
        comment=comment,
    )
