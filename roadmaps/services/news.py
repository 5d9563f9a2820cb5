"""Telling people what has become of a report, and what is asked of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from accounts.models import User
from roadmaps.models import Assignment, ProgressUpdate, Review
from roadmaps.notice_facts import facts_of
from roadmaps.notices.kinds import Kind
from roadmaps.queries.awaited import awaited_answer, awaited_conclusion
from roadmaps.queries.recipients import who_answers, who_reports_for, who_reviews
from roadmaps.states import ReportState
from roadmaps.telling import News, of_awaited, tell
from schools.models import Municipality

KINDS = {
    ReportState.SUBMITTED: Kind.WAITING,
    ReportState.ACCEPTED: Kind.ACCEPTED,
    ReportState.RETURNED: Kind.RETURNED,
}


def tell_of_report(report: ProgressUpdate, *, by: User) -> None:
    """Those who may check one that was handed in; those who report there of one that was judged. Nobody is told of what
    they did themselves. Within the transaction of the move, so that both happen or neither."""
    kind = KINDS.get(ReportState(report.state))
    if kind is None:
        return  # taken back
    roadmap = report.occurrence.activity.roadmap
    people = who_reviews if kind is Kind.WAITING else who_reports_for
    facts = facts_of(report.occurrence, report.school) | {
        "percent": report.percent,
        "who": str(by),
        "reason": report.reason if kind is Kind.RETURNED else "",
        "version": report.version,
        "judged": report.judged_at.isoformat() if report.judged_at else "",
    }
    news = News(
        kind,
        f"{kind}:{report.pk}:{report.version}",
        roadmap.municipality,
        facts=facts,
        school=report.school,
        occurrence=report.occurrence,
        report=report,
    )
    tell((user, news) for user in people(roadmap.municipality, report.school) if user.pk != by.pk)


def tell_of_assignments(keys: Iterable[int], municipality: Municipality, *, by: Any) -> None:
    """Those who are to answer, of what somebody has put under control, once of what they are asked for several times;
    what is brought in with a programme is no news. Within the transaction that put it there."""
    if not isinstance(by, User):
        return
    asked = Assignment.objects.filter(pk__in=list(keys))
    rows = list(asked.select_related("school", "point__decision", "recommendation"))  # what is due first comes first
    times = Counter(map(_asked_of, rows))
    firsts = list({_asked_of(row): row for row in reversed(rows)}.values())
    news = {
        row.pk: of_awaited(awaited_answer(row, times[_asked_of(row)]), Kind.TASK, "asked", municipality)
        for row in firsts
    }
    tell((user, news[row.pk]) for user, row in who_answers(municipality, firsts) if user.pk != by.pk)


def _asked_of(row: Assignment) -> tuple[Any, ...]:
    """What is asked, and of whom; the same at each time of what recurs."""
    return row.point_id, row.recommendation_id, row.school_id, row.name


def tell_of_returned_answer(row: Assignment, *, by: User) -> None:
    """All who may put the answer right. Within the transaction that returned it."""
    awaited = awaited_answer(row)
    facts = awaited.facts | {"who": str(by), "reason": row.reason, "version": row.version}
    news = of_awaited(replace(awaited, facts=facts), Kind.TASK_RETURNED, f"returned{row.version}", row.municipality)
    tell((user, news) for user, _ in who_answers(row.municipality, [row]) if user.pk != by.pk)


def tell_of_returned_review(review: Review, *, by: User) -> None:
    """The expert, while they still are one here. Within the transaction that returned it."""
    if review.expert is None or not review.expert.is_active:
        return
    awaited = awaited_conclusion(review)
    facts = awaited.facts | {"who": str(by), "reason": review.reason, "version": review.version}
    place = review.expertise.municipality
    news = of_awaited(replace(awaited, facts=facts), Kind.REVIEW_RETURNED, f"returned{review.version}", place)
    tell([(review.expert, news)])


def tell_of_reviews(reviews: Sequence[Review], *, by: User) -> None:
    """An expert, of what they are asked to assess, for the first time or once more. Each comes with its expert, round
    and programme; within the transaction that asked."""
    tell(
        (
            review.expert,
            of_awaited(
                awaited_conclusion(review), Kind.REVIEW, f"asked{review.version}", review.expertise.municipality
            ),
        )
        for review in reviews
        if review.expert is not None and review.expert.is_active and review.expert != by
    )
