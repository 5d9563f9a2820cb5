"""Who is told of what happens to a plan."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min, Q, QuerySet

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.models import Membership, User
from schools.models import Municipality, School


def roles_with(permission: Permission) -> list[str]:
    return [role.value for role, held in ROLE_PERMISSIONS.items() if permission in held]


def _holding(permission: Permission, municipality: Municipality) -> QuerySet[Membership]:
    return Membership.objects.filter(role__in=roles_with(permission), municipality=municipality, user__is_active=True)


def reporting_people(municipality: Municipality) -> list[tuple[User, dt.datetime]]:
    """Everybody who reports somewhere in the municipality, and since when they do."""
    held = _holding(Permission.PROGRESS_REPORT, municipality)
    since = dict(held.order_by().values_list("user").annotate(Min("since")))
    return [(user, since[user.pk]) for user in User.objects.filter(pk__in=since).order_by("pk")]


def people_of_schools(municipality: Municipality, schools: Iterable[int]) -> list[tuple[User, dt.datetime]]:
    """Everybody who reports for one of these schools, or for the school that a branch among them belongs to."""
    parents = School.objects.filter(pk__in=list(schools), parent__isnull=False).values_list("parent", flat=True)
    held = _holding(Permission.PROGRESS_REPORT, municipality).filter(school__in={*schools, *parents})
    since = dict(held.order_by().values_list("user").annotate(Min("since")))
    return [(user, since[user.pk]) for user in User.objects.filter(pk__in=since).order_by("pk")]


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
