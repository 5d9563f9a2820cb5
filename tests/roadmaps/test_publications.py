"""What has to be published: seeded from the documents, told by the calendar, and the page for the official site."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.programmes.loading import load_programme
from roadmaps.models import Activity, Programme, ProgrammeEdition, PublicationItem, Responsible
from roadmaps.queries.passport import frozen
from roadmaps.services.publications import (
    PublicationChanged,
    PublicationRefused,
    PublicationTold,
    add_publication,
    change_publication,
)
from roadmaps.states import PublicationState, publication_state
from tests.factories import IndicatorFactory, MunicipalityValueFactory, SchoolValueFactory
from tests.roadmaps.test_plan_fixtures import DOCUMENTS, beside_documents

pytestmark = pytest.mark.django_db
DUE = dt.date(2022, 3, 31)
SEEDED = ("armavir", "surgut", "nazarovo")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2022, 3, 10, 9, tzinfo=dt.UTC), tick=False):
        yield


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def printed(slug: str) -> list[dict]:
    return json.loads((settings.BASE_DIR / f"fixtures/{slug}/publications.json").read_text(encoding="utf-8"))


def added(planned, title="Дорожная карта", **more) -> PublicationItem:
    return add_publication(
        programme=planned.programme, told=PublicationTold("plan", title, **more), by=planned.methodist
    )


def checklist_of(planned) -> str:
    return reverse("roadmaps:checklist", args=[planned.programme.pk])


def site_of(planned) -> str:
    return reverse("roadmaps:site_page", args=[planned.programme.pk]) + "?year=2021"


@pytest.mark.parametrize(
    ("published_on", "due_on", "today", "state"),
    [
        (None, None, DUE, "open"),
        (None, DUE, DUE, "open"),
        (None, DUE, DUE + dt.timedelta(1), "overdue"),
        (DUE + dt.timedelta(9), DUE, DUE + dt.timedelta(10), "published"),
        (DUE, None, DUE, "published"),
    ],
)
def test_state_follows_from_the_link_and_the_calendar(published_on, due_on, today, state):
    assert publication_state(published_on, due_on, today) is PublicationState(state)


@beside_documents
@pytest.mark.parametrize("slug", SEEDED)
def test_every_line_quotes_its_document(slug):
    text = re.sub(r"\s+", " ", (DOCUMENTS / f"{slug}.txt").read_text(encoding="utf-8"))
    assert [row["quote"] for row in printed(slug) if row["quote"] not in text] == []
    assert [row for row in printed(slug) if row.get("deadline", "") not in text] == []


@pytest.mark.parametrize("slug", SEEDED)
def test_the_checklist_is_loaded_once_and_left_as_people_make_it(slug):
    assert not load_programme(slug, with_results=False).problem
    items = PublicationItem.objects.order_by("pk")
    assert [(item.kind, item.title, item.quote) for item in items] == [
        (row["kind"], row["title"], row["quote"]) for row in printed(slug)
    ]
    PublicationItem.objects.update(title="Иначе")
    PublicationItem.objects.filter(pk__in=[item.pk for item in items[1:2]]).delete()
    assert not load_programme(slug, with_results=False).added["publications"]
    assert [item.title for item in PublicationItem.objects.all()] == ["Иначе"] * max(len(printed(slug)) - 1, 1)


def test_what_is_published_says_where(planned):
    with pytest.raises(PublicationRefused, match="Укажите ссылку"):
        added(planned, published_on=DUE)
    item = added(planned)
    with pytest.raises(IntegrityError, match="published_says_where"):
        PublicationItem.objects.filter(pk=item.pk).update(published_on=DUE)


def test_the_second_of_two_is_told_and_sees_what_is_stored(planned):
    item = added(planned)
    change_publication(item=item, told=PublicationTold("plan", "Первый"), seen_version=1, by=planned.department)
    with pytest.raises(PublicationChanged):
        change_publication(item=item, told=PublicationTold("plan", "Второй"), seen_version=1, by=planned.methodist)
    page = reverse("roadmaps:edit_publication", args=[item.pk])
    typed = {"kind": "plan", "title": "Второй", "version": "1"}
    answer = browser(planned.methodist).post(page, typed).text
    for words in ("изменил другой человек", "Первый", "Второй"):
        assert words in answer
    assert browser(planned.methodist).post(page, typed | {"version": "2"}).status_code == 302


def test_from_an_empty_checklist_to_what_is_published(planned):
    client = browser(planned.methodist)
    assert "Перечень пуст" in client.get(checklist_of(planned)).text
    new = reverse("roadmaps:new_publication", args=[planned.programme.pk])
    line = {"kind": "roadmap", "title": "Дорожная карта", "due_on": "2022-03-01", "version": "0"}
    assert client.post(new, line).status_code == 302
    assert "просрочено 1" in client.get(checklist_of(planned)).text
    item = PublicationItem.objects.get()
    page = reverse("roadmaps:edit_publication", args=[item.pk])
    refused = client.post(page, line | {"published_on": "2022-03-10", "version": "1"}).text
    assert "Укажите ссылку" in refused
    client.post(page, line | {"published_on": "2022-03-10", "link": "example.org/karta", "version": "1"})
    shown = client.get(checklist_of(planned)).text
    assert "опубликовано" in shown
    assert "https://example.org/karta" in shown
    remove = reverse("roadmaps:remove_publication", args=[item.pk])
    assert "Убрать из перечня?" in client.get(remove).text
    assert client.post(remove, {"version": "1"}).status_code == 302
    assert PublicationItem.objects.exists()
    client.post(remove, {"version": "2"})
    assert not PublicationItem.objects.exists()


def test_a_curator_keeps_the_checklist_of_the_own_school_alone(planned):
    own = Programme.objects.create(
        municipality=planned.municipality,
        school=planned.first,
        kind="antirisk",
        title="Своя",
        starts_in=2021,
        ends_in=2022,
    )
    item = add_publication(programme=own, told=PublicationTold("plan", "План школы"), by=planned.curator)
    page = reverse("roadmaps:edit_publication", args=[item.pk])
    assert browser(planned.curator).get(page).status_code == 200
    assert browser(planned.neighbour).get(page).status_code == 404
    assert (
        browser(planned.curator).get(reverse("roadmaps:new_publication", args=[planned.programme.pk])).status_code
        == 403
    )


def test_the_page_for_the_site_stands_alone(planned):
    added(planned, "Анонс семинара", link="https://example.org/anons", published_on=DUE)
    added(planned, "Ещё не готово", due_on=DUE)
    answer = browser(planned.methodist).get(site_of(planned))
    assert answer["Content-Disposition"].startswith("attachment;")
    page = answer.content.decode()
    assert page.startswith("<!doctype html>")
    assert not re.search(r"<(script|link|img|iframe)\b|src=|url\(", page)
    assert "Самоанализ школ" in page
    assert "https://example.org/anons" in page
    assert "Ещё не готово" not in page
    assert "до 31.03.2022: Самоанализ школ" in page


def test_the_page_for_the_site_tells_the_edition_in_force_and_of_a_project_that_it_is_one(planned):
    methodist, programme = browser(planned.methodist), planned.programme
    Programme.objects.filter(pk=programme.pk).update(aim="Поднять результаты", order_number="7", order_date=DUE)
    assert "ПРОЕКТ" in methodist.get(site_of(planned)).content.decode()
    programme.refresh_from_db()
    ProgrammeEdition.objects.create(programme=programme, number=1, content=frozen(programme), order_number="7")
    Programme.objects.filter(pk=programme.pk).update(aim="Ещё не утверждённая цель", status="amended", order_number="8")
    page = methodist.get(site_of(planned)).content.decode()
    assert "Поднять результаты" in page
    assert "приказ № 7 от 31.03.2022" in page
    assert "Ещё не утверждённая цель" not in page
    assert "ПРОЕКТ" not in page


def test_the_page_for_the_site_names_nobody(planned):
    Activity.objects.filter(title="Совещание").update(title="Совещание, ведёт Иванова А.П.")
    Responsible.objects.filter(name="ЦРО").update(name="Методист Петров В. С.")
    page = browser(planned.methodist).get(site_of(planned)).content.decode()
    assert "Иванова" not in page
    assert "Петров" not in page
    assert "ведёт ответственное лицо" in page


def test_the_page_for_the_site_has_no_schools_numbers_and_no_sums_of_few(planned):
    for code, participants, value in (("a1", 120, 71717), ("a2", 4, 72727)):
        indicator = IndicatorFactory(municipality=planned.municipality, code=code, wording=f"Формулировка {code}")
        MunicipalityValueFactory(indicator=indicator, period="2021", value=value, participants=participants)
        SchoolValueFactory(indicator=indicator, school=planned.first, period="2021", value=73737, participants=60)
    page = browser(planned.methodist).get(site_of(planned)).content.decode().replace("\u00a0", "").replace("\u202f", "")
    assert "71717" in page
    assert "72727" not in page
    assert "73737" not in page


def test_the_page_for_the_site_says_of_a_year_without_values_that_it_has_none(planned):
    text = browser(planned.department).get(site_of(planned)).content.decode()
    assert "значений показателей программы, которые можно опубликовать, пока нет" in text


@pytest.mark.parametrize("address", ["/roadmaps/publications/", "checklist", "site"])
def test_queries_do_not_grow_with_rows(planned, address):
    client = browser(planned.methodist)
    page = {"checklist": checklist_of(planned), "site": site_of(planned)}.get(address, address)
    published = {"link": "https://example.org/", "published_on": DUE}
    added(planned, **published)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for place in range(39):
        added(planned, f"Строка {place}", **published)
        Programme.objects.create(
            municipality=planned.municipality, title=f"Программа {place}", starts_in=1900 + place, ends_in=2000
        )
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) <= len(one), [query["sql"] for query in many]
