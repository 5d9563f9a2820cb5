"""ВПР as ГИС ФИС ОКО unloads them pupil by pupil, «Индивидуальные результаты»: sections of schools, points for tasks.

Nobody is named there: a pupil is a number.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indicators.subjects import subject_name
from monitoring.demo.cases import DemoResults, Paper, PupilWork
from monitoring.demo.vpr_files import SUBJECT_PREFIXES
from monitoring.demo.workbooks import save_rows

REPORT = "Индивидуальные результаты"
BEFORE_TASKS = ("ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант")
AFTER_TASKS = ("Первичный балл", "Отметка", "Отметка по журналу")
CODES_OF_GRADE = 10000  # the first figures of a pupil's number are his grade
FORMS, VARIANTS = 2, 2


def write_vpr_pupils(results: DemoResults, folder: Path) -> list[Path]:
    """An unload of every work, in the folder of the school year that it ends."""
    written = []
    for work in results.vpr_pupils:
        place = folder / f"{work.year - 1}-{work.year}"
        place.mkdir(parents=True, exist_ok=True)
        title = f"{SUBJECT_PREFIXES[work.subject]} {work.grade} {REPORT}"
        path = place / f"{title} {work.year}.xlsx"
        save_rows(path, title, [*_head(work), *_sections(work, results)])
        written.append(path)
    return written


def _head(work: PupilWork) -> list[list[Any]]:
    subject, tasks = subject_name(work.subject), work.paper.tasks
    levels = ["П" if task in work.paper.hard else "Б" for task in tasks]
    return [
        [REPORT],
        [],
        [f"ВПР {work.year} {subject} {work.grade} класс"],
        ["Предмет:", subject],
        ["Максимальный первичный балл:", work.paper.bands[-1]],
        ["Дата:", f"20.04.{work.year}"],
        [*[None] * (len(BEFORE_TASKS) - 1), "Уровень сложности задания", *levels],
        [*BEFORE_TASKS, *(f"{task} ({points}б)" for task, points in tasks.items()), *AFTER_TASKS],
    ]


def _sections(work: PupilWork, results: DemoResults) -> Iterator[list[Any]]:
    code = work.grade * CODES_OF_GRADE
    for school_code, counts in work.marks.items():
        school = results.schools[school_code]
        yield [f"{school.name}({school.login})", f"Кол-во участников: {sum(counts)}"]
        for place, (mark, primary, journal) in enumerate(_pupils(work, school_code)):
            code += 1
            told = [school.login, results.place.municipality, school.name, code]
            points = points_for_tasks(work.paper, primary, place, work.weak.get(school_code, []))
            yield [*told, place % FORMS + 1, place % VARIANTS + 1, *points, primary, mark, journal]


def _pupils(work: PupilWork, school: str) -> Iterator[tuple[int, int, int]]:
    """Mark, a primary score that makes it, mark in the journal: who has the lowest marks got them better there."""
    lower, _, higher = work.journal[school]
    marks = [mark for mark, count in zip((2, 3, 4, 5), work.marks[school], strict=True) for _ in range(count)]
    starts = [max(1, work.paper.bands[0] // 2), *(end + 1 for end in work.paper.bands[:-1])]
    for place, mark in enumerate(marks):
        low, high = starts[mark - 2], work.paper.bands[mark - 2]
        step = 1 if place < lower else -1 if place >= len(marks) - higher else 0
        yield mark, low + place % (high - low + 1), mark + step


def points_for_tasks(paper: Paper, primary: int, place: int, weak: list[str]) -> list[int]:
    """The primary score as points for the tasks: easy ones first, then hard ones, last what this school is weak in.

    Among equals each pupil begins with another task, so that none is everybody's.
    """
    easy = [task for task in paper.tasks if task not in paper.hard and task not in weak]
    hard = [task for task in paper.tasks if task in paper.hard and task not in weak]
    left, earned = primary, dict.fromkeys(paper.tasks, 0)
    for task in (*_from(easy, place), *_from(hard, place), *_from(weak, place)):
        earned[task] = min(left, paper.tasks[task])
        left -= earned[task]
    return list(earned.values())


def _from(tasks: list[str], place: int) -> list[str]:
    start = place % len(tasks) if tasks else 0
    return tasks[start:] + tasks[:start]
