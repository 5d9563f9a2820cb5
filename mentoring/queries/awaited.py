"""What people are told of in mentoring, as long as it waits for them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from mentoring.asking import RequestState
from mentoring.contact import MeetingState
from mentoring.models import HelpRequest, Meeting, Mentor, Practice, Seminar
from mentoring.queries.events import standing_announcements
from mentoring.queries.meetings import MeetingLine, meeting_lines
from mentoring.queries.practice_reviews import awaited_review, reviews_to_give, waiting_reviews
from mentoring.queries.requests import owed_by, told_to_school
from mentoring.sharing import PracticeState
from roadmaps.further_duties import FurtherDuties
from roadmaps.models import Notice
from roadmaps.notice_facts import NO_DAY
from roadmaps.notices.kinds import HELP, Kind
from roadmaps.queries.awaited import Awaited
from schools.models import Municipality


def awaited_request(request: HelpRequest) -> Awaited:
    """It comes with its people. Who answers need not look into the school that asks, so the notice is a matter of the
    school that answers, or of none."""
    deadline = request.deadline
    return Awaited(
        HELP,
        f"help:{request.pk}:{request.waits_since.timestamp():.0f}:{deadline or ''}",
        deadline,
        request.waits_since,
        facts_of_request(request),
        request.helping_school,
        about={"link": request.get_absolute_url()},
    )


def facts_of_request(request: HelpRequest) -> dict[str, Any]:
    return {
        "title": request.topic,
        "due": request.deadline.isoformat() if request.deadline else "",
        "deadline": NO_DAY,
        "place": request.school.name,
    }


def _awaited(user: Any, municipality: Municipality, today: dt.date) -> list[Awaited]:
    reviews = reviews_to_give(user, municipality)
    return [*map(awaited_request, owed_by(user, municipality)), *map(awaited_review, reviews)]


def _municipalities() -> QuerySet[Any]:
    asked, reviewed = HelpRequest.objects.awaited(), waiting_reviews()
    return Municipality.objects.filter(Q(help_requests__in=asked) | Q(practices__reviews__in=reviewed)).values("pk")


def _people(municipality: Municipality) -> set[int]:
    asked = HelpRequest.objects.awaited().filter(municipality=municipality)
    mentors = Mentor.objects.filter(help_requests__in=asked, user__isnull=False)
    experts = waiting_reviews().filter(practice__municipality=municipality)
    return {*mentors.values_list("user", flat=True), *experts.values_list("expert", flat=True)}


def _standing(user: User, municipality: Municipality, notices: Sequence[Notice]) -> set[int]:
    """News of an answer, until the school has closed the request or asked again; of a meeting, until somebody has done
    what it asks for; of an event, as long as it is so; of topics, while schools may ask for them; of a practice, while
    it is published."""
    announced = standing_announcements(user, municipality, notices)
    answers, meetings = _of_answers(user, municipality, notices), _of_meetings(user, municipality, notices)
    return {*answers, *meetings, *announced, *_of_offers(user, notices), *_of_practices(user, notices)}


def _of_answers(user: User, municipality: Municipality, notices: Sequence[Notice]) -> set[int]:
    news = [one for one in notices if one.kind == Kind.HELP_NEWS]
    if not news:
        return set()
    now = {request.pk: request.state for request in told_to_school(user, municipality)}
    return {one.pk for one in news if now.get(one.facts.get("request", 0)) == one.facts.get("state")}


def _of_meetings(user: User, municipality: Municipality, notices: Sequence[Notice]) -> set[int]:
    news = {one.pk: one for one in notices if one.kind in (Kind.MEETING, Kind.DISPUTE)}
    if not news:
        return set()
    keys = {one.facts.get("meeting", 0) for one in news.values()}
    meetings = Meeting.objects.visible_to(user).filter(pk__in=keys, pairing__municipality=municipality).with_sides()
    lines = {line.meeting.pk: line for line in meeting_lines(user, with_disputes(meetings))}
    return {pk for pk, one in news.items() if _waits(lines.get(one.facts.get("meeting", 0)), one)}


def _of_offers(user: User, notices: Sequence[Notice]) -> set[int]:
    seminars = {one.pk: one.facts.get("seminar", 0) for one in notices if one.kind == Kind.OFFERED}
    if not seminars:
        return set()
    visible = Seminar.objects.visible_to(user).filter(requests_until__gte=timezone.localdate())
    is_open = set(visible.filter(pk__in=seminars.values()).values_list("pk", flat=True))
    return {pk for pk, seminar in seminars.items() if seminar in is_open}


def _of_practices(user: User, notices: Sequence[Notice]) -> set[int]:
    practices = {one.pk: one.facts.get("practice", 0) for one in notices if one.kind == Kind.PRACTICE}
    if not practices:
        return set()
    published = Practice.objects.visible_to(user).filter(state=PracticeState.PUBLISHED, pk__in=practices.values())
    known = set(published.values_list("pk", flat=True))
    return {pk for pk, practice in practices.items() if practice in known}


def with_disputes(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """`disputes`: how often each was disputed; put right, it waits anew."""
    return meetings.annotate(disputes=Count("changes", filter=Q(changes__action="disputed")))


def _waits(line: MeetingLine | None, notice: Notice) -> bool:
    if line is None or getattr(line.meeting, "disputes", 0) != notice.facts.get("disputes"):
        return False
    if notice.kind == Kind.MEETING:
        return line.state is MeetingState.LOGGED and line.can_confirm
    return line.state is MeetingState.DISPUTED and line.can_correct


DUTIES = FurtherDuties(_awaited, _municipalities, _people, _standing)
TOLD = {
    RequestState.ANSWERED: "Ответили на запрос о помощи",
    RequestState.RETURNED: "Вернули запрос о помощи: уточните его",
}
