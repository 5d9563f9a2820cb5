"""ГИС ФИС ОКО «Сравнение отметок с отметками по журналу».

Since 2022 a group has one row with shares and numbers side by side. Until 2021 (unconfirmed) it had rows of its own:
the group's name, then «Понизили», «Подтвердили», «Повысили», «Всего» with «Кол-во участников | %».
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from monitoring.imports import problems as say
from monitoring.imports.cells import is_blank, text, whole
from monitoring.imports.layouts.base import Fit, Header, Reading, find_header, fit_by_roles
from monitoring.imports.layouts.fisoko_head import school_of
from monitoring.imports.layouts.fisoko_table import read_groups
from monitoring.imports.layouts.share_rows import ShareRow, counts_of, participants_of
from monitoring.imports.layouts.vpr_table import roles
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import COUNTS, ParsedExam, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

NAME = "fisoko_journal"
KINDS = {"lower": "понизили", "same": "подтвердили", "higher": "повысили"}
_ROLES = roles(
    group=r"группы участников|группа участников",
    participants=r"(кол-?во|количество|число) участников( ?\(всего\))?",
    **{f"{kind}_share": rf"{word}.*%" for kind, word in KINDS.items()},
    **{kind: rf"{word}.*((кол-?во|количество) участников|чел\.?)" for kind, word in KINDS.items()},
    share=r"%",
)
_ACROSS = {"group": "Группы участников", "participants": "Кол-во участников(всего)"}
_NEEDED = {**_ACROSS, **{kind: f"{word.capitalize()} … Кол-во участников" for kind, word in KINDS.items()}}
_DOWN = {**_ACROSS, "share": "%"}


class FisokoJournal:
    name = NAME
    title = "ФИС ОКО «Сравнение отметок с отметками по журналу»"

    def fit(self, sheet: Sheet) -> Fit:
        fit = fit_by_roles(sheet, _ROLES, _NEEDED)
        if fit.fits or _vertical_header(sheet) is None:
            return fit
        return Fit(fit.found + 1)

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        exam = ParsedExam(NAME, sheet.name, COUNTS, facets=["journal"])
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is not None:
            shares = [header.roles[f"{kind}_share"] for kind in KINDS if f"{kind}_share" in header.roles]
            fill = partial(_fill, shares=shares)
            return read_groups(exam, sheet, header, [header.roles[kind] for kind in KINDS], fill)
        header = _vertical_header(sheet)
        if header is None:
            return Reading()
        flat, flat_header = _laid_across(sheet, header)
        return read_groups(exam, flat, flat_header, [flat_header.roles[kind] for kind in KINDS], _fill)


def _fill(row: ShareRow, problems: list[Problem], shares: Sequence[int] = ()) -> SchoolTally | None:
    participants = participants_of(row, problems)
    counts = _counts(row, participants, problems, shares) if participants else None
    if participants is None or counts is None:
        return None
    if sum(counts) > participants:
        message = (
            f"Понизили, подтвердили и повысили вместе {sum(counts)}, а участников {participants}. Проверьте строку."
        )
        problems.append(row.problem("counts_exceed_participants", row.participants_place, message))
        return None
    if sum(counts) < participants:
        message = f"Сравнение есть у {sum(counts)} из {participants} участников: у остальных нет отметки в журнале."
        problems.append(
            say.warning("not_all_compared", message, sheet=row.sheet.name, cell=row.cell(row.participants_place))
        )
    tally = row.tally()
    tally.listed = tally.participants = participants
    tally.journal = dict(zip(KINDS, counts, strict=True))
    return tally


def _counts(row: ShareRow, participants: int, problems: list[Problem], shares: Sequence[int]) -> list[int] | None:
    """Numbers as printed; left out altogether they are not noughts, and the shares beside them tell as much."""
    cells = [row.sheet.cell(row.index, place) for place in row.places]
    if all(map(is_blank, cells)):
        if len(shares) < len(KINDS) or all(is_blank(row.sheet.cell(row.index, place)) for place in shares):
            message = "Нет ни числа, ни доли тех, кто понизил, подтвердил и повысил отметку. Заполните строку."
            problems.append(row.problem("no_comparison", row.places[0], message))
            return None
        return counts_of(replace(row, places=shares), participants, problems, percent_sure=True)
    numbers = [0 if is_blank(cell) else whole(cell) for cell in cells]
    if any(count is None or count < 0 for count in numbers):
        return counts_of(row, participants, problems)
    return [count or 0 for count in numbers]


def _vertical_header(sheet: Sheet) -> Header | None:
    header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _DOWN))
    if header is None or "lower" in header.roles:
        return None
    group = header.roles["group"]
    below = [
        text(sheet.cell(index, group)).lower() for index in range(header.row + 1, min(header.row + 12, len(sheet.rows)))
    ]
    return header if any(line.startswith(word) for line in below for word in KINDS.values()) else None


def _laid_across(sheet: Sheet, header: Header) -> tuple[Sheet, Header]:
    """The older table with each group's numbers put into the group's own row, so that row numbers stay true."""
    group, number, width = header.roles["group"], header.roles["participants"], sheet.width
    rows = [list(row) + [""] * (width + 4 - len(row)) for row in sheet.rows]
    current: int | None = None
    for index in range(header.row + 1, len(rows)):
        name = text(rows[index][group])
        kind = next((at for at, word in enumerate(KINDS.values()) if name.lower().startswith(word)), None)
        if kind is None and not re.match(r"всего", name.lower()):
            current = index if school_of(name, may_be_nameless=False) else None
            continue
        if current is not None:
            target = width + 3 if kind is None else width + kind
            rows[current][target] = rows[index][number]
        rows[index][group] = ""
    for index in range(header.row + 1, len(rows)):
        if not whole(rows[index][width + 3]):
            rows[index][width + 3] = sum(whole(rows[index][width + at]) or 0 for at in range(3)) or ""
    places = {"group": group, "participants": width + 3, **{kind: width + at for at, kind in enumerate(KINDS)}}
    names = (
        header.names + [""] * (width - len(header.names)) + [word.capitalize() for word in KINDS.values()] + ["Всего"]
    )
    return Sheet(sheet.name, rows), Header(header.row, places, names, header.row)


LAYOUT = FisokoJournal()
