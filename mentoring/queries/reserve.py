"""The reserve as it stands on a day: who is in it and how ready, which posts are vacant who suits, who was moved."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from mentoring.models import (
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
)
from mentoring.models.reserve import Post
from schools.models import Municipality
from schools.ordering import natural_key

READINESS = [
    ReserveCandidate.Readiness.NOW,
    ReserveCandidate.Readiness.YEAR,
    ReserveCandidate.Readiness.LATER,
    ReserveCandidate.Readiness.UNKNOWN,
]  # the readier the earlier


@dataclass(frozen=True)
class VacancyLine:
    vacancy: ReserveVacancy
    is_open: bool  # today
    is_filled: bool
    suiting: list[ReserveCandidate]  # who is in the reserve and prepared for this post, the readier first

    @property
    def ready(self) -> list[ReserveCandidate]:
        return [one for one in self.suiting if one.readiness == ReserveCandidate.Readiness.NOW]


@dataclass(frozen=True)
class Reserve:
    candidates: list[ReserveCandidate]  # who are in it
    left: list[ReserveCandidate]
    vacancies: list[VacancyLine]
    programmes: list[ReserveProgramme]
    rotations: list[ReserveRotation]

    @property
    def ready(self) -> int:
        return sum(one.readiness == ReserveCandidate.Readiness.NOW for one in self.candidates)

    @property
    def open_vacancies(self) -> list[VacancyLine]:
        return [line for line in self.vacancies if line.is_open]

    @property
    def without_ready(self) -> int:
        return sum(not line.ready for line in self.open_vacancies)

    @property
    def posts(self) -> list[tuple[str, int, int]]:
        """What is prepared for: the post, how many are in the reserve, of them ready."""
        found = []
        for post in Post:
            own = [one for one in self.candidates if one.post == post]
            found.append((str(post.label), len(own), sum(one.readiness == "now" for one in own)))
        return found

    @property
    def is_empty(self) -> bool:
        return not (self.candidates or self.left or self.vacancies or self.programmes or self.rotations)


def reserve_of(user: Any, municipality: Municipality, today: dt.date) -> Reserve:
    """Six queries, whatever is in it."""

    def own(model: Any) -> Any:
        return model.objects.visible_to(user).filter(municipality=municipality)

    everybody = sorted(own(ReserveCandidate).select_related("school"), key=lambda one: natural_key(one.name))
    inside = [one for one in everybody if is_inside(one, today)]
    readier = sorted(inside, key=lambda one: READINESS.index(ReserveCandidate.Readiness(one.readiness)))
    vacancies = [
        VacancyLine(
            vacancy,
            vacancy.is_open(today),
            vacancy.is_filled(today),
            [] if vacancy.is_filled(today) else [one for one in readier if one.post == vacancy.post],
        )
        for vacancy in own(ReserveVacancy).select_related("school", "filled_by")
    ]
    programmes = own(ReserveProgramme).prefetch_related("enrolments")
    rotations = own(ReserveRotation).select_related("from_school", "to_school", "candidate")
    gone = [one for one in everybody if not is_inside(one, today)]
    return Reserve(inside, gone, vacancies, list(programmes), list(rotations))


def is_inside(candidate: ReserveCandidate, today: dt.date) -> bool:
    return candidate.since <= today and (candidate.left_on is None or candidate.left_on > today)


@dataclass(frozen=True)
class CandidateCard:
    candidate: ReserveCandidate
    is_inside: bool
    enrolments: list[ReserveEnrolment]
    vacancies: list[ReserveVacancy]  # that they have filled
    rotations: list[ReserveRotation]


def candidate_card(candidate: ReserveCandidate, today: dt.date) -> CandidateCard:
    return CandidateCard(
        candidate,
        is_inside(candidate, today),
        list(candidate.enrolments.select_related("programme").order_by("-programme__starts_on", "pk")),
        list(candidate.vacancies.select_related("school")),
        list(candidate.rotations.select_related("from_school", "to_school")),
    )


def enrolments_of(programme: ReserveProgramme) -> list[ReserveEnrolment]:
    return list(programme.enrolments.select_related("candidate__school", "programme"))
