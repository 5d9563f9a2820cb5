"""Lists come in pages with one order, and a page costs the same number of queries however long the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Role
from mentoring.models import Attendance, Event, Meeting, Pairing, PairingPlan, Practice, Teacher
from roadmaps.models import Programme
from tests.factories import (
    BaselineFactory,
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    PlanRevisionFactory,
    ReportFactory,
    ResultTotalFactory,
    SchoolAliasFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)
from tests.roadmaps.plans import of_rows, stored

pytestmark = pytest.mark.django_db

LISTS = (
    *("schools", "results", "indicators", "targets", "values", "identifications", "reports"),
    *("programmes", "roadmaps", "activities", "pairings", "meetings", "events", "practices"),
)


def add_rows(town, count):
    for _ in range(count):
        school = SchoolFactory(municipality=town, parent=SchoolFactory(municipality=town))
        indicator = IndicatorFactory(municipality=town)
        SchoolAliasFactory(school=school)
        IdentificationFactory(school=school)
        ResultTotalFactory(school=school)
        SchoolValueFactory(school=school, indicator=indicator)
        MunicipalityValueFactory(indicator=indicator)
        TargetFactory(indicator=indicator)
        TargetFactory(indicator=indicator, school=school)
        BaselineFactory(indicator=indicator, school=school)
        PlanRevisionFactory(indicator=indicator, school=school)
        ReportFactory(municipality=town, drawn="note.pdf")
        programme = Programme.objects.create(
            municipality=town, school=school, title="Программа школы", starts_in=2023, ends_in=2023
        )
        programme.tasks.create(position=1, text="Задача")
        stored(town, of_rows(2), programme=programme, school=school)
        teacher = Teacher.objects.create(school=school, name="Учитель", position="учитель")
        sides = {"municipality": town, "school": school, "teacher": teacher, "starts_on": "2023-01-01"}
        pairing = Pairing.objects.create(**sides, kind="teacher_teacher", helping_teacher=Teacher.objects.create(
            school=school.parent, name="Коллега", position="учитель"
        ))  # fmt: skip
        event = Event.objects.create(municipality=town, title="Семинар", starts_on="2023-02-01", ends_on="2023-02-01")
        Attendance.objects.create(event=event, school=school, teachers=2)
        published = {"state": "published", "published_on": "2023-02-01"}
        Practice.objects.create(municipality=town, school=school, title="Практика", text="Что", **published)
        plan = PairingPlan.objects.create(pairing=pairing, title="План", starts_on="2023-01-01", ends_on="2023-12-31")
        step = plan.steps.create(position=1, title="Строка")
        Meeting.objects.create(pairing=pairing, step=step, on="2023-02-01", hours=1, topic="Тема", logged_side="helper")


@pytest.mark.parametrize("role", [Role.METHODIST, Role.VIEWER])
@pytest.mark.parametrize("name", LISTS)
def test_queries_do_not_grow_with_the_rows(with_key, django_assert_num_queries, name, role):
    town = MunicipalityFactory()
    client = with_key(role, town)
    add_rows(town, 1)
    with CaptureQueriesContext(connection) as with_one:
        assert client.get(f"/api/v1/{name}/").json()["results"]
    add_rows(town, 39)
    with django_assert_num_queries(len(with_one)):
        assert len(client.get(f"/api/v1/{name}/").json()["results"]) >= 40


@pytest.mark.parametrize("name", LISTS)
def test_pages_add_up_to_the_whole_list(with_key, name):
    town = MunicipalityFactory()
    client = with_key(Role.METHODIST, town)
    add_rows(town, 4)
    whole = client.get(f"/api/v1/{name}/").json()
    assert set(whole) == {"next", "previous", "results"}
    assert whole["next"] is None
    assert whole["previous"] is None
    pages, address = [], f"/api/v1/{name}/?page_size=3"
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 3
        pages += page["results"]
        address = page["next"]
    assert pages == whole["results"]
    second = client.get(f"/api/v1/{name}/?page_size=3&page=2").json()
    assert second["previous"] == f"http://testserver/api/v1/{name}/?page_size=3"


@pytest.mark.parametrize("page", ["0", "2", "-1", "first"])
def test_a_page_that_is_not_there_is_not_found(with_key, page):
    client = with_key(Role.METHODIST, MunicipalityFactory())
    for name in LISTS:
        assert client.get(f"/api/v1/{name}/?page={page}").status_code == 404


def test_municipality_stands_before_its_schools_and_these_in_alphabetical_order(with_key, rows):
    town = MunicipalityFactory()
    later = IndicatorFactory(municipality=town, position=10, code="n10")
    earlier = IndicatorFactory(municipality=town, position=2, code="n2")
    schools = [SchoolFactory(municipality=town, name=name, code=name) for name in ("Б", "А")]
    for indicator in (later, earlier):
        for school in schools:
            for period in ("2020", "2019"):
                SchoolValueFactory(indicator=indicator, school=school, period=period)
        MunicipalityValueFactory(indicator=indicator, period="2020")
    listed = [(row["indicator"], row["period"], row["school"]) for row in rows(with_key(Role.VIEWER, town), "values")]
    assert listed == [
        ("n2", "2019", "А"),
        ("n2", "2019", "Б"),
        ("n2", "2020", None),
        ("n2", "2020", "А"),
        ("n2", "2020", "Б"),
        ("n10", "2019", "А"),
        ("n10", "2019", "Б"),
        ("n10", "2020", None),
        ("n10", "2020", "А"),
        ("n10", "2020", "Б"),
    ]


@pytest.mark.parametrize("size", ["0", "-1", "abc"])
def test_a_wrong_size_of_page_is_refused(with_key, size):
    answer = with_key(Role.METHODIST, MunicipalityFactory()).get(f"/api/v1/schools/?page_size={size}")
    assert answer.status_code == 400
    assert "Число строк на странице" in answer.content.decode()
