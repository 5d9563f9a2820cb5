"""What every case of the bench shares: a line of the report, medians of interleaved runs, memory of a child process.

A case is a module `case_*.py` with

    NAMES = ("import", …)                                 # of its rows; `limits.json` has a limit for each
    def rows(size: Size) -> Iterator[Row | Skipped]: …    # measures, in the portal that `portal.py` has started

A name says what is measured and stays the same in a short run; how much it was (rows, schools) goes into `counts`.
"""

import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent
Work = Callable[[], object]
T = TypeVar("T")


@dataclass(frozen=True)
class Limit:
    """What a row is judged by; the ratio is ours to the floor."""

    at_most: float | None = None
    at_least: float | None = None  # for a row that is measured against somebody slower
    memory_mb: float | None = None
    counts: dict[str, int] = field(default_factory=dict)  # the greatest that these counts may be

    @property
    def words(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"


@cache
def limits() -> dict[str, Limit]:
    """By the names of the rows."""
    stated = json.loads((FOLDER / "limits.json").read_text(encoding="utf-8"))
    return {name: Limit(**limit) for name, limit in stated.items()}


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    name: str  # as in `limits.json`
    ours: float  # seconds, median of the runs
    floor: float  # seconds, median of the floor in the same run, interleaved with ours
    floor_is: str  # in words: "calamine read + COPY"
    memory_mb: float | None = None  # peak of a process that did it
    counts: dict[str, int] = field(default_factory=dict)  # queries, rows read, bytes written …

    @property
    def ratio(self) -> float:
        """Ours to the floor; where ours should be faster (`at_least`) the floor to ours: so many times as fast."""
        return self.floor / self.ours if self.limit.at_least is not None else self.ours / self.floor

    @property
    def limit(self) -> Limit:
        return limits()[self.name]

    @property
    def is_over(self) -> bool:
        limit = self.limit
        return (
            (limit.at_most is not None and self.ratio > limit.at_most)
            or (limit.at_least is not None and self.ratio < limit.at_least)
            or (limit.memory_mb is not None and self.memory_mb is not None and self.memory_mb > limit.memory_mb)
            or any(self.counts.get(name, 0) > most for name, most in limit.counts.items())
        )


@dataclass(frozen=True)
class Skipped:
    """A row that could not be measured here, and why, in words."""

    name: str
    why: str


@dataclass(frozen=True)
class Size:
    """How much is measured: all of it, or as much as CI has time for."""

    is_short: bool

    @property
    def runs(self) -> int:
        return 3 if self.is_short else 5

    def pick(self, full: T, short: T) -> T:
        return short if self.is_short else full


def on_postgres() -> bool:
    from django.db import connection  # settings are there only when the portal has been started

    return connection.vendor == "postgresql"


def medians(
    *works: Work, runs: int = 5, times: int = 1, before: Work | None = None, warm_up: bool = False
) -> list[float]:
    """Median seconds of each work, run in turns so that what else the machine does falls on all of them alike.

    In each run a work is done `times` over and the seconds are those of one; `before` comes before every run of
    every work and is not timed. With `warm_up` all are done once before anything is measured.
    """
    seconds: list[list[float]] = [[] for _ in works]
    for run in range(-1 if warm_up else 0, runs):
        for place, work in enumerate(works):
            if before:
                before()
            started = time.perf_counter()
            for _ in range(times):
                work()
            if run >= 0:
                seconds[place].append((time.perf_counter() - started) / times)
    return [statistics.median(measured) for measured in seconds]


def peak_memory(function: Callable[..., object], *arguments: Any) -> float:
    """Peak megabytes (resident) of a fresh process of the same portal that calls this function of a module.

    The arguments travel as JSON. To its own peak is added that of the largest process that it started itself.
    """
    command = [sys.executable, "-m", "tests.bench.child", function.__module__, function.__qualname__]
    child = subprocess.run(
        [*command, json.dumps(arguments)], check=True, stdout=subprocess.PIPE, text=True, cwd=FOLDER.parent.parent
    )
    return float(child.stdout.splitlines()[-1])


def case_modules() -> list[str]:
    """The names of the case modules, `case_pages` and so on."""
    return sorted(path.stem for path in FOLDER.glob("case_*.py"))


def rows_of(module: str, size: Size) -> Iterator[Row | Skipped]:
    yield from importlib.import_module(f"tests.bench.{module}").rows(size)
