"""A town with a strong school and two weak ones, its people, and somebody in the pool."""

import datetime as dt
from dataclasses import dataclass

import pytest
import time_machine

from accounts.access import Role
from accounts.models import User
from mentoring.kinds import Kind
from mentoring.models import Mentor, Pairing, Teacher
from mentoring.services.pairings import Facts, PairingTold, make_pairing
from schools.models import Municipality, School
from tests.factories import MembershipFactory, MunicipalityFactory, SchoolFactory

TODAY = dt.date(2023, 3, 15)
YEAR = Facts(dt.date(2023, 1, 1), dt.date(2023, 12, 31), order_number="1030", order_date=dt.date(2022, 12, 30))


@dataclass
class Town:
    municipality: Municipality
    strong: School
    weak: School
    other: School

    def person(self, role: Role, school: School | None = None) -> User:
        return MembershipFactory(role=role, municipality=self.municipality, school=school).user

    def mentor(self, kind: str = "mentor", **fields: object) -> Mentor:
        known = {"name": "Ответственное лицо 1", "position": "директор", "since": dt.date(2022, 9, 1)} | fields
        return Mentor.objects.create(municipality=self.municipality, kind=kind, **known)

    def teacher(self, school: School, name: str = "Учитель 1", **fields: object) -> Teacher:
        return Teacher.objects.create(school=school, name=name, position="учитель", subjects="математика", **fields)

    def pair(self, kind: Kind, school: School, facts: Facts = YEAR, **sides: object) -> Pairing:
        return make_pairing(told=PairingTold(kind, school, facts, **sides))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2023, 3, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def town() -> Town:
    municipality = MunicipalityFactory(name="Сургутский район", slug="surgut")
    names = ("Школа № 10", "Школа № 2", "Школа № 9")
    strong, weak, other = (SchoolFactory(municipality=municipality, name=name) for name in names)
    return Town(municipality, strong, weak, other)
