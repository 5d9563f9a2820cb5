"""Who is told of what happens to a plan."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min, Q, QuerySet

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.models import Membership, User
from roadmaps.further_duties import further
from roadmaps.models import Assignment, Review
from roadmaps.states import OWING, WRITABLE_REVIEWS
from schools.models import Municipality, School


def _since(held: QuerySet[Membership]) -> Iterable[tuple[int, dt.datetime]]:
    return held.order_by().values_list("user").annotate(Min("since"))


def roles_with(permission: Permission) -> list[str]:
    return [role.value for role, held in ROLE_PERMISSIONS.items() if permission in held]


def _holding(permission: Permission, municipality: Municipality) -> QuerySet[Membership]:
    return Membership.objects.filter(role__in=roles_with(permission), municipality=municipality, user__is_active=True)


@dataclass(frozen=True)
class Reminded:
    """Somebody who may have something to do, and since when; `by_name`: something is asked of them and not of
    whoever has their roles."""

    user: User
    since: dt.datetime
    by_name: bool


def reminded_people(municipality: Municipality) -> list[Reminded]:
    """Everybody who reports somewhere in the municipality, and those of its people who are asked by name: in an
    assignment, for an expertise or in an upper app."""
    tasks = Assignment.objects.filter(municipality=municipality, user__isnull=False, state__in=OWING)
    reviews = Review.objects.filter(expertise__municipality=municipality, state__in=WRITABLE_REVIEWS)
    named = {*tasks.values_list("user", flat=True), *reviews.values_list("expert", flat=True)}
    named.update(*(duties.people(municipality) for duties in further()))
    since = dict(_since(Membership.objects.filter(user__in=named, municipality=municipality, user__is_active=True)))
    since |= dict(_since(_holding(Permission.PROGRESS_REPORT, municipality)))
    people = User.objects.filter(pk__in=since).order_by("pk")
    return [Reminded(user, since[user.pk], user.pk in named) for user in people]


def people_of_schools(municipality: Municipality, schools: Iterable[int]) -> list[User]:
    """Everybody who reports for one of these schools, or for the school that a branch among them belongs to."""
    parents = School.objects.filter(pk__in=list(schools), parent__isnull=False).values_list("parent", flat=True)
    held = _holding(Permission.PROGRESS_REPORT, municipality).filter(school__in={*schools, *parents})
    return list(User.objects.filter(pk__in=held.values("user")).order_by("pk"))


def who_answers(municipality: Municipality, rows: Iterable[Assignment]) -> list[tuple[User, Assignment]]:
    """Each of these assignments with all who may answer it; in a few queries, however many there are. The rows come
    with their schools."""
    by_school: dict[int | None, set[int]] = {}
    held = _holding(Permission.PROGRESS_REPORT, municipality).order_by()
    for school_id, user_id in held.values_list("school", "user"):
        by_school.setdefault(school_id, set()).add(user_id)
    looking = _holding(Permission.PLANS_VIEW, municipality).order_by()
    people = User.objects.in_bulk(set(looking.values_list("user", flat=True)))
    found = []
    for row in rows:
        places = {row.school.pk, row.school.parent_id or row.school.pk} if row.school else {None}
        asked = {user for place in places for user in by_school.get(place, ())} | {row.user_id}
        found += [(people[pk], row) for pk in sorted(pk for pk in asked if pk is not None and pk in people)]
    return found


def who_reports_for(municipality: Municipality, school: School | None) -> QuerySet[User]:
    """Colleagues of one school write one report, so they are all told what became of it."""
    held = _holding(Permission.PROGRESS_REPORT, municipality)
    if school is None:
        held = held.filter(school__isnull=True)
    else:
        held = held.filter(school__in=[pk for pk in (school.pk, school.parent_id) if pk])
    return User.objects.filter(pk__in=held.values("user")).order_by("pk")


def who_reviews(municipality: Municipality, school: School | None) -> QuerySet[User]:
    held = _holding(Permission.PROGRESS_REVIEW, municipality)
    places = Q(school__isnull=True)
    if school is not None:
        places |= Q(school__in=[pk for pk in (school.pk, school.parent_id) if pk])
    return User.objects.filter(pk__in=held.filter(places).values("user")).order_by("pk")
