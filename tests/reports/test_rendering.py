"""The drawn note: what it says, that assistive technology can read it, and that the same note is the same file."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest

from reports.appendix import method_lines, school_grid, table_rows
from reports.drawing import draw_svg
from reports.note import note_context
from reports.rendering import document_pdf
from reports.snapshots import AnalyticalNote
from tests.reports.notes import PRINTED, nazarovo_note

ROOT = Path(__file__).parents[2]
RENDER = """
import sys, hashlib, django
django.setup()
from reports.rendering import document_pdf
from tests.reports.notes import nazarovo_note
print(hashlib.sha256(document_pdf(nazarovo_note())).hexdigest())
"""


@pytest.fixture(scope="module")
def pdf() -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document_pdf(nazarovo_note())))


@pytest.fixture(scope="module")
def text(pdf: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def structure(element: Any) -> list[Any]:
    """All elements of the structure tree, in order."""
    element = element.get_object()
    if not isinstance(element, pypdf.generic.DictionaryObject):
        return []
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    return [element, *(child for kid in kids for child in structure(kid))]


@pytest.mark.parametrize("code", PRINTED)
def test_note_prints_what_the_document_prints(text: str, code: str):
    assert PRINTED[code] in text


def test_note_follows_the_structure_of_the_document(text: str):
    order = [
        "Управление образования администрации города Назарово",
        "Основной целью программы является повышение качества образования.",
        "С этой целью решались следующие задачи: 1. Идентификация школ. 2. Поддержка школ.",
        "В результате реализованных мероприятий были достигнуты следующие показатели:",
        PRINTED["n1"],
        PRINTED["n10"],
        "Работа велась без учёта дефицитов.",
        PRINTED["n13"],
        "Механизмы выявления дефицитов не разработаны.",
        "В 2021-2022 уч. году необходимо: 1. Провести экспертизу программ.",
        "должность подпись инициалы, фамилия",
        "Таблица 1. Показатели программы",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_document_is_tagged_and_speaks_russian(pdf: pypdf.PdfReader):
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "ru"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    assert pdf.metadata is not None
    assert "Аналитическая записка" in str(pdf.metadata.title)


def test_structure_has_headings_lists_and_tables_with_headers(pdf: pypdf.PdfReader):
    kinds = [element["/S"] for element in structure(pdf.trailer["/Root"]["/StructTreeRoot"]) if "/S" in element]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 1
    assert kinds.count("/L") == 2
    assert kinds.count("/Table") >= 3
    assert kinds.count("/TH") >= 7 + 13


def test_chart_has_an_alternative_text_with_its_reading(pdf: pypdf.PdfReader):
    figures = [row for row in structure(pdf.trailer["/Root"]["/StructTreeRoot"]) if row.get("/S") == "/Figure"]
    assert len(figures) == 1
    assert "Из 12 показателей со значением и планом отстают от плана 7." in figures[0]["/Alt"]


def test_all_fonts_are_embedded_and_paratype(pdf: pypdf.PdfReader):
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert {font["/FontName"].partition("+")[2][:7] for font in fonts} <= {"PT-Seri", "PT-Sans"}


def test_page_is_a4_and_numbered_from_the_second(pdf: pypdf.PdfReader):
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pdf.pages} == {
        (595, 842)
    }
    lines = [page.extract_text().split("\n") for page in pdf.pages]
    assert "1" not in (lines[0][0], lines[0][-1])
    assert all(str(number) in (page[0], page[-1]) for number, page in enumerate(lines[1:], 2))


def test_file_carries_no_clock(pdf: pypdf.PdfReader):
    assert set(pdf.metadata or {}) <= {"/Title", "/Author", "/Subject", "/Producer"}


def test_two_processes_draw_the_same_bytes():
    here = hashlib.sha256(document_pdf(nazarovo_note())).hexdigest()
    for seed in ("1", "2"):
        answer = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", RENDER],
            cwd=ROOT,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONHASHSEED": seed, "TZ": "Asia/Krasnoyarsk"},
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.split()[-1] == here


def test_snapshot_survives_the_database():
    note = nazarovo_note()
    assert AnalyticalNote.from_json(note.to_json()) == note
    assert AnalyticalNote.from_json(note.to_json()).sha256 == note.sha256


def test_table_names_plan_parts_and_conclusion():
    rows = {row.number: row for row in table_rows(nazarovo_note())}
    assert (rows[1].plan, rows[1].value, rows[1].parts) == ("—", "4\u00a0школы", "—")
    assert (rows[5].plan, rows[5].value, rows[5].parts) == ("50\u00a0%*", "33\u00a0%", "1 из 3")
    assert rows[5].reading == "отстаёт от плана"


def test_method_names_the_year_compared_with_and_why():
    (line,) = [line for line in method_lines(nazarovo_note()) if line.places == "3, 4"]
    assert line.text.endswith("Сравнение с 2018/2019 учебным годом, так как за 2019/2020 учебный год результатов нет.")


def test_schools_stand_by_name_and_number():
    grid = school_grid(nazarovo_note())
    assert grid is not None
    assert grid.places == (5,)
    assert [(name.replace("\u00a0", " "), words) for name, words in grid.rows] == [
        ("СОШ № 1", ("да",)),
        ("СОШ № 2", ("нет",)),
        ("СОШ № 3", ("нет",)),
        ("СОШ № 10", ("н/д",)),
    ]


def test_charts_draw_the_same_with_the_fonts_of_the_document():
    chart = note_context(nazarovo_note())["chart"]
    assert draw_svg(chart) == draw_svg(chart)
    assert set(re.findall(r'font-family="([^"]*)"', draw_svg(chart))) == {"PT Sans"}


def test_text_of_people_is_no_markup():
    note = nazarovo_note(problems=("Доля <b>малая</b> & <img src='http://127.0.0.1:9/x'>",))
    reader = pypdf.PdfReader(io.BytesIO(document_pdf(note)))
    assert "Доля <b>малая</b> & <img" in re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
