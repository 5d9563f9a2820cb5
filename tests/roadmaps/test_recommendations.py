"""Recommendations: to whom, born of what, answered under control; who sees them; the second of two is told."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from roadmaps.models import Assignment, Recommendation
from roadmaps.plans.deadlines import read_deadline
from roadmaps.services.assignments import Answer, answer
from roadmaps.services.control import dues_of
from roadmaps.services.recommendations import (
    RecommendationChanged,
    RecommendationRefused,
    RecommendationTold,
    correct,
    recommend,
)
from tests.factories import IdentificationFactory, IndicatorFactory, SchoolFactory

pytestmark = pytest.mark.django_db
NEW, LIST = "/roadmaps/recommendations/new/", "/roadmaps/recommendations/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2022, 4, 10, 9, tzinfo=dt.UTC), tick=False):
        yield


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def given(planned, *schools, text="Провести самоанализ", deadline="до 30.04.2022", **more) -> Recommendation:
    told = RecommendationTold(text, schools=schools, deadline=deadline, **more)
    return recommend(municipality=planned.municipality, told=told, by=planned.methodist)


def test_each_addressee_is_asked_and_has_the_day(planned):
    advice = given(planned, planned.first, planned.second, others=["Методический центр"])
    rows = advice.assignments.all()
    assert {(row.who, row.due_on, row.state) for row in rows} == {
        (who, dt.date(2022, 4, 30), "awaited") for who in ("СОШ № 1", "СОШ № 2", "Методический центр")
    }
    assert advice.given_on == dt.date(2022, 4, 10)


def test_what_recurs_is_answered_each_time_and_what_was_answered_stays(planned):
    advice = given(planned, planned.first, planned.second, deadline="ежеквартально")
    times = [(row.who, row.label, f"{row.due_on}") for row in advice.assignments.order_by("school__name", "due_on")]
    ends = ["2022-06-30", "2022-09-30", "2022-12-31", "2023-03-31"]
    names = ["II квартал 2022", "III квартал 2022", "IV квартал 2022", "I квартал 2023"]
    assert times == [(who, *time) for who in ("СОШ № 1", "СОШ № 2") for time in zip(names, ends, strict=True)]
    first = advice.assignments.get(school=planned.first, label="II квартал 2022")
    answer(assignment=first, said=Answer("Провели"), is_whole=True, seen_version=1, by=planned.curator)
    third = advice.assignments.get(school=planned.first, label="III квартал 2022")
    assert (third.state, third.text) == ("awaited", "")
    department = browser(planned.department)
    page = " ".join(department.get(advice.get_absolute_url()).text.split())
    assert '<td data-head="Срок">30.09.2022<div class="sub">III квартал 2022</div></td>' in page
    listed = " ".join(department.get(LIST).text.replace("\xa0", " ").split())
    assert "<div>СОШ № 1</div><div>СОШ № 2</div></td>" in listed
    assert "ежеквартально</td>" in listed
    assert "ответов принято 0 из 8" in listed
    form = department.get(reverse("roadmaps:edit_recommendation", args=[advice.pk])).context["form"]
    assert form.initial["schools"] == [planned.first, planned.second]
    once = RecommendationTold("Иначе", schools=[planned.first, planned.second], deadline="до 30.05.2022")
    correct(recommendation=advice, told=once, seen_version=1, by=planned.methodist)
    assert {(row.who, row.label, row.state) for row in advice.assignments.all()} == {
        ("СОШ № 1", "II квартал 2022", "answered"), ("СОШ № 1", "", "awaited"), ("СОШ № 2", "", "awaited"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("ежеквартально", ["2022-03-31", "2022-06-30", "2022-09-30"]),  # the year is over within the fourth
        ("два раза в год", ["2022-06-30"]),
        ("ежегодно", ["2022-12-31"]),  # not within the year, yet asked for once
        ("ежеквартально, до 30.06.2022", ["2022-03-31", "2022-06-30"]),
    ],
)
def test_what_recurs_without_an_end_has_no_time_before_its_period_is_over(words, days):
    first, last = dt.date(2021, 12, 20), dt.date(2022, 12, 20)
    means = read_deadline(words, starts_on=first, ends_on=last)
    assert [f"{day}" for _, day in dues_of(means, None, first, last, is_open=True)] == days


def test_without_addressees_nothing_is_given(planned):
    with pytest.raises(RecommendationRefused, match="кому рекомендация"):
        given(planned)
    assert not Recommendation.objects.exists()


def test_a_school_sees_its_own_recommendations_alone(planned):
    own, foreign = given(planned, planned.first), given(planned, planned.second, text="Чужая рекомендация")
    both = given(planned, planned.first, planned.second, text="Обеим")
    centre = given(planned, others=["Методический центр"], text="Центру")
    assert set(Recommendation.objects.visible_to(planned.curator)) == {own, both, centre}
    assert set(Recommendation.objects.visible_to(planned.viewer)) == {own, foreign, both, centre}
    page = browser(planned.curator).get(both.get_absolute_url()).text
    assert "СОШ № 1" in page
    assert "СОШ № 2" not in page
    assert browser(planned.curator).get(foreign.get_absolute_url()).status_code == 404


def test_addressees_who_answered_are_not_taken_out(planned):
    advice = given(planned, planned.first, planned.second)
    row = Assignment.objects.get(school=planned.first)
    answer(assignment=row, said=Answer("Провели"), is_whole=True, seen_version=1, by=planned.curator)
    only_second = RecommendationTold("Иначе", schools=[planned.second])
    with pytest.raises(RecommendationRefused, match="СОШ № 1: уже есть ответ"):
        correct(recommendation=advice, told=only_second, seen_version=1, by=planned.methodist)
    only_first = RecommendationTold("Иначе", schools=[planned.first], due_on=dt.date(2022, 5, 5))
    correct(recommendation=advice, told=only_first, seen_version=1, by=planned.methodist)
    (row,) = advice.assignments.all()
    assert (row.state, row.text, row.due_on) == ("answered", "Провели", dt.date(2022, 5, 5))


def test_the_second_of_two_is_told(planned):
    advice = given(planned, planned.first)
    told = RecommendationTold("Первый", schools=[planned.first])
    correct(recommendation=advice, told=told, seen_version=1, by=planned.methodist)
    with pytest.raises(RecommendationChanged):
        correct(recommendation=advice, told=told, seen_version=1, by=planned.department)


def test_an_assignment_is_of_one_thing(planned):
    given(planned, planned.first)
    with (
        pytest.raises(IntegrityError, match="assignment_is_of_a_point_or_a_recommendation"),
        transaction.atomic(),
    ):
        Assignment.objects.update(recommendation=None)


def typed(planned, **more) -> dict:
    return {
        "text": "Провести самоанализ",
        "schools": [planned.first.pk],
        "deadline": "до 30.04.2022",
        "version": "0",
    } | more


def test_a_recommendation_is_given_from_the_page_of_an_indicator(planned):
    indicator = IndicatorFactory(municipality=planned.municipality, short_name="Динамика ОГЭ")
    client = browser(planned.methodist)
    page = client.get(indicator.get_absolute_url()).text
    link = f"/roadmaps/recommendations/new/?origin=indicator&amp;id={indicator.pk}&amp;text="
    assert link in page
    address = page[page.index(link) :].split('"')[0].replace("&amp;", "&")
    form = client.get(address).context["form"]
    assert form["origin_text"].value().startswith("Динамика ОГЭ, ")
    born = {name: form[name].value() for name in ("origin_kind", "origin_id", "origin_text")}
    page = client.post(NEW, typed(planned, indicators=form["indicators"].value(), **born), follow=True).text
    advice = Recommendation.objects.get()
    assert (advice.origin_kind, advice.origin_id, list(advice.indicators.all())) == (
        "indicator",
        indicator.pk,
        [indicator],
    )
    assert f'<a href="{indicator.get_absolute_url()}">{advice.origin_text}</a>' in page
    assert "new/?origin" not in browser(planned.viewer).get(indicator.get_absolute_url()).text


@pytest.mark.parametrize(
    ("kind", "address"), [("identification", "/identification/"), ("monitoring", "/analysis/summary/")]
)
def test_what_it_was_born_of_is_a_link(planned, kind, address):
    born = {"origin_kind": kind, "origin_id": "2021", "origin_text": "Список 2021/2022"}
    page = browser(planned.methodist).post(NEW, typed(planned, **born), follow=True).text
    assert f'<a href="{address}?year=2021">Список 2021/2022</a>' in page


def test_the_list_of_the_identification_leads_to_a_recommendation(planned):
    IdentificationFactory(school=planned.first, school_year=2021)
    page = browser(planned.methodist).get("/identification/?year=2021").text
    assert "recommendations/new/?origin=identification&amp;id=2021" in page
    assert "recommendations/new/" not in browser(planned.viewer).get("/identification/?year=2021").text


def test_what_was_typed_stays_and_the_mistake_stands_at_its_field(planned):
    client = browser(planned.methodist)
    page = client.post(NEW, typed(planned, schools=[])).text
    assert "Отметьте, кому рекомендация" in page
    assert "Провести самоанализ" in page
    assert "Портал не понял срок" in client.post(NEW, typed(planned, deadline="скоро-скоро")).text
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    early = client.post(NEW, typed(planned, due_on=yesterday.isoformat())).context["form"]
    assert "дня, когда дана рекомендация: укажите этот день или более поздний" in early.errors["due_on"][0]
    other = SchoolFactory()
    assert client.post(NEW, typed(planned, schools=[other.pk])).status_code == 200
    assert not Recommendation.objects.exists()


def test_a_conflict_shows_what_the_first_has_stored(planned):
    advice = given(planned, planned.first, deadline="до 30.04.2022")
    page = reverse("roadmaps:edit_recommendation", args=[advice.pk])
    told = RecommendationTold("Первый текст", schools=[planned.first, planned.second])
    correct(recommendation=advice, told=told, seen_version=1, by=planned.department)
    answer = browser(planned.methodist).post(page, typed(planned, text="Второй текст", version="1"))
    for words in ("изменил другой человек", "Первый текст", "Второй текст", "СОШ № 1; СОШ № 2"):
        assert words in answer.text
    again = typed(planned, text="Второй текст", version="2")
    assert browser(planned.methodist).post(page, again).status_code == 302


def test_empty_list_says_what_to_do_next(planned):
    assert "Дать рекомендацию" in browser(planned.methodist).get(LIST).text
    assert "дадут вашей школе" in browser(planned.curator).get(LIST).text


@pytest.mark.parametrize("address", [LIST, "/roadmaps/control/", "/roadmaps/mine/"])
def test_queries_do_not_grow_with_rows(planned, address):
    given(planned, planned.first)
    client = browser(planned.methodist)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(29):
        given(planned, planned.first, planned.second, others=["Методический центр"])
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(one), [query["sql"] for query in many]
