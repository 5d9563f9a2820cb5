"""The common part of our own flat templates: a row is a school in one year, subject and grade; several exams in one
sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.subjects import subject_by_name
from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, grade_of, is_blank, school_code, school_login, text, whole
from monitoring.imports.clean import CleanBlock, CleanSheet, kept, kept_text
from monitoring.imports.layouts.base import Header, Reading, is_total, unique
from monitoring.imports.layouts.share_rows import ShareRow, add_once
from monitoring.imports.names import procedure_named, school_year_named, wave_named
from monitoring.imports.parsed import ParsedExam, SchoolTally
from monitoring.imports.problems import Problem
from monitoring.imports.tally import SchoolKey
from monitoring.imports.workbook import Sheet

EXAM_ROLES = ("year", "procedure", "subject", "grade", "wave")
TEXT_ROLES = ("year", "procedure", "subject", "grade", "wave", "code", "login", "name")
COMMON_ROLES = {
    "year": r"(учебный )?год",
    "procedure": r"процедура|вид работы|оценочная процедура",
    "subject": r"предмет|вид грамотности|направление",
    "grade": r"класс|параллель",
    "wave": r"период|волна",
    "municipality": r"муниципалитет|муниципальное образование|мо",
    "code": r"код (оо|оу|школы)",
    "login": r"логин( оо| школы)?",
    "name": r"(наименование )?(оо|оу|школы)|школа|наименование",
    "participants": r"(кол-?во |количество |число )?участников",
}

Fill = Callable[[ShareRow, list[Problem]], SchoolTally | None]


@dataclass(frozen=True)
class FlatTable:
    """A header with the places of its shares; `year_is_school_year`: «2020» is 2020/2021, else the calendar year."""

    layout: str
    level: str
    facets: tuple[str, ...]
    places: list[int]
    year_is_school_year: bool
    procedure: str = ""  # when no column names it


def read_flat(table: FlatTable, sheet: Sheet, header: Header, fill: Fill) -> Reading:
    exams: dict[tuple[Any, ...], ParsedExam] = {}
    schools: dict[tuple[Any, ...], dict[tuple[str, str], SchoolTally]] = {}
    problems: list[Problem] = []
    rows: list[int] = []
    roles = header.roles
    for index in range(header.row + 1, len(sheet.rows)):
        if not any(sheet.rows[index]) or any(is_total(cell) for cell in sheet.rows[index]):
            continue
        key, place = _school(sheet, index, roles)
        if key is None:
            problems += _without_school(sheet, index, header, table)
            continue
        rows.append(index)
        said = tuple(text(sheet.cell(index, roles[role])) if role in roles else "" for role in EXAM_ROLES)
        exam = exams.get(said) or exams.setdefault(said, _start_exam(table, sheet, index, roles, said))
        exam.rows += 1
        row = ShareRow(sheet, index, key, place, roles["participants"], table.places)
        tally = fill(row, exam.problems)
        if tally is not None:
            exam.problems += add_once(schools.setdefault(said, {}), tally, sheet.name)
    for said, exam in exams.items():
        exam.schools = list(schools.get(said, {}).values())
    if not exams and not problems:
        message = "Под шапкой таблицы нет ни одной строки. Заполните таблицу."
        problems.append(say.error("no_rows", message, sheet=sheet.name, cell=f"A{header.row + 1}"))
    return _reading(sheet, header, table, list(exams.values()), problems, rows)


def _school(sheet: Sheet, index: int, roles: dict[str, int]) -> tuple[SchoolKey | None, int]:
    """Code before login before name; the name counts only where the table has neither."""
    name = text(sheet.cell(index, roles["name"])) if "name" in roles else ""
    if "code" in roles:
        cell = sheet.cell(index, roles["code"])
        login, code = school_login(cell), school_code(cell)
        if login or code:
            return SchoolKey("login" if login else "code", login or code, name), roles["code"]
    if "login" in roles and (login := school_login(sheet.cell(index, roles["login"]))):
        return SchoolKey("login", login, name), roles["login"]
    if "name" in roles and (login := school_login(name)):
        return SchoolKey("login", login, name), roles["name"]
    if name and "code" not in roles and "login" not in roles:
        return SchoolKey("name", name, name), roles["name"]
    return None, roles.get("code", roles.get("login", roles.get("name", 0)))


def _without_school(sheet: Sheet, index: int, header: Header, table: FlatTable) -> list[Problem]:
    if is_blank(sheet.cell(index, header.roles["participants"])):
        return []
    place = _school(sheet, index, header.roles)[1]
    message = "В строке есть числа, но нет кода или логина школы. Впишите его или удалите строку."
    return [say.error("missing_school", message, sheet=sheet.name, cell=cell_name(index + 1, place))]


def _start_exam(table: FlatTable, sheet: Sheet, index: int, roles: dict[str, int], said: tuple[str, ...]) -> ParsedExam:
    exam = ParsedExam(table.layout, sheet.name, table.level, facets=list(table.facets), result="mark")
    values = dict(zip(EXAM_ROLES, said, strict=True))
    places = {role: cell_name(index + 1, roles[role]) for role in EXAM_ROLES if role in roles}
    exam.say("procedure", procedure_named(values["procedure"]) or table.procedure, cell=places.get("procedure", ""))
    exam.say("subject", subject_by_name(values["subject"]), cell=places.get("subject", ""))
    exam.say("grade", grade_of(values["grade"]), cell=places.get("grade", ""))
    exam.say(
        "wave", wave_named(f"{values['wave']} {values['year']} {values['procedure']}"), cell=places.get("wave", "")
    )
    year = whole(values["year"])
    exam.say("school_year", school_year_named(values["year"]), cell=places.get("year", ""))
    if year is not None and 2000 <= year <= 2100:
        exam.say("school_year" if table.year_is_school_year else "year", year, cell=places.get("year", ""))
    return exam


def _reading(
    sheet: Sheet, header: Header, table: FlatTable, exams: list[ParsedExam], problems: list[Problem], rows: list[int]
) -> Reading:
    text_places = {header.roles[role] for role in TEXT_ROLES if role in header.roles}
    places = sorted({*text_places, header.roles["participants"], *table.places})
    columns: list[Sequence[Any]] = []
    for place in places:
        cells = [sheet.cell(index, place) for index in rows]
        columns.append(kept_text(cells) if place in text_places else kept(cells))
    names = [header.names[place] for place in places]
    block = CleanBlock([], header.row + 1, names, [index + 1 for index in rows], columns)
    return Reading(exams, problems, unique(header.dropped(places)), CleanSheet(sheet.name, [block]))
