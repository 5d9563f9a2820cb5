"""Compares checked results with what is stored, and writes them: facets replace facets of the same session.

The natural key of a result is school and `KEY`. A file brings one or more facets; it replaces those for its schools in
the session it is about, and nothing else. What was there before is kept per upload, so that an upload can be undone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.upsert import upsert
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.jobs.touched import Change
from monitoring.models import Result, ResultChange, Upload

KEY = ("school_year", "procedure", "subject", "grade", "wave", "attempt", "session")
FACETS: dict[str, tuple[str, ...]] = {
    "marks": ("listed", "participants", "mark_2", "mark_3", "mark_4", "mark_5", "levels", "passed"),
    "scores": (
        "primary_sum",
        "primary_count",
        "primary_histogram",
        "test_sum",
        "test_count",
        "test_histogram",
    ),
    "journal": ("journal_lower", "journal_same", "journal_higher"),
    "tasks": ("tasks",),
}
FACT_FIELDS = tuple(name for names in FACETS.values() for name in names)
DATA_FIELDS = (*FACT_FIELDS, "pupil_grade", "warnings", "sources")

ResultKey = tuple[Any, ...]  # school id and the values of KEY


@dataclass
class Incoming:
    """The facets of one school and session that one entry of an upload brings."""

    entry: int  # position of the entry
    school_id: int
    key: tuple[Any, ...]
    pupil_grade: int
    facets: dict[str, dict[str, Any]]  # facet → fields of `Result`
    sources: dict[str, list[dict[str, Any]]]  # facet → [{file, sheet, rows}]
    warnings: list[str]  # codes; they leave with the facet that brought them

    @property
    def result_key(self) -> ResultKey:
        return (self.school_id, *self.key)


@dataclass
class Plan:
    """What writing would do, per entry and in all."""

    changes: dict[int, dict[str, int]] = field(default_factory=dict)
    fresh: list[Result] = field(default_factory=list)  # new or changed, not yet saved
    before: dict[ResultKey, dict[str, Any]] = field(default_factory=dict)  # of those changed or removed
    removed: list[Result] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.fresh and not self.removed


def compare(municipality_id: int, incoming: list[Incoming], *, replace_session: bool = False) -> Plan:
    """Set what comes against what is stored; reads only."""
    stored = {result_key(result): result for result in _near(municipality_id, incoming, of_all=replace_session)}
    plan = Plan(changes=defaultdict(lambda: {"new": 0, "changed": 0, "same": 0, "removed": 0}))
    by_result: dict[ResultKey, list[Incoming]] = defaultdict(list)
    for piece in incoming:
        by_result[piece.result_key].append(piece)
        plan.changes[piece.entry][_state(piece, stored.get(piece.result_key))] += 1
    for key, pieces in by_result.items():
        old = stored.get(key)
        new = _merged(pieces, old)
        if old is None or any(getattr(new, name) != getattr(old, name) for name in FACT_FIELDS):
            plan.fresh.append(new)
            if old is not None:
                plan.before[key] = snapshot(old)
    if replace_session:
        _plan_removals(plan, incoming, stored)
    return plan


def write(plan: Plan, upload: Upload) -> list[Change]:
    """Carry the plan out inside the caller's transaction, keeping what was before; every change is told."""
    for result in plan.fresh:
        for source in result.sources.values():
            source["places"] = [{"upload": upload.pk, **place} for place in source["places"]]
    save_results(plan.fresh)
    Result.objects.filter(pk__in=[result.pk for result in plan.removed]).delete()
    removed = set(map(result_key, plan.removed))
    changes: list[Change] = [
        (key[0], key[1:], plan.before.get(key), None if key in removed else snapshot(result))
        for result in [*plan.fresh, *plan.removed]
        for key in [result_key(result)]
    ]
    upsert(ResultChange, ("upload_id", "school_id", "key", "before", "after"), ((upload.pk, *row) for row in changes))
    refresh_totals(group_of(result) for result in [*plan.fresh, *plan.removed])
    return changes


def save_results(results: list[Result]) -> None:
    """Upsert on the natural key; no two of the results have the same."""
    names = ("school_id", *KEY, *DATA_FIELDS)
    rows = ([getattr(result, name) for name in names] for result in results)
    upsert(Result, names, rows, key=("school_id", *KEY))


def result_key(result: Result) -> ResultKey:
    return (result.school_id, *(getattr(result, name) for name in KEY))


def snapshot(result: Result) -> dict[str, Any]:
    """The data of a result as JSON, to be restored by undoing."""
    return {name: getattr(result, name) for name in DATA_FIELDS}


def _near(municipality_id: int, incoming: list[Incoming], *, of_all: bool) -> Iterable[Result]:
    """Stored results of the exams in question, of the schools that something comes for or of all; the index on the exam
    finds them."""
    exams = {piece.key[:4] for piece in incoming}
    if not exams:
        return []
    where = Q()
    for year, procedure, subject, grade in exams:
        where |= Q(school_year=year, procedure=procedure, subject=subject, grade=grade)
    if not of_all:
        where &= Q(school__in={piece.school_id for piece in incoming})
    return Result.objects.filter(where, school__municipality_id=municipality_id)


def _state(piece: Incoming, old: Result | None) -> str:
    if old is None or any(facet not in old.sources for facet in piece.facets):
        return "new"
    differs = any(getattr(old, name) != value for facet in piece.facets.values() for name, value in facet.items())
    return "changed" if differs else "same"


def _merged(pieces: list[Incoming], old: Result | None) -> Result:
    """The stored result with the incoming facets in place of its own."""
    first = pieces[0]
    result = Result(school_id=first.school_id, **dict(zip(KEY, first.key, strict=True)))
    for name in FACT_FIELDS:
        setattr(result, name, getattr(old, name) if old else None)
    result.pupil_grade = first.pupil_grade
    result.sources = dict(old.sources) if old else {}
    for piece in pieces:
        for facet, fields in piece.facets.items():
            same = old is not None and all(getattr(old, name) == value for name, value in fields.items())
            if same and facet in result.sources:
                continue  # the same numbers keep their first source
            for name in FACETS[facet]:
                setattr(result, name, fields.get(name))
            result.sources[facet] = {"places": piece.sources[facet], "warnings": piece.warnings}
    result.warnings = sorted({code for source in result.sources.values() for code in source["warnings"]})
    if "marks" not in result.sources:
        result.participants = _participants_without_marks(result)
    elif result.primary_count not in (None, result.participants):
        result.warnings.append("facets_differ")  # marks and scores are about different numbers of pupils
    return result


def _participants_without_marks(result: Result) -> int | None:
    """Before the marks arrive the other facets know how many took part."""
    for known in (result.primary_count, result.test_count):
        if known is not None:
            return known
    if result.journal_lower is None or result.journal_same is None or result.journal_higher is None:
        return None
    return result.journal_lower + result.journal_same + result.journal_higher


def _plan_removals(plan: Plan, incoming: list[Incoming], stored: dict[ResultKey, Result]) -> None:
    """With --replace-session a session holds just the schools that the files name."""
    sessions = {piece.key: piece.entry for piece in incoming}
    named = {piece.result_key for piece in incoming}
    for key, result in stored.items():
        if key[1:] in sessions and key not in named:
            plan.removed.append(result)
            plan.before[key] = snapshot(result)
            plan.changes[sessions[key[1:]]]["removed"] += 1
