"""Reading flat tables that people fill in."""

import datetime as dt
import io
import zipfile

import pytest
import xlwt
from openpyxl import Workbook

from schools.tables import UnreadableTable, cell_name, read_table


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(1, 0, "A1"), (5, 1, "B5"), (3, 25, "Z3"), (3, 26, "AA3"), (9, 701, "ZZ9"), (9, 702, "AAA9")],
)
def test_a_cell_is_named_as_excel_does(row, column, name):
    assert cell_name(row, column) == name


def test_a_title_above_and_empty_rows_keep_row_numbers():
    table = read_table(xlsx(["Список на год"], [], ["Код ОО", "Школа"], [101, "СОШ № 1"], [], ["0102", None]), "a.xlsx")
    assert (table.sheet, table.header, table.header_row) == ("Sheet", ("Код ОО", "Школа"), 3)
    assert table.rows == ((4, {"Код ОО": "101", "Школа": "СОШ № 1"}), (6, {"Код ОО": "0102"}))
    assert table.cell_name(6, "Школа") == "B6"
    assert table.cell_name(6, "Адрес") == "6"


def test_numbers_dates_and_spaces_become_plain_text():
    table = read_table(
        xlsx(["Код", "Дата", "Доля"], [860123.0, dt.date(2020, 9, 1), 12.5], ["  a\u00a0 b ", "", ""]), "a.xlsx"
    )
    assert table.rows[0].cells == {"Код": "860123", "Дата": "01.09.2020", "Доля": "12.5"}
    assert table.rows[1].cells == {"Код": "a b"}


def test_old_workbooks_are_read():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for row, values in enumerate([["code", "name"], [101, "СОШ № 1"]]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    file = io.BytesIO()
    book.save(file)
    assert read_table(file.getvalue(), "a.xls").rows == ((2, {"code": "101", "name": "СОШ № 1"}),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_any_usual_encoding_and_delimiter(encoding, delimiter):
    text = f'code{delimiter}name\r\n0101{delimiter}"Школа\nимени {delimiter} Е"\r\n0102{delimiter}Лицей\r\n'
    table = read_table(text.encode(encoding), "a.csv")
    assert table.rows[0].cells == {
        "code": "0101",
        "name": f"Школа имени {delimiter} Е".replace("\t", "").replace("  ", " "),
    }
    assert table.rows[1] == (4, {"code": "0102", "name": "Лицей"})


@pytest.mark.parametrize(
    "content", [b"", b" ;\n;", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"%PDF-1.7 \0 binary"]
)
def test_what_is_no_table_is_refused_in_plain_words(content):
    with pytest.raises(UnreadableTable, match="Файл «список"):
        read_table(content, "список.xlsx")


def test_a_cell_far_away_is_refused_before_it_eats_the_memory():
    good = io.BytesIO(xlsx(["code", "name"], ["1", "2"]))
    bad = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename.endswith("sheet1.xml"):
                content = content.replace(b'r="B2"', b"r='XFD1048576'")
            target.writestr(info.filename, content)
    with pytest.raises(UnreadableTable, match="XFD1048576"):
        read_table(bad.getvalue(), "a.xlsx")


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(UnreadableTable, match="столбец «Код» встречается дважды"):
        read_table(b"\xef\xbb\xbf" + "Код;Код\n1;2".encode(), "a.csv")


def test_a_file_too_large_is_refused():
    with pytest.raises(UnreadableTable, match="больше 10 МБ"):
        read_table(io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "a.csv")
