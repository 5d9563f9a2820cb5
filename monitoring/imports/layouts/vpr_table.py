"""The common part of the pupil-level unloads of ВПР: login, variant, points for tasks, total, mark in the journal."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from indicators.procedures import Procedure
from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, is_blank, school_code, school_login, text, whole
from monitoring.imports.clean import CleanBlock, CleanSheet, kept, kept_text
from monitoring.imports.layouts.base import Fit, Header, Reading, Roles, find_header, fit_by_roles, unique
from monitoring.imports.layouts.fisoko_head import looks_like_school
from monitoring.imports.names import NameFacts
from monitoring.imports.parsed import LAYOUT, PUPILS, ParsedExam
from monitoring.imports.tally import PupilTable, SchoolKey, names_pupils, tally
from monitoring.imports.tasks_tally import TaskColumn, tally_tasks, task_header
from monitoring.imports.workbook import Sheet

KEPT_ROLES = ("school", "variant", "journal", "primary", "mark")


@dataclass(frozen=True)
class VprPupilLayout:
    """A flat table with a login in every row."""

    name: str
    title: str
    roles: Roles
    needed: dict[str, str]
    # What the kind of table alone suggests (year, wave), used when nothing else says it.
    suggests: tuple[tuple[str, str | int], ...] = ()

    def fit(self, sheet: Sheet) -> Fit:
        return fit_by_roles(sheet, self.roles, self.needed)

    def read(self, sheet: Sheet, name: NameFacts) -> Reading:
        header = find_header(sheet, self.roles, lambda found: all(role in found for role in self.needed))
        if header is None:
            return Reading()
        place = header.roles["school"]
        rows = [index for index, row in enumerate(sheet.rows) if index > header.row and place < len(row)]
        exam = ParsedExam(self.name, sheet.name, PUPILS)
        _say_upload_date(exam, sheet, header, rows)
        for fact, value in self.suggests:
            exam.say(fact, value, LAYOUT)
        named = [index for index in rows if login_key(sheet.rows[index][place]) is not None]
        exam.problems += _without_school(sheet, header, named)
        schools = [sheet.rows[index][place] for index in named]
        return read_pupils(exam, sheet, header, named, schools)


def read_pupils(exam: ParsedExam, sheet: Sheet, header: Header, rows: Sequence[int], schools: Sequence[Any]) -> Reading:
    """The exam of one table of pupils; `schools` holds each row's school, wherever the layout found it."""
    roles = header.roles
    numbers: tuple[str, ...] = ("journal", "primary", "mark")
    columns: dict[str, Sequence[Any]] = {role: sheet.cells(rows, roles[role]) for role in numbers if role in roles}
    if "variant" in roles:
        columns["status"] = sheet.cells(rows, roles["variant"])
    columns["school"] = list(schools)
    places = {**roles, "status": roles.get("variant", 0), "school": roles.get("school", 0)}
    table = PupilTable(sheet.name, [row + 1 for row in rows], columns, places, login_key, mark_decides=False)
    result = tally(table)
    tasks = _task_columns(sheet, header, rows)
    exam.say("procedure", Procedure.VPR.value)
    exam.rows, exam.schools, exam.result = len(rows), result.schools, "mark" if "mark" in roles else ""
    exam.problems += result.problems + tally_tasks(table, tasks, result.schools) + _without_total(table)
    exam.facets = ["marks", "scores", *(["journal"] if "journal" in roles else []), *(["tasks"] if tasks else [])]
    _say_pupil_grade(exam, sheet, rows, roles)
    if not rows:
        message = "Под шапкой таблицы нет ни одной строки участников. Выгрузите файл ещё раз."
        exam.problems.append(say.error("no_rows", message, sheet=sheet.name, cell=f"A{header.row + 1}"))
    kept_places = sorted({roles[role] for role in KEPT_ROLES if role in roles} | {task.place for task in tasks})
    clean = _clean(sheet, header, rows, kept_places, schools)
    dropped = unique(header.dropped(kept_places))
    return Reading([exam], [], dropped, CleanSheet(sheet.name, [] if names_pupils(exam) else [clean]))


def login_key(raw: Any) -> SchoolKey | None:
    """A login, alone or before «| МБОУ…»; where there is none, whatever names the school."""
    shown = text(raw)
    login = school_login(shown)
    if login:
        name = shown.partition("|")[2].strip()
        return SchoolKey("login", login, name)
    if code := school_code(shown):
        return SchoolKey("code", code)
    return SchoolKey("name", shown, shown) if looks_like_school(shown) else None


def _without_school(sheet: Sheet, header: Header, named: Sequence[int]) -> list[say.Problem]:
    """Rows with a total but without a school."""
    message = "В строке есть итог, но нет логина школы. Впишите его или удалите строку."
    total, place, known = header.roles["primary"], header.roles["school"], set(named)
    return [
        say.error("missing_school", message, sheet=sheet.name, cell=cell_name(index + 1, place))
        for index in range(header.row + 1, len(sheet.rows))
        if index not in known and whole(sheet.cell(index, total))
    ]


def _task_columns(sheet: Sheet, header: Header, rows: Sequence[int]) -> list[TaskColumn]:
    """Columns of tasks in which anything stands: the unload of 2020 has forty, mostly empty."""
    found = []
    for place, name in enumerate(header.names):
        task = task_header(name)
        if task is None:
            continue
        cells = sheet.cells(rows, place)
        if not all(is_blank(cell) for cell in set(cells)):
            found.append(TaskColumn(task[0], place, cells, task[1]))
    return found


def _say_pupil_grade(exam: ParsedExam, sheet: Sheet, rows: Sequence[int], roles: dict[str, int]) -> None:
    """Codes like 60001 begin with the pupils' grade, which in autumn is not the grade of the paper."""
    if "pupil_code" not in roles:
        return
    grades: Counter[int] = Counter()
    for cell in sheet.cells(rows, roles["pupil_code"]):
        code = whole(cell)
        if code is not None and 10000 <= code <= 119999:
            grades[code // 10000] += 1
    if grades:
        grade, seen = grades.most_common(1)[0]
        if 4 <= grade <= 11 and seen * 2 > len(rows):
            exam.say("pupil_grade", grade)


def _say_upload_date(exam: ParsedExam, sheet: Sheet, header: Header, rows: Sequence[int]) -> None:
    """Schools upload soon after the work, so «Дата загрузки» suggests year and wave, but only suggests."""
    if "uploaded" not in header.roles:
        return
    months: Counter[tuple[int, int]] = Counter()
    for cell in sheet.cells(rows, header.roles["uploaded"]):
        match = re.search(r"(\d{1,2})\.(\d{1,2})\.(20\d\d)|(20\d\d)-(\d\d)-\d\d", text(cell))
        if match:
            months[int(match[3] or match[4]), int(match[2] or match[5])] += 1
    if months:
        year, month = months.most_common(1)[0][0]
        exam.say("year", year, LAYOUT)
        exam.say("wave", "autumn" if month >= 8 else "spring", LAYOUT)


def _without_total(table: PupilTable) -> list[say.Problem]:
    """Listed, not marked absent, but without a total: not counted, and worth a look."""
    if "primary" not in table.columns or "status" not in table.columns:
        return []
    statuses = table.columns["status"]
    lacking = [
        at
        for at, (total, status, part) in enumerate(
            zip(table.columns["primary"], statuses, table.taking_part, strict=True)
        )
        if not part and is_blank(total) and whole(status)
    ]
    if not lacking:
        return []
    message = (
        f"Указан вариант, но нет итога (строк: {len(lacking)}, первая названа): такие строки не считаются участниками. "
        "Если работа написана, впишите итог."
    )
    return [say.warning("result_missing", message, sheet=table.sheet, cell=table.cell(lacking[0], "primary"))]


def _clean(sheet: Sheet, header: Header, rows: Sequence[int], places: list[int], schools: Sequence[Any]) -> CleanBlock:
    columns: list[Sequence[Any]] = []
    for place in places:
        cells = sheet.cells(rows, place)
        if place == header.roles.get("school"):
            columns.append(kept_text(school_login(cell) or cell for cell in schools))
        else:
            columns.append(kept(cells))
    return CleanBlock([], header.row + 1, [header.names[place] for place in places], [row + 1 for row in rows], columns)


def roles(**patterns: str) -> Roles:
    return Roles(patterns)
