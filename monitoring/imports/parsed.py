"""What is left of a file after reading: heads of exams and tallies by school. No pupil row survives here.

All of it goes to JSON and back, because between reading and a person's confirmation it waits in a spool file while
the raw upload is deleted at once. `to_json` shares what it can with the object, since `asdict` would copy every number
of every school.
"""

from dataclasses import dataclass, field
from typing import Any

from monitoring.imports.problems import Problem

PUPILS = "pupils"  # one row a pupil
COUNTS = "counts"  # the file itself gives numbers of pupils
PERCENTS = "percents"  # the file gives shares, turned into numbers of pupils

CONTENT = "content"
NAME = "name"
LAYOUT = "layout"  # follows from the kind of table only: gives way to everything else


@dataclass(frozen=True)
class Fact:
    """One thing the file says about its exam, and where it says so."""

    value: str | int
    source: str = CONTENT
    cell: str = ""


@dataclass
class TaskTally:
    """`maximum` is declared by the header, else the highest score seen; `done` are pupils with more than nothing."""

    maximum: int = 0
    points: int = 0
    done: int = 0
    participants: int = 0


@dataclass
class SchoolTally:
    """What one school did in one block of one sheet."""

    kind: str  # of the key: code, login or name
    key: str
    name: str = ""
    cell: str = ""  # where the school stands first
    rows: str = ""  # «6-12,15»
    row_count: int = 0
    listed: int = 0
    participants: int = 0
    marks: dict[int, int] = field(default_factory=dict)
    primary: dict[int, int] = field(default_factory=dict)
    unmarked: dict[int, int] = field(default_factory=dict)  # the part of `primary` that came without a mark
    test: dict[int, int] = field(default_factory=dict)
    passes: dict[str, int] = field(default_factory=dict)  # «Зачет» as printed: yes, no
    # Against the journal: (what `value` is: mark or primary, value, mark in the journal, pupils).
    pairs: list[tuple[str, int, int, int]] = field(default_factory=list)
    journal: dict[str, int] | None = None  # lower, same, higher, where the file has counted them
    levels: dict[str, int] | None = None
    tasks: dict[str, TaskTally] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "tasks": {name: {**vars(task)} for name, task in self.tasks.items()}}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SchoolTally":
        """JSON has only text as keys, and lists for tuples."""
        histograms = {
            part: {int(value): n for value, n in data[part].items()}
            for part in ("marks", "primary", "unmarked", "test")
        }
        tasks = {name: TaskTally(**task) for name, task in data["tasks"].items()}
        pairs = [(basis, value, journal, n) for basis, value, journal, n in data["pairs"]]
        return cls(**{**data, **histograms, "tasks": tasks, "pairs": pairs})


@dataclass
class ParsedExam:
    """One block of a sheet: one exam of one day, as far as the file says."""

    layout: str
    sheet: str
    level: str  # PUPILS, COUNTS or PERCENTS
    # procedure, subject, exam_code, grade, pupil_grade, year (calendar, printed), school_year, date, wave, attempt
    facts: dict[str, Fact] = field(default_factory=dict)
    facets: list[str] = field(default_factory=list)  # marks, scores, journal, tasks
    result: str = ""  # what the result column holds: mark, test or "" (none)
    result_is_sure: bool = True  # False: header «Итоговый балл», decided by the numbers seen
    result_cell: str = ""  # its header, for messages
    rows: int = 0
    schools: list[SchoolTally] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def say(self, name: str, value: str | int | None, source: str = CONTENT, cell: str = "") -> None:
        """Keep a fact; the first one said stays, unless it only followed from the kind of table."""
        known = self.facts.get(name)
        gives_way = known is None or (known.source == LAYOUT and source != LAYOUT)
        if value is not None and value != "" and gives_way:
            self.facts[name] = Fact(value, source, cell)

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "facts": {name: {**vars(fact)} for name, fact in self.facts.items()},
            "schools": [school.to_json() for school in self.schools],
            "problems": [problem.to_json() for problem in self.problems],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ParsedExam":
        return cls(
            **{
                **data,
                "facts": {name: Fact(**fact) for name, fact in data["facts"].items()},
                "schools": [SchoolTally.from_json(school) for school in data["schools"]],
                "problems": [Problem.from_json(problem) for problem in data["problems"]],
            }
        )


@dataclass(frozen=True)
class CleanFile:
    """A sheet kept for provenance without personal columns: a gzipped CSV in the folder the caller gave."""

    sheet: str
    path: str
    rows: int


@dataclass
class ParsedFile:
    name: str
    sha256: str = ""
    layout: str | None = None
    exams: list[ParsedExam] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped_columns: list[str] = field(default_factory=list)
    clean: list[CleanFile] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ParsedFile":
        return cls(
            **{
                **data,
                "exams": [ParsedExam.from_json(exam) for exam in data["exams"]],
                "problems": [Problem.from_json(problem) for problem in data["problems"]],
                "clean": [CleanFile(**clean) for clean in data["clean"]],
            }
        )

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "exams": [exam.to_json() for exam in self.exams],
            "problems": [problem.to_json() for problem in self.problems],
            "clean": [{**vars(clean)} for clean in self.clean],
        }


@dataclass
class ParsedBatch:
    files: list[ParsedFile] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {"files": [file.to_json() for file in self.files]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ParsedBatch":
        return cls([ParsedFile.from_json(file) for file in data["files"]])
