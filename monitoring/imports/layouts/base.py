"""What every layout has: signs to be recognised by, and a reading of its sheet."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from monitoring.imports.cells import header_key, is_blank, text
from monitoring.imports.clean import CleanSheet
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import ParsedExam
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

HEADER_WITHIN = 60  # rows from the top in which a header is looked for; letters and logos stand above real headers


@dataclass(frozen=True)
class Fit:
    """How well a sheet suits a layout: the signs found, and in Russian those that are lacking."""

    found: int
    lacking: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.lacking


@dataclass
class Reading:
    """One sheet, read: its exams and what is to be kept and told besides."""

    exams: list[ParsedExam] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)
    clean: CleanSheet | None = None


class Layout(Protocol):
    """`name` is the code that is stored and printed, `title` what people read."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def fit(self, sheet: Sheet) -> Fit: ...

    def read(self, sheet: Sheet, name: NameFacts) -> Reading: ...


@dataclass
class Header:
    """A header row: the columns by their role, and the names as printed."""

    row: int  # index from 0
    roles: dict[str, int]
    names: list[str]
    last_row: int = 0  # a header may stand in two rows

    @property
    def keys(self) -> list[str]:
        return [header_key(name) for name in self.names]

    def dropped(self, kept: Sequence[int]) -> list[str]:
        return [name for place, name in enumerate(self.names) if name and place not in kept]


class Roles:
    """What columns may be for, each with the pattern of its headers; of patterns that both match the first one has it.

    Every layout looks for its header among the first rows of every sheet, pupils and all, and most of their cells
    repeat: each different cell is compared once.
    """

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._patterns = {role: re.compile(pattern) for role, pattern in patterns.items()}
        self._any = re.compile("|".join(f"(?:{pattern})" for pattern in patterns.values()))
        self.matching = lru_cache(maxsize=2048, typed=True)(self._matching)

    def _matching(self, cell: Any) -> tuple[str, ...]:
        """The roles that a cell may be the header of."""
        key = _key_of(cell)
        if not key or not self._any.fullmatch(key):  # as nearly always
            return ()
        return tuple(role for role, pattern in self._patterns.items() if pattern.fullmatch(key))


@lru_cache(maxsize=2048, typed=True)
def _key_of(cell: Any) -> str:
    """As headers are compared; "" of a blank one."""
    return "" if is_blank(cell) else header_key(text(cell))


def roles_of(row: Sequence[Any], roles: Roles) -> dict[str, int]:
    """Which column plays which role; the first match stays, as in reading from the left."""
    found: dict[str, int] = {}
    matching = roles.matching
    likely = [(place, matched) for place, cell in enumerate(row) if (matched := matching(cell))]  # few, if any
    for place, matched in likely:
        for role in matched:
            if role not in found:
                found[role] = place
                break
    return found


def names_of(row: Sequence[Any]) -> list[str]:
    return [text(cell) for cell in row]


def find_header(
    sheet: Sheet, roles: Roles, is_header: Callable[[dict[str, int]], bool], start: int = 0, within: int = HEADER_WITHIN
) -> Header | None:
    """The first row from `start` whose roles make a header."""
    for index in range(start, min(len(sheet.rows), start + within)):
        found = roles_of(sheet.rows[index], roles)
        if found and is_header(found):
            return Header(index, found, names_of(sheet.rows[index]), index)
    return None


def best_roles(sheet: Sheet, roles: Roles) -> dict[str, int]:
    """The roles of the row that has most of them: what a sheet nearly is."""
    rows = sheet.rows[:HEADER_WITHIN]
    return max((roles_of(row, roles) for row in rows), key=len, default={})


def fit_by_roles(sheet: Sheet, roles: Roles, needed: Mapping[str, str]) -> Fit:
    """Fit of a table that is known by its columns; `needed` gives each role's name for people."""
    found = best_roles(sheet, roles)
    return Fit(len(found), tuple(f"столбец «{title}»" for role, title in needed.items() if role not in found))


def joined(row: Sequence[Any]) -> str:
    """A row's texts in one line."""
    return " ".join(shown for shown in map(text, row) if shown)


def unique(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


_TOTAL = re.compile(r"(итого|всего|средн|по (району|муниципалитету|городу|краю|области)|вся выборка)")


def is_total(value: Any) -> bool:
    """«Итого», «Всего», «Среднее по району»."""
    return bool(_TOTAL.match(text(value).lower()))
