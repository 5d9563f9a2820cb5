import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.imports.cells import (
    as_date,
    cell_name,
    grade_of,
    header_key,
    is_absent,
    join_spans,
    mark_of,
    number,
    row_spans,
    safe_value,
    school_code,
    school_login,
    text,
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "name"), [(1, 0, "A1"), (12, 3, "D12"), (5, 26, "AA5"), (2, 701, "ZZ2"), (3, 702, "AAA3")]
)
def test_a_cell_is_named_as_excel_names_it(row, column, name):
    assert cell_name(row, column) == name


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (4.0, 4),
        ("4.0", 4),
        ("45,5", 45.5),
        ("46,9%", 46.9),
        ("1\u00a0722\u00a0202", 1722202),
        ("", None),
        ("X", None),
        (True, None),
    ],
)
def test_numbers(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("4", 4),
        (4.0, 4),
        ("4,0", 4),
        ("«5»", 5),
        ("хорошо", 4),
        ("3 (удовл.)", 3),
        (6, None),
        (1, None),
        ("4.5", None),
        ("", None),
    ],
)
def test_marks(cell, mark):
    assert mark_of(cell) == mark


@pytest.mark.parametrize(
    "cell", ["отсутствовал", "Не явился", "неявка", "н/я", "Н/Я", "удалён", "Удален с экзамена", "-", "—", "X", "Х"]
)
def test_signs_of_absence(cell):
    assert is_absent(cell)


@pytest.mark.parametrize("cell", ["", "4", 4, "1", "Иванов"])
def test_what_is_no_sign_of_absence(cell):
    assert not is_absent(cell)


@pytest.mark.parametrize("cell", [13450.0, "13450", '"13450"', 13450, " 13450.0 ", "13\u00a0450"])
def test_one_school_code_in_all_its_guises(cell):
    assert school_code(cell) == "13450"


@pytest.mark.parametrize("cell", ['="125001"', "МБОУ СОШ №1 (125001)", "Лицей «Бригантина» 125001"])
def test_a_code_in_a_formula_of_excel_or_behind_the_name_is_found(cell):
    assert school_code(cell) == "125001"


def test_a_document_behind_a_surname_is_no_school_code():
    assert school_code("Вымышленный 4510123456") == ""


def test_a_header_broken_over_two_lines_is_one_word():
    assert header_key("Первич-\nный балл") == "первичный балл"


@pytest.mark.parametrize(
    "cell",
    [
        "Н",
        "не завершил экзамен",
        "Результат аннулирован",
        "не явился на экзамен",
        "неявка по уважительной причине",
        "болезнь",
        "недопуск",
        "без результата",
    ],
)
def test_what_protocols_write_of_those_who_did_not_sit(cell):
    assert is_absent(cell)


def test_zeros_at_the_head_of_a_code_stay():
    assert school_code("0125009") == "0125009"


def test_words_are_no_school_code():
    assert school_code("Итого по школе") == ""
    assert school_code("Иванов") == ""


@pytest.mark.parametrize(
    ("cell", "login"),
    [
        ("МБОУ СОШ №15 (edu224240)", "edu224240"),
        ("edu224085 | МБОУ «Маралихинская СОШ»", "edu224085"),
        ("SCH224233", "sch224233"),
        ("Заринск(reg22_m064)", ""),
    ],
)
def test_logins(cell, login):
    assert school_login(cell) == login


def test_text_of_a_cell():
    assert text("\u00a0МБОУ  СОШ\n№1 ") == "МБОУ СОШ №1"
    assert text(125001.0) == "125001"
    assert text(dt.datetime(2021, 6, 1)) == "2021-06-01"


@pytest.mark.parametrize(
    "cell", ["2021-06-01", "2021.06.01", "01.06.2021", dt.date(2021, 6, 1), dt.datetime(2021, 6, 1, 9)]
)
def test_dates(cell):
    assert as_date(cell) == dt.date(2021, 6, 1)


def test_a_date_that_does_not_exist_is_none():
    assert as_date("2021.02.30") is None


@pytest.mark.parametrize(
    ("cell", "grade"), [("9а", 9), ("11Б", 11), (9, 9), ("9 класс", 9), ("А", None), (2021, None), ("", None)]
)
def test_grades(cell, grade):
    assert grade_of(cell) == grade


def test_a_message_shows_numbers_but_never_words_that_may_be_names():
    assert safe_value("6") == "6"
    assert safe_value("Ким") == "(текст)"
    assert safe_value("н/я") == "н/я"


def test_row_spans():
    assert row_spans([6, 7, 8, 15]) == "6-8,15"
    assert join_spans("6-12", "13,15") == "6-13,15"


@given(st.sets(st.integers(1, 300)))
def test_spans_hold_exactly_the_rows(rows):
    back = set()
    for span in filter(None, row_spans(rows).split(",")):
        first, _, last = span.partition("-")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == rows
