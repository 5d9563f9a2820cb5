"""What comes out of checking: exams with their place in time settled, and results by school ready to be written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from monitoring.imports.problems import Problem
from monitoring.imports.schools import SchoolDirectory
from monitoring.scales import Scales

MARKS, SCORES, JOURNAL, TASKS = "marks", "scores", "journal", "tasks"


@dataclass(frozen=True)
class Options:
    """What a person says of all files of a batch; it fills what a file leaves open and must not contradict what it
    says."""

    procedure: str | None = None
    subject: str | None = None  # code or name
    grade: int | None = None
    date: dt.date | str | None = None  # ISO or dd.mm.yyyy
    wave: str | None = None
    attempt: str | None = None  # first or resit
    year: int | None = None  # the school year by the year it starts in


@dataclass
class Lookups:
    """What is known outside the files. The three mappings are optional: without them fewer warnings come up."""

    schools: SchoolDirectory
    scales: Scales
    # (school, school year, grade) → pupils of that grade
    pupils: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
    # (school, school year, procedure, subject) → {session: participants} of stored first attempts
    first_attempts: Mapping[tuple[int, int, str, str], Mapping[str, int]] = field(default_factory=dict)
    # (school, school year, procedure, subject) → pupils who failed in stored first attempts
    failed: Mapping[tuple[int, int, str, str], int] = field(default_factory=dict)


@dataclass
class CheckedResult:
    """One school in one session. `facets` holds only what the file carries; `sources` says where each facet came
    from."""

    school_id: int | None
    school_key: str
    school_name: str
    listed: int
    participants: int
    facets: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # facet → [{file, sheet, rows}]
    warnings: list[str] = field(default_factory=list)

    def drop(self, facet: str) -> None:
        self.facets.pop(facet, None)
        self.sources.pop(facet, None)


@dataclass
class CheckedExam:
    """One file and exam. While a question is open, the fields it is about are None and there are no results."""

    name: str
    sha256: str
    layout: str | None = None
    level: str = ""
    procedure: str | None = None
    subject: str | None = None
    grade: int | None = None
    pupil_grade: int | None = None
    school_year: int | None = None
    wave: str | None = None
    attempt: str | None = None
    session: str | None = None  # ISO date for ГИА, "" for all else
    sheets: list[str] = field(default_factory=list)
    rows: int = 0
    participants: int = 0
    schools: int = 0
    dropped_columns: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    results: list[CheckedResult] = field(default_factory=list)
    file_index: int = 0  # which file of the batch: two files may have one name

    @property
    def blocks(self) -> bool:
        """Whether a problem keeps this exam, and with it its file, from being stored."""
        return any(problem.blocks for problem in self.problems)

    @property
    def key(self) -> tuple[Any, ...]:
        """What the exam is about; two exams of one key are about the same session."""
        return (
            self.procedure, self.subject, self.grade, self.school_year, self.wave, self.attempt, self.session
        )  # fmt: skip

    @property
    def is_settled(self) -> bool:
        return None not in self.key

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
