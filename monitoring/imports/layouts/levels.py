"""КДР by levels: our own flat template.

    Год | Процедура | Предмет | Класс | Код ОО | Школа | Участников | Недостаточный | Пониженный | Базовый | Повышенный

The levels are whatever columns stand after «Участников» (a total or a share of levels is not one of them). Values are
numbers of pupils, or percents where the header says «%» or the row adds up to 100. «Год» is the school year:
2020/2021 or 2020. «Логин» may stand instead of «Код ОО»; «Процедура» defaults to КДР.
"""

import re

from indicators.procedures import Procedure
from monitoring.imports.cells import header_key
from monitoring.imports.layouts.base import Fit, Header, Reading, find_header, fit_by_roles
from monitoring.imports.layouts.flat_table import COMMON_ROLES, FlatTable, read_flat
from monitoring.imports.layouts.share_rows import ShareRow, counts_of, participants_of
from monitoring.imports.layouts.vpr_table import roles
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import COUNTS, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

NAME = "levels"
_ROLES = roles(**COMMON_ROLES, level=r"(недостаточн|пониженн|низк|базов|повышенн|высок|средн|ниже базов|допороговый).*")
_NEEDED = {"participants": "Участников", "level": "Базовый (или другой уровень)"}
_NO_LEVEL = re.compile(r"(итого|всего|сумма|примечани|доля|средн\w* балл|комментар|ответственн|фио).*")


class Levels:
    name = NAME
    title = "результаты по уровням (КДР)"

    def fit(self, sheet: Sheet) -> Fit:
        fit = fit_by_roles(sheet, _ROLES, _NEEDED)
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is not None and not {"code", "login", "name"} & set(header.roles):
            return Fit(fit.found, (*fit.lacking, "столбец «Код ОО»"))
        return fit

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is None:
            return Reading()
        levels = _levels(header)
        procedure = "" if name.procedure else Procedure.KDR.value
        table = FlatTable(NAME, COUNTS, ("marks",), list(levels.values()), True, procedure)
        percent = any("%" in header.names[place] for place in levels.values())

        def fill(row: ShareRow, problems: list[Problem]) -> SchoolTally | None:
            return _fill(row, problems, list(levels), percent)

        reading = read_flat(table, sheet, header, fill)
        for exam in reading.exams:
            exam.result = ""
        return reading


def _levels(header: Header) -> dict[str, int]:
    """Level name → column."""
    found: dict[str, int] = {}
    for place in range(header.roles["participants"] + 1, len(header.names)):
        name = re.sub(r"[\s,(]*%\)?$", "", header.names[place]).strip()
        known_elsewhere = place in header.roles.values() and place != header.roles["level"]
        if name and not known_elsewhere and not _NO_LEVEL.fullmatch(header_key(name)):
            found.setdefault(name[:1].upper() + name[1:].lower(), place)
    return found


def _fill(row: ShareRow, problems: list[Problem], levels: list[str], percent: bool) -> SchoolTally | None:
    participants = participants_of(row, problems)
    counts = counts_of(row, participants, problems, percent_sure=percent) if participants else None
    if participants is None or counts is None:
        return None
    tally = row.tally()
    tally.listed = tally.participants = participants
    tally.levels = dict(zip(levels, counts, strict=True))
    return tally


LAYOUT = Levels()
