"""A town with two schools and the list of «500+» as its catalogue of 2022/2023."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from accounts.access import Role
from accounts.models import User
from schools.models import RiskFactor
from schools.services.risk_factors import take_list
from tests.factories import MembershipFactory, MunicipalityFactory, SchoolFactory

YEAR = 2022
TODAY = dt.datetime(2022, 5, 16, 9, tzinfo=dt.UTC)  # in good time for the year that begins in September


def person(role: Role, place: Any) -> User:
    school = place if hasattr(place, "municipality_id") else None
    return MembershipFactory.create(
        role=role, municipality=school.municipality if school else place, school=school
    ).user


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    municipality = MunicipalityFactory.create(slug="surgut", name="Сургутский район")
    first, second = (SchoolFactory.create(municipality=municipality, name=f"СОШ № {n}") for n in (1, 2))
    take_list(municipality=municipality, school_year=YEAR, by=None)
    factors = {factor.code: factor for factor in RiskFactor.objects.filter(municipality=municipality)}
    return SimpleNamespace(
        municipality=municipality, first=first, second=second, factors=factors,
        staff=factors["staff-shortage"], parents=factors["parents"],
        curator=person(Role.CURATOR, first), neighbour=person(Role.CURATOR, second),
        methodist=person(Role.METHODIST, municipality), department=person(Role.DEPARTMENT, municipality),
        viewer=person(Role.VIEWER, municipality),
    )  # fmt: skip
