"""An official's way in a browser: try another rule, adopt it, decide, publish. Every page on it passes axe."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from accounts.access import Role
from tests.browsing import hold, page_of
from tests.factories import (
    IdentificationFactory,
    MunicipalityFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
)

FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + Math.min(box.width / 2, 200), box.top + Math.min(box.height / 2, 40));
  const isSeen = one === document.body || (!!at && (one.contains(at) || at.contains(one)));
  return [one.name || one.textContent.trim().slice(0, 40), isSeen];
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town():
    """№ 1 has two low procedures, № 2 one and is one mark short of the other; last year № 3 and № 4 were listed."""
    municipality = MunicipalityFactory(name="Назарово")
    index = StatisticKindFactory(code="social_wellbeing_index", name="ИСБШ")
    for number, low in enumerate((7, 5, 2, 1), start=1):
        school = SchoolFactory(municipality=municipality, name=f"Школа № {number}")
        for subject, twos in (("mathematics", low), ("russian", 10 if low > 4 else 0)):
            marks = {"mark_2": twos, "mark_3": 20 - twos, "mark_4": 0, "mark_5": 0, "passed": 20 - twos}
            ResultTotalFactory(school=school, subject=subject, participants=20, **marks)
        SchoolStatisticFactory(school=school, kind=index, value=30 + 10 * number)
        if number > 2:
            IdentificationFactory(school=school, school_year=2019)
    return municipality


@pytest.fixture
def page(log_in_as, town, live_server) -> Iterator[Page]:
    client = log_in_as(Role.DEPARTMENT, town)
    with page_of(client, live_server) as opened:
        yield opened


def test_from_another_rule_to_a_published_list(page, live_server):
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(live_server.url + reverse("monitoring:identification_proposal") + "?year=2020")
    hold(page)

    page.get_by_role("link", name="Попробовать другие параметры").click()
    page.get_by_label("Порог, %").fill("25")
    page.get_by_role("button", name="Сравнить").click()
    expect(page.get_by_text("По другому правилу входит 1 школа")).to_be_visible()
    hold(page)

    page.get_by_role("link", name="Принять эти параметры").click()
    page.get_by_label("Источник", exact=True).fill("Приказ министерства образования № 5")
    hold(page)
    page.get_by_role("button", name="Сохранить новую версию").click()
    expect(page.get_by_text("Правилу отвечают 2 школы из 4")).to_be_visible()

    page.get_by_role("link", name="К решениям").click()
    page.get_by_label("ШНОР: Школа № 2", exact=True).select_option("no")
    page.get_by_role("button", name="Сохранить черновик").click()
    expect(page.get_by_text("на каком основании")).to_be_visible()
    page.get_by_label("Основание, ШНОР: Школа № 2").fill("Результаты года подтверждены повторной проверкой")
    page.get_by_role("button", name="Сохранить черновик").click()
    expect(page.get_by_text("Черновик сохранён")).to_be_visible()
    hold(page)

    page.get_by_role("link", name="К публикации").click()
    page.get_by_label("Номер приказа").fill("45-п")
    page.get_by_label("Дата приказа").fill("2021-09-15")
    hold(page)
    page.get_by_role("button", name="Опубликовать список").click()
    expect(page.get_by_text("редакция 1").first).to_be_visible()
    hold(page)

    for name in ("history", "groups"):
        page.goto(live_server.url + reverse(f"monitoring:identification_{name}") + "?year=2020")
        hold(page)
    page.goto(live_server.url + reverse("schools:identification") + "?year=2020")
    listed = page.get_by_role("region", name="ШНОР").get_by_role("rowheader")
    expect(listed).to_have_text(["Школа № 1", "Школа № 3", "Школа № 4"])  # the last two as those who have left
    expect(page.get_by_text("вышла из списка")).to_have_count(2)
    assert errors == []


def decisions_page(page: Page, live_server) -> None:
    page.goto(live_server.url + reverse("monitoring:identification_decisions") + "?year=2020")


def test_unsaved_decisions_are_not_left_unasked(page, live_server):
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    decisions_page(page, live_server)
    page.get_by_role("link", name="К публикации").click()
    page.wait_for_url("**/publication/**")
    assert asked == []
    decisions_page(page, live_server)
    page.get_by_label("ШНОР: Школа № 2", exact=True).select_option("yes")
    page.get_by_role("link", name="К публикации").click()
    page.wait_for_url("**/publication/**")
    assert asked == ["beforeunload"]


def test_at_200_per_cent_decisions_are_made_without_scrolling_sideways_and_in_sight(page, live_server):
    """Rows stand one under another there, and the buttons at hand hide nothing that has the focus."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 640, "height": 450})
    decisions_page(page, live_server)
    for name in ("ШНОР: Школа № 4", "Основание, ШНОР: Школа № 4"):
        box = page.get_by_label(name, exact=True).bounding_box()
        assert box["x"] + box["width"] <= 640
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, is_seen = page.evaluate(FOCUSED)
        assert is_seen, name
        reached.add(name)
    assert any(name.startswith("reason-list-") for name in reached)
