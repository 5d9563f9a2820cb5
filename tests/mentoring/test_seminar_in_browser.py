"""The methodist builds the programme of a school for half a year in the browser; each page is held to axe."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.access import Role
from mentoring.models import Event, Seminar, SeminarProgramme
from roadmaps.queries.years import year_of_plans
from tests.browsing import hold, page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def today():
    """A browser's clock is not to be stopped."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=True):
        yield


def test_a_methodist_builds_the_programme_of_a_half_year(town, live_server):
    methodist = town.person(Role.METHODIST)
    client = Client()
    client.force_login(methodist)
    now = timezone.localdate()
    year, half = year_of_plans(now), 1 if now.month >= 9 else 2
    last = Seminar(school_year=year, half=half).days[1]
    with page_of(client, live_server) as page:
        page.goto(live_server.url + reverse("mentoring:seminars"))
        hold(page)
        page.get_by_role("link", name="Открыть полугодие").click()
        page.get_by_label("Заявки принимаются по").fill(f"{now:%Y-%m-%d}")
        hold(page)
        page.get_by_role("button", name="Открыть").click()
        page.get_by_role("link", name="Добавить тему").click()
        page.get_by_label("Тема").fill("Дроби без ошибок")
        page.get_by_label("Вид").select_option("webinar")
        hold(page)
        page.get_by_role("button", name="Добавить", exact=True).click()
        page.get_by_role("link", name=f"Написать заявку: {town.weak.name}").click()
        hold(page)
        page.get_by_role("group", name="Дроби без ошибок").get_by_label("Нужна школе").check()
        page.get_by_role("group", name="Своя тема 1").get_by_label("Тема").fill("Чтение на уроке")
        page.get_by_role("button", name="Сохранить заявку").click()
        hold(page)
        page.get_by_role("button", name=f"Составить программу: {town.weak.name}").click()
        expect(page.get_by_text("день не назначен")).to_have_count(2)
        page.get_by_role("link", name="Изменить темы и дни").click()
        hold(page)
        for number in (0, 1):
            page.locator(f"#id_form-{number}-on").fill(f"{last:%Y-%m-%d}")
        page.locator("#id_form-0-starts_at").fill("15:00")
        page.get_by_role("button", name="Сохранить").click()
        hold(page)
        page.get_by_role("button", name="Утвердить программу").click()
        expect(page.get_by_text("утверждена").first).to_be_visible()
        page.get_by_role("link", name="Дроби без ошибок").click()
        expect(page.get_by_role("heading", name="Дроби без ошибок")).to_be_visible()
        hold(page)
    assert SeminarProgramme.objects.get().state == "approved"
    assert {(one.title, one.starts_on) for one in Event.objects.all()} == {
        ("Дроби без ошибок", last), ("Чтение на уроке", last),
    }  # fmt: skip
