"""ГИС ФИС ОКО, Ф1 «Индивидуальные результаты»: a row of a school with its number of participants, then its pupils."""

import re
from typing import Any

from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, is_blank, school_login, text
from monitoring.imports.layouts.base import Fit, Header, Reading, find_header, fit_by_roles, joined
from monitoring.imports.layouts.fisoko_head import say_head
from monitoring.imports.layouts.vpr_table import read_pupils, roles
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import PUPILS, ParsedExam
from monitoring.imports.workbook import Sheet

NAME = "fisoko_pupils"
_ROLES = roles(
    school=r"оо|логин оо|логин",
    pupil_code=r"код участника",
    variant=r"вариант",
    primary=r"первичный балл",
    mark=r"отметка",
    journal=r"отметка по журналу",
    first_task=r"1(к1|[.,]1)? ?\(\d+ ?б\)",
)
_NEEDED = {"primary": "Первичный балл", "mark": "Отметка", "first_task": "1 (2б)", "pupil_code": "Код участника"}
_DECLARED = re.compile(r"кол-?во участников:?\s*(\d+)", re.IGNORECASE)


class FisokoPupils:
    name = NAME
    title = "ФИС ОКО «Индивидуальные результаты»"

    def fit(self, sheet: Sheet) -> Fit:
        return fit_by_roles(sheet, _ROLES, _NEEDED)

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, _ROLES, lambda found: all(role in found for role in _NEEDED))
        if header is None:
            return Reading()
        exam = ParsedExam(NAME, sheet.name, PUPILS)
        say_head(exam, sheet, header.row)
        rows, schools, declared = _walk(sheet, header)
        reading = read_pupils(exam, sheet, header, rows, schools)
        exam.problems += _compare(exam, sheet, declared)
        return reading


def _walk(sheet: Sheet, header: Header) -> tuple[list[int], list[Any], dict[str, tuple[int, int]]]:
    """Pupil rows with their schools, and what the sections declare: login → (participants, row index)."""
    rows: list[int] = []
    schools: list[Any] = []
    declared: dict[str, tuple[int, int]] = {}
    section = ""
    own = header.roles.get("school", 0)
    for index in range(header.row + 1, len(sheet.rows)):
        line = joined(sheet.rows[index][:8])
        if match := _DECLARED.search(line):
            section = school_login(line) or line[: match.start()].strip(" |")
            declared[section] = (int(match[1]), index)
        elif not is_blank(sheet.cell(index, header.roles["pupil_code"])):
            rows.append(index)
            schools.append(school_login(sheet.cell(index, own)) or section or text(sheet.cell(index, own)))
    return rows, schools, declared


def _compare(exam: ParsedExam, sheet: Sheet, declared: dict[str, tuple[int, int]]) -> list[say.Problem]:
    actual = {school.key: school for school in exam.schools}
    problems = []
    for key, (number, index) in declared.items():
        school = actual.get(key)
        found = school.participants if school else 0
        if number not in (found, school.listed if school else 0):
            message = f"Заявлено участников: {number}, в таблице: {found}. Проверьте, не обрезана ли выгрузка."
            cell = cell_name(index + 1, 0)
            problems.append(
                say.warning("declared_count_differs", message, sheet=sheet.name, cell=cell, value=str(number))
            )
    return problems


LAYOUT = FisokoPupils()
