"""The sheets of an .xlsx, sparse: a cell at XFD1048576 costs what any other does.

calamine, which reads exam results, knows no styles and lays out every row up to the farthest cell; openpyxl lays out
merged ranges. A plan needs merged cells, the look of headings and our styles, and little else, so the parts are read
here with the parser of python-docx, which resolves no entities.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.parser import parse_xml
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from roadmaps.plans.reading.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    PLAIN,
    Cell,
    Grid,
    Line,
    Look,
    Unreadable,
)
from roadmaps.plans.reading.packages import damaged
from roadmaps.plans.rows import LONGEST_TEXT
from roadmaps.plans.styles import ROW, SECTION, SUBSECTION, TITLE
from roadmaps.plans.texts import clean

OURS = {TITLE, SECTION, SUBSECTION, ROW}
MOST_MERGED = 20_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_DOCUMENT = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
_TO_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class _Format:
    is_date: bool = False
    is_percent: bool = False
    style: str = ""
    look: Look = PLAIN


def read_spreadsheet(content: bytes) -> list[Grid]:
    """The sheets that are not hidden, in their order."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Book(archive).grids()
    except (Unreadable, MemoryError):
        raise
    except Exception as problem:  # whatever is missing or misplaced in a crafted package
        raise damaged() from problem


class _Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.book = self._part("xl/workbook.xml")
        self.strings = self._strings()
        self.formats = self._formats()
        properties = self.book.find(f"{_MAIN}workbookPr")
        is_mac = properties is not None and properties.get("date1904") in ("1", "true")
        self.epoch = CALENDAR_MAC_1904 if is_mac else CALENDAR_WINDOWS_1900

    def grids(self) -> list[Grid]:
        targets = {relation.get("Id"): relation.get("Target") for relation in self._part("xl/_rels/workbook.xml.rels")}
        grids = []
        for sheet in self.book.iter(f"{_MAIN}sheet"):
            path = targets.get(sheet.get(_TO_ID)) or ""
            path = path.lstrip("/") if path.startswith("/") else posixpath.normpath(f"xl/{path}")
            if sheet.get("state", "visible") == "visible" and "worksheets/" in path:
                grids.append(self._grid(sheet.get("name", ""), self._part(path)))
        return grids

    def _part(self, name: str) -> Any:
        content = self.archive.read(name)
        content = content.replace(_STRICT, _MAIN[1:-1].encode()).replace(_STRICT_DOCUMENT, _TO_ID[1:-3].encode())
        return parse_xml(content)

    def _strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        return [_rich(item) for item in self._part("xl/sharedStrings.xml").findall(f"{_MAIN}si")]

    def _formats(self) -> list[_Format]:
        if "xl/styles.xml" not in self.archive.namelist():
            return []
        root = self._part("xl/styles.xml")
        codes = dict(BUILTIN_FORMATS)
        codes.update({int(item.get("numFmtId")): item.get("formatCode", "") for item in root.iter(f"{_MAIN}numFmt")})
        names = {style.get("xfId"): style.get("name", "") for style in root.iter(f"{_MAIN}cellStyle")}
        bold = [font.find(f"{_MAIN}b") is not None for font in _children(root, "fonts")]
        italic = [font.find(f"{_MAIN}i") is not None for font in _children(root, "fonts")]
        fills = [_fill(fill) for fill in _children(root, "fills")]
        formats = []
        for item in _children(root, "cellXfs"):
            code = codes.get(int(item.get("numFmtId", "0")), "General")
            align = item.find(f"{_MAIN}alignment")
            font, name = int(item.get("fontId", "0")), names.get(item.get("xfId"), "")
            look = Look(
                bold[font], italic[font], align.get("horizontal", "") if align is not None else "",
                fills[int(item.get("fillId", "0"))], int(align.get("indent", "0")) if align is not None else 0,
            )  # fmt: skip
            is_date = code != "General" and is_date_format(code)
            formats.append(_Format(is_date, "%" in code, name if name in OURS else "", look))
        return formats

    def _grid(self, name: str, root: Any) -> Grid:
        spans = _merged(root)
        lines: list[Line] = []
        hanging: dict[int, tuple[Cell, int]] = {}  # by column: the cell, and the last row it is merged over
        for number, row in _rows(root):
            cells: dict[int, Cell] = {}
            for column, element in _cells(row):
                columns, last = spans.get((number, column), (1, number))
                cells[column] = self._cell(element, column, columns)
                if last > number:
                    hanging[column] = (cells[column], last)
            is_blank = not any(cell.text for cell in cells.values())
            hanging = {column: (over, last) for column, (over, last) in hanging.items() if last >= number}
            for column, (over, _) in hanging.items():
                if column not in cells or (not cells[column].text and cells[column] is not over):
                    cells[column] = Cell(over.text, column, over.columns, down=True)
            if is_blank:  # sheets have thousands of dressed rows without a word
                continue
            if len(lines) == MOST_ROWS:
                raise Unreadable(f"На листе «{name}» больше {MOST_ROWS} строк. Оставьте в файле только план.")
            named = f"{name.replace('{', '(').replace('}', ')')}, {{column}}{number}"
            lines.append(Line(f"{name}, строка {number}", _uncovered(cells), named))
        return Grid(f"лист «{name}»", lines)

    def _cell(self, element: Any, column: int, columns: int) -> Cell:
        place = int(element.get("s", "0"))
        dress = self.formats[place] if place < len(self.formats) else _Format()
        kind, text = self._text(element, dress)
        return Cell(text, column, columns, kind=kind, style=dress.style, look=dress.look)

    def _text(self, element: Any, dress: _Format) -> tuple[str, str]:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            inline = element.find(f"{_MAIN}is")
            return "text", clean(_rich(inline)) if inline is not None else ""
        value = element.findtext(f"{_MAIN}v") or ""
        if kind == "s":
            return "text", clean(self.strings[int(value)]) if value else ""
        if kind == "b":
            return "text", {"1": "да", "0": "нет"}.get(value, "")
        if kind != "n" or not value:
            return "text" if kind != "e" else "error", clean(_unescaped(value))
        return self._number(value, dress)

    def _number(self, value: str, dress: _Format) -> tuple[str, str]:
        number = float(value)
        if dress.is_date:
            moment = from_excel(number, self.epoch)
            return "date", f"{moment:%d.%m.%Y}" if hasattr(moment, "year") else str(moment)
        sign = " %" if dress.is_percent else ""
        return "number", f"{number * 100 if dress.is_percent else number:.10g}".replace(".", ",") + sign


def _uncovered(cells: dict[int, Cell]) -> tuple[Cell, ...]:
    """From left to right, without the places that a merged cell covers; what LibreOffice keeps hidden there is its."""
    kept: list[Cell] = []
    for column, cell in sorted(cells.items()):
        if not kept or column >= kept[-1].end:
            kept.append(cell)
        elif cell.text and not cell.down:
            kept[-1] = replace(kept[-1], text=clean(f"{kept[-1].text}\n{cell.text}"))
    return tuple(kept)


def _children(root: Any, name: str) -> list[Any]:
    found = root.find(_MAIN + name)
    return [] if found is None else list(found)


def _fill(fill: Any) -> str:
    pattern = fill.find(f"{_MAIN}patternFill")
    colour = pattern.find(f"{_MAIN}fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    return "" if colour is None else str(colour.get("rgb") or colour.get("theme") or colour.get("indexed") or "")


def _rich(item: Any) -> str:
    """The runs of a string; the readings that Japanese adds are none of it."""
    texts = [text.text or "" for text in item.iter(f"{_MAIN}t") if text.getparent().tag in (item.tag, f"{_MAIN}r")]
    return _unescaped("".join(texts))[: LONGEST_TEXT * 2]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _rows(root: Any) -> Iterator[tuple[int, Any]]:
    number = 0
    for row in root.iter(f"{_MAIN}row"):
        said = row.get("r")
        number = int(said) if said else number + 1
        yield number, row


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    column = -1
    for element in row.findall(f"{_MAIN}c"):
        said = element.get("r")
        column = _place(said)[1] if said else column + 1
        if column < MOST_COLUMNS:
            yield column, element


def _merged(root: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """By row and column of the first cell: its columns, and the last row. Far ends are cut, nothing is laid out."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in list(root.iter(f"{_MAIN}mergeCell"))[:MOST_MERGED]:
        first, _, last = merged.get("ref", "").partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        spans[top, left] = (min(right, MOST_COLUMNS - 1) - left + 1 if right >= left else 1, bottom)
    return spans


def _place(reference: str) -> tuple[int, int]:
    """«B7» → (7, 1)."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1
