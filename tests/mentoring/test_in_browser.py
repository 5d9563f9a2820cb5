"""A mentor logs a meeting and a school asks for help, on a screen of 390 pixels, held to axe."""

import datetime as dt

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.access import Role
from mentoring.kinds import Kind
from mentoring.models import HelpRequest, Meeting, PairingPlan
from mentoring.services.pairings import Facts
from mentoring.services.plans import PlanTold, StepTold, add_step, make_plan
from tests.browsing import page_of
from tests.mentoring.conftest import Town
from tests.roadmaps.test_curator_on_a_telephone import TELEPHONE, on_a_telephone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def today():
    """The browser's clock is the machine's: nothing is frozen here."""


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_mentor_logs_a_meeting_in_a_minute_and_the_school_confirms_it(town: Town, live_server):
    today = dt.date.today()
    mentor, curator = town.person(Role.MENTOR), town.person(Role.CURATOR, town.weak)
    year = Facts(today - dt.timedelta(days=90), today + dt.timedelta(days=90))
    pairing = town.pair(Kind.MENTOR_TEAM, town.weak, year, mentor=town.mentor(user=mentor, since=year.starts_on))
    term = PlanTold("План", year.starts_on, today + dt.timedelta(days=90), PairingPlan.State.ACTIVE)
    add_step(plan=make_plan(pairing=pairing, told=term), told=StepTold("Самоанализ школы"), by=None)
    with page_of(browser(mentor), live_server) as page:
        page.set_viewport_size(TELEPHONE)
        page.goto(f"{live_server.url}/mentoring/mine/")
        on_a_telephone(page)
        page.get_by_role("link", name="Записать встречу").click()
        expect(page.get_by_label("Дата")).to_have_value(today.isoformat())
        expect(page.get_by_label("Тема", exact=True)).to_have_value("Самоанализ школы")  # from the plan
        on_a_telephone(page)
        page.get_by_label("Часов").fill("0")
        page.get_by_role("button", name="Записать").click()
        expect(page.get_by_text("сколько часов длилась встреча").first).to_be_visible()
        page.get_by_label("Часов").fill("1,5")
        page.get_by_label("Результат").fill("Разобрали итоги четверти.")
        page.get_by_role("button", name="Записать").click()
        expect(page.get_by_text("Встреча записана: другая сторона подтвердит её.")).to_be_visible()
        on_a_telephone(page)
    with page_of(browser(curator), live_server) as page:
        page.set_viewport_size(TELEPHONE)
        page.goto(live_server.url)
        page.get_by_role("link", name="Уведомления, непрочитанных: 1").click()
        page.get_by_role("link", name="Подтвердите встречу").first.click()
        expect(page.get_by_text("Разобрали итоги четверти.", exact=True)).to_be_visible()
        page.get_by_role("button", name="Подтвердить").click()
        expect(page.get_by_text("Встреча подтверждена.")).to_be_visible()
        on_a_telephone(page)
    assert Meeting.objects.values_list("state", "hours").get() == ("confirmed", 1.5)


def test_a_school_asks_for_help_and_gets_its_answer(town: Town, live_server):
    curator, methodist = town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)
    mentor = town.person(Role.MENTOR)
    town.mentor(user=mentor, name="Наставник 1")
    with page_of(browser(curator), live_server) as page:
        page.set_viewport_size(TELEPHONE)
        page.goto(f"{live_server.url}/mentoring/requests/")
        on_a_telephone(page)
        page.get_by_role("link", name="Попросить помощи").click()
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_text("Напишите, с чем нужна помощь.").first).to_be_visible()
        on_a_telephone(page)
        page.get_by_label("С чем нужна помощь").fill("Внутренняя оценка качества")
        page.get_by_role("button", name="Отправить").click()
        expect(page.get_by_text("Запрос отправлен в методический центр")).to_be_visible()
        on_a_telephone(page)
    with page_of(browser(methodist), live_server) as page:
        page.goto(live_server.url)
        page.get_by_role("link", name="Посмотреть").first.click()
        page.get_by_role("link", name="Назначить, кто ответит").click()
        on_a_telephone(page)
        page.get_by_label("Кто отвечает").select_option(label="Наставник 1, директор (пар сейчас: 0)")
        page.get_by_role("button", name="Назначить").click()
        expect(page.get_by_text("Назначено: отвечающему сообщили.")).to_be_visible()
    with page_of(browser(mentor), live_server) as page:
        page.set_viewport_size(TELEPHONE)
        page.goto(f"{live_server.url}/mentoring/mine/")
        page.get_by_role("link", name="Внутренняя оценка качества").click()
        page.get_by_role("link", name="Ответить").click()
        page.get_by_label("Ответ", exact=True).fill("Положение и график приложим к следующей встрече.")
        on_a_telephone(page)
        page.get_by_role("button", name="Ответить").click()
        expect(page.get_by_text("Ответ отправлен школе.")).to_be_visible()
    with page_of(browser(curator), live_server) as page:
        page.goto(f"{live_server.url}/mentoring/requests/")
        page.get_by_role("link", name="Внутренняя оценка качества").click()
        page.get_by_role("button", name="Помогло, закрыть запрос").click()
        expect(page.get_by_text("Запрос закрыт.")).to_be_visible()
        on_a_telephone(page)
    assert HelpRequest.objects.get().state == "closed"
