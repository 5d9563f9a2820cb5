"""The way of a methodist: from official spreadsheets to the signed note, with a real worker and a real browser."""

import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journey.conftest import PASSWORD, Portal, wait_until

pytestmark = pytest.mark.browser
MINUTES_MS = 120_000
PRINTED = {  # as the programme's document prints them
    "n1": "4", "n2": "100", "n3": "75", "n4": "75", "n5": "33", "n6": "33", "n7": "25",
    "n8": "100", "n9": "25", "n10": "96", "n11": "14", "n12": "18", "n13": "25",
}  # fmt: skip

Look = Callable[[str], None]


def test_from_spreadsheets_to_the_note(portal: Portal, page: Page, look: Look, tmp_path: Path) -> None:
    log_in(portal, page, look)
    bring_results_in(portal, page, look)
    see_the_programme(page, look)
    see_why(page, look)
    note = prepare_the_note(page, look, tmp_path)
    read_the_note(note)
    read_over_rest(portal)
    look_around(portal, page, look)
    assert_nobody_is_named(portal)


def log_in(portal: Portal, page: Page, look: Look) -> None:
    page.goto(portal.url)
    look("01-login")
    page.get_by_label("Логин или электронная почта").fill("metodist")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look("02-home-before")


def bring_results_in(portal: Portal, page: Page, look: Look) -> None:
    page.get_by_role("link", name="Данные", exact=True).click()
    look("03-data")
    page.set_input_files("input[type=file]", [str(path) for path in portal.files])
    page.get_by_role("button", name="Загрузить и проверить").click()
    expect(page.get_by_role("heading", name="Проверьте, что изменится")).to_be_visible(timeout=MINUTES_MS)
    expect(page.get_by_text("Пока ничего не записано")).to_be_visible()
    look("04-preview")
    page.get_by_role("button", name="Записать всё").click()
    expect(page.get_by_role("heading", name="Загрузка записана")).to_be_visible(timeout=MINUTES_MS)
    look("05-stored")


def see_the_programme(page: Page, look: Look) -> None:
    page.get_by_role("link", name="К показателям").click()
    home = page.url

    def computed() -> bool:
        page.goto(home)
        return page.get_by_text("75,0 %").count() >= 2 and page.get_by_text("33,3 %").count() >= 2

    wait_until(computed, MINUTES_MS / 1000)
    expect(page.get_by_text(re.compile("Из 13 показателей программы"))).to_be_visible()
    look("06-home")


def see_why(page: Page, look: Look) -> None:
    home = page.url
    click_down_to_the_cells(page, look)
    page.goto(home)
    page.get_by_role("link", name=re.compile("^Школы с положительной динамикой ОГЭ по математике")).click()
    expect(page.get_by_role("heading", name=re.compile("Почему 75,0"))).to_be_visible()
    expect(page.locator("main").get_by_text("2018/2019").first).to_be_visible()  # the exam of 2020 was not held
    expect(page.locator(".chart-drawing svg").first).to_be_visible()
    look("07-indicator")


def click_down_to_the_cells(page: Page, look: Look) -> None:
    """From a figure on home over the municipality's and a school's steps to the rows and cells of the spreadsheet."""
    page.get_by_role("link", name=re.compile(r"75,0\s%, почему: .*ОГЭ по математике")).click()
    expect(page.get_by_role("heading", name="Почему это число")).to_be_visible()
    expect(page.get_by_text(re.compile(r"3 : 4 = 75,0\s%"))).to_be_visible()
    look("08-why")
    page.get_by_role("link", name=re.compile("Шаги школы: .*СОШ № 21")).click()
    expect(page.get_by_text("условие выполнено").first).to_be_visible()
    look("08-why-school")
    page.get_by_role("link", name=re.compile(r"oge_2021_Математика\.xlsx")).first.click()
    expect(page.get_by_role("heading", name="oge_2021_Математика.xlsx")).to_be_visible()
    expect(page.get_by_text("Число получено из столбца «Оценка»")).to_be_visible()
    assert page.locator("td.deciding").count() > 20
    look("08-source")


def prepare_the_note(page: Page, look: Look, tmp_path: Path) -> bytes:
    page.get_by_role("link", name="Документы", exact=True).click()
    look("09-documents")
    page.get_by_role("button", name=re.compile("Подготовить документ")).click()
    link = page.get_by_role("link", name=re.compile("Скачать PDF"))
    expect(link).to_be_visible(timeout=MINUTES_MS)
    look("10-report")
    with page.expect_download() as download:
        link.click()
    target = tmp_path / "note.pdf"
    download.value.save_as(target)
    return target.read_bytes()


def read_the_note(note: bytes) -> None:
    reader = PdfReader(io.BytesIO(note))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "к категории ШНОР были отнесены 4 школы" in text
    assert "Во всех школах, отнесенных к категории ШНОР, была разработана программа" in text
    assert "Все школы данной категории достигли положительной динамики" in text
    for figure in ("75 %", "33 %", "25 %", "96 %", "14 %", "18 %"):
        assert figure in text.replace("\N{NO-BREAK SPACE}", " "), figure
    assert "В 2021-2022 уч. году необходимо" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def read_over_rest(portal: Portal) -> None:
    key = json.loads(portal.manage("create_api_key", "--municipality=nazarovo", "--role=viewer", "--json"))["key"]
    rows = portal.rest("values/?municipality=nazarovo&period=2020&page_size=500", key)
    values = {row["indicator"]: Decimal(row["value"]) for row in rows if row["school"] is None}
    assert {code: str(values[code].quantize(Decimal(1))) for code in PRINTED} == PRINTED


def look_around(portal: Portal, page: Page, look: Look) -> None:
    """Every other section, as somebody would who has time."""
    for name in ("Школы", "Показатели", "Идентификация", "Собираемые сведения", "Справка"):
        page.get_by_role("navigation", name="Разделы").get_by_role("link", name=name, exact=True).click()
        look(f"11-{name}")
    page.goto(portal.url + "/schools/")
    page.get_by_role("link", name=re.compile("СОШ № 21")).first.click()
    look("12-school")
    for name in ("Результаты", "Показатели"):
        page.locator(".tabs").get_by_role("link", name=name).click()
        look(f"12-school-{name}")


def assert_nobody_is_named(portal: Portal) -> None:
    """Neither database, stored files nor logs hold a pupil's name."""
    for path in portal.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for name in ("Вымышленн", "Образцов", "Тестович"):
                assert name.encode() not in content, path
                assert name.encode("cp1251") not in content, path
