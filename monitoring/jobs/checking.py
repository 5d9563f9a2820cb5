"""From parsed files to what they would change: lookups from the database, the pure check, the comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, cast

from django.db.models import F, Sum
from django.utils.functional import SimpleLazyObject

from indicators.procedures import WITH_RESITS, Attempt
from monitoring.imports.check import check
from monitoring.imports.checked import CheckedExam, CheckedResult, Lookups, Options
from monitoring.imports.parsed import ParsedBatch
from monitoring.imports.schools import SchoolDirectory, SchoolRef
from monitoring.jobs.writer import Incoming, Plan, compare
from monitoring.models import MarkScale, PassThreshold, Result, Upload, UploadEntry
from monitoring.scales import MARKS, THRESHOLD, Scales
from schools.models import School

Failed = Mapping[tuple[int, int, str, str], int]

MUNICIPALITIES_KEPT = 8  # directories in the memory of a worker
LEAVE_OUT = "leave_out"  # what a person says of a file that is not to be taken


@dataclass
class Checked:
    """A batch as it was understood, and what writing it would do."""

    exams: list[CheckedExam]
    plan: Plan
    key_kinds: dict[tuple[str, str], str] = field(default_factory=dict)  # file and key → code, login or name
    scope: dict[str, Any] = field(default_factory=dict)  # of the recompute, once it is written

    @property
    def is_clean(self) -> bool:
        """Nothing stops any of the files; what was skipped with a warning does not count."""
        return not any(exam.blocks for exam in self.exams)

    @property
    def blocked_files(self) -> set[str]:
        """A file is all or nothing: one bad exam stops the others of its file."""
        return {exam.name for exam in self.exams if exam.blocks}

    def is_writable(self, exam: CheckedExam) -> bool:
        return exam.layout is not None and exam.name not in self.blocked_files


def check_batch(
    municipality_id: int, batch: ParsedBatch, said: dict[str, dict[str, Any]], *, replace_session: bool = False
) -> Checked:
    """Check a batch against the municipality's schools and stored results; reads only.

    `said` is by file name, "" for all files: what a person said that the files do not.
    """
    taken = ParsedBatch([file for file in batch.files if said.get(file.name, {}).get(LEAVE_OUT) != "yes"])
    for_all = said.get("", {})
    by_file = {name: options_of({**for_all, **own}) for name, own in said.items() if name}
    exams = check(taken, options_of(for_all), lookups(municipality_id), by_file=by_file)
    kinds = {
        (file.name, tally.key): tally.kind for file in taken.files for exam in file.exams for tally in exam.schools
    }
    checked = Checked(exams, Plan(), kinds)
    incoming = [
        piece for position, exam in enumerate(exams) if checked.is_writable(exam) for piece in _incoming(position, exam)
    ]
    checked.plan = compare(municipality_id, incoming, replace_session=replace_session)
    return checked


def options_of(said: dict[str, Any]) -> Options:
    """What a person said, as the check takes it."""
    numbers: dict[str, Any] = {name: int(said[name]) for name in ("grade", "year") if said.get(name)}
    words = {name: said[name] for name in ("procedure", "subject", "date", "wave", "attempt") if said.get(name)}
    return Options(**words, **numbers)


def lookups(municipality_id: int) -> Lookups:
    """The municipality's schools under all their codes and names, the scales, and who failed in what is stored.

    That is read only when a batch has re-sits to compare with it. The sessions of first attempts are not handed in:
    they say something only beside the number of pupils, which no file tells.
    """
    scales = Scales.from_rows(
        [{"kind": MARKS, **row} for row in MarkScale.objects.values()]
        + [{"kind": THRESHOLD, **row} for row in PassThreshold.objects.values()]
    )
    return Lookups(
        schools=directory_of(municipality_id),
        scales=scales,
        failed=cast(Failed, SimpleLazyObject(partial(_failed, municipality_id))),
    )


def _failed(municipality_id: int) -> Failed:
    """Of each school, year, procedure and subject."""
    measure = ("school_id", "school_year", "procedure", "subject")
    firsts = Result.objects.filter(
        school__municipality_id=municipality_id,
        attempt=Attempt.FIRST,
        procedure__in=WITH_RESITS,
        passed__isnull=False,
    )
    counts = firsts.values(*measure).annotate(n=Sum(F("participants") - F("passed"))).order_by()
    return {tuple(row[name] for name in measure): row["n"] for row in counts}


def directory_of(municipality_id: int) -> SchoolDirectory:
    """One query: a row for each school and alias of it. Made anew only when the rows are others than the last time:
    every upload asks for it twice."""
    rows = School.objects.filter(municipality_id=municipality_id).order_by("pk")
    named = rows.values_list("pk", "name", "code", "fisoko_login", "aliases__kind", "aliases__value")
    return _directory(tuple(named))


@lru_cache(MUNICIPALITIES_KEPT)
def _directory(rows: tuple[tuple[Any, ...], ...]) -> SchoolDirectory:
    known: dict[int, tuple[str, dict[str, list[str]]]] = {}
    for pk, name, code, login, kind, value in rows:
        _, keys = known.setdefault(pk, (name, {"code": [code], "login": [login], "name": []}))
        if kind is not None:
            keys[kind].append(value)
    return SchoolDirectory.of(
        SchoolRef(pk, name, codes=tuple(keys["code"]), logins=tuple(keys["login"]), names=tuple(keys["name"]))
        for pk, (name, keys) in known.items()
    )


def _incoming(position: int, exam: CheckedExam) -> list[Incoming]:
    key = (exam.school_year, exam.procedure, exam.subject, exam.grade, exam.wave, exam.attempt, exam.session)
    return [
        Incoming(
            entry=position,
            school_id=result.school_id,
            key=key,
            pupil_grade=exam.pupil_grade or exam.grade or 0,
            facets={name: _fields(name, result) for name in result.facets},
            sources=result.sources,
            warnings=sorted(set(result.warnings)),
        )
        for result in exam.results
        if result.school_id is not None and result.facets
    ]


def _fields(facet: str, result: CheckedResult) -> dict[str, Any]:
    """A facet under the names of `Result`."""
    found = result.facets[facet]
    match facet:
        case "marks":
            return {"listed": result.listed, **found}
        case "scores":
            scores = {name: value for name, value in found.items() if not name.endswith("_squares")}
            for kind in ("primary", "test"):
                histogram = found[f"{kind}_histogram"]
                scores[f"{kind}_count"] = None if histogram is None else sum(histogram.values())
            return scores
        case "journal":
            return {f"journal_{name}": found[name] for name in ("lower", "same", "higher")}
        case _:
            return {"tasks": found}


def entries(upload: Upload, checked: Checked) -> list[UploadEntry]:
    """One row for each file and exam, as it is stored and told (not yet saved)."""
    return [_entry(upload, checked, position, exam) for position, exam in enumerate(checked.exams)]


def recheck(upload: Upload, batch: ParsedBatch) -> Checked:
    """Check a waiting upload and keep what came out, in the caller's transaction."""
    checked = check_batch(upload.municipality_id, batch, upload.options)
    upload.entries.all().delete()
    UploadEntry.objects.bulk_create(entries(upload, checked), batch_size=500)
    return checked


def _entry(upload: Upload, checked: Checked, position: int, exam: CheckedExam) -> UploadEntry:
    nothing = {"new": 0, "changed": 0, "same": 0, "removed": 0}
    problems = [problem.to_json() for problem in exam.problems]
    for problem in problems:
        if problem["code"] == "unknown_school":
            problem["key_kind"] = checked.key_kinds.get((exam.name, problem["value"]), "code")
    return UploadEntry(
        upload=upload,
        position=position,
        name=exam.name[:400],
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
        problems=problems,
        changes=checked.plan.changes.get(position, nothing),
        is_writable=checked.is_writable(exam),
    )
