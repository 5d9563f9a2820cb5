"""Opening: whatever a file is, it is read or refused with a reason, and never eats the machine."""

import json
import zipfile

import pytest

from monitoring.imports.parse import parse
from monitoring.imports.parsed import ParsedBatch
from monitoring.imports.workbook import RATIO_FROM_BYTES, Unreadable, open_sheets
from tests.imports.books import NORMALISED, OGE_DENSE, codes, csv_file, normalised, oge, problem, read_one, xls, xlsx

HEADING = ["01 - Русский язык 2021.05.27"]


def test_xlsx_and_xls_give_the_same(tmp_path):
    rows = [HEADING, OGE_DENSE, oge(125001, 20, 4), oge("125001", 12, 2)]
    exams = [read_one(make(tmp_path / name, rows)).exams for make, name in ((xlsx, "a.xlsx"), (xls, "a.xls"))]
    assert exams[0] == exams[1]
    assert exams[0][0].schools[0].marks == {4: 1, 2: 1}


def test_content_decides_not_the_name(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [HEADING, OGE_DENSE, oge(125001, 20, 4)])
    assert read_one(path.rename(tmp_path / "b.xls")).layout == "oge_protocol"


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_csv_of_any_kind(tmp_path, encoding, delimiter):
    rows = [[*NORMALISED, "Mark5"], normalised("125001", 12, 4, "9А"), normalised('"125001"', "13,0", "5", "9А")]
    path = csv_file(tmp_path / "01_2021.05.27.csv", rows, encoding=encoding, delimiter=delimiter)
    (exam,) = read_one(path).exams
    assert exam.schools[0].marks == {4: 1, 5: 1}
    assert exam.schools[0].rows == "2-3"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "пуст"),
        ("a.xlsx", b"PK\x03\x04broken", "повреждён"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "паролем"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 600, "повреждён"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "веб-страница"),
        ("a.xlsx", b"%PDF-1.4", "не таблица"),
    ],
)
def test_unreadable_files_say_what_to_do(name, content, words):
    with pytest.raises(Unreadable, match=words):
        open_sheets(name, content)


def far_cell(path):
    """A workbook of a kilobyte whose only data is at the far corner of a sheet."""
    xlsx(path, [["a"]])
    with zipfile.ZipFile(path) as book:
        members = {name: book.read(name) for name in book.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    cell = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    members["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", cell).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return path


def test_a_far_cell_stops_only_its_own_file(tmp_path):
    good = xlsx(tmp_path / "a.xlsx", [HEADING, OGE_DENSE, oge("125001", 20, 4)])
    last = xlsx(tmp_path / "c.xlsx", [HEADING, OGE_DENSE, oge("125002", 20, 4)])
    seen = []
    batch = parse([good, far_cell(tmp_path / "b.xlsx"), last], progress=lambda done, total: seen.append((done, total)))
    assert [codes(file) for file in batch.files] == [[], ["too_large"], []]
    assert [file.layout for file in batch.files] == ["oge_protocol", None, "oge_protocol"]
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    rows = [oge("125001", 20, 4)] * 2000  # a short file may be read before anybody looks at the clock
    (file,) = parse([xlsx(tmp_path / "a.xlsx", [HEADING, OGE_DENSE, *rows])], seconds_per_file=0).files
    assert "слишком долго" in problem(file, "too_large").message


def test_a_child_reads_as_this_process_does(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [HEADING, OGE_DENSE, oge("125001", 20, 4), oge("125002", 20, 6)])
    child, own = parse([path]), parse([path], isolate=False)
    assert child == own
    assert ParsedBatch.from_json(json.loads(json.dumps(own.to_json()))) == own


def test_a_workbook_too_large_to_unpack(tmp_path, monkeypatch):
    monkeypatch.setattr("monitoring.imports.workbook.MAX_UNPACKED_BYTES", 1000)
    path = xlsx(tmp_path / "a.xlsx", [["a"]])
    assert codes(read_one(path)) == ["too_large"]


def test_an_unknown_table_names_what_it_lacks(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [["№", "Код ОО", "Класс", "Фамилия"], [1, "125001", "9А", "Вымышленный"]])
    found = problem(read_one(path), "unknown_layout")
    assert "протокол ОГЭ" in found.message
    assert "«Оценка»" in found.message
    assert "Вымышленный" not in found.message


def test_an_empty_workbook(tmp_path):
    assert codes(read_one(xlsx(tmp_path / "a.xlsx", []))) == ["unknown_layout"]


def test_a_strange_sheet_beside_the_data_is_only_warned_of(tmp_path):
    rows = [HEADING, OGE_DENSE, oge("125001", 20, 4)]
    path = xlsx(tmp_path / "a.xlsx", rows, more={"Заметки": [["что-то"]], "Лист2": [["x"]], "Лист3": []})
    file = read_one(path)
    assert file.layout == "oge_protocol"
    assert [(one.code, one.sheet) for one in file.problems] == [("sheet_skipped", "Заметки")]


def test_a_book_that_unpacks_to_a_thousand_times_its_size_is_not_read(tmp_path):
    path = xlsx(tmp_path / "bomb.xlsx", [["a"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/blank.bin", b"0" * (RATIO_FROM_BYTES + 1))
    with pytest.raises(Unreadable) as refused:
        open_sheets("bomb.xlsx", path.read_bytes())
    assert refused.value.code == "too_large"
