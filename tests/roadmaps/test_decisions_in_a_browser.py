"""Pages of decisions on a wide screen, at 200 per cent and on a telephone: from an order to an answer and its check."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from config.programmes.loading import load_programme
from indicators.models import SchoolValue
from roadmaps.models import Agreement, Assignment, CommissionSitting, Decision, Encouragement, PublicationItem
from roadmaps.services.recommendations import RecommendationTold, recommend
from schools.models import Municipality
from tests.browsing import page_of
from tests.roadmaps.conftest import person
from tests.roadmaps.test_curator_on_a_telephone import on_a_telephone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_an_order_to_an_answer_and_its_check(live_server):
    assert not load_programme("surgut", with_results=False).problem
    town = Municipality.objects.get(slug="surgut")
    row = Assignment.objects.filter(point__number="5.2.").order_by("pk")[0]
    order = Decision.objects.get().get_absolute_url()
    curator, methodist = Client(), Client()
    curator.force_login(person("curator", row.school))
    methodist.force_login(person("methodist", town))
    with page_of(curator, live_server) as page:
        page.goto(f"{live_server.url}/roadmaps/mine/")
        on_a_telephone(page)
        page.get_by_role("link", name="Назначить куратора").click()
        on_a_telephone(page)
        page.get_by_role("button", name="Отправить на проверку").click()
        expect(page.get_by_text("Напишите, что сделано")).to_be_visible()
        page.get_by_label("Что сделано").fill("Куратор назначен приказом школы.")
        page.get_by_role("button", name="Отправить на проверку").click()
        expect(page.get_by_text("Ответ отправлен на проверку")).to_be_visible()
    with page_of(methodist, live_server) as page:
        for address in ("/roadmaps/decisions/", order, f"{order}edit/", "/roadmaps/control/?state=all"):
            page.goto(f"{live_server.url}{address}")
            on_a_telephone(page)
        page.goto(f"{live_server.url}{row.get_absolute_url()}")
        on_a_telephone(page)
        page.get_by_role("button", name="Принять ответ").click()
        expect(page.get_by_text("Ответ принят: поручение исполнено.")).to_be_visible()
    row.refresh_from_db()
    assert row.state == "accepted"


def test_recommendations_and_publications(live_server):
    assert not load_programme("armavir", with_results=False).problem
    town = Municipality.objects.get(slug="armavir")
    by = person("methodist", town)
    advice = recommend(
        municipality=town,
        told=RecommendationTold("Провести самоанализ", schools=list(town.schools.all()[:4]), deadline="Март 2022"),
        by=by,
    )
    item = PublicationItem.objects.first()
    advised, checklist = advice.get_absolute_url(), reverse("roadmaps:checklist", args=[item.programme_id])
    lines = [reverse(f"roadmaps:{name}_publication", args=[item.pk]) for name in ("edit", "remove")]
    lists = [f"/roadmaps/{name}/" for name in ("recommendations", "recommendations/new", "publications")]
    addresses = [*lists, advised, checklist, *lines]
    methodist = Client()
    methodist.force_login(by)
    with page_of(methodist, live_server) as page:
        for address in addresses:
            page.goto(f"{live_server.url}{address}")
            on_a_telephone(page)


def test_registers_and_what_changed(live_server):
    assert not load_programme("armavir", with_results=False).problem
    town = Municipality.objects.get(slug="armavir")
    by, school, indicator = person("methodist", town), town.schools.first(), town.indicators.first()
    whose = {"municipality": town, "changed_by": by}
    day = dt.date(2022, 3, 20)
    CommissionSitting.objects.create(
        **whose, title="Рабочая группа", held_on=day, agenda="Итоги", protocol="Поддержать"
    )
    Agreement.objects.create(**whose, school=school, partner="ИРО", subject="Курсы", signed_on=day)
    Encouragement.objects.create(**whose, school=school, grounds="За семинар", given_on=day)
    told = RecommendationTold("Провести семинар", schools=[school], indicators=[indicator])
    recommend(municipality=town, told=told, by=by).assignments.update(
        state="accepted", answered_at=dt.datetime(2022, 3, 20, 9, tzinfo=dt.UTC)
    )
    for period, value in (("2020", 40), ("2021", 60)):
        numbers = {"value": value, "numerator": value, "denominator": 100, "low": value - 2, "high": value + 2}
        SchoolValue.objects.update_or_create(school=school, indicator=indicator, period=period, defaults=numbers)
    entries = [table.objects.get().get_absolute_url() for table in (CommissionSitting, Agreement, Encouragement)]
    addresses = ["/analysis/effects/", "/roadmaps/registers/agreements/", *entries]
    addresses += [f"{entries[0]}edit/", f"{entries[2]}remove/"]
    methodist = Client()
    methodist.force_login(by)
    with page_of(methodist, live_server) as page:
        for address in addresses:
            page.goto(f"{live_server.url}{address}")
            on_a_telephone(page)
