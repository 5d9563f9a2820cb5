"""Draws a document of tables as a workbook: a sheet for each table, numbers as numbers. Reads no clock.

Only the worker and the commands need it, as they need `reports.rendering`.
"""

import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.formats import storable
from reports.table_layout import (
    PAGES,
    columns_of,
    decimals,
    heads_of,
    is_heading,
    page_for,
    rows_of,
    shown_as,
    table_context,
    widths,
    written,
)
from reports.tables import Cell, Column, Number, Row, Section, Shown, TableDocument
from roadmaps.plans.writing.archive import without_clock
from roadmaps.plans.writing.layout import DEMO
from schools.wording import NBSP, PERCENT_POINTS

A3, A4 = 8, 9  # paper sizes of the format
LINE = 15  # points
THIN = Side(style="thin", color="B5BDC7")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD_FILL = PatternFill("solid", fgColor="E8EDF3")


def table_xlsx(document: TableDocument) -> bytes:
    """The same document gives the same bytes."""
    book = Workbook()
    del book[book.active.title]
    for section in document.sections:
        _Sheet(book.create_sheet(section.sheet), document, section).draw()
    title = table_context(document)["title"]
    book.properties = DocumentProperties(title=title, creator=document.department or None, language="ru")
    file = io.BytesIO()
    book.save(file)
    return without_clock(file.getvalue())


class _Sheet:
    """One table on its sheet, from the title down to the notes."""

    def __init__(self, sheet: Worksheet, document: TableDocument, section: Section) -> None:
        self.sheet, self.document, self.section = sheet, document, section
        self.columns = columns_of(section)
        self.widths = [width + 3 for width in widths(section)]
        self.row = 0  # the last one written

    def draw(self) -> None:
        self._write_above()
        if self.section.rows:
            self._write_table()
        else:
            self._write_text(self.section.empty)
        for text in self.section.notes:
            self._write_text(text, size=9)
        for text in self.document.notes:
            self._write_text(text)
        self._set_up_page()

    def _write_above(self) -> None:
        context, document = table_context(self.document), self.document
        if document.is_demo:
            self._write_text(DEMO, size=9)
        self._write_text(context["title"], size=13, bold=True)
        self._write_text(f"{document.municipality}. {document.department}".removesuffix(". "))
        self._write_text(f"Период: {context['period_label']}")
        for text in (*document.lead, *filter(None, [self.section.title]), *self.section.lead):
            self._write_text(text)
        if self.section.caption:
            self._write_text(self.section.caption, bold=True)
        self.row += 1

    def _write_text(self, text: str, *, size: int = 11, bold: bool = False) -> None:
        """A paragraph over the whole width, as high as it needs to be."""
        self.row += 1
        last = len(self.widths)
        self._put(1, text)
        cell = self.sheet.cell(self.row, 1)
        cell.font = Font(size=size, bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if last > 1:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=last)
        a_line = max(20, sum(self.widths)) * 11 / size
        lines = sum(max(1, -(-len(part) // int(a_line))) for part in text.split("\n"))
        self.sheet.row_dimensions[self.row].height = lines * LINE * max(1, size / 11)

    def _write_table(self) -> None:
        first = self.row + 1
        self._write_heads()
        last_head = self.row
        self.sheet.freeze_panes = self.sheet.cell(last_head + 1, self.section.row_head + self.section.is_numbered + 2)
        self.sheet.print_title_rows = f"{first}:{last_head}"
        for row, is_total in rows_of(self.section):
            self._write_row(row, bold=is_total)
        if not any(is_heading(row, self.section) for row in self.section.rows):
            last = get_column_letter(len(self.columns))
            self.sheet.auto_filter.ref = f"A{last_head}:{last}{last_head + len(self.section.rows)}"

    def _write_heads(self) -> None:
        rows = heads_of(self.columns)
        first = self.row + 1
        taken: set[tuple[int, int]] = set()  # places under a head of two rows
        for cells in rows:
            self.row += 1
            column = 1
            for head in cells:
                while (self.row, column) in taken:
                    column += 1
                self._merge_head(head.text, column, head.columns, head.rows)
                taken |= {(self.row + 1, column)} if head.rows > 1 else set()
                column += head.columns
        deepest = max(-(-len(column.head) // width) for column, width in zip(self.columns, self.widths, strict=True))
        self.sheet.row_dimensions[self.row].height = LINE * max(2, deepest + 1)
        for row in range(first, self.row + 1):
            for column in range(1, len(self.columns) + 1):
                self.sheet.cell(row, column).border = BORDER
                self.sheet.cell(row, column).fill = HEAD_FILL

    def _merge_head(self, text: str, column: int, columns: int, rows: int) -> None:
        self._put(column, text)
        cell = self.sheet.cell(self.row, column)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        if columns > 1 or rows > 1:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row + rows - 1, start_column=column, end_column=column + columns - 1
            )

    def _write_row(self, row: Row, *, bold: bool) -> None:
        self.row += 1
        heading = is_heading(row, self.section)
        cells: Iterable[Cell] = (*row, *[""] * (len(self.columns) - 1)) if heading else row
        for place, (cell, column) in enumerate(zip(cells, self.columns, strict=True), 1):
            self._put(place, cell, column)
            target = self.sheet.cell(self.row, place)
            target.border = BORDER
            target.alignment = Alignment(
                wrap_text=isinstance(cell, str) and not heading,
                vertical="top",
                horizontal="left" if isinstance(cell, str) else "right",
            )
            if bold or heading:
                target.font = Font(bold=True)

    def _put(self, column: int, cell: Cell, of: Column | None = None) -> None:
        target = self.sheet.cell(self.row, column)
        if isinstance(cell, Number) and of is not None and cell.value is not None:
            target.value, target.number_format = in_workbook(cell, of)
            return
        text = written(cell, of) if isinstance(cell, Number) and of is not None else str(cell)
        target.value = storable(text)
        target.data_type = "s"  # no «=…» becomes a formula

    def _set_up_page(self) -> None:
        sheet, page = self.sheet, page_for(self.document)
        for place, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.page_setup.orientation = "portrait" if page == PAGES[0] else "landscape"
        sheet.page_setup.paperSize = A3 if page.name.startswith("large") else A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.center.text = "&P"
        sheet.page_margins.left = sheet.page_margins.right = 0.6
        sheet.sheet_view.showGridLines = False


def in_workbook(cell: Number, column: Column) -> tuple[Any, str]:
    """A number as a number, and the format that writes it as the document does; a sign after it is of the format."""
    assert cell.value is not None
    shown = shown_as(cell, column)
    mark = f'"{cell.mark}"' if cell.mark else ""
    if shown == Shown.DATE:
        return date.fromisoformat(cell.value), f"dd.mm.yyyy{mark}"
    places = decimals(cell, column)
    digits = "#,##0" + ("." + "0" * places if places else "")
    value = Decimal(cell.value)
    if shown == Shown.PERCENT:
        return value / 100, f'{digits}"{NBSP}"%{mark}'
    unit = f'"{NBSP}{PERCENT_POINTS}"' if shown == Shown.POINTS else ""
    if shown in (Shown.SIGNED, Shown.POINTS):
        return value, f"+{digits}{unit}{mark};\u2212{digits}{unit}{mark};{digits}{unit}{mark}"
    return value, f"{digits}{unit}{mark}"
