"""A plan as a workbook: one sheet, its headings merged across, every cell a text."""

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from roadmaps.plans.rows import Plan
from roadmaps.plans.styles import ROW, SECTION, SUBSECTION, TITLE
from roadmaps.plans.texts import clean, one_line
from roadmaps.plans.writing.archive import without_clock
from roadmaps.plans.writing.layout import DEMO, Frame, Printed, PrintedCell, printed

A4 = 9  # the paper's number in the format
WIDTH = 140  # signs over the width of a sheet
LINE = 14  # points
FONT = "PT Serif"
AS_TEXT = "@"  # so «=…» stays a text even when a person edits the cell
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="E8EDF3")


def write_xlsx(plan: Plan, frame: Frame | None = None) -> bytes:
    """The same plan gives the same bytes, and `read_plan` gives the same plan."""
    return write_xlsx_of([(plan, frame or Frame())])


def write_xlsx_of(plans: Sequence[tuple[Plan, Frame]]) -> bytes:
    """Several plans, each on its sheet; at least one."""
    book = Workbook()
    del book[book.active.title]
    for style in _styles():
        book.add_named_style(style)
    for place, (plan, frame) in enumerate(plans, 1):
        sheet = book.create_sheet("План" if place == 1 else f"План {place}")
        _Sheet(sheet, printed(plan, can_mark=False)).draw(plan, frame)
    plan, frame = plans[0]
    book.properties = DocumentProperties(title=one_line(plan.title), creator=frame.author or None, language="ru")
    file = io.BytesIO()
    book.save(file)
    return without_clock(file.getvalue())


def _styles() -> list[NamedStyle]:
    wrapped = {"wrap_text": True, "vertical": "top"}
    return [
        NamedStyle(TITLE, font=Font(FONT, size=13, bold=True), alignment=Alignment("center", wrap_text=True)),
        NamedStyle(
            SECTION, font=Font(FONT, size=10, bold=True), border=_BORDER, fill=PatternFill("solid", fgColor="F2F2F2"),
            alignment=Alignment("left", **wrapped), number_format=AS_TEXT,
        ),
        NamedStyle(
            SUBSECTION, font=Font(FONT, size=10, bold=True, italic=True), border=_BORDER,
            alignment=Alignment("left", indent=1, **wrapped), number_format=AS_TEXT,
        ),
        NamedStyle(
            ROW, font=Font(FONT, size=10), border=_BORDER, alignment=Alignment(**wrapped), number_format=AS_TEXT
        ),
    ]  # fmt: skip


class _Sheet:
    def __init__(self, sheet: Worksheet, table: Printed) -> None:
        self.sheet, self.table = sheet, table
        self.widths = [share * WIDTH for share in table.widths]
        self.row = 0  # the last one written

    def draw(self, plan: Plan, frame: Frame) -> None:
        if frame.is_demo:
            self._write_across(DEMO)
        for text in frame.approval:
            self._write_across(text, horizontal="right")
        self._write_across(plan.title, style=TITLE)
        for text in (*frame.under_title, *frame.notes):
            self._write_across(text)
        self.row += 1
        self._write_head()
        for line in self.table.lines:
            self.row += 1
            for cell in line:
                self._put(cell)
        self._set_up_page()

    def _write_across(self, text: str, *, style: str = "", horizontal: str = "left") -> None:
        self.row += 1
        self._put(PrintedCell(one_line(text), 0, len(self.widths), style=style), is_in_table=False)
        if not style:
            cell = self.sheet.cell(self.row, 1)
            cell.font, cell.alignment = Font(FONT, size=10), Alignment(horizontal, wrap_text=True)

    def _write_head(self) -> None:
        self.row += 1
        for place, (_, head) in enumerate(self.table.columns):
            self._put(PrintedCell(head, place))
            cell = self.sheet.cell(self.row, place + 1)
            cell.style = "Normal"
            cell.font, cell.fill, cell.border = Font(FONT, size=10, bold=True), _HEAD_FILL, _BORDER
            cell.alignment = Alignment("center", "center", wrap_text=True)
        self.sheet.print_title_rows = f"{self.row}:{self.row}"
        self.sheet.freeze_panes = self.sheet.cell(self.row + 1, 1)

    def _put(self, cell: PrintedCell, *, is_in_table: bool = True) -> None:
        last_row, last_column = self.row + cell.rows - 1, cell.column + cell.columns
        for row in range(self.row, last_row + 1):
            for column in range(cell.column + 1, last_column + 1):
                target = self.sheet.cell(row, column)
                if is_in_table or cell.style:
                    target.style = cell.style or ROW
        target = self.sheet.cell(self.row, cell.column + 1)
        if cell.text:
            target.value = _LOOKS_ESCAPED.sub("_x005F_", clean(cell.text))
            target.data_type = "s"  # no «=…» becomes a formula
        if cell.columns > 1 or cell.rows > 1:
            self.sheet.merge_cells(
                start_row=self.row, end_row=last_row, start_column=cell.column + 1, end_column=last_column
            )
        if cell.columns > 1:  # Excel gives rows their heights, but not by merged cells
            width = sum(self.widths[cell.column : last_column])
            lines = -(-len(cell.text) // int(max(width, 10))) or 1
            self.sheet.row_dimensions[self.row].height = lines * (LINE + 4 * (cell.style == TITLE))

    def _set_up_page(self) -> None:
        sheet = self.sheet
        for place, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = max(width, 7)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.center.text = "&P"
        sheet.page_margins.left = sheet.page_margins.right = 0.5
