"""Requests for help: a school asks, the centre says who answers by when, they answer, the school closes. Each is a line
of the request's history, and whoever is to do something next is told."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.asking import Move, RequestState, leads_to, may
from mentoring.models import Event, HelpRequest, HelpRequestChange, Meeting, Mentor, Pairing, Teacher
from mentoring.queries.events import invited_to
from mentoring.queries.requests import asking_schools, in_words, parts_of
from mentoring.services.news import tell_of_request
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import School

DAYS = 7  # to answer in, where nobody says otherwise: no document names a term
CHANGED = f"Пока вы правили запрос, его изменил другой человек. {COMPARE}"
NOT_NOW = "Запрос в состоянии «{state}»: этого с ним сделать нельзя. Обновите страницу."
NOT_YOURS = "Просить помощи можно только для своей школы."
NOT_OF_SCHOOL = "Этот учитель работает в другой школе: выберите учителя этой школы."
IS_OPEN = "Такой запрос уже отправлен и ещё не закрыт: «{topic}». Откройте его и допишите, чего не хватает."
IN_PAST = "Этот день уже прошёл: впишите сегодняшний или более поздний."
SAME_SCHOOL = "Школа не отвечает на свой же запрос: выберите другую."
OTHER_TOWN = "Отвечать может только тот, кто работает в этом муниципалитете."
OTHER_PAIRING = "Эта встреча другой пары: выберите встречу той пары, что указана, или оставьте пустой."
NOT_FOR_SCHOOL = "Мероприятие не для школы, которая просит помощи: выберите другое или добавьте в него школу."
NO_ANSWER = "Напишите ответ: что сделано или что посоветовали."
NO_REASON = "Напишите причину: её увидят школа, отвечающий и центр."
ASKED = ("teacher", "subject", "topic", "text", "wanted_form", "wanted_by")


class RequestRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class RequestChanged(RequestRefused, ChangedSince):
    """Somebody has changed the request since the person looked at it."""


@dataclass(frozen=True)
class Asked:
    """What is asked. `wanted_form` empty: whichever; `wanted_by` None: no day is named."""

    topic: str
    text: str = ""
    subject: str = ""
    teacher: Teacher | None = None
    wanted_form: str = ""
    wanted_by: dt.date | None = None


@dataclass(frozen=True)
class Answerer:
    """One of the pool, a school, or, with neither, the centre."""

    mentor: Mentor | None = None
    helping_school: School | None = None


@dataclass(frozen=True)
class Answer:
    text: str
    pairing: Pairing | None = None  # that came of it
    meeting: Meeting | None = None
    event: Event | None = None


@transaction.atomic
def ask_for_help(*, school: School, asked: Asked, by: User) -> HelpRequest:
    """Raises RequestRefused."""
    School.objects.select_for_update(no_key=True).values_list("pk").get(pk=school.pk)  # sent twice at once
    if not asking_schools(by, school.municipality).filter(pk=school.pk).exists():
        raise RequestRefused(NOT_YOURS)
    request = HelpRequest(municipality=school.municipality, school=school, asked_by=by)
    _set(request, asked)
    alike = HelpRequest.objects.awaited().filter(school=school, teacher=request.teacher, topic=request.topic)
    if alike.exists():
        raise RequestRefused(IS_OPEN.format(topic=request.topic), "topic")
    request.save()
    _note(request, "ask", by, {})
    tell_of_request(request, by=by)
    return request


@transaction.atomic
def change_request(*, request: HelpRequest, asked: Asked, seen_version: int, by: User) -> HelpRequest:
    """By the school, until somebody answers; what was returned is asked once more. Raises RequestRefused."""
    request, before = _begun(request, Move.CHANGE, seen_version, by)
    was_returned = request.state == RequestState.RETURNED
    _set(request, asked)
    if was_returned:  # the centre says anew who answers
        _give(request, None, None)
    if in_words(request) == before and not was_returned:
        return request
    return _done(request, Move.CHANGE, by, before, waits_anew=was_returned)


@transaction.atomic
def assign_request(*, request: HelpRequest, to: Answerer, due_on: dt.date, seen_version: int, by: User) -> HelpRequest:
    """By the centre, to whoever is to answer by a day. Raises RequestRefused."""
    request, before = _begun(request, Move.ASSIGN, seen_version, by)
    if due_on < timezone.localdate() and due_on != request.due_on:
        raise RequestRefused(IN_PAST, "due_on")
    if to.helping_school is not None and to.helping_school.pk == request.school_id:
        raise RequestRefused(SAME_SCHOOL, "answerer")
    towns = {one.municipality_id for one in (to.mentor, to.helping_school) if one is not None}
    if towns - {request.municipality_id}:
        raise RequestRefused(OTHER_TOWN, "answerer")
    answerer = request.answerer
    _give(request, to, due_on)
    if in_words(request) == before and request.state == RequestState.ASSIGNED:
        return request
    return _done(request, Move.ASSIGN, by, before, waits_anew=request.answerer != answerer)


@transaction.atomic
def answer_request(*, request: HelpRequest, answer: Answer, seen_version: int, by: User) -> HelpRequest:
    """By whoever was to answer, or by the centre in their stead; until the school has closed it, the answer may be put
    right. Raises RequestRefused."""
    request, before = _begun(request, Move.ANSWER, seen_version, by)
    if not answer.text.strip():
        raise RequestRefused(NO_ANSWER, "answer")
    if answer.meeting is not None and answer.pairing is not None and answer.meeting.pairing_id != answer.pairing.pk:
        raise RequestRefused(OTHER_PAIRING, "meeting")
    if answer.event is not None and request.school not in invited_to(answer.event):
        raise RequestRefused(NOT_FOR_SCHOOL, "event")
    if request.state == RequestState.ASKED:
        _give(request, Answerer(), request.wanted_by)
    request.answer = answer.text.strip()
    request.meeting, request.event = answer.meeting, answer.event
    request.pairing = answer.pairing or (answer.meeting.pairing if answer.meeting else None)
    is_first = request.state != RequestState.ANSWERED
    if is_first:
        request.answered_on, request.answered_by = timezone.localdate(), by
    if in_words(request) == before and not is_first:
        return request
    return _done(request, Move.ANSWER, by, before, is_told=is_first)


@transaction.atomic
def move_request(*, request: HelpRequest, move: Move, reason: str = "", seen_version: int, by: User) -> HelpRequest:
    """Decline, return, withdraw or ask for more, each with its reason; or close. Raises RequestRefused."""
    request, before = _begun(request, move, seen_version, by)
    if move.needs_reason and not reason.strip():
        raise RequestRefused(NO_REASON, "reason")
    request.reason = reason.strip()
    if move is Move.DECLINE:
        _give(request, None, None)
    elif move is Move.ASK_MORE:
        asked_on = timezone.localdate()
        request.due_on = max(request.due_on or asked_on, asked_on + dt.timedelta(days=DAYS))
    return _done(request, move, by, before, reason=request.reason, waits_anew=move in (Move.DECLINE, Move.ASK_MORE))


def usual_day(request: HelpRequest, today: dt.date) -> dt.date:
    """By when an answer is proposed to be given: as the school wishes, else a week from now."""
    week = today + dt.timedelta(days=DAYS)
    return request.wanted_by if request.wanted_by and request.wanted_by >= today else week


def _set(request: HelpRequest, asked: Asked) -> None:
    if asked.teacher is not None and asked.teacher.school_id != request.school_id:
        raise RequestRefused(NOT_OF_SCHOOL, "teacher")
    is_new_day = asked.wanted_by != request.wanted_by
    if asked.wanted_by is not None and is_new_day and asked.wanted_by < timezone.localdate():
        raise RequestRefused(IN_PAST, "wanted_by")
    for name in ASKED:
        value = getattr(asked, name)
        setattr(request, name, value.strip() if isinstance(value, str) else value)


def _give(request: HelpRequest, to: Answerer | None, due_on: dt.date | None) -> None:
    request.mentor, request.helping_school = (to.mentor, to.helping_school) if to else (None, None)
    request.by_centre = to is not None and to.mentor is None and to.helping_school is None
    request.due_on = due_on


def _begun(request: HelpRequest, move: Move, seen_version: int, by: User) -> tuple[HelpRequest, dict[str, str]]:
    """The request as it is stored now, locked, and its words."""
    HelpRequest.objects.select_for_update(no_key=True).values_list("pk").get(pk=request.pk)
    found = HelpRequest.objects.with_people().select_related("pairing", "meeting", "event").get(pk=request.pk)
    if found.version != seen_version:
        raise RequestChanged(CHANGED)
    if not may(move, RequestState(found.state), parts_of(by, found)):
        raise RequestRefused(NOT_NOW.format(state=found.get_state_display()))
    return found, in_words(found)


def _done(
    request: HelpRequest,
    move: Move,
    by: User,
    before: dict[str, str],
    *,
    reason: str = "",
    waits_anew: bool = False,
    is_told: bool = True,
) -> HelpRequest:
    request.state = leads_to(move)
    if not move.needs_reason:
        request.reason = ""
    if waits_anew:
        request.waits_since = timezone.now()
    request.version += 1
    request.save()
    _note(request, move.value, by, before, reason)
    if is_told:
        tell_of_request(request, by=by)
    return request


def _note(request: HelpRequest, action: str, by: User, before: dict[str, str], reason: str = "") -> None:
    after = in_words(request)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    HelpRequestChange.objects.create(
        request=request,
        action=action,
        by=by,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
        reason=reason,
    )
    audit(f"help_request_{action}", request, by=by, municipality_id=request.municipality_id)
