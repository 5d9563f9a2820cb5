"""Notices on a telephone and a wide screen, held to axe."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from roadmaps.notices.kinds import Kind
from roadmaps.unsubscribing import unsubscribe_path
from tests.browsing import page_of
from tests.roadmaps.test_curator_on_a_telephone import TELEPHONE, on_a_telephone
from tests.roadmaps.test_notice_pages import browser, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_bell_to_settings_and_the_end_of_letters(planned, live_server):
    told(planned, planned.curator, school=planned.first)
    with page_of(browser(planned.curator), live_server) as page:
        page.set_viewport_size(TELEPHONE)
        page.goto(f"{live_server.url}/roadmaps/mine/")
        page.get_by_role("link", name="Уведомления, непрочитанных: 1").click()
        on_a_telephone(page)
        page.get_by_role("link", name="Как меня уведомлять").first.click()
        on_a_telephone(page)
        page.get_by_label("Раз в день").check()
        page.get_by_label("Срок прошёл").select_option(label="Не сообщать")
        page.get_by_role("button", name="Сохранить").click()
        expect(page.get_by_text("портал будет писать вам так")).to_be_visible()
        page.get_by_role("button", name="Прочитано").click()
        expect(page.get_by_text("Новых уведомлений нет")).to_be_visible()
        page.context.clear_cookies()
        page.goto(live_server.url + unsubscribe_path(planned.curator.pk, [Kind.AHEAD]))
        on_a_telephone(page)
        page.get_by_role("button", name="Не писать об этом").click()
        expect(page.get_by_text("Таких писем больше не будет")).to_be_visible()
        on_a_telephone(page)


def test_the_log_of_the_department_and_its_words(planned, live_server):
    told(planned, planned.curator, planned.neighbour)
    client: Client = browser(planned.department)
    with page_of(client, live_server) as page:
        page.goto(f"{live_server.url}/notices/log/")
        expect(page.get_by_role("cell", name="Просрочено").first).to_be_visible()
        on_a_telephone(page)
        page.get_by_role("link", name="Правила и тексты").click()
        on_a_telephone(page)
        page.get_by_role("link", name="Срок прошёл").click()
        page.get_by_label("Текст", exact=True).fill("Сдайте отчёт: {мероприятия}")
        page.get_by_role("button", name="Посмотреть").click()
        expect(page.get_by_text("Возможно, вы имели в виду {мероприятие}.")).to_be_visible()
        on_a_telephone(page)
        page.get_by_label("Текст", exact=True).fill("Сдайте отчёт: {мероприятие}")
        page.get_by_role("button", name="Посмотреть").click()
        expect(page.get_by_text("Сдайте отчёт: 1.2 Самоанализ школ")).to_be_visible()
        page.get_by_role("button", name="Сохранить").click()
        expect(page.get_by_text("Текст сохранён.")).to_be_visible()
        page.get_by_role("link", name="Срок прошёл").click()
        page.get_by_text("Вернуть стандартный текст").click()
        page.get_by_role("button", name="Да, вернуть").click()
        expect(page.get_by_text("портал пишет стандартными словами")).to_be_visible()
