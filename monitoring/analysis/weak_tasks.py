"""Weak topics: tasks that a school did worse than the rest of the municipality, beyond chance.

Compared are shares of pupils who earned anything for the task, the school against all others together, by the normal
test of two shares. With hundreds of tasks some differ by chance alone, so the p-values of everything that is looked at
are held against the bound of Benjamini and Hochberg: of what is called weak at most a twentieth is expected to be not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import special

FALSE_SHARE = 0.05
MIN_PUPILS = 5  # of the school in the task; fewer tell nothing
MIN_EXPECTED = 5  # pupils on either side, for the normal test to hold

Exam = Any  # whatever names a work; hashable


class Task(NamedTuple):
    exam: Exam
    name: str


@dataclass(frozen=True)
class TaskResults:
    """Tasks of schools as columns: of `participants` pupils `done` earned something. Rows of one task and school are
    added up; where nobody took part there is nothing to say."""

    tasks: Sequence[Task]
    task: np.ndarray  # places in `tasks`
    school: np.ndarray
    done: np.ndarray
    participants: np.ndarray

    @classmethod
    def of(cls, rows: Iterable[tuple[Task, int, int, int]]) -> "TaskResults":
        """Of (task, school, done, participants)."""
        known = list(rows)
        places = {task: place for place, task in enumerate(dict.fromkeys(row[0] for row in known))}
        numbers = np.array([(places[task], *rest) for task, *rest in known], dtype=int).reshape(-1, 4)
        return cls(tuple(places), *numbers.T)

    def added_up(self) -> "TaskResults":
        """A row a task and school, added up in a table of both: quicker than to sort hundreds of thousands of rows."""
        schools = np.unique(self.school)
        shape = len(self.tasks), len(schools)
        keys = self.task * shape[1] + np.searchsorted(schools, self.school)
        done, participants = (
            np.bincount(keys, of, shape[0] * shape[1]).astype(int) for of in (self.done, self.participants)
        )
        some = np.flatnonzero(participants)
        task, school = np.unravel_index(some, shape) if some.size else (some, some)
        return TaskResults(self.tasks, task, schools[school], done[some], participants[some])


@dataclass(frozen=True)
class WeakTask:
    exam: Exam
    task: str
    school: int
    done: int
    participants: int
    share: float  # per cent of the school
    share_of_others: float  # per cent of all other schools
    p_value: float

    @property
    def change(self) -> float:
        """Percentage points against the others, below nought."""
        return round(self.share - self.share_of_others, 9)


@dataclass(frozen=True)
class Weakness:
    """What was found, and how much of it could be looked at."""

    weak: tuple[WeakTask, ...]
    compared: int
    too_few: int  # tasks of schools with too few pupils to say anything


def weak_tasks(results: TaskResults) -> Weakness:
    """All that is weak beyond chance, the widest difference first."""
    rows = results.added_up()
    done, participants = (
        np.bincount(rows.task, of, len(rows.tasks))[rows.task] for of in (rows.done, rows.participants)
    )
    numbers = np.stack([rows.done, rows.participants, done, participants]).astype(float)
    fit = np.flatnonzero(_is_fit(*numbers))
    values = _p_values(*numbers[:, fit])
    is_weak = values <= _bound(values)
    found = zip(fit[is_weak].tolist(), values[is_weak].tolist(), strict=True)
    weak = [_weak(rows, at, float(done[at]), float(participants[at]), value) for at, value in found]
    exams = {task.exam: str(task.exam) for task in rows.tasks}
    weak.sort(key=lambda found: (found.change, exams[found.exam], found.task, found.school))
    return Weakness(tuple(weak), len(fit), len(rows.task) - len(fit))


def _is_fit(own_done: np.ndarray, own: np.ndarray, done: np.ndarray, participants: np.ndarray) -> np.ndarray:
    fewest = np.minimum(own, participants - own)
    expected = fewest * np.divide(done, participants, out=np.zeros_like(done), where=participants > 0)
    enough = (fewest >= MIN_PUPILS) & (expected >= MIN_EXPECTED) & (fewest - expected >= MIN_EXPECTED)
    return np.asarray(enough)


def _p_values(own_done: np.ndarray, own: np.ndarray, done: np.ndarray, participants: np.ndarray) -> np.ndarray:
    """One-sided: how likely so low a share would be if the school were like the others."""
    others = participants - own
    difference = own_done / own - (done - own_done) / others
    pooled = done / participants
    spread = np.sqrt(pooled * (1 - pooled) * (1 / own + 1 / others))
    return np.asarray(special.ndtr(difference / spread))


def _bound(values: np.ndarray) -> float:
    """The largest p-value that is below its own share of the allowed ones; −1 where none is."""
    ordered = np.sort(values)
    below = ordered <= FALSE_SHARE * np.arange(1, len(ordered) + 1) / max(1, len(ordered))
    return float(ordered[below][-1]) if below.any() else -1.0


def _weak(rows: TaskResults, at: int, done: float, participants: float, value: float) -> WeakTask:
    task, own_done, own = rows.tasks[rows.task[at]], int(rows.done[at]), int(rows.participants[at])
    return WeakTask(
        exam=task.exam,
        task=task.name,
        school=int(rows.school[at]),
        done=own_done,
        participants=own,
        share=100 * own_done / own,
        share_of_others=100 * (done - own_done) / (participants - own),
        p_value=value,
    )
