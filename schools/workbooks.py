"""Workbooks to fill in and bring back: one sheet, a header that stays in view, codes as text. Knows no Django."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CellValue = str | int | Decimal | None


def workbook_of(sheet: str, header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """The bytes of an .xlsx with this table."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet[:31]
    for row_number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(row_number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"  # no "=…" becomes a formula, no code loses its noughts
            if row_number == 1:
                _dress_header(cell)
    for column, title in enumerate(header, start=1):
        page.column_dimensions[get_column_letter(column)].width = min(44, max(14, len(title) * 0.9))
    page.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _dress_header(cell: Cell) -> None:
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8F1F8")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
