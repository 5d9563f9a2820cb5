"""«Что я должен» tells of risks, stages and expertise to those alone who can do something about them."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roadmaps.models import Programme
from roadmaps.queries.duties import duties_of
from roadmaps.services import expertise, stages
from schools.models import RiskFactor, SchoolRisk
from tests.factories import SchoolFactory

TODAY = dt.date(2022, 5, 10)
PEOPLE = ("curator", "neighbour", "methodist", "department", "viewer")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2022, 5, 10, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def owing(planned):
    planned.programme = Programme.objects.create(
        municipality=planned.municipality, school=planned.first, kind="antirisk", title="Антирисковая",
        starts_in=2022, ends_in=2022,
    )  # fmt: skip
    return planned


def told(town) -> dict[str, list[str]]:
    found = {who: [duty.what for duty in duties_of(getattr(town, who), town.municipality, TODAY)] for who in PEOPLE}
    return {who: whats for who, whats in found.items() if whats}


def plan(town, first: dt.date):
    due = {1: first, 2: dt.date(2022, 12, 1)}
    return stages.plan_stages(programme=town.programme, due=due, by=town.methodist)[0]


def test_unchecked_risks_of_this_year_and_the_next_wait_for_the_schools_curator(owing):
    for year in (2020, 2021, 2022):
        factor = RiskFactor.objects.create(
            municipality=owing.municipality, school_year=year, code="x", position=1, title="Кадры"
        )
        SchoolRisk.objects.create(school=owing.first, factor=factor, significance="high")
    assert told(owing) == {"curator": ["Проверить риски: 1", "Проверить риски: 1"]}
    SchoolRisk.objects.update(check_result="verified")
    assert told(owing) == {}


def test_a_stage_waits_for_its_teller_when_near_and_then_for_somebody_else(owing):
    stage = plan(owing, dt.date(2022, 6, 30))
    assert told(owing) == {}
    stage = plan(owing, dt.date(2022, 5, 31))
    assert told(owing) == {"curator": ["Рассказать об этапе"]}
    stage = stages.tell_stage(review=stage, text="Есть", seen_version=stage.version, by=owing.curator)
    judging = ["Дать заключение об этапе"]
    assert told(owing) == {"methodist": judging, "department": judging}
    stages.judge_stage(review=stage, verdict="came", comment="", seen_version=stage.version, by=owing.methodist)
    assert told(owing) == {}


def test_an_assessment_waits_for_its_expert_and_then_for_whoever_accepts_it(owing):
    what = expertise.Round("programmes", "Экспертиза", dt.date(2022, 5, 1), 2, ("Цель",))
    made = expertise.make_round(municipality=owing.municipality, told=what, by=owing.methodist)
    (review,) = expertise.assign(
        expertise=made, programmes=[owing.programme], expert=owing.neighbour, origin="school", organisation="",
        by=owing.methodist,
    )  # fmt: skip
    assert told(owing) == {"neighbour": ["Написать заключение эксперта"]}
    (duty,) = duties_of(owing.neighbour, owing.municipality, TODAY)
    assert (duty.is_late, duty.due_on) == (True, dt.date(2022, 5, 1))
    assessment = expertise.Assessment({made.criteria.get().pk: 2}, "good", "Хорошо")
    expertise.write_review(review=review, told=assessment, seen_version=1, submit=True, by=owing.neighbour)
    accepting = ["Принять заключение эксперта"]
    assert told(owing) == {"methodist": accepting, "department": accepting}


def test_the_page_tells_of_them_and_its_queries_do_not_grow(owing):
    stage = plan(owing, dt.date(2022, 5, 31))
    stages.tell_stage(review=stage, text="Есть", seen_version=stage.version, by=owing.curator)
    client = Client()
    client.force_login(owing.department)
    assert stage.get_absolute_url() in client.get("/roadmaps/mine/").text
    before = _queries(client)
    for number in range(40):
        programme = Programme.objects.create(
            municipality=owing.municipality, school=SchoolFactory(municipality=owing.municipality),
            kind="antirisk", title=f"Ещё {number}", starts_in=2022, ends_in=2022,
        )  # fmt: skip
        programme.stage_reviews.create(stage=1, due_on="2022-05-31", state="told", told="Есть", told_by=owing.curator)
    assert _queries(client) == before
    assert "Показаны 30 ближайших" in client.get("/roadmaps/mine/").text


def _queries(client) -> int:
    client.get("/roadmaps/mine/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/roadmaps/mine/").status_code == 200
    return len(queries)
