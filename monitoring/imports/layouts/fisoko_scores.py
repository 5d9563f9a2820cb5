"""ГИС ФИС ОКО «Распределение первичных баллов»: «Группы участников | Кол-во ОО | Кол-во участников | 0 | 1 | 2 …
max», in percent.

The report's name is known, its cells have been seen by nobody here (unconfirmed); it is read as its sister
«Статистика по отметкам» is.
"""

import re

from monitoring.imports.cells import header_key, text
from monitoring.imports.layouts.base import Fit, Header, Reading, find_header, fit_by_roles
from monitoring.imports.layouts.fisoko_table import read_groups
from monitoring.imports.layouts.share_rows import ShareRow, counts_of, participants_of
from monitoring.imports.layouts.vpr_table import roles
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import PERCENTS, ParsedExam, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.workbook import Sheet

NAME = "fisoko_scores"
_ROLES = roles(
    group=r"группы участников|группа участников",
    organisations=r"(кол-?во|количество) оо",
    participants=r"(кол-?во|количество|число) участников( ?\(всего\))?",
    score_0=r"0( ?%)?",
    score_1=r"1( ?%)?",
    score_6=r"6( ?%)?",
)
_NEEDED = {
    "group": "Группы участников", "participants": "Кол-во участников", "score_0": "0", "score_1": "1", "score_6": "6",
}  # fmt: skip


class FisokoScores:
    name = NAME
    title = "ФИС ОКО «Распределение первичных баллов»"

    def fit(self, sheet: Sheet) -> Fit:
        return fit_by_roles(sheet, _ROLES, _NEEDED)

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is None:
            return Reading()
        exam = ParsedExam(NAME, sheet.name, PERCENTS, facets=["scores"])
        places = _score_places(header)

        def fill(row: ShareRow, problems: list[Problem]) -> SchoolTally | None:
            return _fill(row, problems, list(places))

        return read_groups(exam, sheet, header, list(places.values()), fill)


def _score_places(header: Header) -> dict[int, int]:
    """Score → column."""
    places: dict[int, int] = {}
    for place, name in enumerate(header.names):
        match = re.fullmatch(r"(\d{1,3})( ?%)?", header_key(text(name)))
        if match:
            places.setdefault(int(match[1]), place)
    return places


def _fill(row: ShareRow, problems: list[Problem], scores: list[int]) -> SchoolTally | None:
    participants = participants_of(row, problems)
    counts = counts_of(row, participants, problems, percent_sure=True) if participants else None
    if participants is None or counts is None:
        return None
    tally = row.tally()
    tally.listed = tally.participants = participants
    tally.primary = {score: count for score, count in zip(scores, counts, strict=True) if count}
    return tally


LAYOUT = FisokoScores()
