"""The tables of a Word document, cell by cell: merged cells, tracked changes, content controls, automatic numbers."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from roadmaps.plans.reading.grid import MOST_COLUMNS, MOST_ROWS, Above, Cell, Grid, Line, Look, Unreadable
from roadmaps.plans.reading.numbering import Numbering, numbering_of
from roadmaps.plans.reading.packages import damaged
from roadmaps.plans.styles import PLANNED, ROW, SECTION, SUBSECTION, TITLE
from roadmaps.plans.texts import clean, one_line

OURS = {TITLE, SECTION, SUBSECTION, ROW}
# Deleted text, text boxes, and the second copy of a drawing for old programs are no text of the cell.
_NOT_TEXT = {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"), qn("w:instrText"), qn("w:delText")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {
    qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:softHyphen"): "\u00ad",
}  # fmt: skip
_PROPERTIES = {qn("w:tcPr"), qn("w:trPr"), qn("w:tblPr"), qn("w:tblGrid")}
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True)
class _Style:
    name: str = ""
    outline: int = 0
    is_bold: bool = False
    list_number: str = ""
    list_level: int = 0


@dataclass(frozen=True)
class _Paragraph:
    text: str
    style: _Style
    look: Look
    quotes: tuple[str, ...]


def read_word(content: bytes) -> list[Grid]:
    """The tables in their order, each with what stands above it."""
    try:
        document = Document(io.BytesIO(content))
        body = document.element.body
        styles = _styles(document.styles.element)
        parts = document.part.package.iter_parts()
        root = next((part.element for part in parts if str(part.partname) == "/word/numbering.xml"), None)
    except MemoryError:
        raise
    except Exception as problem:  # python-docx and lxml have many names for a document that is not whole
        raise damaged() from problem
    return _Reader(styles, numbering_of(root)).grids(body)


class _Reader:
    def __init__(self, styles: dict[str, _Style], numbering: Numbering) -> None:
        self.styles, self.numbering = styles, numbering
        self.rows = 0

    def grids(self, body: BaseOxmlElement) -> list[Grid]:
        grids: list[Grid] = []
        above: list[Above] = []
        for block in _blocks(body):
            if block.tag == qn("w:p"):
                paragraph = self._paragraph(block)
                above.append(Above(paragraph.text, paragraph.style.outline, _own(paragraph.style.name), paragraph.look))
            else:
                grids.append(self._grid(block, f"таблица {len(grids) + 1}", above))
                above = []
        return grids

    def _grid(self, table: BaseOxmlElement, name: str, above: list[Above]) -> Grid:
        lines: list[Line] = []
        hanging: dict[int, Cell] = {}  # by their first column: cells that may go on below
        for place, row in enumerate(_inside(table, "w:tr", "w:tbl"), 1):
            self.rows += 1
            if self.rows > MOST_ROWS:
                raise Unreadable(f"В таблицах документа больше {MOST_ROWS} строк. Оставьте в файле только план.")
            cells: list[Cell] = []
            column = _before(row)
            for element in _inside(row, "w:tc", "w:tr"):
                cell = self._cell(element, column, hanging)
                cells.append(cell)
                column = cell.end
            lines.append(Line(f"{name}, строка {place}", tuple(cell for cell in cells if cell.column < MOST_COLUMNS)))
            hanging = {cell.column: cell for cell in cells}
        return Grid(name, lines, above)

    def _cell(self, element: BaseOxmlElement, column: int, hanging: dict[int, Cell]) -> Cell:
        properties = element.find(qn("w:tcPr"))
        span = _value(properties, "w:gridSpan")
        columns = max(1, min(int(span) if span.isdigit() else 1, MOST_COLUMNS))
        merge = properties.find(qn("w:vMerge")) if properties is not None else None
        paragraphs = [self._paragraph(block) for block in _inside(element, "w:p", "w:tc")]
        over = hanging.get(column)
        if merge is not None and merge.get(qn("w:val"), "continue") == "continue" and over is not None:
            return Cell(over.text, column, columns, down=True, quotes=over.quotes)
        filled = [paragraph for paragraph in paragraphs if paragraph.text]
        text = clean("\n".join(paragraph.text for paragraph in filled))
        if not paragraphs:
            return Cell(text, column, columns)
        first = (filled or paragraphs)[0]
        fill = properties.find(qn("w:shd")).get(qn("w:fill"), "") if _value(properties, "w:shd") else ""
        look = Look(
            all(paragraph.look.is_bold for paragraph in filled), first.look.is_italic, first.look.alignment,
            "" if fill in ("auto", "FFFFFF") else fill, first.look.indent,
        )  # fmt: skip
        quotes = tuple(quote for paragraph in filled for quote in paragraph.quotes)
        return Cell(
            text, column, columns, style=_own(first.style.name), outline=first.style.outline, look=look, quotes=quotes
        )

    def _paragraph(self, element: BaseOxmlElement) -> _Paragraph:
        properties = element.find(qn("w:pPr"))
        style = self.styles.get(_value(properties, "w:pStyle") or "", _Style())
        runs = list(self._texts(element))
        text = clean("".join(words for words, _ in runs))
        label = self._label(properties, style) if text or properties is not None else ""
        outline = _value(properties, "w:outlineLvl")
        if outline.isdigit() and int(outline) < 9:
            style = _Style(style.name, int(outline) + 1, style.is_bold)
        return _Paragraph(f"{label} {text}".strip(), style, self._look(element, properties, style), _marked(runs))

    def _texts(self, element: BaseOxmlElement, is_quote: bool = False) -> Iterator[tuple[str, bool]]:
        """The words in their order, and whether they are marked as a planned value."""
        for child in element:
            if child.tag == qn("w:t"):
                yield child.text or "", is_quote
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag], is_quote
            elif child.tag == qn("w:r"):
                style = self.styles.get(_value(child.find(qn("w:rPr")), "w:rStyle"), _Style())
                yield from self._texts(child, style.name == PLANNED)
            elif child.tag not in _NOT_TEXT and child.tag not in (_FALLBACK, qn("w:pPr"), qn("w:rPr")):
                yield from self._texts(child, is_quote)

    def _label(self, properties: BaseOxmlElement | None, style: _Style) -> str:
        numbers = properties.find(qn("w:numPr")) if properties is not None else None
        number = _value(numbers, "w:numId") or style.list_number
        level = _value(numbers, "w:ilvl")
        place = int(level) if level.isdigit() else style.list_level
        return self.numbering.label(number, place) if number and number != "0" else ""

    def _look(self, element: BaseOxmlElement, properties: BaseOxmlElement | None, style: _Style) -> Look:
        runs = [run for run in element.iter(qn("w:r")) if any(text.text for text in run.findall(qn("w:t")))]
        bold = [_is_on(run, "w:b") for run in runs]
        indent = properties.find(qn("w:ind")) if properties is not None else None
        left = (indent.get(qn("w:left")) or indent.get(qn("w:start")) or "0") if indent is not None else "0"
        return Look(
            bool(runs) and all(style.is_bold if value is None else value for value in bold),
            bool(runs) and all(_is_on(run, "w:i") for run in runs),
            _value(properties, "w:jc"),
            indent=int(left) if left.lstrip("-").isdigit() else 0,
        )


def _blocks(body: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Paragraphs and tables of the body in their order, those within content controls too."""
    for child in body:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins")):
            yield from _blocks(child)


def _inside(element: BaseOxmlElement, wanted: str, stop: str) -> Iterator[BaseOxmlElement]:
    """Rows of a table, cells of a row, paragraphs of a cell: whatever wraps them, but not those of a row or table
    further in. The paragraphs of a table within a cell are the cell's."""
    for child in element:
        if child.tag == qn(wanted):
            yield child
        elif child.tag not in _PROPERTIES and (wanted == "w:p" or child.tag != qn(stop)):
            yield from _inside(child, wanted, stop)


def _marked(runs: list[tuple[str, bool]]) -> tuple[str, ...]:
    """Each stretch of marked words, in however many runs Word keeps it."""
    stretches = (("".join(words for words, _ in run), is_quote) for is_quote, run in groupby(runs, lambda run: run[1]))
    return tuple(quote for words, is_quote in stretches if is_quote and (quote := one_line(words)))


def _before(row: BaseOxmlElement) -> int:
    """Columns that a row leaves out at its beginning."""
    skipped = _value(row.find(qn("w:trPr")), "w:gridBefore")
    return min(int(skipped), MOST_COLUMNS) if skipped.isdigit() else 0


def _value(element: BaseOxmlElement | None, name: str) -> str:
    child = element.find(qn(name)) if element is not None else None
    return "" if child is None else child.get(qn("w:val"), "")


def _is_on(run: BaseOxmlElement, name: str) -> bool | None:
    """None where the run leaves it to its style."""
    properties = run.find(qn("w:rPr"))
    child = properties.find(qn(name)) if properties is not None else None
    return None if child is None else child.get(qn("w:val"), "1") not in _OFF


def _own(name: str) -> str:
    return name if name in OURS else ""


def _styles(root: BaseOxmlElement) -> dict[str, _Style]:
    """By their ids, with what they take from the styles they stand on."""
    elements = {style.get(qn("w:styleId"), ""): style for style in root.findall(qn("w:style"))}
    known: dict[str, _Style] = {}
    for name in elements:
        chain, at = [], name
        while at in elements and at not in chain:
            chain.append(at)
            at = _value(elements[at], "w:basedOn")
        style = _Style()
        for step in reversed(chain):
            style = _over(style, elements[step])
        known[name] = style
    return known


def _over(below: _Style, element: BaseOxmlElement) -> _Style:
    paragraph = element.find(qn("w:pPr"))
    outline = _value(paragraph, "w:outlineLvl")
    numbers = paragraph.find(qn("w:numPr")) if paragraph is not None else None
    level = _value(numbers, "w:ilvl")
    bold = _is_on(element, "w:b")
    return _Style(
        _value(element, "w:name"),
        int(outline) + 1 if outline.isdigit() and int(outline) < 9 else below.outline,
        below.is_bold if bold is None else bold,
        _value(numbers, "w:numId") or below.list_number,
        int(level) if level.isdigit() else below.list_level,
    )
