"""A key or a session reads what its role reaches, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Role
from tests.factories import (
    ApiKeyFactory,
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    ReportFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

LISTS = ("schools", "results", "indicators", "targets", "values", "identifications", "reports")
ADDRESSES = [f"/api/v1/{name}/" for name in LISTS] + ["/api/v1/schema/", "/api/v1/"]


@pytest.fixture
def town():
    """Two schools with everything in it; a neighbouring town has as much."""
    towns = [MunicipalityFactory(slug=slug) for slug in ("nazarovo", "megion")]
    for town in towns:
        indicator = IndicatorFactory(municipality=town, code="n1")
        TargetFactory(indicator=indicator)
        MunicipalityValueFactory(indicator=indicator, sources=[{"file": "школы.xlsx"}])
        ReportFactory(municipality=town)
        for number in (1, 2):
            school = SchoolFactory(municipality=town, code=f"{town.slug}-{number}", name=f"СОШ {number}")
            IdentificationFactory(school=school)
            ResultTotalFactory(school=school)
            SchoolValueFactory(school=school, indicator=indicator, participants=10, sources=[{"file": "школа.xlsx"}])
    return towns[0]


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_credentials_nothing_is_read(client, address):
    answer = client.get(address)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Api-Key"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_revoked_key_opens_nothing(client, address):
    key = ApiKeyFactory()
    header = {"Authorization": f"Api-Key {key.text}"}
    assert client.get(address, headers=header).status_code == 200
    key.revoked_at = timezone.now()
    key.save()
    assert client.get(address, headers=header).status_code == 401


@pytest.mark.parametrize(
    "header", ["Api-Key", "Api-Key ", "Api-Key n\xf6-such.key", "Api-Key deadbeef0000.x", "Bearer abc", "Basic YTpi"]
)
def test_a_wrong_key_opens_nothing(client, town, header):
    assert client.get("/api/v1/schools/", headers={"Authorization": header}).status_code == 401


def test_the_right_prefix_with_a_wrong_secret_opens_nothing(client, town):
    key = ApiKeyFactory(municipality=town)
    header = {"Authorization": f"Api-Key {key.prefix}.{'x' * 43}"}
    assert client.get("/api/v1/schools/", headers=header).status_code == 401


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.METHODIST, Role.MENTOR, Role.VIEWER])
def test_a_key_of_the_municipality_reads_all_of_it_and_nothing_of_the_neighbours(with_key, rows, town, role):
    client = with_key(role, town)
    for name in LISTS:
        assert {row["municipality"] for row in rows(client, name)} == {"nazarovo"}, name
    for name in ("results", "identifications"):
        assert {row["school"] for row in rows(client, name)} == {"nazarovo-1", "nazarovo-2"}
    assert {row["school"] for row in rows(client, "values")} == {None, "nazarovo-1", "nazarovo-2"}


@pytest.mark.parametrize("role", [Role.CURATOR, Role.MENTOR, Role.VIEWER])
def test_a_key_of_a_school_reads_that_school_and_the_sums_of_its_municipality(with_key, rows, town, role):
    client = with_key(role, town.schools.get(code="nazarovo-1"))
    assert [row["code"] for row in rows(client, "schools")] == ["nazarovo-1"]
    for name in ("results", "identifications"):
        assert [row["school"] for row in rows(client, name)] == ["nazarovo-1"], name
    assert [row["school"] for row in rows(client, "values")] == [None, "nazarovo-1"]
    assert [row["code"] for row in rows(client, "indicators")] == ["n1"]
    assert len(rows(client, "targets")) == 1
    assert rows(client, "reports") == []


def test_a_key_of_a_school_reads_the_plan_of_the_municipality_and_its_own(with_key, rows, town):
    indicator = town.indicators.get()
    for school in town.schools.all():
        TargetFactory(indicator=indicator, school=school)
    own = with_key(Role.CURATOR, town.schools.get(code="nazarovo-1"))
    assert [row["school"] for row in rows(own, "targets")] == [None, "nazarovo-1"]
    assert [row["school"] for row in rows(with_key(Role.VIEWER, town), "targets")] == [None, "nazarovo-1", "nazarovo-2"]


def test_files_behind_a_sum_are_for_those_who_see_all_its_schools(with_key, rows, town):
    of_town, of_school = rows(with_key(Role.CURATOR, town.schools.get(code="nazarovo-1")), "values")
    assert of_town["sources"] == []
    assert of_school["sources"] == [{"file": "школа.xlsx"}]
    assert rows(with_key(Role.VIEWER, town), "values")[0]["sources"] == [{"file": "школы.xlsx"}]


@pytest.mark.parametrize("name", LISTS)
def test_an_expert_reads_nothing_that_is_not_assigned(with_key, rows, town, name):
    assert rows(with_key(Role.EXPERT, town), name) == []


def test_a_school_reads_its_branches(with_key, rows, town):
    parent = town.schools.get(code="nazarovo-1")
    ResultTotalFactory(school=SchoolFactory(municipality=town, parent=parent, code="nazarovo-1f"))
    assert {row["school"] for row in rows(with_key(Role.CURATOR, parent), "results")} == {"nazarovo-1", "nazarovo-1f"}


@pytest.mark.parametrize("name", [name for name in LISTS if name != "reports"])
def test_the_session_reads_what_a_key_of_the_same_role_reads(log_in_as, with_key, rows, town, name):
    school = town.schools.get(code="nazarovo-1")
    assert rows(log_in_as(Role.CURATOR, school), name) == rows(with_key(Role.CURATOR, school), name)


def test_a_document_of_the_neighbours_is_not_there(with_key, town):
    foreign = ReportFactory()
    assert with_key(Role.DEPARTMENT, town).get(f"/api/v1/reports/{foreign.pk}/file/").status_code == 404


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(with_key, town, name, method):
    client = with_key(Role.DEPARTMENT, town)
    assert getattr(client, method)(reverse(f"api:{name}-list"), content_type="application/json").status_code == 405


def test_a_session_is_asked_for_its_csrf_token(log_in_as, town):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(log_in_as(Role.DEPARTMENT, town).user)
    assert strict.post("/api/v1/schools/", content_type="application/json").status_code == 403


def test_a_key_opens_no_page(with_key, town):
    answer = with_key(Role.DEPARTMENT, town).get("/accounts/password/change/")
    assert answer.status_code == 302
