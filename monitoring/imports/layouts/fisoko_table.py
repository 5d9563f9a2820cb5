"""The common part of the ФИС ОКО tables by groups of participants: from the country down to the school, without a
level column."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, is_blank, text, whole
from monitoring.imports.clean import CleanBlock, CleanSheet, kept, kept_text
from monitoring.imports.layouts.base import Header, Reading, unique
from monitoring.imports.layouts.fisoko_head import is_municipality, say_head, school_of
from monitoring.imports.layouts.share_rows import ShareRow, add_once
from monitoring.imports.parsed import ParsedExam, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

# From a row to its school's tally; None, with problems told, when it cannot be used.
Fill = Callable[[ShareRow, list[Problem]], SchoolTally | None]


def group_rows(sheet: Sheet, header: Header, places: list[int]) -> Iterator[ShareRow]:
    """The rows of schools; the country, regions and municipalities are passed over."""
    group, participants = header.roles["group"], header.roles["participants"]
    for index in range(header.last_row + 1, len(sheet.rows)):
        nameless = "organisations" in header.roles and is_blank(sheet.cell(index, header.roles["organisations"]))
        key = school_of(text(sheet.cell(index, group)), may_be_nameless=nameless)
        if key is not None:
            yield ShareRow(sheet, index, key, group, participants, places)


def read_groups(exam: ParsedExam, sheet: Sheet, header: Header, places: list[int], fill: Fill) -> Reading:
    """Read all school rows by `fill`, check them against the municipality's own row, keep the clean columns."""
    say_head(exam, sheet, header.row)
    schools: dict[tuple[str, str], SchoolTally] = {}
    problems: list[Problem] = []
    for row in group_rows(sheet, header, places):
        exam.rows += 1
        tally = fill(row, problems)
        if tally is not None:
            problems += add_once(schools, tally, sheet.name)
    exam.schools = list(schools.values())
    if not exam.rows:
        message = "В таблице нет строк школ (с логином вида edu000000 в скобках). Выгрузите отчёт с детализацией до ОО."
        problems.append(say.error("no_rows", message, sheet=sheet.name, cell=f"A{header.row + 1}"))
    exam.problems = problems + _municipality_differs(sheet, header, exam.schools)
    kept_places = sorted(
        {header.roles[role] for role in ("group", "organisations", "participants") if role in header.roles}
    )
    kept_places = sorted({*kept_places, *places})
    return Reading([exam], [], unique(header.dropped(kept_places)), _clean(sheet, header, kept_places))


@dataclass
class _Municipality:
    index: int
    organisations: int | None
    participants: int
    schools: list[SchoolTally] = field(default_factory=list)


def _municipality_differs(sheet: Sheet, header: Header, schools: list[SchoolTally]) -> list[Problem]:
    """A municipality's row says how many pupils its schools have together: a cut table shows here."""
    by_row = {int(school.rows): school for school in schools}
    found: list[_Municipality] = []
    for index in range(header.last_row + 1, len(sheet.rows)):
        if is_municipality(text(sheet.cell(index, header.roles["group"]))):
            participants = whole(sheet.cell(index, header.roles["participants"]))
            organisations = whole(sheet.cell(index, header.roles.get("organisations", 10**6)))
            found.append(_Municipality(index, organisations, participants or 0))
        elif index + 1 in by_row and found:
            found[-1].schools.append(by_row[index + 1])
    return [_difference(sheet, header, one) for one in found if _differs(one)]


def _differs(one: _Municipality) -> bool:
    total = sum(school.participants for school in one.schools)
    if not one.schools or not one.participants:
        return False
    complete = one.organisations == len(one.schools)
    return total > one.participants or (complete and total != one.participants)


def _difference(sheet: Sheet, header: Header, one: _Municipality) -> Problem:
    total = sum(school.participants for school in one.schools)
    message = (
        f"У муниципалитета указано участников: {one.participants}, а у его школ вместе: {total}. Проверьте выгрузку."
    )
    cell = cell_name(one.index + 1, header.roles["participants"])
    return say.warning("declared_count_differs", message, sheet=sheet.name, cell=cell, value=str(one.participants))


def _clean(sheet: Sheet, header: Header, places: list[int]) -> CleanSheet:
    # Only rows with a number of participants: a signature below the table is none of them.
    rows = [
        index
        for index in range(header.last_row + 1, len(sheet.rows))
        if whole(sheet.cell(index, header.roles["participants"])) is not None
    ]
    columns: list[Sequence[Any]] = []
    for place in places:
        cells = [sheet.cell(index, place) for index in rows]
        columns.append(kept_text(cells) if place == header.roles["group"] else kept(cells))
    names = [header.names[place] for place in places]
    return CleanSheet(sheet.name, [CleanBlock([], header.row + 1, names, [index + 1 for index in rows], columns)])
