"""A town with a plan in force: a row of all schools, one of the centre, one of a single school."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.access import Role
from accounts.models import User
from roadmaps.models import Occurrence, Participant, Programme
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.services.expertise import Round, make_round
from roadmaps.services.plans import Frame, store_plan
from tests.factories import MembershipFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.judging import DUE, assign

TERM = {"starts_on": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}


def plan_of(*rows: PlanRow) -> Plan:
    return Plan("Дорожная карта", (PlanSection("Раздел", rows=rows),))


def person(role: Role, place: Any) -> User:
    school = place if hasattr(place, "municipality_id") else None
    municipality = school.municipality if school else place
    return MembershipFactory.create(role=role, municipality=municipality, school=school).user


@pytest.fixture
def planned(db: None) -> SimpleNamespace:
    """Rows are due on 31 March 2022; two schools take part, a third does not."""
    municipality = MunicipalityFactory.create(slug="nazarovo", name="Назарово")
    first, second, third = (SchoolFactory.create(municipality=municipality, name=f"СОШ № {n}") for n in (1, 2, 3))
    programme = Programme.objects.create(municipality=municipality, title="Программа", starts_in=2021, ends_in=2022)
    for position, school in enumerate((first, second), start=1):
        Participant.objects.create(programme=programme, position=position, organisation=school.name, school=school)
    rows = [
        PlanRow(title="Самоанализ школ", number="1", responsible=("ОО",), deadline="Март 2022"),
        PlanRow(title="Совещание", number="2", responsible=("ЦРО",), deadline="Март 2022"),
        PlanRow(title="Мастер-класс", number="3", responsible=("ЦРО", first.name), deadline="Март 2022"),
    ]
    frame = Frame(**TERM, programme=programme, state="approved")
    roadmap = store_plan(municipality=municipality, plan=plan_of(*rows), frame=frame)
    every, centre, shared = Occurrence.objects.filter(activity__roadmap=roadmap).order_by("activity__position")
    return SimpleNamespace(
        municipality=municipality, first=first, second=second, third=third, programme=programme, roadmap=roadmap,
        every=every, centre=centre, shared=shared,
        curator=person(Role.CURATOR, first), neighbour=person(Role.CURATOR, second),
        outsider=person(Role.CURATOR, third), methodist=person(Role.METHODIST, municipality),
        department=person(Role.DEPARTMENT, municipality), viewer=person(Role.VIEWER, municipality),
    )  # fmt: skip


@pytest.fixture
def judged(planned: SimpleNamespace) -> SimpleNamespace:
    """A round in which somebody from an institute assesses the programme of the first school."""
    town = planned.municipality
    planned.programme, planned.other = (
        Programme.objects.create(
            municipality=town, school=school, kind="medium_term", title=f"Программа {school.name}", aim="Вырасти",
            starts_in=2022, ends_in=2022,
        )
        for school in (planned.first, planned.second)
    )  # fmt: skip
    row = PlanRow(title="Курсы для учителей", number="1", responsible=("ОО",), deadline="Март 2022")
    frame = Frame(**TERM, school=planned.first, programme=planned.programme, state="approved")
    store_plan(municipality=town, plan=Plan("Карта", (PlanSection("Раздел", rows=(row,)),)), frame=frame)
    planned.expert, planned.stranger = (person(Role.EXPERT, town) for _ in range(2))
    told = Round("programmes", "Экспертиза 2022", DUE, 2, ("Цель", "Сроки"))
    planned.round = make_round(municipality=town, told=told, by=planned.methodist)
    (planned.review,) = assign(planned, planned.expert, planned.programme)
    planned.criteria = list(planned.round.criteria.all())
    return planned
