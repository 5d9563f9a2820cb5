"""Pages about plans open on the school year that runs, whatever year the last results are of."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.access import Role
from tests.factories import IdentificationFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.plans import in_force, of_rows

pytestmark = pytest.mark.django_db
PAGES = ("rows", "timeline", "calendar", "board", "by_school", "by_responsible", "punctuality")


@pytest.fixture
def town():
    """Results of 2020/2021; a plan from 2022 to 2024."""
    town = MunicipalityFactory()
    IdentificationFactory(school=SchoolFactory(municipality=town), school_year=2020)
    in_force(town, of_rows(1), starts_on=dt.date(2022, 9, 1), ends_on=dt.date(2025, 8, 31))
    return town


def opened(client, page: str, day: str, **asked: str):
    with time_machine.travel(f"{day}T12:00:00+05:00", tick=False):
        return client.get(reverse(f"roadmaps:{page}"), asked).context["frame"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("day", "year"), [("2023-08-31", 2022), ("2023-09-01", 2023)])
def test_plans_open_on_the_running_year_and_offer_every_year_with_plans(log_in_as, town, page, day, year):
    frame = opened(log_in_as(Role.METHODIST, town), page, day)
    assert (frame.year, frame.years) == (year, [2024, 2023, 2022, 2020])


def test_rows_are_those_of_the_running_year(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    with time_machine.travel("2023-10-01T12:00:00+05:00", tick=False):
        assert "Учебный год 2023/2024" in client.get(reverse("roadmaps:rows")).text


def test_year_that_was_chosen_stays(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    assert opened(client, "rows", "2023-10-01", year="2020").year == 2020
    assert opened(client, "punctuality", "2023-10-01").year == 2020


def test_link_to_results_of_a_past_year_does_not_move_the_plans_nor_the_other_way_round(log_in_as, town):
    client = log_in_as(Role.METHODIST, town)
    client.get(reverse("schools:list"), {"year": "2020"})
    assert opened(client, "rows", "2023-10-01").year == 2023
    opened(client, "rows", "2023-10-01", year="2024")
    with time_machine.travel("2023-10-01T12:00:00+05:00", tick=False):
        assert client.get(reverse("schools:list")).context["frame"].year == 2020


def test_pages_of_results_still_open_on_the_year_of_the_last_results(log_in_as, town):
    with time_machine.travel("2023-10-01T12:00:00+05:00", tick=False):
        assert log_in_as(Role.METHODIST, town).get(reverse("schools:list")).context["frame"].year == 2020
