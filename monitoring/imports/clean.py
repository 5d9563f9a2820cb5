"""The clean sheet: what is kept of a table for provenance. Only columns that a layout needs, with the original row
numbers.

It is a whitelist: a column that no layout asked for is dropped, known or not, and in the kept columns a cell with
letters where numbers belong is withheld (a shifted row may hold a surname).
"""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitoring.imports.cells import safe_value, text

COMPRESSION = 4  # of gzip: a third of the time of 6 for a seventh more bytes


@dataclass
class CleanBlock:
    """One header with its rows; columns stand side by side."""

    headings: list[tuple[int, str]] = field(default_factory=list)  # row number, the recognised part of a heading
    header_row: int = 0
    names: list[str] = field(default_factory=list)
    rows: Sequence[int] = field(default_factory=list)
    columns: list[Sequence[Any]] = field(default_factory=list)


@dataclass
class CleanSheet:
    name: str
    blocks: list[CleanBlock] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        return sum(len(block.rows) for block in self.blocks)


def kept(values: Iterable[Any]) -> list[str]:
    """A numeric column as it is stored; each distinct value is looked at once."""
    column = list(values)
    shown = {value: safe_value(value) for value in set(column)}
    return [shown[value] for value in column]


def kept_text(values: Iterable[Any]) -> list[str]:
    """A column of school names, codes or subjects as it is stored."""
    column = list(values)
    shown = {value: text(value) for value in set(column)}
    return [shown[value] for value in column]


def write_clean_csv_gz(sheet: CleanSheet, path: Path) -> int:
    """Write the sheet; the same sheet gives the same bytes (no time, no name in the gzip head). Returns the rows
    written."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(["Строка", *(sheet.blocks[0].names if sheet.blocks else [])])
    for block in sheet.blocks:
        writer.writerows([number, heading] for number, heading in block.headings)
        writer.writerow([block.header_row, *block.names])
        writer.writerows(zip(block.rows, *block.columns, strict=False))
    path.write_bytes(gzip.compress(stream.getvalue().encode(), COMPRESSION, mtime=0))
    return sheet.row_count
