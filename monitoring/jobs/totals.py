"""Keeps `ResultTotal` true to `Result`: called by the writer in its own transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from accounts.upsert import upsert
from indicators.procedures import WITH_RESITS, Attempt, Procedure
from indicators.subjects import MATHEMATICS, MATHEMATICS_LEVELS
from monitoring import calculations
from monitoring.calculations import Facts
from monitoring.models import Result, ResultTotal

Group = tuple[int, int, str, str, int, str]  # school, school year, procedure, subject, grade, wave
GROUP_FIELDS = ("school_id", "school_year", "procedure", "subject", "grade", "wave")
KEY_FIELDS = (*GROUP_FIELDS, "attempt")
Key = tuple[Any, ...]
Row = tuple[Any, ...]  # values of `TOTAL_FIELDS`
Tasks = Mapping[str, Mapping[str, int]]
NO_TASKS = ("", "")

FACTS = (*calculations.COUNTS, *calculations.HISTOGRAMS, "levels")
FACT_FIELDS = (*FACTS, "warnings")
TOTAL_FIELDS = (*FACT_FIELDS, "pupil_grade", "sources")
WRITTEN = (*TOTAL_FIELDS, "task_names", "task_counts")


def group_of(result: Result | ResultTotal) -> Group:
    return tuple(getattr(result, name) for name in GROUP_FIELDS)


def refresh_totals(groups: Iterable[Group]) -> int:
    """Work out the totals of these groups anew; how many rows were written or taken away."""
    wanted = _with_unions(set(groups))
    if not wanted:
        return 0
    tasks = _tasks(wanted)
    fresh = {
        key: (*row, *(tasks.get(group, NO_TASKS) if key[-1] == Attempt.FIRST else NO_TASKS))
        for group, results in _results(wanted).items()
        for key, row in totals_of(group, results)
    }
    stored: dict[Key, Row] = {}
    gone: list[int] = []
    for pk, *values in _near(ResultTotal, wanted).values_list("pk", *KEY_FIELDS, *WRITTEN):
        key = tuple(values[: len(KEY_FIELDS)])
        if key[:-1] in wanted:
            stored[key] = tuple(values[len(KEY_FIELDS) :])
            gone += [] if key in fresh else [pk]
    changed = [(*key, *row) for key, row in fresh.items() if stored.get(key) != row]
    ResultTotal.objects.filter(pk__in=gone).delete()
    upsert(ResultTotal, (*KEY_FIELDS, *WRITTEN), changed, key=KEY_FIELDS)
    return len(gone) + len(changed)


def _with_unions(groups: set[Group]) -> set[Group]:
    unions = {
        (school, year, procedure, MATHEMATICS, grade, wave)
        for school, year, procedure, subject, grade, wave in groups
        if procedure == Procedure.EGE and subject in MATHEMATICS_LEVELS
    }
    return groups | unions


def _near(model: type[Result] | type[ResultTotal], groups: set[Group]) -> models.QuerySet:
    """Rows of the schools, years and procedures in question: one query, however many groups."""
    return model.objects.filter(
        school_id__in={group[0] for group in groups},
        school_year__in={group[1] for group in groups},
        procedure__in={group[2] for group in groups},
    )


def _results(wanted: set[Group]) -> dict[Group, list[Result]]:
    """The stored sessions of each wanted group; a union has those of its levels."""
    found: dict[Group, list[Result]] = defaultdict(list)
    for result in _near(Result, wanted).defer("tasks"):
        group = group_of(result)
        if group in wanted:
            found[group].append(result)
        union = (*group[:3], MATHEMATICS, *group[4:])
        if result.procedure == Procedure.EGE and result.subject in MATHEMATICS_LEVELS and union in wanted:
            found[union].append(result)
    return found


def _tasks(wanted: set[Group]) -> dict[Group, tuple[str, str]]:
    """`task_names` and `task_counts` of each wanted group. A union of levels has none: they are different works."""
    found: dict[Group, list[Tasks]] = defaultdict(list)
    rows = _near(Result, wanted).filter(attempt=Attempt.FIRST, tasks__isnull=False).order_by("session", "pk")
    for *group, tasks in rows.values_list(*GROUP_FIELDS, "tasks"):
        found[tuple(group)].append(tasks)
    return {group: tasks_of(sessions) for group, sessions in found.items() if group in wanted}


def tasks_of(sessions: Iterable[Tasks]) -> tuple[str, str]:
    """What is known of the tasks, sessions added up, in the form of `ResultTotal`."""
    sums: dict[str, tuple[int, int]] = {}
    for tasks in sessions:
        for task, numbers in tasks.items():
            done, participants = sums.get(task, (0, 0))
            sums[task] = done + numbers["done"], participants + numbers["participants"]
    return "\n".join(sums), " ".join(f"{done} {participants}" for done, participants in sums.values())


def totals_of(group: Group, results: list[Result]) -> list[tuple[Key, Row]]:
    """The totals of one group, none when nobody has sat the exam for the first time."""
    results = sorted(results, key=lambda result: (result.subject, result.session))
    firsts = [result for result in results if result.attempt == Attempt.FIRST]
    resits = [result for result in results if result.attempt == Attempt.RESIT]
    if not firsts:
        return []  # re-sits alone do not tell how many sat the exam
    union = group[2] == Procedure.EGE and group[3] == MATHEMATICS
    if union:
        levels = [
            calculations.total([facts_of(result) for result in firsts if result.subject == subject])
            for subject in sorted({result.subject for result in firsts})
        ]
        first = calculations.union_first(levels)
        best = calculations.union_best(levels, [facts_of(result) for result in resits])
    else:
        first = calculations.total([facts_of(result) for result in firsts])
        best = calculations.best(first, [facts_of(result) for result in resits])
    totals = [((*group, Attempt.FIRST.value), _row(first, firsts))]
    if group[2] in WITH_RESITS:
        totals.append(((*group, Attempt.BEST.value), _row(best, results)))
    return totals


def facts_of(result: Result) -> Facts:
    fields = {name: getattr(result, name) for name in FACTS}
    return Facts(**fields, warnings=tuple(result.warnings))


def _row(facts: Facts, results: list[Result]) -> Row:
    """The values of `TOTAL_FIELDS`."""
    numbers = [getattr(facts, name) for name in FACTS]
    return (*numbers, list(facts.warnings), results[0].pupil_grade, _sources(results))


def _sources(results: list[Result]) -> list[dict]:
    """Where these results came from, each place once with the facets it gave; of a re-sit only the marks count."""
    places: dict[tuple, dict] = {}
    for result in results:
        for facet in sorted(result.sources):
            if facet != "marks" and result.attempt == Attempt.RESIT:
                continue
            for place in result.sources[facet]["places"]:
                key = (place["upload"], place["file"], place["sheet"], place["rows"])
                facets = places.setdefault(key, {**place, "facets": []})["facets"]
                if facet not in facets:
                    facets.append(facet)
    return [places[key] for key in sorted(places)]
