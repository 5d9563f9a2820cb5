"""A methodist's way through the analysis in a browser; every page on it passes axe and stays within 640 pixels."""

import random

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.access import Role
from tests.browsing import hold, page_of
from tests.factories import (
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    SchoolValueFactory,
    StatisticKindFactory,
    result_with_total,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town():
    """Sixteen schools over four years: every second one is small, weak, and does not master task 2."""
    town = MunicipalityFactory(name="Армавир")
    kinds = {code: StatisticKindFactory(code=code) for code in ("students", "social_wellbeing_index")}
    indicator = IndicatorFactory(municipality=town, short_name="Преодолели порог ОГЭ по математике")
    MunicipalityValueFactory(indicator=indicator, value=75)
    dice = random.Random(5)
    for number in range(16):
        school, weak = SchoolFactory(municipality=town, name=f"Школа № {number + 1}"), number % 2 == 1
        for code, value in (("students", 120 if weak else 700), ("social_wellbeing_index", 45 if weak else 70)):
            SchoolStatisticFactory(school=school, kind=kinds[code], value=value + dice.randrange(8))
        for year in range(2017, 2021):
            low = sum(dice.random() < (0.5 if weak else 0.08) for _ in range(30))
            marks = {"participants": 30, "mark_2": low, "mark_3": 30 - low, "mark_4": 0, "mark_5": 0}
            done = {"1": 22, "2": 5 if weak else 25} if year == 2020 else {}
            tasks = {task: {"done": n, "participants": 30} for task, n in done.items()} or None
            result_with_total(school=school, school_year=year, **marks, tasks=tasks)
        value = {"value": 50 if weak else 90, "low": 40 if weak else 80, "high": 60 if weak else 95}
        SchoolValueFactory(school=school, indicator=indicator, participants=30, **value)
    return town


def test_from_the_heat_map_to_a_named_topic_and_the_warning(town, log_in_as, live_server) -> None:
    with page_of(log_in_as(Role.METHODIST, town), live_server) as page:
        page.goto(live_server.url + reverse("monitoring:heat_map") + "?year=2020")
        page.get_by_label("Цвет и знак показывают").select_option("whole")
        page.get_by_role("button", name="Показать").last.click()
        expect(page.get_by_text("лучше или по плану — 8, зона внимания — 8")).to_be_visible()
        hold(page)
        page.get_by_role("link", name="Школа № 2", exact=True).click()
        expect(page.get_by_text("школ в похожих условиях")).to_be_visible()
        hold(page)
        page.goto(live_server.url + reverse("monitoring:weak_topics") + "?year=2020")
        expect(page.get_by_text("Задание 2 (2020/2021)")).to_be_visible()
        hold(page)
        page.get_by_role("link", name="ОГЭ, математика, 9 класс").click()
        page.get_by_label("Задание 2").fill("Дроби")
        hold(page)
        page.get_by_role("button", name="Сохранить темы").click()
        expect(page.get_by_text("Дроби — ОГЭ, математика, 9 класс")).to_be_visible()
        for name, words in (
            ("По годам", "муниципалитет — 75,0"),
            ("Участие", "Участвовали все школы"),
            ("Группы школ", "Деление устойчиво"),
            ("Раннее предупреждение", "Насколько этому можно верить"),
        ):
            page.get_by_role("link", name=name, exact=True).click()
            expect(page.get_by_text(words).first).to_be_visible()
            hold(page)
