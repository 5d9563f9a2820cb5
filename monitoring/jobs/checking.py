"""From parsed files to what they would change: lookups from the database, the pure check, the comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from monitoring.imports.check import CheckedExam, check
from monitoring.imports.directory import SchoolDirectory
from monitoring.imports.options import Lookups, Options
from monitoring.imports.parsed import ParsedBatch
from monitoring.imports.scales import Scales
from monitoring.jobs.writer import FACETS, Incoming, Plan, compare
from monitoring.models import MarkScale, PassThreshold, UploadEntry
from schools.models import School, SchoolAlias


@dataclass
class Checked:
    """A batch as it was understood, and what writing it would do."""

    exams: list[CheckedExam]
    incoming: list[Incoming]
    plan: Plan

    @property
    def is_clean(self) -> bool:
        """Nothing stops any of the files; what was skipped with a warning does not count."""
        return not any(problem.blocks for exam in self.exams for problem in exam.problems)


def is_clean(exam: CheckedExam) -> bool:
    """Whether this exam can be written."""
    return exam.layout is not None and not any(problem.blocks for problem in exam.problems)


def check_batch(
    municipality_id: int,
    batch: ParsedBatch,
    options: dict[str, dict[str, str]],
    *,
    replace_session: bool = False,
) -> Checked:
    """Check a batch against the municipality's schools and stored results; reads only.

    `options` by file name, "" for all files: what a person said that the files do not.
    """
    exams = check(batch, options_by_file(options), _lookups(municipality_id))
    incoming = [piece for position, exam in enumerate(exams) if is_clean(exam) for piece in _incoming(position, exam)]
    return Checked(exams, incoming, compare(municipality_id, incoming, replace_session=replace_session))


def entry(checked: Checked, position: int) -> UploadEntry:
    """One file and exam, as it is stored and told (not yet saved)."""
    exam = checked.exams[position]
    nothing = {"new": 0, "changed": 0, "same": 0, "removed": 0}
    return UploadEntry(
        position=position,
        name=exam.name,
        sha256=exam.sha256,
        layout=exam.layout or "",
        procedure=exam.procedure or "",
        subject=exam.subject or "",
        grade=exam.grade,
        school_year=exam.school_year,
        wave=exam.wave or "",
        attempt=exam.attempt or "",
        session=exam.session or "",
        rows=exam.rows,
        participants=exam.participants,
        schools=exam.schools,
        dropped_columns=exam.dropped_columns,
        problems=[problem.to_json() for problem in exam.problems],
        changes=checked.plan.changes.get(position, nothing),
    )
