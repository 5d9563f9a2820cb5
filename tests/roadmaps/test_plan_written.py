"""Plans written as Word documents and workbooks come back unchanged, byte for byte the same each time."""

import io
import zipfile
from dataclasses import replace

import pytest
import time_machine
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from roadmaps.plans.columns import printed_columns
from roadmaps.plans.reading import ERROR, read_plan
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.plans.texts import clean, join_responsible, one_line, split_number, split_planned, split_responsible
from roadmaps.plans.writing import Frame, write_docx, write_xlsx
from tests.roadmaps.plan_documents import part_of

WRITERS = [write_docx, write_xlsx]

FULL = Plan(
    "Дорожная карта",
    (
        PlanSection("Управленческий модуль", "1.", 1, (
            PlanRow("=HYPERLINK(1)", "1.10", ("ИМЦ", "Школы № 1, 2"), "+учителя", "-май", "@итог", ("50 %", "2,5")),
            PlanRow("Строка без всего"),
        )),
        PlanSection("Над", "2", 1, ()),
        PlanSection("Под", "", 2, (PlanRow("Семинар\nи ещё _x0041_", "1.1", ("Управление, спорт",)),)),
    ),
)  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_plan_gives_the_same_bytes(write):
    frame = Frame(("УТВЕРЖДЁН", "приказом № 1"), ("на 2023 год",), ("Директор",), "Департамент", is_demo=True)
    with time_machine.travel("2021-01-01"):
        before = write(FULL, frame)
    with time_machine.travel("2023-05-05"):
        assert write(FULL, frame) == before
    with zipfile.ZipFile(io.BytesIO(before)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    read = read_plan("план", before)
    assert (read.plan, read.problems) == (replace(FULL, columns=printed_columns(FULL)), ())


def test_nothing_becomes_a_formula():
    sheet = load_workbook(io.BytesIO(write_xlsx(FULL))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells if str(cell.value)[0] in "=+-@"} == {"@"}


def test_columns_are_those_of_the_document_and_those_that_rows_need():
    own = (("title", "Мероприятия"), ("deadline", "Когда-то потом"))
    columns = printed_columns(Plan("П", (PlanSection("", rows=(PlanRow("А", "1", participants="ОО"),)),), own))
    assert columns == (
        ("number", "№ п/п"),
        ("title", "Мероприятия"),
        ("deadline", "Срок"),
        ("participants", "Участники"),
    )


def test_planned_values_are_quoted_where_the_result_says_each_once_more_in_its_order():
    def written(planned, expected, *, own=()):
        row = PlanRow("А", deadline="май", expected=expected, planned=planned)
        plan = Plan("П", (PlanSection("", rows=(row, PlanRow("Б"))),), own)
        fields = {write: [field for field, _ in read_plan("п", write(plan)).plan.columns] for write in WRITERS}
        assert [read_plan("п", write(plan)).plan.rows for write in WRITERS] == [plan.rows] * 2
        assert fields[write_docx] == fields[write_xlsx]
        return "planned" not in fields[write_docx]

    assert written(("5 %", "5 %"), "5 % школ, 5 % детей")
    assert written(("режим развития: 5 %",), "Перешли в режим\nразвития: 5 %")
    assert written(("5 %", "6 %"), "5 %\n6 %")
    assert not written(("5 %", "5 %"), "5 % школ")
    assert not written(("6 %", "5 %"), "5 % и 6 %")
    assert not written(("5 %", "школ"), "5 %школ")
    assert not written(("5 %",), "5 % школ", own=(("planned", "Показатель"),))
    assert not written(("5 %",), "половина школ")


def test_a_word_document_is_built_of_real_parts():
    content = write_docx(FULL, Frame(approval=("УТВЕРЖДЁН",)))
    document = Document(io.BytesIO(content))
    (title,) = [one for one in document.paragraphs if one.style.name == "План: название"]
    assert title.style.base_style.name == "Heading 1"
    assert document.core_properties.title == title.text == "Дорожная карта"
    page = document.sections[0]
    assert page.page_width > page.page_height
    (table,) = document.tables
    assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    assert [len(row.tc_lst) for row in table._tbl.tr_lst] == [7, 1, 7, 7, 2, 1, 7]
    assert b"PT Serif" in part_of(content, "word/styles.xml")
    assert b"Times New Roman" in part_of(content, "word/fontTable.xml")


LETTERS = st.sampled_from("абвИМЦ «»\"()№.,;:-–=+@%0123456789_x\n<>&'")
TEXT = st.text(LETTERS, max_size=30).map(clean)
LINE = st.text(LETTERS, min_size=1, max_size=20).map(one_line)
TITLE = LINE.filter(bool)
RESPONSIBLE = st.lists(LINE, max_size=3).map(
    lambda items: next((tuple(part) for part in [split_responsible(join_responsible(tuple(items)))]), ())
).filter(lambda items: split_responsible(join_responsible(items)) == items)  # fmt: skip
PLANNED = st.lists(LINE, max_size=2).map(lambda items: split_planned(";\n".join(items))).filter(
    lambda items: split_planned(";\n".join(items)) == items
)  # fmt: skip
ROWS = st.builds(
    PlanRow, title=TEXT.filter(bool), number=st.sampled_from(["", "1", "1.10", "3.6.", "18.", "п. 2"]),
    responsible=RESPONSIBLE, participants=TEXT, deadline=TEXT, expected=TEXT, planned=PLANNED,
)  # fmt: skip
NUMBER = st.sampled_from(["", "1.", "2.1.", "IV.", "3"])


@st.composite
def plans(draw):
    sections, is_first = [], True
    for _ in range(draw(st.integers(1, 4))):
        level = 1 if is_first else draw(st.sampled_from([1, 2]))
        number, title = draw(NUMBER), draw(TITLE)
        if split_number(title)[0]:
            title = f"М {title}"
        sections.append(PlanSection(title, number, level, tuple(draw(st.lists(ROWS, max_size=4)))))
        is_first = False
    if draw(st.booleans()):
        rows = tuple(draw(st.lists(ROWS, min_size=1, max_size=2)))
        sections.insert(0, PlanSection("", rows=rows))
    columns = draw(st.sampled_from([(), (("section", "Модули"), ("title", "Мероприятия"))]))
    plan = Plan(draw(TITLE), tuple(sections), columns)
    return replace(plan, columns=printed_columns(plan))


@pytest.mark.parametrize("write", WRITERS)
@settings(max_examples=20, deadline=None)
@given(plan=plans().filter(lambda plan: plan.rows))
def test_what_is_exported_is_read_back_unchanged(write, plan):
    read = read_plan("план", write(plan))
    assert read.plan == plan
    assert not [problem for problem in read.problems if problem.severity == ERROR]
