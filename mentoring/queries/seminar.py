"""The standing seminar as each person may see it: what is offered, what schools ask for, and their programmes."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.access import Permission
from mentoring.gatherings import EventState
from mentoring.models import Seminar, SeminarOffer, SeminarProgramme, SeminarRequest, SeminarSession
from mentoring.queries.events import may_keep
from roadmaps.plans.calendar_words import Span
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.wording import in_one_case


@dataclass(frozen=True)
class Demand:
    """A topic with the schools that ask for it; `offer` None: they named it themselves."""

    topic: str
    offer: SeminarOffer | None
    requests: list[SeminarRequest] = field(default_factory=list)

    @property
    def schools(self) -> int:
        return len({row.school_id for row in self.requests})

    @property
    def people(self) -> int:
        return sum(row.people or 0 for row in self.requests)

    @property
    def names(self) -> str:
        return ", ".join(school.name for school in in_natural_order({row.school for row in self.requests}))


@dataclass(frozen=True)
class SchoolLine:
    """A school with what it asks for and its programme, if there is one that the person sees."""

    school: School
    asked: int
    programme: SeminarProgramme | None
    sessions: int
    left_out: list[SeminarRequest]  # topics of the request that the programme has not

    @property
    def is_approved(self) -> bool:
        return self.programme is not None and self.programme.state == SeminarProgramme.State.APPROVED


def may_ask(user: Any, seminar: Seminar, school: School) -> bool:
    """The school for itself, and the centre for every school of the municipality."""
    return school.municipality_id == seminar.municipality_id and school.allows(user, Permission.STAFF_EDIT)


def requests_are_open(user: Any, seminar: Seminar, today: dt.date) -> bool:
    """To schools up to the last day; the centre writes down what it hears later too."""
    return today <= seminar.requests_until or may_keep(user, seminar.municipality)


def seminars_of(user: Any, municipality: Municipality) -> QuerySet[Seminar]:
    return Seminar.objects.visible_to(user).filter(municipality=municipality)


def demand_for(user: Any, seminar: Seminar) -> list[Demand]:
    """Every offer, and every topic that schools named themselves, of requests that the person sees; what most schools
    ask for first. In a few queries."""
    requests = list(
        SeminarRequest.objects.visible_to(user).filter(seminar=seminar).select_related("school", "offer", "asked_by")
    )
    found: dict[Any, Demand] = {offer.pk: Demand(offer.title, offer) for offer in seminar.offers.all()}
    for row in requests:
        key = row.offer_id or in_one_case(row.topic)
        found.setdefault(key, Demand(row.topic, None)).requests.append(row)
    return sorted(
        found.values(), key=lambda one: (-one.schools, one.offer is None, one.offer.pk if one.offer else 0, one.topic)
    )


def school_lines(user: Any, seminar: Seminar, demand: Iterable[Demand]) -> list[SchoolLine]:
    """Of the schools for which this person may ask."""
    schools = School.objects.allowing(user, Permission.STAFF_EDIT).filter(municipality=seminar.municipality_id)
    asked: dict[int, list[SeminarRequest]] = {}
    for one in demand:
        for row in one.requests:
            asked.setdefault(row.school_id, []).append(row)
    programmes = SeminarProgramme.objects.visible_to(user).filter(seminar=seminar).prefetch_related("sessions")
    known = {one.school_id: one for one in programmes}
    return [_line(school, asked.get(school.pk, []), known.get(school.pk)) for school in in_natural_order(schools)]


def _line(school: School, asked: list[SeminarRequest], programme: SeminarProgramme | None) -> SchoolLine:
    sessions = list(programme.sessions.all()) if programme else []
    return SchoolLine(school, len(asked), programme, len(sessions), left_out(asked, sessions) if programme else [])


def left_out(asked: Iterable[SeminarRequest], sessions: Iterable[SeminarSession]) -> list[SeminarRequest]:
    """What the school asks for and no session is about: neither by the offer nor by the words."""
    there = list(sessions)
    offers = {one.offer_id for one in there} - {None}
    titles = {in_one_case(one.title) for one in there}
    return [row for row in asked if row.offer_id not in offers and in_one_case(str(row)) not in titles]


@dataclass(frozen=True)
class SeminarNumbers:
    """What came of a half-year; of the schools or of one."""

    seminar: Seminar
    offers: int
    schools: int  # that asked for anything
    requests: int
    own_topics: int  # of these, that schools named themselves
    programmes: int  # approved
    sessions: int  # of these
    held: int  # events that took place; several schools may have come to one


def numbers_of(user: Any, municipality: Municipality, days: Span, school: School | None = None) -> list[SeminarNumbers]:
    """Of the half-years that have a day in common with these, the earliest first."""
    found = [one for one in seminars_of(user, municipality) if one.days[0] <= days[1] and one.days[1] >= days[0]]
    return [_numbers(user, seminar, school) for seminar in reversed(found)]


def _numbers(user: Any, seminar: Seminar, school: School | None) -> SeminarNumbers:
    of_school = {"school": school} if school else {}
    requests = SeminarRequest.objects.visible_to(user).filter(seminar=seminar, **of_school)
    approved = SeminarProgramme.objects.visible_to(user).filter(
        seminar=seminar, state=SeminarProgramme.State.APPROVED, **of_school
    )
    sessions = SeminarSession.objects.filter(programme__in=approved, event__isnull=False)  # others were removed
    return SeminarNumbers(
        seminar=seminar,
        offers=seminar.offers.count(),
        **requests.aggregate(
            schools=Count("school", distinct=True),
            requests=Count("pk"),
            own_topics=Count("pk", filter=Q(offer=None)),
        ),
        programmes=approved.count(),
        **sessions.aggregate(
            sessions=Count("pk"), held=Count("event", filter=Q(event__state=EventState.HELD), distinct=True)
        ),
    )


def requests_of(user: Any, seminar: Seminar, school: School) -> list[SeminarRequest]:
    return list(SeminarRequest.objects.visible_to(user).filter(seminar=seminar, school=school).select_related("offer"))


def fingerprint(asked: Iterable[Any]) -> str:
    """Of all that a school asks for, stored or wanted: another one as soon as anything of it is another."""
    told = sorted([one.offer.pk if one.offer else 0, one.topic, one.people or 0, one.wish.strip()] for one in asked)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def sessions_of(programme: SeminarProgramme) -> list[SeminarSession]:
    """In the order of their days, those without one last."""
    found = programme.sessions.select_related("event", "offer")
    return sorted(found, key=lambda one: (_day(one) or dt.date.max, one.position))


def _day(session: SeminarSession) -> dt.date | None:
    """Once it is an event, the event's."""
    return session.event.starts_on if session.event else session.on
