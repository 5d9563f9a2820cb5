"""Workbooks whose bytes depend on their cells alone: the portal knows a file it has seen by its checksum."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

SHEET_NAME_LIMIT = 31  # Excel's own; official unloads cut the report's name at it
_EPOCH = (2021, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def save_rows(path: Path, sheet: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet of plain rows."""
    workbook = Workbook()
    page = workbook.active
    page.title = sheet[:SHEET_NAME_LIMIT]
    for row in rows:
        page.append(list(row))
    raw = io.BytesIO()
    workbook.save(raw)
    path.write_bytes(_without_clock(raw))


def _without_clock(raw: io.BytesIO) -> bytes:
    """The same archive with the moment of writing taken out of its entries and properties."""
    clean = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2021-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return clean.getvalue()
