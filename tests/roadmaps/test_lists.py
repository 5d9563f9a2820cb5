"""REST: programmes, roadmaps and their rows."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import Role
from roadmaps.models import Programme
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from tests.factories import ApiKeyFactory, MunicipalityFactory, SchoolFactory
from tests.roadmaps.plans import of_rows, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    """A programme with a roadmap of 2023, and a school's own of the school year 2023."""
    municipality = MunicipalityFactory(slug="gorod")
    school = SchoolFactory(municipality=municipality, code="101")
    programme = Programme.objects.create(
        municipality=municipality, title="Программа", aim="Цель", starts_in=2023, ends_in=2023
    )
    programme.tasks.create(position=1, text="Задача")
    row = PlanRow("Семинар", "1.", ("ИМЦ", "ОО"), "учителя", "Март 2023", "Протокол", ("50 %",))
    stored(
        municipality, Plan("Городская", (PlanSection("Раздел", rows=(row,)),)), programme=programme, state="approved"
    )
    term = {"starts_on": dt.date(2023, 9, 1), "ends_on": dt.date(2024, 8, 31)}
    stored(municipality, of_rows(2, title="Школьная"), school=school, **term)
    stored(MunicipalityFactory(slug="sosed"), of_rows(2, title="Соседняя"))
    return municipality


@pytest.fixture
def read(town):
    key = ApiKeyFactory(role=Role.METHODIST, municipality=town)
    client = Client(headers={"Authorization": f"Api-Key {key.text}"})

    def rows(name: str, **query: str) -> list[dict]:
        answer = client.get(f"/api/v1/{name}/", query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["results"]

    return rows


def test_programme_says_its_aim_and_tasks(read):
    (row,) = read("programmes")
    assert (row["municipality"], row["school"], row["kind"], row["status"]) == ("gorod", None, "municipal", "draft")
    assert (row["aim"], row["tasks"], row["starts_in"], row["ends_in"]) == ("Цель", ["Задача"], 2023, 2023)


def test_row_says_who_and_until_when(read):
    row = read("activities")[0]
    assert {name: row[name] for name in ("municipality", "school", "section", "number", "title", "deadline")} == {
        "municipality": "gorod",
        "school": None,
        "section": "Раздел",
        "number": "1.",
        "title": "Семинар",
        "deadline": "Март 2023",
    }
    assert (row["responsible"], row["participants"]) == (["ИМЦ", "ОО"], "учителя")
    assert (row["expected"], row["planned"], row["status"]) == ("Протокол", ["50 %"], "late")
    assert row["occurrences"] == [
        {
            "label": "март 2023",
            "starts_on": "2023-03-01",
            "due_on": "2023-03-31",
            "precision": "month",
            "status": "late",
            "percent": 0,
            "done_on": None,
        }
    ]
    assert row["means"]["kind"] == "once"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Школьная", "Городская"]),
        ({"municipality": "gorod"}, ["Школьная", "Городская"]),
        ({"school": "101"}, ["Школьная"]),
        ({"school_year": "2022"}, ["Городская"]),
        ({"school_year": "2023"}, ["Школьная", "Городская"]),
        ({"school_year": "2021"}, []),
        ({"school": "101", "school_year": "2022"}, []),
    ],
)
def test_roadmaps_and_their_rows_are_filtered_alike(read, query, expected):
    roadmaps = {row["id"]: row["title"] for row in read("roadmaps", **query)}
    assert list(roadmaps.values()) == expected
    assert {row["roadmap"] for row in read("activities", **query)} == set(roadmaps)


@pytest.mark.parametrize(("year", "count"), [("2021", 0), ("2022", 1), ("2023", 1), ("2024", 0)])
def test_programme_by_calendar_years_goes_on_in_both_school_years(read, year, count):
    assert len(read("programmes", school_year=year)) == count


def test_row_that_was_taken_out_is_not_listed(read, town):
    town.roadmaps.get(school=None).activities.update(removed_at=timezone.now())
    assert {row["school"] for row in read("activities")} == {"101"}
