"""How often things are looked at: what makes reading quick is counted here, and timed by `make bench` alone."""

from functools import partial

import python_calamine

from monitoring.imports import tally as tallying
from monitoring.imports.layouts import gia_table
from monitoring.imports.workbook import Sheet, open_sheets
from tests.imports.books import EGE_SPARSE, OGE_DENSE, ege, oge, read_one, xlsx

HEADING = ["01 - Русский язык 2021.05.27"]


def noted(asked, work, *args):
    asked.append(args)
    return work(*args)


def test_the_column_of_schools_is_looked_at_once_however_many_headers_there_are(tmp_path, monkeypatch):
    """A header on every printed page must not have the rest of the sheet read again for each page."""
    asked = []
    monkeypatch.setattr(gia_table, "_holds_code", partial(noted, asked, gia_table._holds_code))
    page = [OGE_DENSE, *(oge(code, 20, 4) for code in ("125001", "125002"))]
    exams = read_one(xlsx(tmp_path / "a.xlsx", [HEADING, *page * 40])).exams
    assert sum(exam.rows for exam in exams) == 80
    assert len(asked) == 1


def test_equal_works_are_understood_once_whoever_wrote_them(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(tallying, "_takes_part", partial(noted, asked, tallying._takes_part))
    rows = [ege(school, primary, 40) for school in ("125001", "125002", "125003") for primary in (10, 20) * 50]
    (exam,) = read_one(xlsx(tmp_path / "a.xlsx", [HEADING, EGE_SPARSE, *rows])).exams
    assert [school.primary for school in exam.schools] == [{10: 50, 20: 50}] * 3
    assert len(asked) == 2


def test_a_column_is_picked_out_of_the_rows_once():
    sheet = Sheet("", [["a", 1], ["b"], ["c", 3]])
    assert sheet.column(1) == [1, "", 3]
    assert sheet.column(1) is sheet.column(1)
    assert (sheet.cells([0, 1], 1), sheet.cells([0, 2], 1), sheet.cells([], 1)) == ([1, ""], [1, 3], [])


def test_a_workbook_is_opened_once(tmp_path, monkeypatch):
    asked = []
    real = python_calamine.CalamineWorkbook.from_filelike

    class Counted:
        from_filelike = staticmethod(partial(noted, asked, real))

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Counted)
    path = xlsx(tmp_path / "a.xlsx", [HEADING, OGE_DENSE, oge("125001", 20, 4)], more={"Лист2": [["x"]]})
    assert [sheet.name for sheet in open_sheets("a.xlsx", path.read_bytes())] == ["Page 1", "Лист2"]
    assert len(asked) == 1
