"""Points for single tasks of a ВПР work: per school and task its maximum, points, who did it, who wrote it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitoring.imports import problems as say
from monitoring.imports.cells import cell_name, header_key, is_blank, safe_value, text, whole
from monitoring.imports.parsed import SchoolTally, TaskTally
from monitoring.imports.problems import Problem
from monitoring.imports.tally import PupilTable, read_primary

NOT_DONE = frozenset({"x", "х", "h", "н", "-", "–", "—", "-1"})  # did not begin: nothing earned, but wrote the work
NOT_TAUGHT = re.compile(r"не ?пройд\w*\.?|не изуч\w*\.?")  # the topic has not been taught: no participant in this task

_TASK_2022 = re.compile(r"(\d+(?:[.,]\d+)?(?: ?[кk]\d+)?) ?\((\d+) ?б\.?\)")
_TASK_2021 = re.compile(r"балл за (?:задание )?(\d+(?:[.,]\d+)?(?:[кk]\d+)?)")
_TASK_2020 = re.compile(r"a-(\d+)-grade")


@dataclass
class TaskColumn:
    task: str
    place: int
    cells: Sequence[Any]
    maximum: int | None = None  # declared by the header


def task_header(name: str) -> tuple[str, int | None] | None:
    """«4К1 (2б)» → ("4К1", 2); «балл за 4», «a-4-grade» → ("4", None); None for any other header."""
    plain = header_key(name)
    if match := _TASK_2022.fullmatch(plain):
        return match[1].replace(" ", "").replace("k", "к").upper().replace(",", "."), int(match[2])
    if match := _TASK_2021.fullmatch(plain) or _TASK_2020.fullmatch(plain):
        return match[1].replace("k", "к").upper().replace(",", "."), None
    return None


def tally_tasks(table: PupilTable, tasks: Sequence[TaskColumn], schools: list[SchoolTally]) -> list[Problem]:
    """Add the tasks to the schools' tallies; odd points and totals that differ from their sum are only warned of."""
    by_key = {(school.kind, school.key): school for school in schools}
    keys = {raw: table.key_of(raw) for raw in set(table.columns["school"])}
    problems: list[Problem] = []
    scores: list[list[int]] = []
    for task in tasks:
        readings = {cell: _points(cell, task.maximum) for cell in set(task.cells)}
        best = max((points for points in readings.values() if points is not None), default=0)
        for (raw, part, cell), n in Counter(
            zip(table.columns["school"], table.taking_part, task.cells, strict=True)
        ).items():
            points, key = readings[cell], keys[raw]
            if part and points is not None and key is not None:
                school = by_key[key.kind, key.key]
                _add_task(school.tasks.setdefault(task.task, TaskTally(task.maximum or best)), points, n)
        scores.append([readings[cell] or 0 for cell in task.cells])
        problems += _odd_points(table, task, readings)
    return problems + _total_differs(table, scores)


def _add_task(tally: TaskTally, points: int, n: int) -> None:
    tally.points += points * n
    tally.participants += n
    if points > 0:
        tally.done += n


def _points(cell: Any, maximum: int | None) -> int | None:
    """Points for the task; 0 for a task not begun; None when the pupil does not count in it."""
    plain = text(cell).lower()
    if plain in NOT_DONE:
        return 0
    found = whole(cell)
    if is_blank(cell) or found is None or found < 0 or found > (maximum if maximum is not None else 30):
        return None
    return found


def _odd_points(table: PupilTable, task: TaskColumn, readings: dict[Any, int | None]) -> list[Problem]:
    odd = {
        cell for cell, points in readings.items() if points is None and not is_blank(cell) and not _is_not_taught(cell)
    }
    if not odd:
        return []
    places = [at for at, cell in enumerate(task.cells) if cell in odd and table.taking_part[at]]
    if not places:
        return []
    message = (
        f"Балл за задание {task.task} непонятен или выше максимального (строк: {len(places)}, первая названа); "
        "в выполнение этого задания такие строки не входят."
    )
    cell = cell_name(table.rows[places[0]], task.place)
    shown = safe_value(task.cells[places[0]])
    return [say.warning("bad_task_score", message, sheet=table.sheet, cell=cell, value=shown)]


def _is_not_taught(cell: Any) -> bool:
    return bool(NOT_TAUGHT.fullmatch(text(cell).lower()))


def _total_differs(table: PupilTable, scores: list[list[int]]) -> list[Problem]:
    """A quarter of the rows of a real file have a total unlike the sum of tasks: keep the reported total and say so."""
    if not scores or "primary" not in table.columns:
        return []
    totals = {cell: read_primary(cell) for cell in set(table.columns["primary"])}
    sums = zip(table.columns["primary"], map(sum, zip(*scores, strict=True)), table.taking_part, strict=True)
    differ = [at for at, (total, found, part) in enumerate(sums) if part and totals[total] != found]
    if not differ:
        return []
    message = (
        f"Итог не равен сумме баллов за задания (строк: {len(differ)}, первая названа). Взят указанный в файле итог; "
        "если он неверен, исправьте файл."
    )
    first = differ[0]
    shown = safe_value(table.columns["primary"][first])
    return [say.warning("total_differs", message, sheet=table.sheet, cell=table.cell(first, "primary"), value=shown)]
