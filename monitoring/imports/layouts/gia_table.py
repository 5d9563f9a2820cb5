"""The common part of all ГИА protocols: blocks of pupils under a header, several exams stacked in one sheet.

What differs between the regional forms is only which columns there are and in what order, so one reader serves all of
them; the layouts beside this module say by which signs each form is known.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from indicators.procedures import Attempt, Procedure
from indicators.subjects import is_gve_code, subject_by_name
from monitoring.imports import problems as say
from monitoring.imports.cells import as_date, cell_name, grade_of, is_blank, number, school_code, school_login, text
from monitoring.imports.clean import CleanBlock, CleanSheet, kept, kept_text
from monitoring.imports.layouts.base import Header, Reading, Roles, find_header, is_total, joined, roles_of, unique
from monitoring.imports.layouts.gia_result import result_kind, say_procedure
from monitoring.imports.names import NameFacts, exam_heading, procedure_named, says_resit, tell_from_heading
from monitoring.imports.parsed import PUPILS, ParsedExam
from monitoring.imports.problems import Problem
from monitoring.imports.tally import PupilTable, SchoolKey, names_pupils, tally
from monitoring.imports.workbook import Sheet

ROLES = Roles(
    {
        # «Код МСУ» is the municipality's code and is deliberately matched by nothing.
        "school": (
            r"код (оо|оу|ош|школы|(обще)?образовательно(й|го) (организации|учреждения))( участник(а|ов))?|"
            r"school ?code|код_оо"
        ),
        "school_name": r"(краткое |полное )?наименование (оо|оу|школы|образовательной организации)( участника)?",
        "class": r"класс|class ?code|параллель",
        "station": r"(код )?ппэ|station ?code",
        "primary": r"первичный балл( \(?текущий\)?)?|перв\.? ?балл|primary ?mark|сумма первичных баллов",
        "test": r"тестовый балл|mark ?100|балл \(?по 100.*|балл по стобалльной.*|балл за экзамен \(100\)",
        "mark": r"оценка|отметка|mark ?5|итоговая (оценка|отметка)|балл по пятибалльной.*|оценка \(?по 5.*",
        "final": r"итоговый балл|балл",
        "passed": r"зачет( ?/ ?незачет)?",
        "exam": r"экзамен|наименование экзамена|предмет|наименование предмета",
        "subject_code": r"код предмета|subject ?code",
        "date": r"дата( экзамена)?|exam ?date",
        "status": r"статус.*|явка|неявка|причина неявки|состояние участника|примечание",
    }
)
# Headings in two lines: the subject, then the day.
_SUBJECT_LINE = re.compile(
    r"(?:(?:учебный )?предмет|экзамен)?\s*:?\s*(?:(?P<code>\d{1,3})\s*[-–—]\s*)?(?P<subject>[^\W\d][^\d]{3,40})",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(r"(?:дата(?: экзамена| проведения)?\s*:?\s*)?[\d.\-/]{8,10}(?: г\.?)?", re.IGNORECASE)
RESULT_ROLES = ("mark", "test", "final", "primary", "passed")


def is_header(found: dict[str, int]) -> bool:
    return "school" in found and any(role in found for role in RESULT_ROLES)


@dataclass
class Block:
    """One header with the rows below it, and the headings above."""

    header: Header
    headings: list[tuple[int, str]] = field(default_factory=list)  # row index, text
    rows: list[int] = field(default_factory=list)  # indices


def header_at(sheet: Sheet, index: int) -> Header | None:
    """A header in this row, or in this and the next one («Текущие» above «Первичный балл | Оценка»)."""
    found = roles_of(sheet.rows[index], ROLES)
    if is_header(found):
        return Header(index, found, [text(cell) for cell in sheet.rows[index]], index)
    if "school" not in found or index + 1 >= len(sheet.rows):
        return None
    below = roles_of(list(reversed(sheet.rows[index + 1])), ROLES)  # from the right: the current result stands last
    width = len(sheet.rows[index + 1])
    results = {role: width - 1 - place for role, place in below.items() if role in RESULT_ROLES}
    if not results or "school" in below:
        return None
    upper, lower = ([text(cell) for cell in sheet.rows[at]] for at in (index, index + 1))
    names = [low or up for up, low in zip(upper, lower + [""] * (len(upper) - len(lower)), strict=False)]
    return Header(index, {**found, **results}, names, index + 1)


def first_header(sheet: Sheet) -> Header | None:
    found = find_header(sheet, ROLES, lambda roles: "school" in roles)
    while found is not None:
        header = header_at(sheet, found.row)
        if header is not None:
            return header
        found = find_header(sheet, ROLES, lambda roles: "school" in roles, start=found.row + 1)
    return None


def split_blocks(sheet: Sheet) -> tuple[list[Block], list[Problem]]:
    """Cut the sheet into blocks; rows that are neither pupils, nor headings, nor totals are reported."""
    header = first_header(sheet)
    problems: list[Problem] = []
    if header is None:
        return [], problems
    blocks = [Block(header, _headings(sheet, range(header.row)))]
    is_pupil: dict[int, list[bool]] = {}  # by the school's column: with a header on every page it is asked for often
    index = header.last_row + 1
    while index < len(sheet.rows):
        block = blocks[-1]
        place = block.header.roles["school"]
        if place not in is_pupil:
            is_pupil[place] = _holds_code(sheet.column(place))
        stop = _take_rows(sheet, block, index, is_pupil[place], problems)
        if stop is None:
            break
        index, following = stop
        blocks.append(following)
    for block in blocks:
        block.rows = _without_totals(sheet, block)
    return blocks, problems


def _holds_code(column: Sequence[Any]) -> list[bool]:
    found = {cell: bool(school_code(cell)) for cell in set(column)}
    return [found[cell] for cell in column]


def _without_totals(sheet: Sheet, block: Block) -> list[int]:
    """A sum or a page number may stand in the school's column: a row with no result and hardly anything else."""
    roles = block.header.roles
    results = zip(*(sheet.cells(block.rows, roles[role]) for role in RESULT_ROLES if role in roles), strict=True)
    bare = [index for index, found in zip(block.rows, map(any, results), strict=True) if not found]
    litter = {
        index
        for index in bare
        if sum(1 for cell in sheet.rows[index] if not is_blank(cell)) < 3 or any(map(is_total, sheet.rows[index]))
    }
    return [index for index in block.rows if index not in litter] if litter else block.rows


def _take_rows(
    sheet: Sheet, block: Block, start: int, is_pupil: list[bool], problems: list[Problem]
) -> tuple[int, Block] | None:
    """Fill the block from `start`; at the next header or heading give the index to go on from and the block begun
    there."""
    lines: list[tuple[int, str]] = []  # what stands between the pupils: headings of the next exam, totals, signatures
    for of_pupils, run in groupby(range(start, len(sheet.rows)), key=is_pupil.__getitem__):
        if of_pupils:
            rows = list(run)
            if any(exam_heading(line) for _, line in lines):
                return rows[0], Block(block.header, lines)  # a new heading without a new header: the columns stay
            lines.clear()
            block.rows += rows[1:] if _is_numbering(sheet, block, rows[0]) else rows
            continue
        for index in run:
            if not any(sheet.rows[index]):
                continue
            header = header_at(sheet, index)
            if header is not None:
                # A header repeated on every printed page, without a heading of its own, goes on with the same exam.
                is_new = any(exam_heading(line) for _, line in lines) or not block.rows
                return header.last_row + 1, Block(header, lines if is_new else [*block.headings, *lines])
            if line := joined(sheet.rows[index]):
                lines.append((index, line))
                problems.extend(_odd_row(sheet, block, index))
    return None


def _headings(sheet: Sheet, indices: range) -> list[tuple[int, str]]:
    return [(index, line) for index in indices if (line := joined(sheet.rows[index]))]


def _is_numbering(sheet: Sheet, block: Block, index: int) -> bool:
    """The row «1 | 2 | 3 | …» under a header."""
    if index != block.header.last_row + 1:
        return False
    numbers = [number(cell) for cell in sheet.rows[index] if not is_blank(cell)]
    return len(numbers) > 2 and numbers == list(range(1, len(numbers) + 1))


def _odd_row(sheet: Sheet, block: Block, index: int) -> list[Problem]:
    """A row with a result but without a school's code is an error; totals and signatures are not."""
    row, roles = sheet.rows[index], block.header.roles
    results = [sheet.cell(index, roles[role]) for role in RESULT_ROLES if role in roles]
    if all(number(cell) is None for cell in results) or any(is_total(cell) for cell in row):
        return []
    message = "В строке есть результат, но нет кода ОО. Впишите код школы или удалите строку."
    return [say.error("missing_school", message, sheet=sheet.name, cell=cell_name(index + 1, roles["school"]))]


def read_gia(layout: str, sheet: Sheet, name: NameFacts) -> Reading:
    """Every exam of the sheet."""
    blocks, problems = split_blocks(sheet)
    clean = CleanSheet(sheet.name)
    reading = Reading(problems=problems, clean=clean)
    dropped: list[str] = []
    for block in blocks:
        kept_places = [block.header.roles[role] for role in KEPT_ROLES if role in block.header.roles]
        dropped += block.header.dropped(kept_places)
        exams = [_read_exam(layout, sheet, block, rows, said, name) for rows, said in _by_exam(sheet, block)]
        reading.exams += exams
        if not any(map(names_pupils, exams)):
            clean.blocks.append(_clean(sheet, block))
    reading.dropped_columns = unique(dropped)
    return reading


KEPT_ROLES = ("school", "station", "subject_code", "date", "primary", "mark", "test", "final", "passed")


def _by_exam(sheet: Sheet, block: Block) -> list[tuple[list[int], tuple[Any, ...]]]:
    """Rows of a block by the exam named in them, where there are such columns; else all rows in one."""
    places = [block.header.roles[role] for role in ("exam", "subject_code", "date") if role in block.header.roles]
    if not places or not block.rows:
        return [(block.rows, ())]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for index in block.rows:
        groups.setdefault(tuple(sheet.cell(index, place) for place in places), []).append(index)
    return [(rows, said) for said, rows in groups.items()]


def _read_exam(
    layout: str, sheet: Sheet, block: Block, rows: list[int], said: tuple[Any, ...], name: NameFacts
) -> ParsedExam:
    roles = block.header.roles
    exam = ParsedExam(layout, sheet.name, PUPILS, rows=len(rows))
    _say_row_exam(exam, block, rows, said)
    _say_headings(exam, block)
    columns = {
        role: sheet.cells(rows, place) for role, place in roles.items() if role in KEPT_ROLES or role == "status"
    }
    grade = _grade(sheet, rows, roles)
    kind = result_kind(exam, columns, roles, grade, name)
    if kind.role:
        exam.result, exam.result_is_sure = kind.kind, kind.is_sure
        exam.result_cell = cell_name(block.header.row + 1, roles[kind.role])
    say_procedure(exam, kind, grade)
    always: tuple[str, ...] = ("school", "status", "primary", "passed")
    taken: dict[str, Sequence[Any]] = {role: columns[role] for role in always if role in columns}
    places = {role: roles[role] for role in taken}
    if kind.role:
        taken[kind.kind], places[kind.kind] = columns[kind.role], roles[kind.role]
    table = PupilTable(sheet.name, [row + 1 for row in rows], taken, places, key_of)
    result = tally(table)
    exam.schools, exam.problems = result.schools, exam.problems + result.problems
    exam.facets = ["marks"] + (["scores"] if {"primary", "test"} & set(taken) else [])
    if not rows:
        message = "Под шапкой таблицы нет ни одной строки участников. Выгрузите протокол ещё раз."
        exam.problems.append(say.error("no_rows", message, sheet=sheet.name, cell=f"A{block.header.row + 1}"))
    exam.problems += _without_results(sheet, block, taken)
    return exam


def _without_results(sheet: Sheet, block: Block, taken: dict[str, Sequence[Any]]) -> list[Problem]:
    """Rows of pupils and not one result: a column not filled in, or formulas without values. Nought is not the
    answer."""
    results = [role for role in taken if role not in ("school", "status")]
    if not taken["school"] or "status" in taken or not all(is_blank(cell) for role in results for cell in taken[role]):
        return []
    message = "Участники в таблице есть, а результата нет ни у одного. Выгрузите протокол с баллами и отметками."
    cell = cell_name(
        block.header.row + 1, min(block.header.roles[role] for role in RESULT_ROLES if role in block.header.roles)
    )
    return [say.error("no_results", message, sheet=sheet.name, cell=cell)]


def key_of(raw: Any) -> SchoolKey | None:
    login = school_login(raw)
    if login:
        return SchoolKey("login", login)
    code = school_code(raw)
    return SchoolKey("code", code) if code else None


def _keys(column: Sequence[Any]) -> list[str]:
    keys = {cell: key_of(cell) for cell in set(column)}
    return [key.key if (key := keys[cell]) is not None else "" for cell in column]


def _grade(sheet: Sheet, rows: Sequence[int], roles: dict[str, int]) -> int | None:
    if "class" not in roles:
        return None
    classes = Counter(sheet.cells(rows, roles["class"]))
    grades: Counter[int] = Counter()
    for cell, n in classes.items():
        if (grade := grade_of(cell)) is not None:
            grades[grade] += n
    return grades.most_common(1)[0][0] if grades else None


def _say_headings(exam: ParsedExam, block: Block) -> None:
    """The nearest heading speaks first; «пересдача» may stand in any of them."""
    for index, line in reversed(block.headings):
        cell = f"A{index + 1}"
        if heading := exam_heading(line):
            tell_from_heading(exam, heading, cell)
        elif match := _SUBJECT_LINE.fullmatch(line):
            if subject := subject_by_name(match["subject"]):
                exam.say("subject", subject, cell=cell)
                exam.say("exam_code", match["code"], cell=cell)
        elif _DATE_LINE.fullmatch(line) and (day := as_date(line)):
            exam.say("date", day.isoformat(), cell=cell)
        exam.say("procedure", procedure_named(line), cell=cell)
        if says_resit(line):
            exam.say("attempt", Attempt.RESIT.value, cell=cell)


def _say_row_exam(exam: ParsedExam, block: Block, rows: Sequence[int], said: tuple[Any, ...]) -> None:
    roles = [role for role in ("exam", "subject_code", "date") if role in block.header.roles]
    for role, cell in zip(roles, said, strict=False):
        place = cell_name(rows[0] + 1, block.header.roles[role])
        if role == "exam":
            if heading := exam_heading(text(cell)):
                tell_from_heading(exam, heading, place)
            exam.say("subject", subject_by_name(text(cell)), cell=place)
            if says_resit(text(cell)):
                exam.say("attempt", Attempt.RESIT.value, cell=place)
        elif role == "date" and (day := as_date(cell)):
            exam.say("date", day.isoformat(), cell=place)
        elif role == "subject_code" and not is_blank(cell):
            exam.say("exam_code", school_code(cell), cell=place)
            if is_gve_code(school_code(cell)):
                exam.say("procedure", Procedure.GVE.value, cell=place)


def _clean(sheet: Sheet, block: Block) -> CleanBlock:
    roles = [role for role in KEPT_ROLES if role in block.header.roles]
    places = sorted(block.header.roles[role] for role in roles)
    headings = [(index + 1, heading.shown) for index, line in block.headings if (heading := exam_heading(line))]
    return CleanBlock(
        headings=headings,
        header_row=block.header.row + 1,
        names=[block.header.names[place] for place in places],
        rows=[index + 1 for index in block.rows],
        columns=[
            # Of the school only what it was recognised by: beside it, in a shifted row, a surname may stand.
            kept_text(_keys(column)) if place == block.header.roles["school"] else kept(column)
            for place in places
            for column in [sheet.cells(block.rows, place)]
        ],
    )
