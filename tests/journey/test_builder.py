"""A methodist builds «доля сдавших ОГЭ по русскому» from an example, sees what it gives, saves it, reads its value."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, expect

from accounts.access import Role
from indicators.models import Indicator
from tests.browsing import hold, page_of
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.indicators.build import took

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def methodist(log_in_as: Any) -> Client:
    municipality = MunicipalityFactory(name="Назарово")
    took(SchoolFactory(municipality=municipality, name="СОШ № 1"), 2020, (4, 6, 4, 2), subject="russian")
    took(SchoolFactory(municipality=municipality, name="СОШ № 2"), 2020, (0, 4, 3, 1), subject="mathematics")
    client: Client = log_in_as(Role.METHODIST, municipality)
    return client


@pytest.fixture
def page(methodist: Client, live_server: Any) -> Iterator[Page]:
    with page_of(methodist, live_server) as opened:
        yield opened


def elsewhere(work: Callable[[], Any]) -> Any:
    """In another thread: the browser's own may not use the database."""

    def then_close() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(then_close).result()


ABORTED = "undefined"  # what htmx rejects with where a newer request takes the place of an older one


def is_complaint(said: ConsoleMessage) -> bool:
    """htmx calls it an error when a newer request takes the place of an older one, which is meant."""
    return said.type == "error" and not said.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


def test_from_an_example_to_a_value(page: Page, live_server: Any, work_off_jobs: Any) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)) if str(error) != ABORTED else None)
    page.goto(f"{live_server.url}/indicators/?year=2020")
    page.get_by_role("link", name="Новый показатель").click()
    hold(page)
    page.get_by_role("link", name="Начать с примера «Доля сдавших»").click()
    page.wait_for_load_state()  # a choice that is made before there is a script changes nothing yet

    meaning = page.get_by_role("region", name="Что получится")
    expect(meaning).to_contain_text("Доля преодолевших минимальный порог среди участников ОГЭ по русскому языку")
    expect(meaning).to_contain_text("СОШ № 1, 2020/2021: 12 из 16 = 75,0\u00a0%")
    page.get_by_label("Предмет").select_option(label="Математика")
    expect(meaning).to_contain_text("СОШ № 2, 2020/2021: 8 из 8 = 100,0\u00a0%")
    page.get_by_label("Процедура").select_option(label="ВПР")
    expect(meaning).to_contain_text("Укажите класс")
    page.get_by_label("Класс работы").fill("5")
    page.get_by_label("Процедура").select_option(label="ОГЭ")
    page.get_by_label("Предмет").select_option(label="Русский язык")
    page.get_by_label("Класс работы").fill("9")  # ОГЭ in the fifth grade is told apart, so the field is in sight
    page.get_by_label("Класс работы").blur()
    expect(meaning).to_contain_text("12 из 16 = 75,0\u00a0%")
    hold(page)

    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("alert")).to_contain_text("Ничего не сохранено")
    hold(page)
    page.get_by_label("Краткое название").fill("Сдали ОГЭ по русскому")
    page.get_by_label("Формулировка").fill("Доля обучающихся, сдавших ОГЭ по русскому языку")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("heading", level=1, name="Сдали ОГЭ по русскому")).to_be_visible()

    elsewhere(work_off_jobs)
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("Почему 75,0"))).to_be_visible()
    expect(page.locator("#passport ~ .card")).to_contain_text("Доля обучающихся, сдавших ОГЭ по русскому языку")
    hold(page)
    assert elsewhere(lambda: Indicator.objects.get().formula["part"]["grade"]) == 9
    assert complaints == []
