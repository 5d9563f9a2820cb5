"""ВПР of autumn 2020 as ФИС ОКО unloaded them: a row a pupil without a name, primary scores instead of marks.

The first figures of a pupil's code are the grade he was in, the name of the file begins with the grade of the paper.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indicators.subjects import subject_name
from monitoring.demo.cases import AutumnWork, DemoResults
from monitoring.demo.workbooks import save_rows

TASKS, MOST_POINTS = 13, 4  # invented: enough tasks for the longest paper
HEADER = ("groups", "user", "id", "code", "otc", "gender", "klass", "var-1", "var-2", "sum")


def write_autumn_vpr(results: DemoResults, folder: Path) -> list[Path]:
    """A file a work, in the folder of the school year that began with it."""
    written = []
    for work in results.vpr_autumn:
        place = folder / f"{work.year}-{work.year + 1}"
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{work.grade}_{subject_name(work.subject)} осень {work.year}.xlsx"
        tasks = [f"a-{task}-grade" for task in range(1, TASKS + 1)]
        save_rows(path, "Sheet1", [[*HEADER, *tasks], *_rows(work, results)])
        written.append(path)
    return written


def _rows(work: AutumnWork, results: DemoResults) -> Iterator[list[Any]]:
    group = f"reg{results.place.region_code}_vpr_{results.place.fisoko_code}"
    for number, (school, mark, primary) in enumerate(_works(work), start=1):
        login = results.schools[school].login.replace("edu", "sch")
        code = work.pupil_grade * 10000 + number
        pupil = [group, login, number, code, str(mark), "мж"[number % 2], "АБ"[number % 2]]
        yield [*pupil, str(number % 2 + 1), None, primary, *_points(primary)]


def _works(work: AutumnWork) -> Iterator[tuple[str, int, int]]:
    """School, mark and a primary score that makes it, spread over the mark's band."""
    starts = [1, *(end + 1 for end in work.bands[:-1])]
    for school, counts in work.marks.items():
        for mark, count, low, high in zip((2, 3, 4, 5), counts, starts, work.bands, strict=True):
            for place in range(count):
                yield school, mark, low + place % (high - low + 1)


def _points(primary: int) -> list[str]:
    """The score as points for tasks, the first ones done best."""
    left = [max(0, primary - MOST_POINTS * task) for task in range(TASKS)]
    return [str(min(MOST_POINTS, points)) for points in left]
