"""Whether what a notice says is still so, and still the person's: a letter may wait for hours or for Monday."""

import datetime as dt
from collections.abc import Iterable

from accounts.access import Permission
from accounts.models import User, reach_of
from roadmaps.further_duties import further
from roadmaps.models import Assignment, Comment, Notice, ProgressUpdate, Review, Roadmap
from roadmaps.notices.kinds import OF_OWED, Kind
from roadmaps.queries.answering import Hats, hats_of
from roadmaps.queries.awaited import awaited_by
from roadmaps.queries.owed import waiting_for
from roadmaps.states import ReportState, Status
from schools.models import Municipality

CLOSED = (Status.DONE, Status.CANCELLED)


def standing(user: User, municipality: Municipality, notices: Iterable[Notice], today: dt.date) -> set[int]:
    """Keys of those that are. Of several reminders of one thing only the newest stands. Notices come with their
    occurrence, its row and roadmap, their report, assignment and review; the number of queries does not depend on how
    many there are."""
    notices = list(notices)
    kinds = {Kind(notice.kind) for notice in notices}
    hats = hats_of(user)
    stands = _awaited(user, municipality, notices, today) if kinds & OF_OWED else set()
    stands |= {one.pk for one in notices if one.kind == Kind.REVIEW_RETURNED and _is_returned(one, one.review)}
    if municipality.pk not in reach_of(user, Permission.PLANS_VIEW).touched:
        return stands
    if Kind.WAITING in kinds:
        waiting = dict(waiting_for(user, municipality).values_list("pk", "version"))
        stands |= {
            one.pk
            for one in notices
            if one.kind == Kind.WAITING and _version(one) == waiting.get(one.report_id or 0, -1)
        }
    if Kind.MENTION in kinds:
        comments = [notice.comment_id for notice in notices if notice.comment_id is not None]
        seen = set(Comment.objects.visible_to(user).filter(pk__in=comments).values_list("pk", flat=True))
        stands |= {one.pk for one in notices if one.kind == Kind.MENTION and one.comment_id in seen}
    stands |= {one.pk for one in notices if one.kind == Kind.TASK_RETURNED and _is_returned(one, one.assignment)}
    stands |= {one.pk for one in notices if one.kind == Kind.EVENT and _begins_soon(one, hats, today)}
    stands |= {one for duties in further() for one in duties.standing(user, municipality, notices)}
    return stands | {one.pk for one in notices if _is_news(one, hats)}


def _awaited(user: User, municipality: Municipality, notices: list[Notice], today: dt.date) -> set[int]:
    awaited = {one.key for one in awaited_by(user, municipality, today)}
    newest: dict[str, int] = {}
    for notice in sorted((one for one in notices if one.kind in OF_OWED), key=lambda one: (one.at, one.pk)):
        thing, _, _ = notice.key.rpartition(":")  # without the step
        if thing in awaited:
            newest[thing] = notice.pk
    return set(newest.values())


def _version(notice: Notice) -> int | None:
    return notice.facts.get("version")


def _is_returned(notice: Notice, thing: Assignment | Review | None) -> bool:
    """Nobody has done anything about it since."""
    return thing is not None and thing.state == "returned" and thing.version == _version(notice)


def _begins_soon(notice: Notice, hats: Hats, today: dt.date) -> bool:
    occurrence = notice.occurrence
    if occurrence is None or not (hats.schools or hats.municipalities):
        return False
    row = occurrence.activity
    is_held = row.removed_at is None and occurrence.status not in CLOSED and row.overruled not in CLOSED
    is_in_force = row.roadmap.state == Roadmap.State.APPROVED
    return (
        is_held
        and is_in_force
        and notice.facts["starts"] == f"{occurrence.starts_on}"
        and occurrence.starts_on >= today
    )


def _is_news(notice: Notice, hats: Hats) -> bool:
    """What was decided on a report, as long as nothing has happened to it since."""
    report: ProgressUpdate | None = notice.report
    wanted = {Kind.ACCEPTED: ReportState.ACCEPTED, Kind.RETURNED: ReportState.RETURNED}.get(Kind(notice.kind))
    if report is None or wanted is None:
        return False
    is_theirs = hats.may_report_for(report.school_id, notice.municipality_id)
    judged_at = report.judged_at.isoformat() if report.judged_at else ""
    return is_theirs and report.state == wanted and judged_at == notice.facts.get("judged")
