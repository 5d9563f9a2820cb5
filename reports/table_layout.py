"""How a document of tables is laid out: texts of cells, widths of columns, the size of the page. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from reports.tables import Cell, Column, Number, Row, Section, Shown, TableDocument
from schools.periods import Period
from schools.wording import NBSP, NO_DATA, PERCENT_POINTS, number, signed

NUMBER_HEAD = "№"
MOST_DECIMALS = {Shown.PERCENT: 1, Shown.POINTS: 1}  # where nothing else is said; of other numbers two
WIDEST_TEXT = 46  # characters of a line; what is longer goes on below
SHORT_TEXT = 24
WIDEST_WORD = 18


@dataclass(frozen=True)
class Page:
    """A size of page: the class in the stylesheet, the width of its tables, the height of their letters."""

    name: str
    width_mm: float
    size_pt: float

    def needed_mm(self, widths: Sequence[int]) -> list[float]:
        """By columns of so many characters: the letters and what stands free beside them."""
        letter = self.size_pt * 0.3528 * 0.55  # the mean letter of PT Sans
        return [width * letter + 3.2 for width in widths]

    def holds(self, widths: Sequence[int]) -> bool:
        return sum(self.needed_mm(widths)) <= self.width_mm


PAGES = (
    Page("portrait", 165, 10),
    Page("landscape", 257, 10),
    Page("landscape-small", 257, 8),
    Page("large", 380, 8),
    Page("large-small", 380, 6.5),
)


@dataclass(frozen=True)
class HeadCell:
    text: str
    columns: int = 1
    rows: int = 1

    @property
    def scope(self) -> str:
        return "colgroup" if self.columns > 1 else "col"


@dataclass(frozen=True)
class BodyCell:
    text: str
    is_head: bool
    is_number: bool


@dataclass(frozen=True)
class BodyRow:
    cells: tuple[BodyCell, ...]
    heading: str = ""  # a row that is a heading over all columns
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A section as it is drawn."""

    section: Section
    caption: str
    heads: tuple[tuple[HeadCell, ...], ...]
    rows: tuple[BodyRow, ...]
    shares: tuple[str, ...]  # widths of the columns in per cent
    columns: int


def table_context(document: TableDocument) -> dict[str, Any]:
    """All texts of the document, ready for its template."""
    return {
        "document": document,
        "title": f"{document.kind} {document.title}".strip(),
        "period_label": Period.parse(document.period).label,
        "tables": tables_of(document),
        "page": page_for(document).name,
    }


def tables_of(document: TableDocument) -> tuple[Table, ...]:
    """Numbers are for what is printed: a section without rows is a sentence, and a single table needs none."""
    page, printed = page_for(document), [any(rows_of(section)) for section in document.sections]
    numbered = zip(document.sections, printed, accumulate(map(int, printed)), strict=True)
    is_alone = sum(printed) == 1
    return tuple(
        _table(section, None if is_alone or not is_printed else place, page) for section, is_printed, place in numbered
    )


def page_for(document: TableDocument) -> Page:
    """The smallest page that holds the widest table; what is wider than all of them is squeezed into the largest."""
    widest = [widths(section) for section in document.sections]
    fitting = (page for page in PAGES if all(page.holds(table) for table in widest))
    return next(fitting, PAGES[-1])


def is_heading(row: Row, section: Section) -> bool:
    return len(row) == 1 and len(section.columns) > 1


def columns_of(section: Section) -> tuple[Column, ...]:
    """With the column of numbers where there is one."""
    return (Column(NUMBER_HEAD, Shown.NUMBER), *section.columns) if section.is_numbered else section.columns


def rows_of(section: Section) -> Iterable[tuple[Row, bool]]:
    """All rows as they are printed, and whether it is the total."""
    place = 0
    for row in section.rows:
        if is_heading(row, section) or not section.is_numbered:
            yield row, False
        else:
            place += 1
            yield (Number(str(place)), *row), False
    if section.total:
        yield (("", *section.total) if section.is_numbered else section.total), True


def written(cell: Cell, column: Column) -> str:
    """A cell as people read it."""
    if isinstance(cell, str):
        return cell
    return f"{_figure(cell, column)}{cell.mark}"


def _figure(cell: Number, column: Column) -> str:
    if cell.value is None:
        return NO_DATA
    shown = shown_as(cell, column)
    if shown == Shown.DATE:
        return Period.parse(cell.value).label
    given = column.places if cell.places is None else cell.places
    write = signed if shown in (Shown.SIGNED, Shown.POINTS) else number
    text = write(cell.value, decimals(cell, column), keep_zeros=given is not None)
    if shown == Shown.PERCENT:
        return f"{text}{NBSP}%"
    return f"{text}{NBSP}{PERCENT_POINTS}" if shown == Shown.POINTS else text


def shown_as(cell: Number, column: Column) -> Shown:
    return Shown(cell.shown or (Shown.NUMBER if column.shown == Shown.TEXT else column.shown))


def decimals(cell: Number, column: Column) -> int:
    """How many are shown: as many as somebody asked for, else as many as there are up to the most of its kind."""
    given = column.places if cell.places is None else cell.places
    if given is not None:
        return given
    exponent = Decimal(cell.value or 0).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return min(max(-exponent, 0), MOST_DECIMALS.get(shown_as(cell, column), 2))


def widths(section: Section) -> list[int]:
    """Of each column in characters: numbers and single words are never broken, long texts go on below."""
    columns = columns_of(section)
    found = [_width_of_head(column) for column in columns]
    for row, _ in rows_of(section):
        if is_heading(row, section):
            continue
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            text = written(cell, column)
            needed = _width_of_text(text) if isinstance(cell, str) else len(text)
            found[place] = max(found[place], needed)
    return found


def _width_of_head(column: Column) -> int:
    """Its longest word, in bold letters, and enough for it to stand in four lines."""
    return max(_longest_word(column.head) + 1, -(-len(column.head) // 4), 3)


def _width_of_text(text: str) -> int:
    """A short text stands in one line, a long one in several."""
    return max(_longest_word(text), len(text) if len(text) <= SHORT_TEXT else min(-(-len(text) // 2), WIDEST_TEXT))


def _longest_word(text: str) -> int:
    return min(WIDEST_WORD, max(map(len, re.split(r"[\s\-/]+", text)), default=0))


def _table(section: Section, place: int | None, page: Page) -> Table:
    columns = columns_of(section)
    needed = page.needed_mm(widths(section))
    caption = section.caption if place is None else f"Таблица {place}. {section.caption}".removesuffix(". ")
    return Table(
        section=section,
        caption=caption,
        heads=heads_of(columns),
        rows=tuple(_body_row(row, section, columns, total) for row, total in rows_of(section)),
        shares=tuple(f"{100 * width / sum(needed):.2f}%" for width in needed),
        columns=len(columns),
    )


def _body_row(row: Row, section: Section, columns: tuple[Column, ...], is_total: bool) -> BodyRow:
    if is_heading(row, section):
        assert isinstance(row[0], str)
        return BodyRow((), heading=row[0])
    head = section.row_head + section.is_numbered
    cells = (
        BodyCell(written(cell, column), is_head=place == head, is_number=not isinstance(cell, str))
        for place, (cell, column) in enumerate(zip(row, columns, strict=True))
    )
    return BodyRow(tuple(cells), is_total=is_total)


def heads_of(columns: Sequence[Column]) -> tuple[tuple[HeadCell, ...], ...]:
    """One row of heads, or two where neighbouring columns stand in groups."""
    if not any(column.group for column in columns):
        return (tuple(HeadCell(column.head) for column in columns),)
    upper: list[HeadCell] = []
    group = ""
    for column in columns:
        if column.group and column.group == group:
            upper[-1] = HeadCell(group, columns=upper[-1].columns + 1)
        else:
            upper.append(HeadCell(column.group) if column.group else HeadCell(column.head, rows=2))
        group = column.group
    return tuple(upper), tuple(HeadCell(column.head) for column in columns if column.group)
