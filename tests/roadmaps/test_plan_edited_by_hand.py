"""Exported plans that a department edits in Word or Excel come back with what it did, and nothing else is lost."""

import copy
import io
from dataclasses import replace

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import Table, _Row
from openpyxl import load_workbook

from roadmaps.plans.columns import QUOTED
from roadmaps.plans.reading import read_plan
from roadmaps.plans.rows import PlanRow
from roadmaps.plans.styles import PLANNED
from roadmaps.plans.writing import Frame, write_docx, write_docx_of, write_xlsx
from tests.roadmaps.plan_documents import saved
from tests.roadmaps.plans import fixture

MEGION, SURGUT = fixture("megion"), fixture("surgut")
WAS = {row.number: row for row in MEGION.rows}


def opened(plan):
    document = Document(io.BytesIO(write_docx(plan)))
    return document, document.tables[0]


def line(table: Table, start: str) -> _Row:
    """The line whose first cell says this."""
    return next(_Row(element, table) for element in table._tbl.tr_lst if element.tc_lst[0].xpath("string(.)") == start)


def messages(read):
    return [problem.message for problem in read.problems]


def counts(read):
    return [(section.title.split(" ")[0], section.level, len(section.rows)) for section in read.plan.sections]


def test_rows_moved_renumbered_added_and_reworded_in_word():
    document, table = opened(MEGION)
    line(table, "3.11")._tr.addnext(line(table, "1.2")._tr)
    line(table, "2.7").cells[0].text = ""
    line(table, "1.4").cells[4].paragraphs[0].runs[1].text = "60% педагогов"
    added = copy.deepcopy(line(table, "2.8")._tr)
    line(table, "2.9")._tr.addnext(added)
    for cell, text in zip(_Row(added, table).cells, ("", "Новое", "ЦРО", "май 2022", "Охват 70 % школ"), strict=True):
        cell.text = text
    read = read_plan("план.docx", saved(document))
    assert counts(read) == [("Управленческий", 1, 8), ("Организационный", 1, 10), ("Информационно-методический", 1, 12)]
    assert read.plan.rows[-1] == WAS["1.2"]
    reworded = WAS["1.4"].expected.replace("50%", "60%")
    expected = [
        *(row for row in MEGION.rows if row.number not in ("1.2", "1.4", "2.7")),
        replace(WAS["1.4"], expected=reworded, planned=("60% педагогов",)),
        replace(WAS["2.7"], number=""),
        PlanRow("Новое", "", ("ЦРО",), deadline="май 2022", expected="Охват 70 % школ"),
    ]
    rows = list(read.plan.rows[:-1])
    assert sorted(rows, key=repr) == sorted(expected, key=repr)
    (of_added,) = messages(read)  # its share is nobody's planned value, and that is said
    assert "плановое значение: «Новое» (строк: 1)" in of_added


def test_planned_values_are_marked_by_style_in_however_many_runs_word_keeps_them():
    document, table = opened(MEGION)
    cell = line(table, "2.9").cells[4]
    cell.text = "Охвачены "
    for text, style in [("80 %", PLANNED), (" школ", PLANNED), (" и ", None), ("90 % детей;", PLANNED)]:
        cell.paragraphs[0].add_run(text, style)
    table.add_column(Cm(3))
    for start, text in (("№ п/п", "Плановое значение"), ("2.9", "80 % школ; 3 встречи")):
        line(table, start).cells[5].text = text
    read = read_plan("план.docx", saved(document))
    row = next(row for row in read.plan.rows if row.number == "2.9")
    assert row.expected == "Охвачены 80 % школ и 90 % детей;"
    assert row.planned == ("80 % школ", "90 % детей", "3 встречи")  # those of the column that are not marked come after


def test_cells_merged_in_word_lose_nothing_and_are_named():
    document, table = opened(MEGION)
    for row, column in ((line(table, "1.2"), 2), (line(table, "1.3"), 0)):
        row.cells[column].merge(row.cells[column + 1])
    line(table, "2.3").cells[4].merge(line(table, "2.4").cells[4])
    read = read_plan("план.docx", saved(document))
    rows = {row.number: row for row in read.plan.rows}
    assert len(read.plan.rows) == 29
    assert rows["1.2"].responsible == ("МАОУ «СОШ №2»", "постоянно", "начиная с января 2021")
    assert next(row.title for row in read.plan.rows if not row.number).startswith("1.3\nСоздание муниципальной")
    assert rows["2.3"].planned == rows["2.4"].planned == (*WAS["2.3"].planned, *WAS["2.4"].planned)
    assert [message.split(" Если")[0] for message in messages(read)] == [
        "Ячейка объединена через столбцы «Ответственные», «Сроки»: весь её текст отнесён к столбцу «Ответственные».",
        "Ячейка объединена через столбцы «№ п/п», «Мероприятия»: весь её текст отнесён к столбцу «Мероприятия».",
    ]


def test_heading_put_in_by_hand_is_a_section_and_the_others_keep_their_levels():
    vilyuysk = fixture("vilyuysk")
    document, table = opened(vilyuysk)
    added = copy.deepcopy(table._tbl.tr_lst[3])
    table._tbl.tr_lst[5].addnext(added)
    cells = _Row(added, table).cells
    for cell in cells:
        cell.text = ""
    cells[0].merge(cells[-1]).text = "Новый раздел"
    read = read_plan("план.docx", saved(document))
    assert [section.level for section in read.plan.sections] == [1, *(one.level for one in vilyuysk.sections)]
    assert read.plan.sections[1].title == "Новый раздел"
    assert read.plan.rows == vilyuysk.rows
    assert not read.problems


def test_modules_filled_down_after_unmerging_are_the_same_modules():
    document, table = opened(SURGUT)
    module = ""
    for element in table._tbl.tr_lst[1:]:
        cell = element.tc_lst[0]
        if (merged := cell.tcPr.find(qn("w:vMerge"))) is not None:
            cell.tcPr.remove(merged)
        module = cell.xpath("string(.)") or module
        cell.p_lst[0].clear_content()
        cell.p_lst[0].add_r().text = module
    filled = read_plan("план.docx", saved(document))
    assert (filled.plan, filled.problems) == (SURGUT, ())
    first, *others = SURGUT.sections
    twice = replace(SURGUT, sections=(first, first, *others))
    assert [read_plan("план", write(twice)).plan.sections for write in (write_docx, write_xlsx)] == [twice.sections] * 2


def test_rows_sorted_and_added_in_excel_and_a_value_that_left_its_words():
    book = load_workbook(io.BytesIO(write_xlsx(MEGION)))
    sheet = book.active
    heads = next(row for row in sheet.iter_rows() if row[0].value == "№ п/п")
    assert heads[5].value == QUOTED
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=heads[0].row + 1)}
    for one, other in zip(rows["1.2"], rows["1.9"], strict=True):
        one.value, other.value = other.value, one.value
    rows["3.3"][5].value = "90% молодых специалистов"
    last = sheet.max_row + 1
    for column, value in enumerate((3.12, "Новое", "ЦРО", None, "Охват школ", 0.7), 1):
        sheet.cell(last, column).value = value
    sheet.cell(last, 6).number_format = "0%"
    read = read_plan("план.xlsx", saved(book))
    assert counts(read) == [("Управленческий", 1, 9), ("Организационный", 1, 9), ("Информационно-методический", 1, 12)]
    assert (read.plan.rows[1], read.plan.rows[8]) == (WAS["1.9"], WAS["1.2"])
    assert read.plan.rows[-1] == PlanRow("Новое", "3.12", ("ЦРО",), expected="Охват школ", planned=("70 %",))
    changed = replace(WAS["3.3"], planned=("90% молодых специалистов",))
    assert changed in read.plan.rows
    assert set(WAS.values()) - set(read.plan.rows) == {WAS["3.3"]}
    strayed, added = messages(read)
    assert strayed.startswith(f"Мероприятие 3.3: в столбце «{QUOTED}» стоит «90% молодых специалистов»")
    assert added.startswith(f"Мероприятие 3.12: в столбце «{QUOTED}» стоит «70 %»")


def test_text_that_libreoffice_hides_under_a_merged_cell_is_read():
    book = load_workbook(io.BytesIO(write_xlsx(MEGION)))
    sheet = book.active
    place = next(row[0].row for row in sheet.iter_rows() if row[0].value == "1.2")
    content = saved(book)
    assert WAS["1.2"] in read_plan("план.xlsx", content).plan.rows
    ranges = sheet.merged_cells
    ranges.add(f"C{place}:D{place}")  # unlike `merge_cells` this keeps what stands in D
    read = read_plan("план.xlsx", saved(book))
    assert next(row for row in read.plan.rows if row.number == "1.2").responsible == (
        "МАОУ «СОШ №2»",
        "постоянно",
        "начиная с января 2021",
    )
    assert "«Ответственные», «Сроки»" in messages(read)[0]


def test_each_of_several_plans_in_a_document_is_a_plan_of_its_own():
    other = replace(MEGION, title="Другой план")
    content = write_docx_of([(MEGION, Frame()), (other, Frame(approval=("ПРОЕКТ",)))])
    read = read_plan("планы.docx", content)
    assert (read.plan, read.others) == (MEGION, ("таблица 2",))
    assert "оставьте в файле только её" in messages(read)[0]
    assert read_plan("планы.docx", content, table="таблица 2").plan == other
