"""Rows that give shares or numbers of pupils by school, made into tallies; used by the tables without pupils."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, is_absent, is_blank, number, safe_value, text, whole
from monitoring.imports.parsed import SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.shares import as_counts
from monitoring.imports.tally import SchoolKey
from monitoring.imports.workbook import Sheet


@dataclass
class ShareRow:
    """One school's row, with the places of its numbers."""

    sheet: Sheet
    index: int
    key: SchoolKey
    key_place: int
    participants_place: int
    places: Sequence[int]

    def cell(self, place: int) -> str:
        return cell_name(self.index + 1, place)

    def tally(self) -> SchoolTally:
        row = str(self.index + 1)
        return SchoolTally(self.key.kind, self.key.key, self.key.name, self.cell(self.key_place), row, 1)

    def problem(self, code: str, place: int, message: str) -> Problem:
        value = safe_value(self.sheet.cell(self.index, place))
        return say.error(code, message, sheet=self.sheet.name, cell=self.cell(place), value=value)


def participants_of(row: ShareRow, problems: list[Problem]) -> int | None:
    """The number of participants; None, with a problem, when the row cannot be used."""
    cell = row.sheet.cell(row.index, row.participants_place)
    count = whole(cell)
    if count is not None and count > 0:
        return count
    empty = all(is_blank(value) or is_absent(value) or number(value) == 0 for value in _values(row))
    if (is_blank(cell) or is_absent(cell) or count == 0) and empty:
        message = "У школы нет участников: строка пропущена."
        problems.append(
            say.warning(
                "no_participants",
                message,
                sheet=row.sheet.name,
                cell=row.cell(row.participants_place),
                value=text(cell)[:20],
            )
        )
        return None
    message = "Число участников должно быть целым и больше нуля. Впишите его: без него доли не перевести в число детей."
    problems.append(row.problem("no_participants", row.participants_place, message))
    return None


def _values(row: ShareRow) -> list[object]:
    return [row.sheet.cell(row.index, place) for place in row.places]


def counts_of(
    row: ShareRow, participants: int, problems: list[Problem], *, percent_sure: bool = False
) -> list[int] | None:
    """Numbers of pupils behind the row's shares; None, with a problem, when they are unreadable or do not add up."""
    shares: list[int | float] = []
    readable = True
    for place in row.places:
        cell = row.sheet.cell(row.index, place)
        found = 0 if is_blank(cell) or is_absent(cell) else number(cell)
        if found is None or not 0 <= found <= max(100, participants):
            message = "Здесь должна стоять доля в процентах от 0 до 100. Исправьте ячейку."
            problems.append(row.problem("bad_percent", place, message))
            readable = False
        shares.append(found or 0)
    if not readable:
        return None
    counts = as_counts(shares, participants, percent_sure=percent_sure)
    if counts is None:
        total = f"{round(sum(shares), 2):g}".replace(".", ",")
        message = (
            f"Значения в строке дают в сумме {total}: это не 100 % и не число участников ({participants}). "
            "Проверьте строку по исходному отчёту."
        )
        problem = row.problem("percents_do_not_add_up", row.places[0], message)
        problems.append(problem)
    return counts


def add_once(schools: dict[tuple[str, str], SchoolTally], tally: SchoolTally, sheet: str) -> list[Problem]:
    """Keep a school's row; the same row again is left out, another one for the same school is an error."""
    known = schools.setdefault((tally.kind, tally.key), tally)
    if known is tally:
        return []
    same = (known.participants, known.marks, known.levels, known.journal, known.primary) == (
        tally.participants, tally.marks, tally.levels, tally.journal, tally.primary
    )  # fmt: skip
    where = f"Школа уже стоит в ячейке {known.cell}"
    if same:
        message = f"{where} с теми же числами: строка учтена один раз."
        return [say.warning("duplicate_row", message, sheet=sheet, cell=tally.cell, value=tally.key)]
    message = f"{where} с другими числами. Оставьте одну строку."
    return [say.error("duplicate_row", message, sheet=sheet, cell=tally.cell, value=tally.key)]
