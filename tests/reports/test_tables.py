"""Documents of tables: what is kept, how numbers are written, and that both drawers say the same without a clock."""

import datetime as dt
import io
import re
import zipfile

import docx
import openpyxl
import pypdf
import pytest
import time_machine

from reports.formats import Format
from reports.rendering import draw
from reports.table_layout import columns_of, heads_of, page_for, tables_of
from reports.tables import Column, Number, Section, Shown, TableDocument, exact_text
from tests.reports.documents import LONG_NAME, long_table, sample
from tests.reports.test_rendering import structure

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def pdf() -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(draw(sample(), Format.PDF)))


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(draw(sample(), Format.XLSX)))


def body(document: TableDocument, place: int = 0) -> list[list[str]]:
    rows = tables_of(document)[place].rows
    return [[row.heading] if row.heading else [cell.text for cell in row.cells] for row in rows]


def row_of(sheet: openpyxl.worksheet.worksheet.Worksheet, name: str) -> list[openpyxl.cell.Cell]:
    return next(list(row) for row in sheet.iter_rows() if name in [cell.value for cell in row])


def test_document_survives_the_database_and_keeps_its_checksum():
    document = sample()
    assert TableDocument.from_json(document.to_json()) == document
    assert TableDocument.from_json(document.to_json()).sha256 == document.sha256
    assert sample(is_demo=False).sha256 != document.sha256


def test_edition_of_an_older_portal_is_read_without_what_is_said_no_more():
    stored = sample().to_json()
    stored["motto"] = "Учиться"
    stored["sections"][0]["columns"][0]["colour"] = "red"
    assert TableDocument.from_json(stored) == sample()


def test_numbers_are_written_by_their_column_and_missing_is_not_nought():
    assert body(sample()) == [
        ["Школы с низкими результатами"],
        ["1", "СОШ № 1", f"33,3{NBSP}%", f"75,0{NBSP}%", f"+41,7{NBSP}п.{NBSP}п.", f"1{NBSP}204", "лучше"],
        ["2", LONG_NAME, "—", f"80,5{NBSP}%†", "—", "7", "нет данных"],
        ["Остальные школы"],
        ["3", "=1+1", f"100,0{NBSP}%", f"0,0{NBSP}%", f"−100,0{NBSP}п.{NBSP}п.", "0", "хуже"],
        ["", "Всего", f"50,0{NBSP}%", f"60,0{NBSP}%", f"+10,0{NBSP}п.{NBSP}п.", f"1{NBSP}211", ""],
    ]


def test_rows_of_one_column_may_have_different_units():
    assert body(sample(), 1) == [
        ["Доля школ с динамикой", f"70{NBSP}%", f"33,3{NBSP}%", "%"],
        ["Средняя отметка", "3,5", "3,50", "отметка"],
        ["Школы в списке", "4", "4", "школ"],
        ["Отношение к среднему", "—", "−0,120", "доли"],
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Number("3.14159"), "3,14"),
        (Number("4.000000"), "4"),
        (Number("12.5", Shown.PERCENT), f"12,5{NBSP}%"),
        (Number("12.54", Shown.PERCENT), f"12,5{NBSP}%"),
        (Number("2023-05-31", Shown.DATE), "31.05.2023"),
        (Number("0", Shown.SIGNED), "0"),
    ],
)
def test_number_says_how_it_is_written_where_its_column_does_not(cell, text):
    section = Section(sheet="1", columns=(Column("Школа"), Column("Значение")), rows=(("А", cell),))
    assert body(sample(sections=(section,)))[0][1] == text


def test_exact_text_keeps_the_number_and_drops_the_noughts_of_the_database():
    assert [exact_text(value) for value in ("33.333333", "70.0000", "100", "0E-6", None)] == [
        "33.333333",
        "70",
        "100",
        "0",
        None,
    ]


def test_columns_of_one_group_stand_under_one_head():
    upper, lower = heads_of(columns_of(sample().sections[0]))
    assert [(head.text, head.columns, head.rows) for head in upper] == [
        ("№", 1, 2),
        ("Школа", 1, 2),
        ("ОГЭ, математика", 2, 1),
        ("Изменение", 1, 2),
        ("Участники", 1, 2),
        ("Вывод", 1, 2),
    ]
    assert [head.text for head in lower] == ["2019/20", "2020/21"]


def test_sheet_grows_with_the_table():
    assert [page_for(long_table(3, measures)).name for measures in (3, 5, 8, 12, 60)] == [
        "portrait",
        "landscape",
        "landscape-small",
        "large",
        "large-small",
    ]


def test_only_tables_that_are_printed_are_numbered_and_counted():
    """A section without rows is a sentence; a single table needs no number."""
    schools, indicators, excluded = sample().sections
    document = sample(sections=(excluded, schools, excluded, indicators))
    assert [table.caption for table in tables_of(document) if table.rows] == [
        "Таблица 1. Результаты по школам",
        "Таблица 2. План и значение",
    ]
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(draw(document, Format.PDF))).pages)
    assert re.findall(r"Таблица \d", text) == ["Таблица 1", "Таблица 2"]
    assert TableDocument.contents_of(document.to_json()).startswith(f"2{NBSP}таблицы, ")
    assert [table.caption for table in tables_of(sample(sections=(excluded, schools))) if table.rows] == [
        "Результаты по школам"
    ]


# --- PDF ---------------------------------------------------------------------------------


def test_pdf_is_tagged_and_its_tables_have_heads(pdf):
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "ru"
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    assert str(pdf.metadata.title) == "Сводная таблица о результатах школ: город Назарово"
    kinds = [element["/S"] for element in structure(root["/StructTreeRoot"]) if "/S" in element]
    assert (kinds.count("/H1"), kinds.count("/Table")) == (1, 2)
    assert kinds.count("/TH") == 8 + 2 + 4 + 4 + 4  # heads, headings, and the names of the rows of both tables


def test_pdf_says_what_the_document_says(pdf):
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    for said in (
        "Демонстрационные данные",
        "СВОДНАЯ ТАБЛИЦА",
        "Таблица 1. Результаты по школам",
        "80,5 %†",
        "† Мало участников (менее 10).",
        "Исключённых результатов нет.",
        "должность подпись",
    ):
        assert said in text


def test_heads_stand_on_every_page_and_no_row_is_lost():
    reader = pypdf.PdfReader(io.BytesIO(draw(long_table(120), Format.PDF)))
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    assert len(texts) > 2
    with_rows = [text for text in texts if "адресная поддержка" in text]
    assert all("Показатель 1" in text for text in with_rows)
    assert all(f"№ {place}»" in " ".join(texts) for place in range(1, 121))
    assert all(str(page) in (text.split()[0], text.split()[-1]) for page, text in enumerate(texts[1:], 2))


# --- Workbook --------------------------------------------------------------------------------


def test_workbook_has_a_sheet_for_each_table(book):
    assert book.sheetnames == ["Школы", "Показатели", "Исключённые"]


def test_numbers_stay_numbers_and_are_written_as_in_the_document(book):
    _, _, before, now, change, pupils, _ = row_of(book["Школы"], "СОШ № 1")
    assert (before.value, before.number_format) == (pytest.approx(0.33333333), f'#,##0.0"{NBSP}"%')
    assert now.value == 0.75
    assert change.value == pytest.approx(41.666667)
    assert change.number_format.startswith(f'+#,##0.0"{NBSP}п.{NBSP}п.";−')
    assert (pupils.value, pupils.number_format) == (1204, "#,##0")
    few = row_of(book["Школы"], LONG_NAME)[3]
    assert (few.value, few.number_format) == (0.805, f'#,##0.0"{NBSP}"%"†"')


def test_missing_is_a_dash_and_no_text_is_a_formula(book):
    assert row_of(book["Школы"], LONG_NAME)[2].value == "—"
    assert row_of(book["Школы"], "=1+1")[1].data_type == "s"


def test_sheet_keeps_its_heads_in_view_and_on_each_printed_page(book):
    sheet = book["Школы"]
    head = row_of(sheet, "Школа")[0].row
    assert sheet.freeze_panes == f"C{head + 2}"
    assert sheet.print_title_rows == f"${head}:${head + 1}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width


def test_text_with_signs_that_no_office_file_may_hold_loses_them():
    document = sample(sections=(Section(sheet="1", columns=(Column("Школа"),), rows=(("СОШ\x0b 1",),)),))
    book = openpyxl.load_workbook(io.BytesIO(draw(document, Format.XLSX)))
    assert row_of(book["1"], "СОШ 1")
    (table,) = docx.Document(io.BytesIO(draw(document, Format.DOCX))).tables
    assert table.cell(1, 0).text == "СОШ 1"


def test_word_document_says_what_the_document_says():
    word = docx.Document(io.BytesIO(draw(sample(), Format.DOCX)))
    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    table, units = word.tables
    heads = [[cell.text for cell in row.cells] for row in table.rows[:2]]
    assert heads == [
        ["№", "Школа", "ОГЭ, математика", "ОГЭ, математика", "Изменение", "Участники", "Вывод"],
        ["№", "Школа", "2019/20", "2020/21", "Изменение", "Участники", "Вывод"],
    ]
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [True, True] + [False] * 6
    told = [[cell.text for cell in row.cells] for row in table.rows[2:]]
    assert told == [row if len(row) > 1 else row * 7 for row in body(sample())]  # a heading goes over all columns
    assert [run.bold for run in table.cell(7, 1).paragraphs[0].runs] == [True]
    assert [[cell.text for cell in row.cells] for row in units.rows[1:]] == body(sample(), 1)
    for text in ("Таблица 1. Результаты по школам", "Исключённых результатов нет.", *sample().lead, *sample().notes):
        assert text in paragraphs
    assert "† Мало участников (менее 10)." in paragraphs
    assert "Демонстрационные данные: школы и результаты вымышлены" in paragraphs


@pytest.mark.parametrize("format", list(Format))
def test_same_document_is_the_same_file_at_any_hour(format):
    with time_machine.travel(dt.datetime(2021, 8, 19, 12, tzinfo=dt.UTC)):
        first = draw(sample(), format)
    with time_machine.travel(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)):
        assert draw(TableDocument.from_json(sample().to_json()), format) == first


def test_workbook_holds_no_moment_at_all():
    drawn = zipfile.ZipFile(io.BytesIO(draw(sample(), Format.XLSX)))
    assert {part.date_time for part in drawn.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not re.search(rb"20\d\d-\d\d-\d\d", drawn.read("docProps/core.xml"))
