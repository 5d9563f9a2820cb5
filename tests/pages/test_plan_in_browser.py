"""The grid in a browser: a block from Excel is pasted, a bad cell says so and is mended, the ledger tells the rest."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.access import Role
from tests.browsing import hold, page_of
from tests.factories import IndicatorFactory, MunicipalityFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """([input, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
BLOCK = "70 %\t72,5\r\n60\tсемьдесят\r\n"  # as Excel copies two rows of two cells


@pytest.fixture
def plan(log_in_as, live_server) -> Iterator[Page]:
    """The empty plan of two indicators, as a methodist opens it."""
    town = MunicipalityFactory(name="Назарово")
    for name in ("Первая доля", "Вторая доля"):
        IndicatorFactory(municipality=town, short_name=name)
    with page_of(log_in_as(Role.METHODIST, town), live_server) as page:
        page.goto(f"{live_server.url}/indicators/plan/?year=2020")
        yield page


def cell(page: Page, row: int, column: int):
    """Counted among fields; the baseline is column 0."""
    return page.locator("table[data-grid] tbody tr").nth(row).locator("input").nth(column)


def test_a_block_is_pasted_mended_saved_and_told_in_the_ledger(plan: Page) -> None:
    complaints: list[str] = []
    plan.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    hold(plan)
    cell(plan, 0, 1).fill("50")
    plan.evaluate(PASTE, [cell(plan, 0, 1).element_handle(), BLOCK])
    plan.keyboard.press("Control+z")  # what the paste replaced comes back
    assert [cell(plan, 0, 1).input_value(), cell(plan, 1, 1).input_value()] == ["50", ""]
    plan.evaluate(PASTE, [cell(plan, 0, 1).element_handle(), BLOCK])
    expect(plan.get_by_role("status").filter(has_text="Вставлено ячеек: 4")).to_be_visible()
    assert [cell(plan, *place).input_value() for place in ((0, 1), (0, 2), (1, 1), (1, 2))] == [
        "70 %", "72,5", "60", "семьдесят",
    ]  # fmt: skip
    plan.keyboard.press("ArrowDown")
    expect(cell(plan, 1, 1)).to_be_focused()
    plan.keyboard.press("ArrowRight")
    expect(cell(plan, 1, 2)).to_be_focused()
    plan.keyboard.press("Shift+Enter")
    expect(cell(plan, 0, 2)).to_be_focused()

    plan.get_by_role("button", name="Сохранить план").click()
    expect(plan.get_by_text("Впишите число, например 75 или 72,5")).to_be_visible()
    assert cell(plan, 0, 1).input_value() == "70 %"  # nothing is lost
    hold(plan)
    cell(plan, 1, 2).fill("65")
    plan.get_by_role("button", name="Сохранить план").click()
    expect(plan.get_by_text("План сохранён: записано 4")).to_be_visible()

    plan.get_by_role("link", name="История изменений").click()
    expect(plan.get_by_role("cell", name="72,5 %")).to_be_visible()
    expect(plan.locator("tbody tr")).to_have_count(4)
    hold(plan)
    assert complaints == []
