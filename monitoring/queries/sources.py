"""Reads the kept rows of a cleaned sheet."""

import csv
import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from monitoring.models import StoredSheet

MOST_ROWS = 2000


class BadRows(Exception):
    """The rows are not written as «5-140, 145»."""


@dataclass(frozen=True)
class SheetRows:
    """Rows as they stood: the number in the file, then the kept columns; a heading or header row is marked."""

    rows: tuple[tuple[int, tuple[str, ...], bool], ...]
    columns: int
    is_cut: bool


def read_rows(sheet: StoredSheet, wanted: str) -> SheetRows | None:
    """The wanted rows with the headings and header above them; None when the kept file has expired."""
    spans = parse_spans(wanted)
    path = Path(settings.MEDIA_ROOT) / sheet.path
    if not path.exists():
        return None
    kept: list[tuple[int, tuple[str, ...], bool]] = []
    heads: list[tuple[int, tuple[str, ...], bool]] = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream, delimiter=";")
        names = tuple(next(lines, [])[1:])
        for line in lines:
            number, cells = int(line[0] or 0), tuple(line[1:])
            if len(cells) == 1 or cells == names:
                heads = [head for head in heads if head[1] != names] if cells == names else heads
                heads.append((number, cells, True))
            elif any(first <= number <= last for first, last in spans):
                kept.extend(heads)
                heads = []
                kept.append((number, cells, False))
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
