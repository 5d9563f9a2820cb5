"""Weak topics: tasks that a school did worse than the rest of the municipality, beyond chance.

Compared are shares of pupils who earned anything for the task, the school against all others together, by the normal
test of two shares. With hundreds of tasks some differ by chance alone, so the p-values of everything that is looked at
are held against the bound of Benjamini and Hochberg: of what is called weak at most a twentieth is expected to be not.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

FALSE_SHARE = 0.05
MIN_PUPILS = 5  # of the school in the task; fewer tell nothing
MIN_EXPECTED = 5  # pupils on either side, for the normal test to hold

Exam = Any  # whatever names a work; hashable


class TaskResult(NamedTuple):
    """One task of one school: of `participants` pupils `done` earned something."""

    exam: Exam
    task: str
    school: int
    done: int
    participants: int


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


def weak_tasks(results: Iterable[TaskResult]) -> Weakness:
    """All that is weak beyond chance, the widest difference first."""
    rows = list(results)
    totals: dict[tuple[Exam, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        total = totals[row.exam, row.task]
        total[0] += row.done
        total[1] += row.participants
    numbers = np.array(
        [(row.done, row.participants, *totals[row.exam, row.task]) for row in rows], dtype=float
    ).reshape(-1, 4)
    fit = np.flatnonzero(_is_fit(*numbers.T))
    values = _p_values(*numbers[fit].T)
    bound = _bound(values)
    weak = [
        _weak(rows[at], numbers[at, 2], numbers[at, 3], value)
        for at, value in zip(fit, values, strict=True)
        if value <= bound
    ]
    weak.sort(key=lambda found: (found.change, str(found.exam), found.task, found.school))
    return Weakness(tuple(weak), len(fit), len(rows) - len(fit))


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
    return np.asarray(stats.norm.cdf(difference / spread))


def _bound(values: np.ndarray) -> float:
    """The largest p-value that is below its own share of the allowed ones; −1 where none is."""
    ordered = np.sort(values)
    below = ordered <= FALSE_SHARE * np.arange(1, len(ordered) + 1) / max(1, len(ordered))
    return float(ordered[below][-1]) if below.any() else -1.0


def _weak(row: TaskResult, done: float, participants: float, value: float) -> WeakTask:
    others = participants - row.participants
    return WeakTask(
        exam=row.exam,
        task=row.task,
        school=row.school,
        done=row.done,
        participants=row.participants,
        share=100 * row.done / row.participants,
        share_of_others=float(100 * (done - row.done) / others),
        p_value=float(value),
    )
