"""ГИС ФИС ОКО, Ф3 «Статистика по отметкам»: «Группы участников | Кол-во ОО | Кол-во участников | 2 | 3 | 4 | 5», in
percent."""

from monitoring.imports.layouts.base import Fit, Reading, find_header, fit_by_roles
from monitoring.imports.layouts.fisoko_table import read_groups
from monitoring.imports.layouts.share_rows import ShareRow, counts_of, participants_of
from monitoring.imports.layouts.vpr_table import roles
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import PERCENTS, ParsedExam, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

NAME = "fisoko_marks"
MARKS = (2, 3, 4, 5)
_ROLES = roles(
    group=r"группы участников|группа участников",
    organisations=r"(кол-?во|количество) оо",
    participants=r"(кол-?во|количество|число) участников( ?\(всего\))?",
    **{f"mark_{mark}": rf"(отметка )?{mark}( ?,? ?%)?" for mark in MARKS},
    # «Распределение первичных баллов» has columns 2, 3, 4, 5 too, but among 0, 1, 6 …
    score=r"0|1|6|7|8",
)
_NEEDED = {
    "group": "Группы участников",
    "participants": "Кол-во участников",
    **{f"mark_{mark}": str(mark) for mark in MARKS},
}


class FisokoMarks:
    name = NAME
    title = "ФИС ОКО «Статистика по отметкам»"

    def fit(self, sheet: Sheet) -> Fit:
        fit = fit_by_roles(sheet, _ROLES, _NEEDED)
        header = find_header(sheet, _ROLES, lambda found: "group" in found)
        if header is not None and "score" in header.roles:
            return Fit(
                fit.found, (*fit.lacking, "столбцы только по отметкам 2–5 (здесь распределение первичных баллов)")
            )
        return fit

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is None:
            return Reading()
        exam = ParsedExam(NAME, sheet.name, PERCENTS, facets=["marks"], result="mark")
        return read_groups(exam, sheet, header, [header.roles[f"mark_{mark}"] for mark in MARKS], _fill)


def _fill(row: ShareRow, problems: list[Problem]) -> SchoolTally | None:
    participants = participants_of(row, problems)
    counts = counts_of(row, participants, problems, percent_sure=True) if participants else None
    if participants is None or counts is None:
        return None
    tally = row.tally()
    tally.listed = tally.participants = participants
    tally.marks = {mark: count for mark, count in zip(MARKS, counts, strict=True) if count}
    return tally


LAYOUT = FisokoMarks()
