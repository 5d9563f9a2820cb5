"""Reads the kept rows of a cleaned sheet."""

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from accounts.access import Permission
from indicators.calculations.provenance import parse_spans as spans_of
from monitoring.deciding import deciding_columns
from monitoring.models import ResultTotal, StoredSheet
from schools.models import School

MOST_ROWS = 2000


class BadRows(Exception):
    """The rows are not written as «5-140, 145»."""


class Row(NamedTuple):
    """A row as it stood: the number in the file, then the kept columns."""

    number: int
    cells: tuple[str, ...]
    is_head: bool  # a heading or header row
    deciding: frozenset[int] = frozenset()  # the cells that gave the number in question

    @property
    def marked_cells(self) -> tuple[tuple[str, bool], ...]:
        return tuple((cell, place in self.deciding) for place, cell in enumerate(self.cells))


@dataclass(frozen=True)
class SheetRows:
    rows: tuple[Row, ...]
    columns: int
    is_cut: bool

    @property
    def deciding(self) -> tuple[str, ...]:
        """The heads of the columns that gave the number in question."""
        heads = (row.cells[place] for row in self.rows if row.is_head for place in sorted(row.deciding))
        return tuple(dict.fromkeys(heads))


def read_rows(sheet: StoredSheet, wanted: str, cells: str = "") -> SheetRows | None:
    """The wanted rows with the headings and header above them; None when the kept file has expired.

    `cells` says which number is in question, see `deciding_columns`.
    """
    spans = parse_spans(wanted)
    path = Path(settings.MEDIA_ROOT) / sheet.path
    if not path.exists():
        return None
    kept: list[Row] = []
    heads: list[Row] = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream, delimiter=";")
        names = tuple(next(lines, [])[1:])
        deciding = deciding_columns(names, cells)
        for line in lines:
            number, texts = int(line[0] or 0), tuple(line[1:])
            if len(texts) == 1 or texts == names:
                heads = [head for head in heads if head.cells != names] if texts == names else heads
                heads.append(Row(number, texts, True, deciding if texts == names else frozenset()))
            elif any(first <= number <= last for first, last in spans):
                kept.extend(heads)
                heads = []
                kept.append(Row(number, texts, False, deciding))
                if len(kept) >= MOST_ROWS:
                    break
    return SheetRows(tuple(kept), len(names), len(kept) >= MOST_ROWS)


def parse_spans(text: str) -> list[tuple[int, int]]:
    """«5-140,145» → [(5, 140), (145, 145)]; nothing said means all rows."""
    if not text.strip():
        return [(1, 10**9)]
    spans = []
    for part in re.split(r"[,;]\s*", text.strip()):
        match = re.fullmatch(r"(\d{1,7})(?:\s*[-–]\s*(\d{1,7}))?", part.strip())
        if not match:
            raise BadRows("Строки в адресе записаны неверно; пример: rows=5-140,145.")
        first = int(match[1])
        spans.append((first, int(match[2] or first)))
    return spans


def are_of_own_schools(user: Any, *, upload: int, file: str, sheet: str, rows: str) -> bool:
    """Whether these rows, all of them, gave results of schools that the person answers for: to others they are closed,
    for a row is about one pupil."""
    own = set(_own_rows(user, (upload, file, sheet)))
    wanted = parse_spans(rows) if rows.strip() else []
    return bool(wanted) and all(
        last - first < MOST_ROWS and own.issuperset(range(first, last + 1)) for first, last in wanted
    )


def _own_rows(user: Any, place: tuple[int, str, str]) -> Iterator[int]:
    schools = School.objects.allowing(user, Permission.SMALL_NUMBERS_VIEW)
    for sources in ResultTotal.objects.filter(school__in=schools).values_list("sources", flat=True):
        for source in sources:
            if (source.get("upload"), source.get("file"), source.get("sheet")) == place:
                for first, last in spans_of(source.get("rows") or "") or ():
                    yield from range(first, last + 1)
