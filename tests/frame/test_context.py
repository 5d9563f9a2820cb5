"""Which municipality and year a page is about."""

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.http import Http404
from django.test import RequestFactory

from accounts.access import Role
from schools.context import current_municipality, current_year, years_of
from tests.factories import (
    IdentificationFactory,
    MembershipFactory,
    MunicipalityFactory,
    SchoolFactory,
    UploadEntryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def request_of(user, query="", session=None):
    request = RequestFactory().get("/", QUERY_STRING=query)
    request.user, request.session = user, session if session is not None else SessionStore()
    return request


@pytest.fixture
def person():
    """A methodist of two towns."""
    user = UserFactory()
    MembershipFactory(user=user, municipality=MunicipalityFactory(name="Бирюса", slug="b"))
    MembershipFactory(user=user, municipality=MunicipalityFactory(name="Арга", slug="a"))
    return user


def test_without_a_choice_the_first_by_name(person):
    assert current_municipality(request_of(person)).name == "Арга"


def test_address_chooses_and_the_choice_lasts(person):
    session = SessionStore()
    assert current_municipality(request_of(person, "municipality=b", session)).name == "Бирюса"
    assert current_municipality(request_of(person, "", session)).name == "Бирюса"


def test_foreign_municipality_is_not_found(person):
    MunicipalityFactory(slug="foreign")
    with pytest.raises(Http404):
        current_municipality(request_of(person, "municipality=foreign"))


def test_remembered_municipality_that_is_closed_by_now_is_forgotten(person):
    session = SessionStore()
    session["municipality"] = MunicipalityFactory(slug="foreign").slug
    assert current_municipality(request_of(person, "", session)).name == "Арга"


def test_somebody_who_belongs_nowhere_finds_nothing():
    with pytest.raises(Http404):
        current_municipality(request_of(UserFactory()))


def test_expert_sees_no_municipality_as_a_whole():
    expert = MembershipFactory(role=Role.EXPERT).user
    with pytest.raises(Http404):
        current_municipality(request_of(expert))


def test_year_is_the_latest_with_data_of_this_municipality(person):
    school = SchoolFactory(municipality=current_municipality(request_of(person)))
    IdentificationFactory(school=school, school_year=2019)
    UploadEntryFactory(upload__municipality=school.municipality, school_year=2020, stored=True)
    UploadEntryFactory(upload__municipality=school.municipality, school_year=2022)  # not confirmed, or undone
    UploadEntryFactory(school_year=2024, stored=True)  # of another town
    request = request_of(person)
    assert current_year(request, school.municipality) == 2020
    assert years_of(request, school.municipality) == [2020, 2019]


def test_year_of_the_address_lasts(person):
    session = SessionStore()
    request = request_of(person, "year=2018", session)
    municipality = current_municipality(request)
    assert current_year(request, municipality) == 2018
    assert current_year(request_of(person, "", session), municipality) == 2018


def test_without_data_the_year_of_today(person):
    request = request_of(person)
    with time_machine.travel("2021-07-31", tick=False):
        assert current_year(request, current_municipality(request)) == 2020


@pytest.mark.parametrize("year", ["abc", "1999", "20200", "-1", "²"])
def test_impossible_year_is_not_found(person, year):
    request = request_of(person, f"year={year}")
    with pytest.raises(Http404):
        current_year(request, current_municipality(request))
