"""The centre offers topics for half a year, schools ask for some and name their own, and the centre builds each
school's programme of them; approved, its sessions are events."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.models import (
    Event,
    Seminar,
    SeminarOffer,
    SeminarProgramme,
    SeminarRequest,
    SeminarSession,
)
from mentoring.queries.seminar import fingerprint, left_out, may_ask, requests_are_open
from mentoring.services.events import EventTold, plan_event
from mentoring.services.news import tell_of_offers
from roadmaps.services.changed import COMPARE, ChangedSince
from schools.models import Municipality, School
from schools.wording import in_one_case

ASKED_MEANWHILE = f"Пока вы писали, заявку школы изменил другой человек. {COMPARE}"
CHANGED = f"Пока вы правили, запись изменил другой человек. {COMPARE}"
LOOK_AGAIN = "Программу за это время изменили: посмотрите на неё ещё раз."
OFFERED = "Такая тема уже есть среди предложений этого полугодия: откройте её и измените."
THERE = "Семинар этого полугодия уже заведён: откройте его."
ENDED = "Заявки принимают не позже последнего дня полугодия ({last:%d.%m.%Y}): проверьте дату."
IN_PAST = "Этот день уже прошёл: впишите сегодняшний или более поздний."
OVER = "Заявки принимались по {until:%d.%m.%Y}. Чтобы добавить тему, обратитесь в методический центр."
NOT_YOURS = "Заявку школы пишут она сама и методический центр."
APPROVED = "Программа школы уже утверждена: темы и дни меняют в мероприятиях."
ASKED_FOR = "Эту тему уже попросили школы: её не убирают, а не включают в программы."
NOTHING_ASKED = "Школа ничего не попросила: сначала запишите её заявку."
NO_SESSIONS = "В программе нет ни одной темы: добавьте хотя бы одну."
NO_DAYS = "Назначьте день каждой темы. Без дня: {titles}."
OUTSIDE = "День {day:%d.%m.%Y} не из этого полугодия ({first:%d.%m.%Y} – {last:%d.%m.%Y})."
ASKED_ANEW = "Школа за это время изменила заявку: посмотрите, все ли темы есть в программе."
NO_TOPIC = "Такой темы в заявках нет."


class SeminarRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class SeminarChanged(SeminarRefused, ChangedSince):
    """Somebody has changed it since the person looked at it."""


@dataclass(frozen=True)
class SeminarTold:
    school_year: int
    half: int
    requests_until: dt.date
    note: str = ""


@dataclass(frozen=True)
class OfferTold:
    title: str
    kind: str = "seminar"
    audience: str = ""
    hours: Decimal | None = None


@dataclass(frozen=True)
class Wanted:
    """An offered topic or the school's own."""

    offer: SeminarOffer | None = None
    topic: str = ""
    people: int | None = None
    wish: str = ""


@dataclass(frozen=True)
class SessionTold:
    title: str
    kind: str = "webinar"
    on: dt.date | None = None
    starts_at: dt.time | None = None
    hours: Decimal | None = None
    presence: str = "remote"
    offer: SeminarOffer | None = None


@transaction.atomic
def write_seminar(*, municipality: Municipality, told: SeminarTold, by: User, seminar: Seminar | None = None,
                  seen_version: int = 0) -> Seminar:  # fmt: skip
    """A new half-year, or other words of one, whose half-year stays. Raises SeminarRefused."""
    is_new = seminar is None
    if seminar is None:
        Municipality.objects.select_for_update(no_key=True).values_list("pk").get(pk=municipality.pk)
        if Seminar.objects.filter(municipality=municipality, school_year=told.school_year, half=told.half).exists():
            raise SeminarRefused(THERE)
        seminar = Seminar(municipality=municipality, school_year=told.school_year, half=told.half)
    else:
        Seminar.objects.select_for_update(no_key=True).values_list("pk").get(pk=seminar.pk)
        seminar = Seminar.objects.get(pk=seminar.pk)
        if seminar.version != seen_version:
            raise SeminarChanged(CHANGED)
        seminar.version += 1
    if told.requests_until > seminar.days[1]:
        raise SeminarRefused(ENDED.format(last=seminar.days[1]), "requests_until")
    if told.requests_until != seminar.requests_until and told.requests_until < timezone.localdate():
        raise SeminarRefused(IN_PAST, "requests_until")
    seminar.requests_until, seminar.note = told.requests_until, told.note.strip()
    seminar.save()
    audit("seminar_opened" if is_new else "seminar_changed", seminar, by=by, municipality_id=municipality.pk)
    return seminar


@transaction.atomic
def write_offer(*, seminar: Seminar, told: OfferTold, by: User, offer: SeminarOffer | None = None,
                seen_version: int = 0) -> SeminarOffer:  # fmt: skip
    """Raises SeminarRefused."""
    _lock(seminar)
    is_new = offer is None
    if offer is None:
        offer = SeminarOffer(seminar=seminar, version=0)
    else:
        found = SeminarOffer.objects.filter(pk=offer.pk).first()
        if found is None or found.version != seen_version:
            raise SeminarChanged(CHANGED)
        offer = found
    others = SeminarOffer.objects.filter(seminar=seminar).exclude(pk=offer.pk)
    if in_one_case(told.title) in {in_one_case(one.title) for one in others}:
        raise SeminarRefused(OFFERED, "title")
    offer.title, offer.kind, offer.audience, offer.hours = told.title.strip(), told.kind, told.audience, told.hours
    offer.version += 1
    offer.save()
    audit("seminar_offer_written", offer, by=by, municipality_id=seminar.municipality_id)
    if is_new:
        tell_of_offers(seminar, by=by)
    return offer


@transaction.atomic
def remove_offer(*, offer: SeminarOffer, by: User) -> None:
    """One that nobody asked for. Raises SeminarRefused."""
    _lock(offer.seminar)
    if offer.requests.exists():
        raise SeminarRefused(ASKED_FOR)
    audit("seminar_offer_removed", offer, by=by, municipality_id=offer.seminar.municipality_id)
    offer.delete()


def closed_to(user: User, seminar: Seminar, school: School) -> str:
    """Why what the school asks for may not be changed any more; empty while it may."""
    if not requests_are_open(user, seminar, timezone.localdate()):
        return OVER.format(until=seminar.requests_until)
    is_approved = SeminarProgramme.objects.filter(seminar=seminar, school=school, state="approved").exists()
    return APPROVED if is_approved else ""


@transaction.atomic
def ask(*, seminar: Seminar, school: School, wanted: Sequence[Wanted], by: User, seen: str | None = None) -> int:
    """This is all that the school asks for now; how many topics. `seen` is the fingerprint of what the person has seen
    asked for, None: whatever it is. Raises SeminarRefused."""
    _lock(seminar)
    if not may_ask(by, seminar, school):
        raise SeminarRefused(NOT_YOURS)
    if problem := closed_to(by, seminar, school):
        raise SeminarRefused(problem)
    rows = list(SeminarRequest.objects.filter(seminar=seminar, school=school).select_related("offer"))
    if fingerprint(rows) not in (seen or fingerprint(rows), fingerprint(wanted)):
        raise SeminarChanged(ASKED_MEANWHILE)
    asked = {(one.offer.pk if one.offer else None, one.topic.strip()): one for one in wanted}
    stored = {(row.offer_id, row.topic): row for row in rows}
    for key in stored.keys() - asked.keys():
        stored[key].delete()
    for (_, topic), one in asked.items():
        key = (one.offer.pk if one.offer else None, topic)
        row = stored.get(key) or SeminarRequest(seminar=seminar, school=school, offer=one.offer, topic=topic)
        if row.pk is None or (row.people, row.wish) != (one.people, one.wish.strip()):
            row.people, row.wish, row.asked_by, row.asked_at = one.people, one.wish.strip(), by, timezone.now()
            row.save()
    audit("seminar_asked_for", seminar, by=by, municipality_id=seminar.municipality_id, school=school.pk)
    return len(asked)


@transaction.atomic
def adopt_topic(*, seminar: Seminar, topic: str, by: User) -> SeminarOffer:
    """What schools named themselves becomes an offer to all; whoever named it asks for the offer. Raises
    SeminarRefused."""
    _lock(seminar)
    own = SeminarRequest.objects.filter(seminar=seminar, offer=None).order_by("pk")
    named = [row for row in own if in_one_case(row.topic) == in_one_case(topic)]
    if not named:
        raise SeminarRefused(NO_TOPIC)
    offer = write_offer(seminar=seminar, told=OfferTold(named[0].topic), by=by)
    kept = {row.school_id: row for row in reversed(named)}  # a school may have named it twice, in other letters
    for row in named:
        if row is not kept[row.school_id]:
            row.delete()
    for row in kept.values():
        row.offer, row.topic = offer, ""
        row.save()
    return offer


@transaction.atomic
def build_programme(*, seminar: Seminar, school: School, by: User) -> SeminarProgramme:
    """From the school's requests, on the days that the same topic has in other schools' programmes; a draft that is
    there already gets the topics that it lacks. Raises SeminarRefused."""
    _lock(seminar)
    requests = list(SeminarRequest.objects.filter(seminar=seminar, school=school).select_related("offer"))
    if not requests:
        raise SeminarRefused(NOTHING_ASKED)
    programme, _ = SeminarProgramme.objects.get_or_create(seminar=seminar, school=school)
    if programme.state == SeminarProgramme.State.APPROVED:
        raise SeminarRefused(APPROVED)
    there = list(programme.sessions.all())
    missing = left_out(requests, there)
    for position, row in enumerate(missing, start=len(there) + 1):
        _session_of(row, programme, position).save()
    if missing:
        _save(programme)
    audit("seminar_programme_built", programme, by=by, municipality_id=seminar.municipality_id)
    return programme


def _session_of(row: SeminarRequest, programme: SeminarProgramme, position: int) -> SeminarSession:
    if row.offer is None:
        return SeminarSession(programme=programme, position=position, title=row.topic)
    session = SeminarSession(
        programme=programme, position=position, offer=row.offer, title=row.offer.title, kind=row.offer.kind,
        hours=row.offer.hours,
    )  # fmt: skip
    others = SeminarSession.objects.filter(offer=row.offer, on__isnull=False).order_by("-pk")
    if (other := others.first()) is not None:
        for name in ("on", "starts_at", "hours", "presence"):
            setattr(session, name, getattr(other, name))
    return session


@transaction.atomic
def write_sessions(
    *, programme: SeminarProgramme, told: Sequence[SessionTold], seen_version: int, by: User
) -> SeminarProgramme:
    """All lines of a draft, in this order. Raises SeminarRefused."""
    programme = _locked(programme, seen_version, CHANGED)
    first, last = programme.seminar.days
    for one in told:
        if one.on is not None and not first <= one.on <= last:
            raise SeminarRefused(OUTSIDE.format(day=one.on, first=first, last=last))
    programme.sessions.all().delete()
    names = ("kind", "on", "starts_at", "hours", "presence", "offer")
    SeminarSession.objects.bulk_create(
        SeminarSession(
            programme=programme, position=position, title=one.title.strip(),
            **{name: getattr(one, name) for name in names},
        )
        for position, one in enumerate(told, start=1)
    )  # fmt: skip
    _save(programme)
    audit("seminar_programme_changed", programme, by=by, municipality_id=programme.seminar.municipality_id)
    return programme


@transaction.atomic
def approve_programme(
    *, programme: SeminarProgramme, seen_version: int, by: User, seen_asked: str | None = None
) -> SeminarProgramme:
    """Its sessions are events from now on; a topic that other schools have on the same day and hour is one event for
    all of them. `seen_asked` is the fingerprint of what the person has seen that the school asks for, None: whatever it
    is. Raises SeminarRefused."""
    programme = _locked(programme, seen_version, LOOK_AGAIN)
    asked = SeminarRequest.objects.filter(seminar=programme.seminar, school=programme.school).select_related("offer")
    if seen_asked not in (None, fingerprint(asked)):
        raise SeminarChanged(ASKED_ANEW)
    sessions = list(programme.sessions.select_related("offer"))
    if not sessions:
        raise SeminarRefused(NO_SESSIONS)
    if undated := [one.title for one in sessions if one.on is None]:
        raise SeminarRefused(NO_DAYS.format(titles="; ".join(undated)))
    for session in sessions:
        session.event = _shared_event(session) or _event_of(session, programme, by)
        session.event.schools.add(programme.school)
        session.save(update_fields=["event"])
    programme.state, programme.approved_by = SeminarProgramme.State.APPROVED, by
    programme.approved_on = timezone.localdate()
    _save(programme)
    audit("seminar_programme_approved", programme, by=by, municipality_id=programme.seminar.municipality_id)
    return programme


def _shared_event(session: SeminarSession) -> Event | None:
    """That of another school's programme, if it is still to be as it was planned there."""
    if session.offer_id is None or session.on is None:
        return None
    same = Event.objects.filter(
        sessions__offer=session.offer_id, starts_on=session.on, starts_at=session.starts_at, state="planned"
    )
    return same.order_by("pk").first()


def _event_of(session: SeminarSession, programme: SeminarProgramme, by: User) -> Event:
    assert session.on is not None
    told = EventTold(
        kind=session.kind, title=session.title, starts_on=session.on, starts_at=session.starts_at, hours=session.hours,
        presence=session.presence, organiser="Методический центр",
        audience=session.offer.audience if session.offer else "", for_all=False, schools=(programme.school,),
    )  # fmt: skip
    return plan_event(municipality=programme.seminar.municipality, told=told, by=by)


def _lock(seminar: Seminar) -> None:
    """Requests and programmes of a half-year are written one after another."""
    Seminar.objects.select_for_update(no_key=True).values_list("pk").get(pk=seminar.pk)


def _locked(programme: SeminarProgramme, seen_version: int, problem: str) -> SeminarProgramme:
    """A draft."""
    _lock(programme.seminar)
    related = ("seminar__municipality", "school")
    found = SeminarProgramme.objects.filter(pk=programme.pk).select_related(*related).first()
    if found is not None and found.state == SeminarProgramme.State.APPROVED:
        raise SeminarRefused(APPROVED)
    if found is None or found.version != seen_version:
        raise SeminarChanged(problem)
    return found


def _save(programme: SeminarProgramme) -> None:
    programme.version += 1
    programme.save()
