"""A Word document as offices want it, whatever stands in it: the page, the letters, the language, tables that can be
read aloud. The same content gives the same bytes."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from roadmaps.plans.texts import one_line
from roadmaps.plans.writing.archive import without_clock

FONT = "PT Serif"
LIKE_IT = "Times New Roman"  # where PT Serif is not installed
PAGE_WIDTH, PAGE_HEIGHT = 29.7, 21.0  # cm
LEFT, RIGHT, TOP, BOTTOM = 2.0, 1.0, 2.0, 1.5
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT


def new_document(*, title: str, author: str) -> Any:
    """An empty one, A4 across, with numbered pages."""
    document = Document()
    core = document.core_properties
    core.title, core.author, core.comments, core.language = one_line(title)[:255], author[:255], "", "ru-RU"
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(PAGE_WIDTH), Cm(PAGE_HEIGHT)
    page.left_margin, page.right_margin = Cm(LEFT), Cm(RIGHT)
    page.top_margin, page.bottom_margin = Cm(TOP), Cm(BOTTOM)
    _number_pages(page.header.paragraphs[0])
    _name_fallback(document)
    _dress(document.styles["Normal"], 12)
    _speak_russian(document.styles.element)
    return document


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def make_style(styles: Any, name: str, base: str, size: int, *, is_bold: bool = False, is_italic: bool = False) -> Any:
    """A paragraph's. Based on a heading it is one for screen readers and contents, and stays with what it heads."""
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles[base]
    _dress(style, size)
    style.font.bold, style.font.italic = is_bold, is_italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.paragraph_format.keep_with_next = base.startswith("Heading")
    return style


# Tables


def add_table(document: Any, *, title: str, rows: int, shares: Sequence[float], heads: int = 1) -> list[list[_Cell]]:
    """The cells of an empty one as wide as the page, whose columns have these shares of it; the first rows are its
    head and stand on every page."""
    widths = [Cm(share * TEXT_WIDTH) for share in shares]
    drawn: Table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    drawn.autofit = False
    _describe(drawn, title)
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    elements = list(drawn._tbl.tr_lst)
    for row in elements:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for row in elements[:heads]:
        row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    grid = [[_Cell(element, drawn) for element in row.tc_lst] for row in elements]  # to ask for each cell takes minutes
    for cells in grid:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
    return grid


def fill(cell: _Cell, text: str, style_id: str) -> None:
    """To look a style up by its name for each cell takes most of the time, hence its id."""
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style_id
    if text:
        paragraph.add_run(text)  # line breaks become breaks within the paragraph


def merge_down(grid: Sequence[Sequence[_Cell]], row: int, column: int, rows: int) -> None:
    """Before what is merged across, for that takes cells away."""
    for below in range(rows if rows > 1 else 0):
        properties = grid[row + below][column]._tc.get_or_add_tcPr()
        properties.vMerge_val = "continue" if below else "restart"


def merge_across(cells: Sequence[_Cell], column: int, columns: int) -> None:
    if columns == 1:
        return
    covered = cells[column + 1 : column + columns]
    first = cells[column]._tc
    first.grid_span = columns
    first.width = Emu(sum(filter(None, (one._tc.width for one in covered)), first.width or 0))
    for one in covered:
        one._tc.getparent().remove(one._tc)


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


# Letters and language


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
