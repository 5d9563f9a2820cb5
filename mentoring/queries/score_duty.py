"""The monitoring of methodical help, which the centre owes each October: people are reminded from its opening on,
until a sheet of every school is confirmed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from mentoring.models import ScoreEdition
from mentoring.queries.scoring import edition_of, may_fill, waiting_of
from mentoring.scores import SheetKind, window_of
from roadmaps.further_duties import FurtherDuties
from roadmaps.models import Notice
from roadmaps.notices.kinds import SCORING
from roadmaps.queries.awaited import Awaited
from schools.models import Municipality
from schools.periods import school_year_label

KIND = SheetKind.MONITORING


def _awaited(user: Any, municipality: Municipality, today: dt.date) -> list[Awaited]:
    """That of this autumn; who let it pass until the new year is reminded no more."""
    year = today.year - 1
    window = window_of(year)
    if today < window.opens_on or not may_fill(user, municipality) or not edition_of(municipality, KIND, year):
        return []
    waiting, confirmed = waiting_of(municipality, year)
    if not waiting:
        return []
    facts = {
        "title": f"{KIND.label}, {school_year_label(year)} учебный год",
        "due": window.closes_on.isoformat(),
        "details": f"Листы школ: утверждено {confirmed}, осталось {waiting}.",
    }
    opened = dt.datetime.combine(window.opens_on, dt.time(), municipality.zone)
    link = f"{reverse('mentoring:help_monitoring')}?municipality={municipality.slug}&year={year}"
    key = f"scoring:{municipality.pk}:{window.closes_on}"
    return [Awaited(SCORING, key, window.closes_on, opened, facts, about={"link": link})]


def _municipalities() -> QuerySet[Any]:
    return ScoreEdition.objects.filter(kind=KIND).values("municipality")


def _people(_: Municipality) -> set[int]:
    return set()


def _standing(_user: User, _municipality: Municipality, _notices: Sequence[Notice]) -> set[int]:
    return set()


DUTIES = FurtherDuties(_awaited, _municipalities, _people, _standing)
