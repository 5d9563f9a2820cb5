"""Editing a plan on a telephone and on a desk, held to axe and to 390 pixels."""

from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from roadmaps.models import Activity
from roadmaps.services.editing import Seen
from roadmaps.services.rows import edit_row
from tests.at_once import in_a_thread
from tests.browsing import hold, page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TELEPHONE = {"width": 390, "height": 844}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def on_a_telephone(page) -> None:
    hold(page)
    page.set_viewport_size(TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], page.url
    assert Axe().run(page).response["violations"] == []


def test_a_row_is_edited_while_somebody_else_edits_it(planned, live_server):
    row = planned.every.activity
    with page_of(browser(planned.methodist), live_server) as page:
        page.goto(f"{live_server.url}{row.get_absolute_url()}")
        page.get_by_role("link", name="Изменить", exact=True).click()
        on_a_telephone(page)
        page.get_by_label("Срок, как в документе").fill("ежеквартально")
        expect(page.get_by_text("каждый квартал, к его концу")).to_be_visible()
        page.get_by_label("Мероприятие", exact=True).fill("Самооценка")
        page.get_by_label("Почему изменяется").fill("Приказ № 5")
        theirs = {"title": "Самоанализ всех школ"}
        change = partial(edit_row, activity=row, typed=theirs, seen=Seen(1), reason="Приказ № 4", by=planned.department)
        in_a_thread(change).join()  # the browser's loop runs in this one
        page.get_by_role("button", name="Сохранить").click()
        expect(page.get_by_text("Пока вы писали, те же поля изменили")).to_be_visible()
        expect(page.get_by_text("Самоанализ всех школ")).to_be_visible()
        on_a_telephone(page)
        page.get_by_label("Записать мой вариант").check()
        page.get_by_role("button", name="Сохранить").click()
        expect(page.get_by_text("Сохранено.")).to_be_visible()
        on_a_telephone(page)
        page.get_by_role("link", name="Исключить из плана").click()
        on_a_telephone(page)
    row.refresh_from_db()
    assert (row.title, row.deadline, row.occurrences.count()) == ("Самооценка", "ежеквартально", 5)


def test_a_row_is_added(planned, live_server):
    with page_of(browser(planned.methodist), live_server) as page:
        page.goto(f"{live_server.url}{reverse('roadmaps:roadmap', args=[planned.roadmap.pk])}")
        page.get_by_role("link", name="Добавить мероприятие").click()
        on_a_telephone(page)
        page.get_by_label("Мероприятие", exact=True).fill("Круглый стол")
        page.get_by_label("Место в плане").select_option(label="первым в разделе")
        page.get_by_label("Почему изменяется").fill("Приказ № 5")
        page.get_by_role("button", name="Добавить").click()
        expect(page.get_by_text("Мероприятие добавлено.", exact=True)).to_be_visible()
    assert Activity.objects.get(title="Круглый стол").position == 1


def test_rows_are_chosen_and_decided_at_once_and_a_plan_is_carried_into_the_next_year(planned, live_server):
    plan = f"{live_server.url}{planned.roadmap.get_absolute_url()}"
    with page_of(browser(planned.department), live_server) as page:
        page.goto(plan)
        on_a_telephone(page)
        page.get_by_label("Отметить все").check()
        page.get_by_label("С отмеченными").select_option(label="Отменить сроки")
        page.get_by_role("button", name="Дальше").click()
        on_a_telephone(page)
        page.get_by_label("Причина").fill("Карантин")
        page.get_by_role("button", name="Отменить сроки").click()
        expect(page.get_by_text("Отменено: 3")).to_be_visible()
        page.get_by_role("link", name="На следующий год").click()
        on_a_telephone(page)
        page.get_by_role("button", name="Показать, что получится").click()
        expect(page.get_by_text("Март 2023", exact=True).first).to_be_visible()
        on_a_telephone(page)
        page.get_by_role("button", name="Записать дорожную карту").click()
        expect(page.get_by_role("link", name="Утвердить")).to_be_visible()
        for name in ("frame", "sections", "approve", "history"):
            page.goto(f"{live_server.url}{reverse(f'roadmaps:{name}', args=[planned.roadmap.pk])}")
            on_a_telephone(page)
        page.goto(f"{live_server.url}{reverse('roadmaps:new_from_template')}")
        on_a_telephone(page)
    assert {time.status for time in planned.every.activity.occurrences.all()} == {"cancelled"}
