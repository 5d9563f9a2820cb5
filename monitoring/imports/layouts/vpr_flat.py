"""The flat form of regional dashboards: «Год | Класс | Предмет | Муниципалитет | Логин | ОО | Кол-во участников | 2 |
3 | 4 | 5».

«Год» is the year of the work, as in «ВПР 2021». Shares are percents; numbers of pupils are taken too, where they add
up. A column «Процедура» is understood when there is one.
"""

from indicators.procedures import Procedure
from monitoring.imports.layouts.base import Fit, Reading, find_header, fit_by_roles
from monitoring.imports.layouts.flat_table import COMMON_ROLES, FlatTable, read_flat
from monitoring.imports.layouts.share_rows import ShareRow, counts_of, participants_of
from monitoring.imports.layouts.vpr_table import roles
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import PERCENTS, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

NAME = "vpr_flat"
MARKS = (2, 3, 4, 5)
_ROLES = roles(**COMMON_ROLES, **{f"mark_{mark}": rf"(отметка )?{mark}( ?,? ?%)?" for mark in MARKS})
_NEEDED = {
    "participants": "Кол-во участников", "subject": "Предмет", "grade": "Класс", "year": "Год",
    **{f"mark_{mark}": str(mark) for mark in MARKS},
}  # fmt: skip


class VprFlat:
    name = NAME
    title = "таблица ВПР по школам (Год | Класс | Предмет | … | 2 | 3 | 4 | 5)"

    def fit(self, sheet: Sheet) -> Fit:
        return fit_by_roles(sheet, _ROLES, _NEEDED)

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is None:
            return Reading()
        places = [header.roles[f"mark_{mark}"] for mark in MARKS]
        procedure = "" if name.procedure else Procedure.VPR.value
        return read_flat(FlatTable(NAME, PERCENTS, ("marks",), places, False, procedure), sheet, header, _fill)


def _fill(row: ShareRow, problems: list[Problem]) -> SchoolTally | None:
    participants = participants_of(row, problems)
    counts = counts_of(row, participants, problems) if participants else None
    if participants is None or counts is None:
        return None
    tally = row.tally()
    tally.listed = tally.participants = participants
    tally.marks = {mark: count for mark, count in zip(MARKS, counts, strict=True) if count}
    return tally


LAYOUT = VprFlat()
