"""On which side of a pairing somebody stands, and what they may do there."""

from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from mentoring.kinds import Kind
from mentoring.models import Pairing
from mentoring.models.people import themselves
from mentoring.queries.pairings import may_edit
from schools.models import School

OF_SCHOOLS = (Kind.SCHOOL_SCHOOL, Kind.MENTOR_TEAM, Kind.CURATOR_SCHOOL)  # in which the school as a whole is helped


class Side(StrEnum):
    HELPER = "helper"
    HELPED = "helped"


def sides_of(user: Any, pairing: Pairing) -> frozenset[Side]:
    """None for those who are no side of it. A curator speaks for the school; where both teachers work in one school,
    for both. The pairing comes with its sides."""
    if not isinstance(user, User) or pairing.municipality_id not in reach_of(user, Permission.MEETING_LOG).touched:
        return frozenset()
    found = set()
    teacher = pairing.helping_teacher
    if _is(user, pairing.mentor, teacher) or _speaks_for(
        user, pairing.helping_school, teacher.school if teacher else None
    ):
        found.add(Side.HELPER)
    if _is(user, pairing.teacher) or _speaks_for(user, pairing.school):
        found.add(Side.HELPED)
    return frozenset(found)


def _is(user: User, *people: Any) -> bool:
    return any(person is not None and person.user_id == user.pk for person in people)


def _speaks_for(user: User, *schools: School | None) -> bool:
    own = reach_of(user, Permission.MENTORING_READ).schools
    return any(school is not None and not own.isdisjoint({school.pk, school.parent_id}) for school in schools)


def may_plan(user: Any, pairing: Pairing) -> bool:
    """The pair writes its plan, and the centre may."""
    return bool(sides_of(user, pairing)) or may_edit(user, pairing.municipality)


def schools_helped_by(user: Any) -> QuerySet[School]:
    """Whose plans the person may read, since their school or they themselves help the school as a whole today: a
    pairing opens the partner's plan. Who helps one teacher needs no plan of the school."""
    today = timezone.localdate()
    own = reach_of(user, Permission.MENTORING_READ).schools
    helping = Q(helping_school__in=own) | Q(helping_school__parent__in=own)
    whole = Q(kind__in=OF_SCHOOLS) & (helping | themselves(user, "mentor__user", "municipality"))
    return School.objects.filter(pk__in=Pairing.objects.running_on(today).filter(whole).values("school"))
