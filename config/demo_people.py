"""The demonstration's logins: one of each role in Назарово, and the neighbours, who must see none of it."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.access import Role
from accounts.models import Membership, User
from schools.models import Municipality, School

# Printed at every start, so it opens nothing but invented data; `load_demo` refuses to run in production.
DEMO_PASSWORD = "opora-demo-2021"  # noqa: S105  # known to all on purpose
CURATOR_SCHOOL = "270021"


@dataclass(frozen=True)
class DemoLogin:
    """One line of the table of logins."""

    username: str
    role: Role
    position: str
    municipality: str = "nazarovo"
    school_code: str = ""


DEMO_LOGINS = (
    DemoLogin("department", Role.DEPARTMENT, "Начальник управления образования"),
    DemoLogin("methodist", Role.METHODIST, "Методист ЦРО"),
    DemoLogin("curator", Role.CURATOR, "Школьный куратор", school_code=CURATOR_SCHOOL),
    DemoLogin("mentor", Role.MENTOR, "Наставник"),
    DemoLogin("viewer", Role.VIEWER, "Наблюдатель"),
    DemoLogin("megion", Role.DEPARTMENT, "Директор департамента образования", municipality="megion"),
    DemoLogin("vilyuysk", Role.DEPARTMENT, "Начальник улусного управления образования", municipality="vilyuysk"),
    DemoLogin("surgut", Role.DEPARTMENT, "Директор департамента образования", municipality="surgut"),
    DemoLogin("armavir", Role.DEPARTMENT, "Начальник управления образования", municipality="armavir"),
)


@transaction.atomic
def load_people() -> int:
    """Make the logins that are missing; one that exists keeps its password, e-mail and roles."""
    known = set(User.objects.values_list("username", flat=True))
    fresh = [login for login in DEMO_LOGINS if login.username not in known]
    password = make_password(DEMO_PASSWORD) if fresh else ""
    for login in fresh:
        municipality = Municipality.objects.get(slug=login.municipality)
        user = User.objects.create(
            username=login.username,
            email=f"{login.username}@example.org",
            full_name=f"{login.position} (демо)",
            position=login.position,
            password=password,
        )
        school = School.objects.get(municipality=municipality, code=login.school_code) if login.school_code else None
        Membership.objects.create(user=user, role=login.role, municipality=municipality, school=school)
    return len(fresh)
