"""Who is told of what happens in mentoring: the people of a school, of the centre, and those of whom the portal knows a
login."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.access import Permission
from accounts.models import Membership, User
from mentoring.contact import Side
from mentoring.models import HelpRequest, Meeting, Mentor, Pairing, Teacher
from roadmaps.queries.recipients import roles_with
from schools.models import Municipality, School

SPEAKING = [role for role in roles_with(Permission.MENTORING_READ) if role in roles_with(Permission.MEETING_LOG)]


def has_curator(school: str, *, but: str | None = None) -> Exists:
    """Of rows whose `school` is a school: whether somebody speaks for it, besides the user in their field `but`."""
    place = Q(school=OuterRef(school)) | Q(school=OuterRef(f"{school}__parent"))
    return Exists(_others(but).filter(place, role__in=SPEAKING))


def has_login(person: str, municipality: str, *, but: str | None = None) -> Exists:
    """Of rows whose `person` is of the pool or a teacher: whether they can act on the portal themselves, and are not
    the user in the field `but`."""
    held = _others(but).filter(role__in=roles_with(Permission.MEETING_LOG))
    return Exists(held.filter(user=OuterRef(f"{person}__user"), municipality=OuterRef(municipality)))


def _others(but: str | None) -> QuerySet[Membership]:
    found = Membership.objects.filter(user__is_active=True)
    return found.exclude(user=Coalesce(OuterRef(but), 0)) if but else found


def that_nobody_answers(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Those that nobody of the other side can confirm: none of it has a login, or only whoever wrote the meeting down
    speaks for both."""
    pair, but = "pairing__", "logged_by"
    town = f"{pair}municipality"
    helped = Q(has_curator(f"{pair}school", but=but)) | Q(has_login(f"{pair}teacher", town, but=but))
    helper = (
        Q(has_curator(f"{pair}helping_school", but=but))
        | Q(has_curator(f"{pair}helping_teacher__school", but=but))
        | Q(has_login(f"{pair}mentor", town, but=but))
        | Q(has_login(f"{pair}helping_teacher", town, but=but))
    )
    return meetings.filter((Q(logged_side=Side.HELPER) & ~helped) | (Q(logged_side=Side.HELPED) & ~helper))


def speaking_for(schools: Iterable[School]) -> QuerySet[Membership]:
    """Who speaks for one of these, or for the school that a branch among them belongs to."""
    places = {key for school in schools for key in (school.pk, school.parent_id) if key is not None}
    return Membership.objects.filter(school__in=places, role__in=SPEAKING, user__is_active=True)


def belonging_to(municipality: Municipality) -> QuerySet[Membership]:
    """Those of its people who can be a side of anything."""
    roles = roles_with(Permission.MEETING_LOG)
    return Membership.objects.filter(municipality=municipality, role__in=roles, user__is_active=True)


def of_centre(municipality: Municipality) -> list[User]:
    held = Membership.objects.filter(municipality=municipality, school=None, user__is_active=True)
    editors = held.filter(role__in=roles_with(Permission.MENTORING_EDIT))
    return list(User.objects.filter(pk__in=editors.values("user")).order_by("pk"))


def people(
    municipality: Municipality, schools: Iterable[School | None], *persons: Mentor | Teacher | None
) -> list[User]:
    """Who speaks for these schools, and these persons themselves, if they have a login."""
    curators = speaking_for([school for school in schools if school is not None])
    logins = [person.user_id for person in persons if person is not None and person.user_id is not None]
    themselves = belonging_to(municipality).filter(user__in=logins)
    either = Q(pk__in=curators.values("user")) | Q(pk__in=themselves.values("user"))
    return list(User.objects.filter(either).order_by("pk"))


def who_answers(request: HelpRequest) -> list[User]:
    """Whoever is named; as long as nobody is, or nobody of them has a login, the centre."""
    municipality = request.municipality
    return people(municipality, [request.helping_school], request.mentor) or of_centre(municipality)


def who_asked(request: HelpRequest) -> list[User]:
    """The people of the school and the teacher, and the centre's person who took the request down for them."""
    found = people(request.municipality, [request.school], request.teacher)
    writer = request.asked_by
    return found if writer is None or writer in found else [*found, writer]


def of_side(pairing: Pairing, side: Side) -> tuple[list[User], School | None]:
    """The people of a side of a pairing, which comes with its sides, and the school whose matter it is to them."""
    teacher = pairing.helping_teacher
    if side is Side.HELPED:
        return people(pairing.municipality, [pairing.school], pairing.teacher), pairing.school
    school = pairing.helping_school or (teacher.school if teacher else None)
    return people(pairing.municipality, [school], pairing.mentor, teacher), school
