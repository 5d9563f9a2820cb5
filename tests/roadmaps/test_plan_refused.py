"""Files that are no plans, or were made to harm, are refused in words."""

import io
import struct
import zipfile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.plans.reading import ERROR, read_plan
from roadmaps.plans.reading.packages import MAX_FILE_BYTES
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.plans.writing import write_xlsx
from tests.roadmaps.plan_documents import (
    document_of,
    megion,
    part_of,
    saved,
    vilyuysk,
    with_part,
    workbook_of,
)

HEAD = ("№", "Мероприятие", "Срок", "Ответственные")
PLAN = Plan("План", (PlanSection("Модуль", "1.", rows=(PlanRow("Семинар", "1.1"),)),))


def ole(*names):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + b"".join(name.encode("utf-16-le") for name in names)


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "0 байт"),
        (b"PK" + b"\0" * (MAX_FILE_BYTES - 1), "больше 16 МБ"),
        (b"PK\x03\x04 cut off", "повреждён"),
        (megion()[:-300], "повреждён"),
        (ole("WordDocument"), "сохраните как .docx"),
        (ole("Workbook"), "сохраните как .xlsx"),
        (ole("EncryptedPackage"), "паролем"),
        (b"%PDF-1.7", "Из PDF план не читается"),
        (b"{\\rtf1", "RTF"),
        (b"<html><table>", "веб-страница"),
        ("Мероприятие;Срок".encode(), ".docx или .xlsx"),
        (zipped(**{"content.xml": "<a/>"}), "OpenDocument"),
        (zipped(**{"xl/workbook.bin": ""}), ".xlsb"),
        (zipped(**{"план.docx": ""}), "архив"),
        (zipped(**{"word/document.xml": "<a/>"}), "повреждён"),
        (zipped(**{"xl/workbook.xml": "<a"}), "повреждён"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_what_to_do(content, words):
    read = read_plan("план.docx", content)
    assert read.plan is None
    assert not read.is_whole
    (problem,) = read.problems
    assert problem.severity == ERROR
    assert words in problem.message


def test_a_password_in_the_zip_itself():
    content = bytearray(zipped(**{"word/document.xml": "<a/>"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", content, content.index(mark) + place, 1)
    assert "паролем" in read_plan("план.docx", bytes(content)).problems[0].message


@pytest.mark.parametrize("name", ["word/document.xml", "word/settings.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_parsed(name, encoding):
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "{"x" * 99}">]><a>&b;</a>'
    read = read_plan("план.docx", with_part(megion(), name, bomb.encode(encoding)))
    assert read.plan is None
    assert "не открыт" in read.problems[0].message


@pytest.mark.parametrize("name", ["word/document.xml", "word/media/image1.png", "xl/sharedStrings.xml"])
def test_a_zip_bomb_is_refused_by_the_sizes_it_declares(name):
    bomb = with_part(megion(), name, b" " * (40 * 1024 * 1024))
    assert "слишком велик" in read_plan("план.docx", bomb).problems[0].message


def test_no_table_and_the_wrong_table_are_told_apart():
    document = Document()
    document.add_paragraph("План: Мероприятие, Срок")
    assert "нет ни одной таблицы" in read_plan("план.docx", saved(document)).problems[0].message
    (problem,) = read_plan("план.docx", document_of([("Риск", "Способ"), ("Кадры", "Обучение")])).problems
    assert "таблица 1 — «Риск», «Способ»" in problem.message
    assert "«Мероприятие» и хотя бы ещё один: «Срок»" in problem.message
    (empty,) = read_plan("план.docx", document_of([HEAD])).problems
    assert "нет ни одного мероприятия" in empty.message


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((1, "Я" * 5001, "май", "ИМЦ"), "больше 5000 знаков"),
        ((1, "Семинар", "май", "Я" * 301), "длиннее 300 знаков"),
    ],
)
def test_what_the_form_of_a_row_would_not_take_is_refused_here_too(row, words):
    problems = read_plan("план.xlsx", workbook_of([HEAD, row])).problems
    assert any(problem.severity == ERROR and words in problem.message for problem in problems)
    assert not read_plan("план.xlsx", workbook_of([HEAD, (1, "Б" * 5000, "май", "Я" * 300)])).problems


def test_a_table_without_end_is_refused():
    rows = [list(HEAD), *[[1, "А", "май", "ИМЦ"]] * 5001]
    assert "больше 5000 строк" in read_plan("план.xlsx", workbook_of(rows)).problems[0].message


@settings(max_examples=30, deadline=None)
@given(
    place=st.integers(0, 4000),
    mark=st.integers(0, 255),
    part=st.sampled_from(["word/document.xml", "xl/worksheets/sheet1.xml"]),
)
def test_a_spoilt_part_never_raises(place, mark, part):
    content = SPOILT[part]
    text = bytearray(part_of(content, part))
    text[place % len(text)] = mark
    read = read_plan("план", with_part(content, part, bytes(text)))
    assert read.plan is not None or len(read.problems) == 1


SPOILT = {"word/document.xml": vilyuysk(), "xl/worksheets/sheet1.xml": write_xlsx(PLAN)}
