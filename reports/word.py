"""Draws a document of tables as a Word document, A4 across. Reads no clock.

Only the worker and the commands need it, as they need `reports.rendering`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell

from reports.formats import storable
from reports.table_layout import HeadCell, Table, table_context
from reports.tables import TableDocument
from roadmaps.plans.writing.layout import DEMO
from roadmaps.plans.writing.word_page import add_table, fill, make_style, merge_across, merge_down, new_document, saved

TITLE, SECTION, TEXT, SMALL = "Документ: заголовок", "Документ: раздел", "Документ: текст", "Документ: примечание"
HEAD, HEADING, CELL, NUMBER = "Таблица: шапка", "Таблица: подзаголовок", "Таблица: текст", "Таблица: число"
SIGNATURE = (
    "Должность ______________________   подпись ______________   инициалы, фамилия ______________________",
    "«____» ______________ 20____ г.",
)


def table_docx(document: TableDocument) -> bytes:
    """The same document gives the same bytes."""
    context = table_context(document)
    drawn = new_document(title=context["title"], author=document.department)
    _make_styles(drawn.styles)
    if document.is_demo:
        _say(drawn, DEMO, SMALL, WD_ALIGN_PARAGRAPH.RIGHT)
    _say(drawn, document.department or document.municipality, TEXT, WD_ALIGN_PARAGRAPH.CENTER)
    drawn.add_paragraph(storable(context["title"]), TITLE)
    _say_all(drawn, document.lead, TEXT)
    for table in context["tables"]:
        _draw(drawn, table)
    _say_all(drawn, document.notes, TEXT)
    if document.has_signature:
        for text in SIGNATURE:
            _say(drawn, text, TEXT, WD_ALIGN_PARAGRAPH.LEFT).paragraph_format.space_before = Pt(18)
    return saved(drawn)


def _say_all(document: Any, texts: Iterable[str], style: str) -> None:
    for text in texts:
        _say(document, text, style)


def _say(document: Any, text: str, style: str, alignment: WD_ALIGN_PARAGRAPH | None = None) -> Any:
    paragraph = document.add_paragraph(storable(text), style)
    if alignment is not None:
        paragraph.alignment, paragraph.paragraph_format.first_line_indent = alignment, Cm(0)
    return paragraph


def _draw(document: Any, table: Table) -> None:
    section = table.section
    if section.title:
        document.add_paragraph(storable(section.title), SECTION)
    _say_all(document, section.lead, TEXT)
    if not table.rows:
        _say(document, section.empty, TEXT)
        return
    if table.caption:
        _say(document, table.caption, TEXT, WD_ALIGN_PARAGRAPH.LEFT).paragraph_format.keep_with_next = True
    shares = [float(share.removesuffix("%")) / 100 for share in table.shares]
    heads = len(table.heads)
    title = table.caption or section.title
    grid = add_table(document, title=title, rows=heads + len(table.rows), shares=shares, heads=heads)
    ids = {name: document.styles[name].style_id for name in (HEAD, HEADING, CELL, NUMBER)}
    _fill_heads(grid[:heads], table.heads, ids[HEAD])
    for cells, row in zip(grid[heads:], table.rows, strict=True):
        if row.heading:
            fill(cells[0], storable(row.heading), ids[HEADING])
            merge_across(cells, 0, len(cells))
            continue
        for cell, said in zip(cells, row.cells, strict=True):
            fill(cell, storable(said.text), ids[NUMBER if said.is_number else CELL])
            if row.is_total and said.text:
                cell.paragraphs[0].runs[0].bold = True
    _say_all(document, section.notes, SMALL)


def _fill_heads(grid: Sequence[Sequence[_Cell]], heads: Sequence[Sequence[HeadCell]], style_id: str) -> None:
    """The lower row stands under the groups of the upper one."""
    placed = [(0, *one) for one in _places(heads[0], range(len(grid[0])))]
    if len(heads) > 1:
        under = [place + step for _, place, head in placed if head.rows == 1 for step in range(head.columns)]
        placed += [(1, *one) for one in _places(heads[1], under)]
    for cells in grid:
        for cell in cells:
            fill(cell, "", style_id)
    for row, place, head in placed:
        grid[row][place].paragraphs[0].add_run(storable(head.text))
        merge_down(grid, row, place, head.rows)
    for row, place, head in placed:
        merge_across(grid[row], place, head.columns)


def _places(heads: Iterable[HeadCell], free: Sequence[int]) -> Iterable[tuple[int, HeadCell]]:
    """Each of a row with the column it begins in."""
    taken = 0
    for head in heads:
        yield free[taken], head
        taken += head.columns


def _make_styles(styles: Any) -> None:
    title = make_style(styles, TITLE, "Heading 1", 14, is_bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(12), Pt(12)
    section = make_style(styles, SECTION, "Heading 2", 12, is_bold=True)
    section.paragraph_format.space_before, section.paragraph_format.space_after = Pt(12), Pt(6)
    text = make_style(styles, TEXT, "Normal", 12)
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    text.paragraph_format.first_line_indent, text.paragraph_format.space_after = Cm(1.25), Pt(4)
    make_style(styles, SMALL, "Normal", 10)
    make_style(styles, CELL, "Normal", 10)
    make_style(styles, NUMBER, "Normal", 10).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    make_style(styles, HEAD, "Normal", 10, is_bold=True).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    make_style(styles, HEADING, "Normal", 10, is_bold=True).paragraph_format.keep_with_next = True
