"""Workbooks whose bytes depend on their cells alone: the portal knows a file it has seen by its checksum.

Written as the format’s own XML, for the demonstration is some four hundred thousand cells of plain text and numbers,
for which a library takes ten times as long and leaves the moment of writing in the file.
"""

import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

SHEET_NAME_LIMIT = 31  # Excel's own; official unloads cut the report's name at it
_EPOCH = (2021, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_AROUND = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def save_rows(path: Path, sheet: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet of plain rows: texts, numbers, and None where a cell is empty."""
    name = escape(sheet[:SHEET_NAME_LIMIT], {'"': "&quot;"})
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
    )
    lines = "".join(_row(number, row) for number, row in enumerate(rows, start=1))
    parts = _AROUND | {
        "xl/workbook.xml": f"{book}</workbook>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part, _EPOCH), _XML + content, zipfile.ZIP_DEFLATED)


def _row(number: int, row: Sequence[Any]) -> str:
    cells = [
        f'<c r="{_letter(place)}{number}"{_content(cell)}</c>'
        for place, cell in enumerate(row, start=1)
        if cell is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _content(cell: Any) -> str:
    """The rest of the cell's opening tag and what is in it."""
    if isinstance(cell, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is>'
    return f"><v>{cell}</v>"


@cache
def _letter(column: int) -> str:
    return get_column_letter(column)
