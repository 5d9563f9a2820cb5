"""The passport on a screen of 390 pixels: lines come, move and go without a script, and every page is held to axe."""

from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from roadmaps.passport.parts import Part
from roadmaps.queries.passport import lines_of
from roadmaps.services import passport as services
from roadmaps.services.passport import Order
from roadmaps.states import ProgrammeState
from tests.browsing import hold, page_of
from tests.roadmaps.test_passport import LINES, bring_to, now, place, write

__all__ = ["place"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TELEPHONE = {"width": 390, "height": 844}


def test_lines_come_move_and_go_without_a_script(place: SimpleNamespace, live_server):
    client = Client()
    client.force_login(place.methodist)
    with page_of(client, live_server) as scripted:
        browser, cookies = scripted.context.browser, scripted.context.cookies()
        context = browser.new_context(viewport=TELEPHONE, java_script_enabled=False)
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(f"{live_server.url}{place.programme.get_absolute_url()}")
        page.get_by_role("link", name="Заполнить: риски").click()
        for text in ("Первый", "Второй", "Третий"):
            page.get_by_role("button", name="Добавить риск").click()
            page.get_by_label("Риск", exact=True).last.fill(text)
        page.get_by_role("button", name="Выше: риск 3").click()
        page.get_by_role("button", name="Убрать: риск 1").click()
        page.get_by_role("button", name="Сохранить").last.click()
        expect(page.get_by_text("Сохранено: риски.")).to_be_visible()
        context.close()
    assert [line["text"] for line in lines_of(now(place), Part.RISKS)] == ["Третий", "Второй"]


def test_every_page_of_a_programme_is_held(place: SimpleNamespace, live_server):
    programme = bring_to(place, ProgrammeState.AMENDED)
    write(place, Part.RESULTS, LINES[Part.RESULTS][:1])
    second = Order("31", programme.order_date, "Убран результат")
    services.approve(programme=programme, order=second, seen_version=now(place).version, by=place.department)
    services.amend(programme=programme, seen_version=now(place).version, by=place.methodist)
    one = [programme.pk]
    addresses = [
        reverse("roadmaps:programmes"),
        reverse("roadmaps:new_programme"),
        programme.get_absolute_url(),
        *(reverse("roadmaps:edit_programme", args=[*one, part]) for part in Part),
        reverse("roadmaps:approve_programme", args=one),
        reverse("roadmaps:editions", args=one),
        reverse("roadmaps:edition", args=[*one, 1]),
        reverse("roadmaps:school", args=[place.school.pk]),
    ]
    client = Client()
    client.force_login(place.department)
    with page_of(client, live_server) as page:
        for address in addresses:
            page.goto(f"{live_server.url}{address}")
            hold(page)
            page.set_viewport_size(TELEPHONE)
            assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], page.url
            assert Axe().run(page).response["violations"] == []
