"""Requests for help, as each person may see them, and what they may do with each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from mentoring.asking import STATE_LABELS, Move, Part, RequestState, may
from mentoring.models import Event, HelpRequest, HelpRequestChange, Mentor, Teacher
from mentoring.models.people import themselves
from mentoring.queries.addressees import has_curator, has_login
from mentoring.queries.history import ChangeLine, in_lines
from mentoring.queries.pairings import may_edit
from mentoring.queries.sides import is_one_of, speaks_for
from roadmaps.plans.calendar_words import Span
from schools.models import Municipality, School

OPEN, ALL = "open", "all"
OPEN_STATES = (RequestState.ASKED, RequestState.ASSIGNED, RequestState.ANSWERED, RequestState.RETURNED)
FIELD_WORDS = {
    "teacher": "Учитель",
    "subject": "Предмет или направление",
    "topic": "С чем нужна помощь",
    "text": "Подробнее",
    "wanted_form": "Какая помощь нужна",
    "wanted_by": "К какому дню",
    "answerer": "Кто отвечает",
    "due_on": "Ответить до",
    "answer": "Ответ",
    "pairing": "Пара",
    "meeting": "Встреча",
    "event": "Мероприятие",
}
ACTIONS = {
    "ask": "запрос отправлен",
    Move.CHANGE: "запрос исправлен",
    Move.ASSIGN: "назначено, кто ответит",
    Move.ANSWER: "дан ответ",
    Move.DECLINE: "отвечающий отказался",
    Move.RETURN: "запрос возвращён школе",
    Move.WITHDRAW: "запрос отозван",
    Move.ASK_MORE: "школа просит ответить полнее",
    Move.CLOSE: "запрос закрыт",
}


@dataclass(frozen=True)
class RequestFilters:
    """`state` one of the states, `OPEN` (the usual) or `ALL`."""

    state: str = OPEN
    school: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == RequestFilters()

    @property
    def condition(self) -> Q:
        found = Q() if self.state == ALL else Q(state__in=OPEN_STATES if self.state == OPEN else [self.state])
        return found if self.school is None else found & Q(school=self.school)


@dataclass(frozen=True)
class Tally:
    """Of the requests that somebody sees in a municipality, whatever the list is narrowed to."""

    total: int
    unassigned: int
    awaited: int
    late: int


@dataclass(frozen=True)
class Outcomes:
    """Requests of some days by what has become of them; each stands in one of these, together they are all."""

    in_time: int  # answered, or without a day
    late: int
    overdue: int  # still awaited
    awaited: int  # and its day is not over
    returned: int
    withdrawn: int

    @property
    def came(self) -> int:
        return self.in_time + self.late + self.overdue + self.awaited + self.returned + self.withdrawn


@dataclass(frozen=True)
class RequestLine:
    """A request with what this person may do with it."""

    request: HelpRequest
    parts: frozenset[Part]
    today: dt.date

    @property
    def state(self) -> RequestState:
        return RequestState(self.request.state)

    @property
    def late_days(self) -> int:
        return self.request.late_days(self.today)

    @property
    def may(self) -> dict[str, bool]:
        """By the name of each move."""
        return {move.value: may(move, self.state, self.parts) for move in Move}

    @property
    def has_verbs(self) -> bool:
        """Besides closing, which has a button of its own."""
        return any(allowed for move, allowed in self.may.items() if move != Move.CLOSE)


def parts_of(user: Any, request: HelpRequest) -> frozenset[Part]:
    """What the person is to a request, which comes with its people. The centre may take a request down for a school
    that has rung up: then it speaks for the school in it."""
    if not isinstance(user, User) or request.municipality_id not in reach_of(user, Permission.MEETING_LOG).touched:
        return frozenset()
    found = {Part.CENTRE} if may_edit(user, request.municipality) else set()
    if (
        speaks_for(user, request.school)
        or is_one_of(user, request.teacher)
        or (Part.CENTRE in found and request.asked_by_id == user.pk)
    ):
        found.add(Part.SCHOOL)
    of_centre = request.by_centre and Part.CENTRE in found
    if is_one_of(user, request.mentor) or speaks_for(user, request.helping_school) or of_centre:
        found.add(Part.ANSWERER)
    return frozenset(found)


def passed_on_from(user: Any) -> QuerySet[HelpRequest]:
    """That this person, or their school, was to answer by its history: they know that there was one."""
    pool = Mentor.objects.filter(themselves(user, "user", "municipality"))
    schools = School.objects.filter(pk__in=reach_of(user, Permission.MENTORING_READ).schools)
    towns: list[tuple[int, HelpRequest]] = [(one.municipality_id, HelpRequest(mentor=one)) for one in pool]
    towns += [(one.municipality_id, HelpRequest(helping_school=one)) for one in schools]
    was = Q(pk__in=[])
    for town, answered_by in towns:
        was |= Q(request__municipality=town, before__answerer=answered_by.answerer)
    return HelpRequest.objects.filter(pk__in=HelpRequestChange.objects.filter(was).values("request"))


def asking_schools(user: Any, municipality: Municipality) -> QuerySet[School]:
    """For which the person may ask: as the school's curator, as the centre, as a teacher of it."""
    if municipality.pk not in reach_of(user, Permission.MEETING_LOG).touched:
        return School.objects.none()
    read = School.objects.allowing(user, Permission.MENTORING_READ)
    as_teacher = Teacher.objects.filter(themselves(user, "user", "school__municipality"), is_active=True)
    either = Q(pk__in=read.values("pk")) | Q(pk__in=as_teacher.values("school"))
    return School.objects.filter(either, municipality=municipality)


def request_list(user: Any, municipality: Municipality, filters: RequestFilters) -> QuerySet[HelpRequest]:
    """Those that are open by their day, the nearest first; others as they were asked, the latest first."""
    found = HelpRequest.objects.visible_to(user).filter(filters.condition, municipality=municipality).with_people()
    if filters.state in (ALL, RequestState.CLOSED, RequestState.WITHDRAWN):
        return found.order_by("-asked_at", "-pk")
    return found.order_by(Coalesce("due_on", "wanted_by").asc(nulls_last=True), "asked_at", "pk")


def tally_of(user: Any, municipality: Municipality, today: dt.date) -> Tally:
    awaited = Q(state__in=[state for state in RequestState if state.is_awaited])
    late = Q(due_on__lt=today) | Q(due_on=None, wanted_by__lt=today)
    counts = (
        HelpRequest.objects.visible_to(user)
        .filter(municipality=municipality)
        .aggregate(
            total=Count("pk"),
            unassigned=Count("pk", filter=Q(state=RequestState.ASKED)),
            awaited=Count("pk", filter=awaited),
            late=Count("pk", filter=awaited & late),
        )
    )
    return Tally(**counts)


def outcomes_of(
    user: Any, municipality: Municipality, days: Span, today: dt.date, school: School | None = None
) -> Outcomes:
    """Of the requests that came on these days; one query."""
    came = HelpRequest.objects.visible_to(user).filter(municipality=municipality, asked_at__date__range=days)
    if school is not None:
        came = came.filter(school=school)
    deadline = Coalesce("due_on", "wanted_by")
    answered = Q(state__in=[RequestState.ANSWERED, RequestState.CLOSED])
    awaited = Q(state__in=[state for state in RequestState if state.is_awaited])
    told = came.annotate(by=deadline).aggregate(
        answered=Count("pk", filter=answered),
        late=Count("pk", filter=answered & Q(answered_on__gt=F("by"))),
        awaited=Count("pk", filter=awaited),
        overdue=Count("pk", filter=awaited & Q(by__lt=today)),
        returned=Count("pk", filter=Q(state=RequestState.RETURNED)),
        withdrawn=Count("pk", filter=Q(state=RequestState.WITHDRAWN)),
    )
    late, overdue = told["late"], told["overdue"]
    in_time, awaited_yet = told["answered"] - late, told["awaited"] - overdue
    return Outcomes(in_time, late, overdue, awaited_yet, told["returned"], told["withdrawn"])


def schools_that_asked(user: Any, municipality: Municipality) -> list[tuple[int, str]]:
    """To narrow the list by."""
    asked = HelpRequest.objects.visible_to(user).filter(municipality=municipality)
    return list(asked.order_by("school__name").values_list("school", "school__name").distinct())


def lines_of(user: Any, requests: Iterable[HelpRequest], today: dt.date) -> list[RequestLine]:
    """Of requests that the person sees, which come with their people."""
    return [RequestLine(request, parts_of(user, request), today) for request in requests]


def owed_by(user: Any, municipality: Municipality) -> QuerySet[HelpRequest]:
    """That this person is to answer; for the centre, what nobody is named for, or somebody without a login. The nearest
    first."""
    if municipality.pk not in reach_of(user, Permission.MEETING_LOG).touched:
        return HelpRequest.objects.none()
    own = reach_of(user, Permission.MENTORING_READ).schools
    answers = (
        themselves(user, "mentor__user", "municipality") | Q(helping_school__in=own) | Q(helping_school__parent__in=own)
    )
    owed = answers & Q(state=RequestState.ASSIGNED)
    if may_edit(user, municipality):
        heard = Q(has_login("mentor", "municipality")) | Q(has_curator("helping_school"))
        owed |= Q(state=RequestState.ASKED) | (Q(state=RequestState.ASSIGNED) & ~heard)
    found = HelpRequest.objects.visible_to(user).filter(owed, municipality=municipality).with_people()
    return found.order_by(Coalesce("due_on", "wanted_by").asc(nulls_last=True), "asked_at", "pk")


def told_to_school(user: Any, municipality: Municipality) -> QuerySet[HelpRequest]:
    """Answered or returned requests of this person's school, or their own: to be closed or put right."""
    if municipality.pk not in reach_of(user, Permission.MEETING_LOG).touched:
        return HelpRequest.objects.none()
    own = reach_of(user, Permission.MENTORING_READ).schools
    asks = Q(school__in=own) | Q(school__parent__in=own) | themselves(user, "teacher__user", "municipality")
    told = Q(state__in=[RequestState.ANSWERED, RequestState.RETURNED], municipality=municipality)
    return HelpRequest.objects.visible_to(user).filter(asks & told).with_people().order_by("asked_at", "pk")


def in_words(request: HelpRequest) -> dict[str, str]:
    """What the history keeps of it: no empty ones."""
    found: dict[str, Any] = {name: getattr(request, name) for name in ("subject", "topic", "text", "answer")}
    found |= {name: day.isoformat() for name in ("wanted_by", "due_on") if (day := getattr(request, name))}
    found |= {
        "teacher": str(request.teacher or ""),
        "wanted_form": request.get_wanted_form_display() if request.wanted_form else "",
        "answerer": request.answerer,
        "pairing": str(request.pairing or ""),
        "meeting": str(request.meeting or ""),
        "event": str(request.event or ""),
    }
    return {name: words for name, words in found.items() if words}


def requests_answered_by(user: Any, event: Event) -> QuerySet[HelpRequest]:
    """Requests that the event is the answer to, as far as the person reads them; the earliest first."""
    return HelpRequest.objects.visible_to(user).filter(event=event).select_related("school").order_by("asked_at", "pk")


def history_of(request: HelpRequest) -> list[ChangeLine]:
    """The latest first."""
    changes = request.changes.select_related("by").order_by("-at", "-pk")
    return in_lines(changes, ACTIONS, FIELD_WORDS)


def table_of(lines: Iterable[RequestLine]) -> list[list[str]]:
    """As a spreadsheet, without the long texts."""
    head = [
        "Отправлен",
        "Школа",
        "Учитель",
        "Предмет",
        "С чем нужна помощь",
        "Кто отвечает",
        "Срок",
        "Ответ",
        "Состояние",
    ]
    return [
        head,
        *(
            [
                f"{timezone.localdate(line.request.asked_at):%d.%m.%Y}",
                line.request.school.name,
                str(line.request.teacher or ""),
                line.request.subject,
                line.request.topic,
                line.request.answerer,
                f"{line.request.deadline:%d.%m.%Y}" if line.request.deadline else "",
                f"{line.request.answered_on:%d.%m.%Y}" if line.request.answered_on else "",
                STATE_LABELS[line.state],
            ]
            for line in lines
        ),
    ]
