"""A document that consists of tables, frozen: plain data without ids and clock. Pure.

A builder (see `reports.kinds`) fills a `TableDocument`; the drawers make a tagged PDF and a workbook of it, and the
page shows it before it is kept. What a builder has to know:

- A cell is a text or a `Number`. A number is kept exactly, as text; how it is written follows from its column, or from
  the cell where rows of one column have different units (`in_unit`, `plan_in_unit` and `change_in_unit` below take the
  units of `Indicator.Unit`). In the workbook it stays a number. «No data» is `Number(None)`, written as «—».
- A row has as many cells as there are columns. A row of a single text, where there are more columns, is a heading
  within the table and goes over all of them.
- `Column.group` is a head over neighbouring columns that name the same group.
- A sign such as «*» or «†» in `Number.mark` calls for a line in `Section.notes`.
- Widths, page size and print titles are the drawers' business. Heads have to be short: where there are many columns,
  number them and print what the numbers mean in a section of its own.
- Documents are printed and passed on, so a builder leaves out the numbers of fewer than five pupils, whoever asks; a
  kind that cannot do without them gets a line in `reports.access`.
"""

import hashlib
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from reports.snapshots import canonical
from schools.wording import UNIT_PLACES, counted, exact


class Shown(StrEnum):
    """How a number is written; `Number.value` is always in the unit of the data: 75 for 75 %."""

    TEXT = "text"
    NUMBER = "number"
    SIGNED = "signed"  # a change: «+3», «−0,12»
    PERCENT = "percent"
    POINTS = "points"  # a change in per cent points, with its sign
    DATE = "date"  # the value is an ISO date


@dataclass(frozen=True)
class Number:
    value: str | None
    shown: str = ""  # one of Shown; blank: as the column says
    places: int | None = None  # blank: as the column says
    mark: str = ""


Cell = str | Number
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    head: str
    shown: str = Shown.TEXT
    places: int | None = None  # decimals; None: as many as the number has, at most two, of per cents one
    group: str = ""


@dataclass(frozen=True)
class Section:
    """A table with what stands around it. One sheet of the workbook, which bears the name of `sheet`."""

    sheet: str  # at most 31 characters, without []:*?/\
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    lead: tuple[str, ...] = ()  # paragraphs before the table
    caption: str = ""  # «Таблица 1. …» gets its number from the drawers
    total: Row = ()  # the last row, set apart
    notes: tuple[str, ...] = ()  # under the table, small
    empty: str = "Данных нет."  # stands in place of a table without rows
    row_head: int = 0  # the column that names the row
    is_numbered: bool = False  # a column «№ п/п» before all others, headings not counted


@dataclass(frozen=True)
class TableDocument:
    kind: str  # «Сводная таблица»
    title: str  # «о достижении показателей программы …»: goes on from the kind
    municipality: str  # in full
    department: str
    period: str  # code
    is_demo: bool
    sections: tuple[Section, ...]
    lead: tuple[str, ...] = ()  # paragraphs before the first section
    notes: tuple[str, ...] = ()  # paragraphs after the last one
    has_signature: bool = True

    def to_json(self) -> dict[str, Any]:
        return dict(_plain(self))

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        sections = tuple(_section(row) for row in stored["sections"])
        return cls(**_known(cls, stored) | {"sections": sections})

    @property
    def sha256(self) -> str:
        return hashlib.sha256(canonical(self.to_json()).encode()).hexdigest()

    @staticmethod
    def contents_of(stored: dict[str, Any]) -> str:
        """What a kept document holds, in a word."""
        tables = [table for table in stored.get("sections", []) if table["rows"] or table.get("total")]
        rows = sum(len(row) > 1 or len(table["columns"]) == 1 for table in tables for row in table["rows"])
        return f"{counted(len(tables), 'таблица,таблицы,таблиц')}, {counted(rows, 'строка,строки,строк')}"


# --- Numbers in the units of indicators ----------------------------------------------


def in_unit(value: Decimal | str | None, unit: str, *, mark: str = "") -> Number:
    """A value as the pages show it: 33,3 %, 3,52, 4."""
    shown = Shown.PERCENT if unit == "percent" else Shown.NUMBER
    return Number(exact_text(value), shown, UNIT_PLACES.get(unit), mark)


def plan_in_unit(value: Decimal | str | None, unit: str, *, mark: str = "") -> Number:
    """What people set has no noughts at its end: 70 %."""
    return Number(exact_text(value), Shown.PERCENT if unit == "percent" else Shown.NUMBER, None, mark)


def change_in_unit(change: Decimal | str | None, unit: str, *, mark: str = "") -> Number:
    shown = Shown.POINTS if unit == "percent" else Shown.SIGNED
    return Number(exact_text(change), shown, UNIT_PLACES.get(unit), mark)


def exact_text(value: Decimal | int | str | None) -> str | None:
    """The number without the noughts that a database column adds; None stays None."""
    if value is None:
        return None
    text = format(Decimal(value).normalize() + 0, "f")
    return "0" if exact(text) == 0 else text


# --- JSON -------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Only what differs from a field's default, so that hundreds of rows stay small."""
    if is_dataclass(value):
        kept = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _plain(said) for one, said in kept if one.default is MISSING or said != one.default}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _known(cls: type, stored: dict[str, Any]) -> dict[str, Any]:
    """What the class has a field for: an older edition may hold what is said no more."""
    names = {one.name for one in fields(cls)}
    return {name: tuple(said) if isinstance(said, list) else said for name, said in stored.items() if name in names}


def _section(stored: dict[str, Any]) -> Section:
    tables = {
        "columns": tuple(Column(**_known(Column, column)) for column in stored["columns"]),
        "rows": tuple(_row(row) for row in stored["rows"]),
        "total": _row(stored.get("total", ())),
    }
    return Section(**_known(Section, stored) | tables)


def _row(stored: list[Any]) -> Row:
    return tuple(Number(**_known(Number, cell)) if isinstance(cell, dict) else cell for cell in stored)
