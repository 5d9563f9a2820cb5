"""On which side of a pairing somebody stands, and what they may do there."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from mentoring.contact import Actor, Side
from mentoring.kinds import Kind
from mentoring.models import Meeting, Pairing
from mentoring.models.pairings import of_people, of_schools
from mentoring.models.people import themselves
from mentoring.queries.addressees import that_nobody_answers
from mentoring.queries.pairings import may_edit
from schools.models import School

OF_SCHOOLS = (Kind.SCHOOL_SCHOOL, Kind.MENTOR_TEAM, Kind.CURATOR_SCHOOL)  # in which the school as a whole is helped


def sides_of(user: Any, pairing: Pairing) -> frozenset[Side]:
    """None for those who are no side of it. A curator speaks for the school; where both teachers work in one school,
    for both. The pairing comes with its sides."""
    if not isinstance(user, User) or pairing.municipality_id not in reach_of(user, Permission.MEETING_LOG).touched:
        return frozenset()
    found = set()
    teacher = pairing.helping_teacher
    if is_one_of(user, pairing.mentor, teacher) or speaks_for(
        user, pairing.helping_school, teacher.school if teacher else None
    ):
        found.add(Side.HELPER)
    if is_one_of(user, pairing.teacher) or speaks_for(user, pairing.school):
        found.add(Side.HELPED)
    return frozenset(found)


def is_one_of(user: User, *people: Any) -> bool:
    """Of teachers and people of the pool, whom the portal may know by a login."""
    return any(person is not None and person.user_id == user.pk for person in people)


def speaks_for(user: User, *schools: School | None) -> bool:
    """As curator of one of these, or of the school that a branch belongs to."""
    own = reach_of(user, Permission.MENTORING_READ).schools
    return any(school is not None and not own.isdisjoint({school.pk, school.parent_id}) for school in schools)


def actors_of(user: Any, meeting: Meeting) -> frozenset[Actor]:
    """What the person is to a meeting, which comes with its pairing and its sides."""
    return actors_in(user, [meeting])[meeting.pk]


def actors_in(user: Any, meetings: Iterable[Meeting]) -> dict[int, frozenset[Actor]]:
    """By key of each of these meetings what the person is to it. Nobody confirms what they wrote themselves, even if
    they speak for both sides; the centre does for those of whom nobody can."""
    found = list(meetings)
    towns = reach_of(user, Permission.MENTORING_EDIT).municipalities
    keys = [one.pk for one in found if one.pairing.municipality_id in towns and one.logged_by_id != user.pk]
    left = that_nobody_answers(Meeting.objects.filter(pk__in=keys)) if keys else Meeting.objects.none()
    unheard = set(left.values_list("pk", flat=True))
    return {one.pk: _actors(user, one, is_unheard=one.pk in unheard) for one in found}


def _actors(user: Any, meeting: Meeting, *, is_unheard: bool) -> frozenset[Actor]:
    sides = sides_of(user, meeting.pairing)
    found = {Actor.AUTHOR} if meeting.logged_side in sides else set()
    if sides - {Side(meeting.logged_side)} and meeting.logged_by_id != user.pk:
        found.add(Actor.OTHER)
    elif is_unheard:
        found.add(Actor.CENTRE)
    return frozenset(found)


def of_sides(user: Any) -> Q:
    """Pairings of which the person is a side: what `sides_of` says of one, of all of them."""
    held = reach_of(user, Permission.MEETING_LOG).touched
    own = reach_of(user, Permission.MENTORING_READ).schools
    return Q(municipality__in=held) & (of_schools(own) | of_people(user))


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
