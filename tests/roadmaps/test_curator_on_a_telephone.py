"""The curator's way on a screen of 390 pixels: from what is owed to a report with a photograph, held to axe."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from roadmaps.models import Occurrence, ProgressUpdate
from tests.browsing import hold, page_of
from tests.roadmaps import made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TELEPHONE = {"width": 390, "height": 844}


def on_a_telephone(page) -> None:
    hold(page)
    page.set_viewport_size(TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], page.url
    assert Axe().run(page).response["violations"] == []


def test_from_what_is_owed_to_a_report_and_its_check(planned, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    Occurrence.objects.update(due_on=dt.date.today() + dt.timedelta(days=5))
    Occurrence.objects.filter(pk=planned.shared.pk).update(status="cancelled", reason="Карантин")
    photograph = tmp_path / "протокол.jpg"
    photograph.write_bytes(made.photograph())
    row = planned.every.activity.get_absolute_url()
    curator, methodist = Client(), Client()
    curator.force_login(planned.curator)
    methodist.force_login(planned.methodist)
    with page_of(curator, live_server) as page:
        page.set_viewport_size(TELEPHONE)
        page.goto(f"{live_server.url}/roadmaps/mine/")
        on_a_telephone(page)
        page.get_by_role("link", name="Отчитаться").click()
        on_a_telephone(page)
        page.get_by_label("Снять документ").set_input_files(str(photograph))
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_text("Напишите, что сделано")).to_be_visible()
        expect(page.get_by_role("button", name="Убрать протокол.jpg")).to_be_visible()  # it need not be chosen again
        on_a_telephone(page)
        page.get_by_label("Что сделано").fill("Провели самоанализ, справка приложена.")
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_text("Отчёт отправлен на проверку")).to_be_visible()
        expect(page.get_by_text("Вы ничего не должны")).to_be_visible()
    with page_of(methodist, live_server) as page:
        page.goto(f"{live_server.url}{row}")
        expect(page.get_by_text("протокол.jpg")).to_be_visible()
        on_a_telephone(page)
        page.get_by_role("button", name="Принять").click()
        expect(page.get_by_text("Отчёт принят.")).to_be_visible()
    assert ProgressUpdate.objects.get().state == "accepted"
