"""A plan as a Word document: A4 across, a real heading, a real table whose header repeats on each page."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from roadmaps.plans.rows import Plan
from roadmaps.plans.styles import ROW, SECTION, SUBSECTION, TITLE
from roadmaps.plans.texts import clean, one_line
from roadmaps.plans.writing.archive import without_clock
from roadmaps.plans.writing.layout import DEMO, Frame, Printed, PrintedCell, printed

FONT = "PT Serif"
LIKE_IT = "Times New Roman"  # where PT Serif is not installed
PAGE_WIDTH, PAGE_HEIGHT = 29.7, 21.0  # cm
LEFT, RIGHT, TOP, BOTTOM = 2.0, 1.0, 2.0, 1.5
HEAD = "План: заголовок столбца"


def write_docx(plan: Plan, frame: Frame | None = None) -> bytes:
    """The same plan gives the same bytes, and `read_plan` gives the same plan."""
    return write_docx_of([(plan, frame or Frame())])


def write_docx_of(plans: Sequence[tuple[Plan, Frame]]) -> bytes:
    """Several plans one after another, each from a new page; at least one."""
    document = Document()
    _set_up(document, *plans[0])
    for place, (plan, frame) in enumerate(plans):
        if place:
            document.add_page_break()
        _draw(document, plan, frame)
    file = io.BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def _draw(document: Any, plan: Plan, frame: Frame) -> None:
    if frame.is_demo:
        _say(document, DEMO, WD_ALIGN_PARAGRAPH.RIGHT)
    for text in frame.approval:
        _say(document, text, WD_ALIGN_PARAGRAPH.RIGHT)
    document.add_paragraph(one_line(plan.title), TITLE)
    for text in frame.under_title:
        _say(document, text, WD_ALIGN_PARAGRAPH.CENTER)
    _draw_table(document, printed(plan), one_line(plan.title))
    for text in ("", *frame.notes) if frame.notes else ():
        _say(document, text, WD_ALIGN_PARAGRAPH.LEFT)


def _say(document: Any, text: str, alignment: WD_ALIGN_PARAGRAPH) -> None:
    document.add_paragraph(clean(text)).alignment = alignment


# The table


def _draw_table(document: Any, table: Printed, title: str) -> None:
    widths = [Cm(share * (PAGE_WIDTH - LEFT - RIGHT)) for share in table.widths]
    drawn: Table = document.add_table(rows=1 + len(table.lines), cols=len(widths), style="Table Grid")
    drawn.autofit = False
    _describe(drawn, title)
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    rows = list(drawn._tbl.tr_lst)
    grid = [[_Cell(element, drawn) for element in row.tc_lst] for row in rows]
    for row in rows:
        _mark(row.get_or_add_trPr(), "w:cantSplit")
    _mark(rows[0].get_or_add_trPr(), "w:tblHeader")
    for cells in grid:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
    ids = {
        name: document.styles[name].style_id for name in (SECTION, SUBSECTION, ROW, HEAD)
    }  # to look each up anew takes most of the time
    for cell, (_, head) in zip(grid[0], table.columns, strict=True):
        _fill(cell, head, ids[HEAD])
    for cells, line in zip(grid[1:], table.lines, strict=True):
        for cell in cells:
            _fill(cell, "", ids[ROW])
        for printed_cell in line:
            _fill(cells[printed_cell.column], printed_cell.text, ids[printed_cell.style or ROW])
    for number, line in enumerate(table.lines, 1):
        for printed_cell in line:
            _merge_down(grid, number, printed_cell)
    for number, line in enumerate(table.lines, 1):
        for printed_cell in line:
            _merge_across(grid[number], printed_cell)


def _merge_down(grid: list[list[_Cell]], number: int, cell: PrintedCell) -> None:
    for below in range(cell.rows if cell.rows > 1 else 0):
        properties = grid[number + below][cell.column]._tc.get_or_add_tcPr()
        properties.vMerge_val = "continue" if below else "restart"


def _merge_across(cells: list[_Cell], cell: PrintedCell) -> None:
    if cell.columns == 1:
        return
    covered = cells[cell.column + 1 : cell.column + cell.columns]
    first = cells[cell.column]._tc
    first.grid_span = cell.columns
    first.width = sum(filter(None, (one._tc.width for one in covered)), first.width or 0)  # type: ignore[assignment]
    for one in covered:
        one._tc.getparent().remove(one._tc)


def _fill(cell: _Cell, text: str, style_id: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style_id
    if text:
        paragraph.add_run(text)  # line breaks become breaks within the paragraph


def _describe(table: Table, title: str) -> None:
    """A caption that a screen reader says, and that the first row is the header."""
    properties = table._tbl.tblPr
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title[:250])
    properties.append(caption)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    look = OxmlElement("w:tblLook")
    for name, value in {"val": "0020", "firstRow": "1", "lastRow": "0", "firstColumn": "0", "lastColumn": "0"}.items():
        look.set(qn(f"w:{name}"), value)
    properties.insert(len(properties) - 1, look)


def _mark(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))


# The page and its styles


def _set_up(document: Any, plan: Plan, frame: Frame) -> None:
    core = document.core_properties
    core.title, core.author, core.comments, core.language = one_line(plan.title)[:255], frame.author[:255], "", "ru-RU"
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(PAGE_WIDTH), Cm(PAGE_HEIGHT)
    page.left_margin, page.right_margin = Cm(LEFT), Cm(RIGHT)
    page.top_margin, page.bottom_margin = Cm(TOP), Cm(BOTTOM)
    _number_pages(page.header.paragraphs[0])
    _name_fallback(document)
    _dress(document.styles["Normal"], 12)
    _speak_russian(document.styles.element)
    _make_styles(document.styles)


def _make_styles(styles: Any) -> None:
    title = _style(styles, TITLE, "Heading 1", 14, is_bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(12), Pt(6)
    _style(styles, SECTION, "Heading 2", 10, is_bold=True)
    below = _style(styles, SUBSECTION, "Heading 3", 10, is_bold=True, is_italic=True)
    below.paragraph_format.left_indent = Cm(0.5)
    _style(styles, ROW, "Normal", 10)
    head = _style(styles, HEAD, "Normal", 10, is_bold=True)
    head.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _style(styles: Any, name: str, base: str, size: int, *, is_bold: bool = False, is_italic: bool = False) -> Any:
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles[base]
    _dress(style, size)
    style.font.bold, style.font.italic = is_bold, is_italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.paragraph_format.keep_with_next = base.startswith("Heading")
    return style


def _dress(style: Any, size: int) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:cs", "w:eastAsia", "w:hAnsi", "w:ascii"):
        fonts.set(qn(name), FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _speak_russian(styles: Any) -> None:
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), "ru-RU")


def _name_fallback(document: Any) -> None:
    """The table of fonts says what to take where the font is missing; python-docx keeps it as bytes."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            font = f'<w:font w:name="{FONT}"><w:altName w:val="{LIKE_IT}"/><w:family w:val="roman"/></w:font></w:fonts>'
            part._blob = part._blob.replace(b"</w:fonts>", font.encode())


def _number_pages(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
