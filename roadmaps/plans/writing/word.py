"""A plan as a Word document: A4 across, a real heading, a real table whose header repeats on each page."""

from collections.abc import Sequence
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell

from roadmaps.plans.rows import Plan
from roadmaps.plans.styles import PLANNED, ROW, SECTION, SUBSECTION, TITLE
from roadmaps.plans.texts import clean, one_line
from roadmaps.plans.writing.layout import DEMO, Frame, Printed, PrintedCell, printed
from roadmaps.plans.writing.word_page import (
    add_table,
    fill,
    make_style,
    merge_across,
    merge_down,
    new_document,
    saved,
)

HEAD = "План: заголовок столбца"


def write_docx(plan: Plan, frame: Frame | None = None) -> bytes:
    """The same plan gives the same bytes, and `read_plan` gives the same plan."""
    return write_docx_of([(plan, frame or Frame())])


def write_docx_of(plans: Sequence[tuple[Plan, Frame]]) -> bytes:
    """Several plans one after another, each from a new page; at least one."""
    (first, frame_of_first), *_ = plans
    document = new_document(title=first.title, author=frame_of_first.author)
    _make_styles(document.styles)
    for place, (plan, frame) in enumerate(plans):
        if place:
            document.add_page_break()
        _draw(document, plan, frame)
    return saved(document)


def _draw(document: Any, plan: Plan, frame: Frame) -> None:
    if frame.is_demo:
        _say(document, DEMO, WD_ALIGN_PARAGRAPH.RIGHT)
    for text in frame.approval:
        _say(document, text, WD_ALIGN_PARAGRAPH.RIGHT)
    document.add_paragraph(one_line(plan.title), TITLE)
    for text in frame.under_title:
        _say(document, text, WD_ALIGN_PARAGRAPH.CENTER)
    _draw_table(document, printed(plan, can_mark=True), one_line(plan.title))
    for text in ("", *frame.notes) if frame.notes else ():
        _say(document, text, WD_ALIGN_PARAGRAPH.LEFT)


def _say(document: Any, text: str, alignment: WD_ALIGN_PARAGRAPH) -> None:
    document.add_paragraph(clean(text)).alignment = alignment


def _draw_table(document: Any, table: Printed, title: str) -> None:
    grid = add_table(document, title=title, rows=1 + len(table.lines), shares=table.widths)
    ids = {name: document.styles[name].style_id for name in (SECTION, SUBSECTION, ROW, HEAD)}
    for cell, (_, head) in zip(grid[0], table.columns, strict=True):
        fill(cell, head, ids[HEAD])
    for cells, line in zip(grid[1:], table.lines, strict=True):
        for cell in cells:
            fill(cell, "", ids[ROW])
        for printed_cell in line:
            fill(cells[printed_cell.column], "", ids[printed_cell.style or ROW])
            _write(cells[printed_cell.column], printed_cell)
    placed = [(number, cell) for number, line in enumerate(table.lines, 1) for cell in line]
    for number, printed_cell in placed:
        merge_down(grid, number, printed_cell.column, printed_cell.rows)
    for number, printed_cell in placed:
        merge_across(grid[number], printed_cell.column, printed_cell.columns)


def _write(cell: _Cell, words: PrintedCell) -> None:
    paragraph, done = cell.paragraphs[0], 0
    for start, end in (*words.quotes, (len(words.text), len(words.text))):
        for text, style in ((words.text[done:start], None), (words.text[start:end], PLANNED)):
            if text:
                paragraph.add_run(text, style)  # line breaks become breaks within the paragraph
        done = end


def _make_styles(styles: Any) -> None:
    title = make_style(styles, TITLE, "Heading 1", 14, is_bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(12), Pt(6)
    make_style(styles, SECTION, "Heading 2", 10, is_bold=True)
    below = make_style(styles, SUBSECTION, "Heading 3", 10, is_bold=True, is_italic=True)
    below.paragraph_format.left_indent = Cm(0.5)
    make_style(styles, ROW, "Normal", 10)
    head = make_style(styles, HEAD, "Normal", 10, is_bold=True)
    head.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles.add_style(PLANNED, WD_STYLE_TYPE.CHARACTER).quick_style = True  # people find it among the styles
