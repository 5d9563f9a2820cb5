"""The views over several plans in a browser: axe, no sideways scrolling on 390 pixels, the same narrowing on each."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from roadmaps.models import Occurrence
from tests.browsing import hold, page_of
from tests.roadmaps.plans import fixture, stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TELEPHONE = {"width": 390, "height": 844}
VIEWS = ("Лента времени", "Доска", "Таблица")


def test_person_goes_from_view_to_view_with_the_same_rows(planned, live_server):
    stored(planned.municipality, fixture("surgut"), starts_on=dt.date(2023, 1, 1), ends_on=dt.date(2024, 12, 31))
    for status, place in (("done", 0), ("in_work", 1)):
        keys = Occurrence.objects.order_by("pk").values_list("pk", flat=True)[place * 4 : place * 4 + 4]
        Occurrence.objects.filter(pk__in=list(keys)).update(status=status, percent=40)
    client = Client()
    client.force_login(planned.methodist)
    with page_of(client, live_server) as page:
        page.goto(f"{live_server.url}/roadmaps/rows/?period=all&responsible=ОО")
        for view in VIEWS:
            page.get_by_role("link", name=view, exact=True).click()
            expect(page.get_by_label("Ответственный")).to_have_value("ОО")
            expect(page.get_by_role("link", name="Самоанализ школ").first).to_be_visible()
            on_every_screen(page)
        page.get_by_text("Сохранённые виды (0)").click()
        page.get_by_label("Название для этого вида").fill("Дела школ")
        page.get_by_role("button", name="Сохранить вид").click()
        expect(page.get_by_text("Вид «Дела школ» сохранён.")).to_be_visible()
        page.get_by_text("Сохранённые виды (1)").click()
        on_every_screen(page)
        page.get_by_role("link", name="Переименовать или удалить").click()
        on_every_screen(page)


def test_person_takes_the_address_of_their_calendar_and_revokes_it(planned, live_server):
    client = Client()
    client.force_login(planned.curator)
    with page_of(client, live_server) as page:
        page.goto(f"{live_server.url}/roadmaps/mine/")
        page.get_by_role("link", name="Сроки в календаре").click()
        on_every_screen(page)
        page.get_by_role("button", name="Создать адрес календаря").click()
        address = page.get_by_label("Адрес", exact=True).input_value()
        on_every_screen(page)
        assert "BEGIN:VCALENDAR" in page.request.get(address).text()
        page.get_by_text("Отозвать адрес…").click()
        page.get_by_role("button", name="Отозвать").click()
        expect(page.get_by_text("Адрес отозван")).to_be_visible()
        assert page.request.get(address).status == 404


def on_every_screen(page) -> None:
    hold(page)
    page.set_viewport_size(TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], page.url
    assert Axe().run(page).response["violations"] == []
