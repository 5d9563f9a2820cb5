"""Scales that turn primary scores into marks, and thresholds that count as passed, by year and with their source.

They are data (`fixtures/scales.json`, later the database), never constants: subjects of the Federation set their own,
and years differ. A year without a scale takes the nearest earlier one, and the result says so.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARKS, THRESHOLD = "marks", "threshold"


@dataclass(frozen=True)
class ScaleRow:
    """`school_year` is the first year it is valid in; up to `valid_through` it is valid without a warning."""

    kind: str  # marks or threshold
    procedure: str
    subject: str
    school_year: int
    source: str
    grade: int | None = None
    valid_through: int | None = None
    ends: bool = False  # after `valid_through` it must not be used at all: the works were made anew
    max_2: int | None = None
    max_3: int | None = None
    max_4: int | None = None
    minimum: int | None = None  # of a threshold: the test score that is enough

    @property
    def borders(self) -> tuple[int, ...]:
        """The first primary scores of marks 3, 4 and 5; none unless all are known."""
        tops = (self.max_2, self.max_3, self.max_4)
        return () if None in tops else tuple(top + 1 for top in tops if top is not None)

    def mark(self, primary: int) -> int:
        """The mark for a primary score; only for rows of kind marks."""
        bounds = (self.max_2, self.max_3, self.max_4)
        return 2 + sum(1 for bound in bounds if bound is not None and primary > bound)


@dataclass(frozen=True)
class FoundScale:
    row: ScaleRow
    of_earlier_year: bool


@dataclass
class Scales:
    _rows: dict[tuple[str, str, str, int | None], list[ScaleRow]] = field(default_factory=dict)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "Scales":
        """Rows as in `fixtures/scales.json` or `.values()` of a queryset with the same names."""
        scales = cls()
        for data in rows:
            row = ScaleRow(**{name: value for name, value in data.items() if name in ScaleRow.__dataclass_fields__})
            scales._rows.setdefault((row.kind, row.procedure, row.subject, row.grade), []).append(row)
        return scales

    @classmethod
    def from_file(cls, path: Path) -> "Scales":
        return cls.from_rows(json.loads(path.read_text(encoding="utf-8")))

    def marks(self, procedure: str, subject: str, grade: int, school_year: int) -> FoundScale | None:
        """The scale primary → mark, for this grade or for all grades of the procedure."""
        return self._find(MARKS, procedure, subject, grade, school_year)

    def threshold(self, procedure: str, subject: str, school_year: int) -> FoundScale | None:
        """The least test score that counts as passed."""
        return self._find(THRESHOLD, procedure, subject, None, school_year)

    def _find(self, kind: str, procedure: str, subject: str, grade: int | None, school_year: int) -> FoundScale | None:
        rows = self._rows.get((kind, procedure, subject, grade), []) or self._rows.get(
            (kind, procedure, subject, None), []
        )
        usable = [row for row in rows if row.school_year <= school_year and not _is_over(row, school_year)]
        if not usable:
            return None
        latest = max(usable, key=lambda row: row.school_year)
        through = latest.valid_through if latest.valid_through is not None else latest.school_year
        return FoundScale(latest, school_year > through)


def _is_over(row: ScaleRow, school_year: int) -> bool:
    return row.ends and row.valid_through is not None and school_year > row.valid_through
