"""Tallies of one school → the facets of its result: counts by mark, scores, comparison with the journal, tasks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import mul
from typing import Any

from indicators.procedures import Procedure
from monitoring.imports.checked import JOURNAL, MARKS, SCORES, TASKS
from monitoring.imports.head import Head
from monitoring.imports.parsed import ParsedExam, SchoolTally
from monitoring.scales import FoundScale, Scales

PASS_MARK = 3
WITHOUT_THRESHOLD = frozenset(
    {Procedure.KDR, Procedure.RDR, Procedure.VSOSH, Procedure.RESH, Procedure.VSOKO, Procedure.NOKO}
)


@dataclass
class Rules:
    """What turns numbers into marks and passes for one exam; `None` where nobody has set it."""

    by_mark: bool  # passed is a mark of 3 and above
    scale: FoundScale | None
    threshold: FoundScale | None
    has_threshold: bool  # False where the procedure knows no such thing

    @classmethod
    def of(cls, head: Head, scales: Scales) -> "Rules":
        procedure, subject = head.procedure or "", head.subject or ""
        grade, year = head.grade or 0, head.school_year or 0
        by_mark = procedure != Procedure.EGE or subject == "mathematics_base"
        return cls(
            by_mark=by_mark,
            scale=scales.marks(procedure, subject, grade, year) if by_mark else None,
            threshold=None if by_mark else scales.threshold(procedure, subject, year),
            has_threshold=procedure not in WITHOUT_THRESHOLD,
        )


@dataclass
class Numbers:
    """One school's tallies of one exam, added up over the blocks and sheets of a file."""

    listed: int = 0
    participants: int = 0
    marks: dict[int, int] = field(default_factory=dict)
    primary: dict[int, int] = field(default_factory=dict)
    unmarked: dict[int, int] = field(default_factory=dict)
    test: dict[int, int] = field(default_factory=dict)
    passes: dict[str, int] = field(default_factory=dict)
    pairs: list[tuple[str, int, int, int]] = field(default_factory=list)
    journal: dict[str, int] | None = None
    levels: dict[str, int] | None = None
    tasks: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, tally: SchoolTally, exam: ParsedExam, rules: Rules) -> None:
        self.listed += tally.listed
        self.participants += tally.participants
        marks, test = result_columns(tally, exam, rules)
        for into, more in (
            (self.marks, marks), (self.primary, tally.primary), (self.test, test), (self.passes, tally.passes)
        ):  # fmt: skip
            add_up(into, more)
        if exam.result != "test" or not rules.by_mark:
            add_up(self.unmarked, tally.unmarked)
        self.pairs += tally.pairs
        if tally.journal is not None:
            self.journal = add_up(self.journal or {}, tally.journal)
        if tally.levels is not None:
            self.levels = add_up(self.levels or {}, tally.levels)
        for name, task in tally.tasks.items():
            known = self.tasks.setdefault(name, {"max": 0, "points": 0, "done": 0, "participants": 0})
            known["max"] = max(known["max"], task.maximum)
            for part in ("points", "done", "participants"):
                known[part] += getattr(task, part)


def add_up(into: dict[Any, int], more: dict[Any, int]) -> dict[Any, int]:
    if not into:  # as it is for the one block that most files have
        into.update(more)
        return into
    for key, n in more.items():
        into[key] = into.get(key, 0) + n
    return into


def result_columns(tally: SchoolTally, exam: ParsedExam, rules: Rules) -> tuple[dict[int, int], dict[int, int]]:
    """Marks and test scores. The reader decides which of the two a result column holds, the settled subject has the
    last word."""
    if exam.result == "test" and rules.by_mark:
        return {value: n for value, n in tally.test.items() if 2 <= value <= 5}, {}
    if exam.result == "mark" and not rules.by_mark:
        return {}, tally.marks
    return tally.marks, tally.test


def facets_of(numbers: Numbers, carried: Iterable[str], rules: Rules) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The facets that the file carries, and codes of warnings for this result."""
    warnings: list[str] = []
    wanted = set(carried)
    facets: dict[str, dict[str, Any] | None] = {
        MARKS: marks_facet(numbers, rules, warnings) if MARKS in wanted else None,
        SCORES: scores_facet(numbers) if SCORES in wanted else None,
        JOURNAL: journal_facet(numbers, rules) if JOURNAL in wanted else None,
        TASKS: {name: numbers.tasks[name] for name in sorted(numbers.tasks, key=task_order)}
        if TASKS in wanted
        else None,
    }
    return {name: facet for name, facet in facets.items() if facet}, list(dict.fromkeys(warnings))


def marks_facet(numbers: Numbers, rules: Rules, warnings: list[str]) -> dict[str, Any]:
    marks = all_marks(numbers, rules, warnings) if rules.by_mark and numbers.levels is None else None
    facet: dict[str, Any] = {
        "participants": numbers.participants,
        **{f"mark_{mark}": marks.get(mark, 0) if marks is not None else None for mark in (2, 3, 4, 5)},
        "levels": numbers.levels,
        "passed": None,
    }
    if numbers.passes:
        facet["passed"] = numbers.passes.get("yes", 0)
    elif rules.by_mark and marks is not None:
        facet["passed"] = sum(n for mark, n in marks.items() if mark >= PASS_MARK)
    elif not rules.by_mark and rules.threshold is not None and numbers.test:
        minimum = rules.threshold.row.minimum or 0
        facet["passed"] = sum(n for score, n in numbers.test.items() if score >= minimum)
        if rules.threshold.of_earlier_year:
            warnings.append("scale_of_earlier_year")
    elif numbers.participants == 0 and numbers.levels is None:
        facet["passed"] = 0
    elif rules.has_threshold and numbers.levels is None:
        warnings.append("no_scale")
    return facet


def all_marks(numbers: Numbers, rules: Rules, warnings: list[str]) -> dict[int, int] | None:
    """Printed marks, and marks by the scale for those printed without; None when the scale for them is lacking."""
    if not numbers.unmarked:
        return dict(numbers.marks) if numbers.marks or not numbers.participants else None
    if rules.scale is None:
        return None
    marks = dict(numbers.marks)
    for primary, n in numbers.unmarked.items():
        add_up(marks, {rules.scale.row.mark(primary): n})
    # For ВПР the scale is how marks are made; for ОГЭ it is a stopgap, since regions set their own and sub-scores
    # count.
    if rules.scale.row.procedure != Procedure.VPR:
        warnings.append("mark_from_scale")
    if rules.scale.of_earlier_year:
        warnings.append("scale_of_earlier_year")
    return marks


def scores_facet(numbers: Numbers) -> dict[str, Any] | None:
    if not numbers.primary and not numbers.test:
        return None
    return {**_moments("primary", numbers.primary), **_moments("test", numbers.test)}


def _moments(name: str, histogram: dict[int, int]) -> dict[str, Any]:
    if not histogram:
        return {f"{name}_sum": None, f"{name}_squares": None, f"{name}_histogram": None}
    points = [score * n for score, n in histogram.items()]
    return {
        f"{name}_sum": sum(points),
        f"{name}_squares": sum(map(mul, histogram, points)),
        f"{name}_histogram": {str(score): n for score, n in sorted(histogram.items())},
    }


def journal_facet(numbers: Numbers, rules: Rules) -> dict[str, int] | None:
    """Marks against marks in the journal; pupils without a journal mark are not compared."""
    if numbers.journal is not None:
        return numbers.journal
    found = {"lower": 0, "same": 0, "higher": 0}
    for basis, value, journal, n in numbers.pairs:
        if basis == "primary" and rules.scale is None:
            return None
        mark = value if basis == "mark" or rules.scale is None else rules.scale.row.mark(value)
        found["lower" if mark < journal else "higher" if mark > journal else "same"] += n
    return found if numbers.pairs else None


def task_order(name: str) -> tuple[float, str]:
    """2 before 10, 10К1 after 10."""
    digits = "".join(char if char.isdigit() or char == "." else " " for char in name).split()
    try:
        return float(digits[0]), name
    except (IndexError, ValueError):
        return float("inf"), name
