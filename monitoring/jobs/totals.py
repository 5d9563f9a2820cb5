"""Keeps `ResultTotal` true to `Result`: called by the writer in its own transaction."""

from collections import defaultdict
from collections.abc import Iterable

from indicators.procedures import WITH_RESITS, Attempt, Procedure
from monitoring import calculations
from monitoring.calculations import Facts
from monitoring.models import Result, ResultTotal

Group = tuple[int, int, str, str, int, str]  # school, school year, procedure, subject, grade, wave
GROUP_FIELDS = ("school_id", "school_year", "procedure", "subject", "grade", "wave")

# ЕГЭ mathematics is one subject with two levels (rule 5 of the indicators).
MATHEMATICS = "mathematics"
MATHEMATICS_LEVELS = ("mathematics_base", "mathematics_profile")
FACT_FIELDS = (*calculations.COUNTS, "levels", "warnings")
TOTAL_FIELDS = (*FACT_FIELDS, "pupil_grade", "sources")


def group_of(result: Result | ResultTotal) -> Group:
    return tuple(getattr(result, name) for name in GROUP_FIELDS)


def refresh_totals(groups: Iterable[Group]) -> int:
    """Work out the totals of these groups anew; how many rows were written or taken away."""
    wanted = _with_unions(set(groups))
    if not wanted:
        return 0
    fresh = {_key(total): total for group, results in _results(wanted).items() for total in _totals(group, results)}
    stored = {_key(total): total for total in _near(ResultTotal, wanted) if group_of(total) in wanted}
    gone = [total.pk for key, total in stored.items() if key not in fresh]
    changed = [total for key, total in fresh.items() if key not in stored or _differs(total, stored[key])]
    ResultTotal.objects.filter(pk__in=gone).delete()
    ResultTotal.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["school", *GROUP_FIELDS[1:], "attempt"],
        update_fields=list(TOTAL_FIELDS),
        batch_size=500,
    )
    return len(gone) + len(changed)


def _with_unions(groups: set[Group]) -> set[Group]:
    unions = {
        (school, year, procedure, MATHEMATICS, grade, wave)
        for school, year, procedure, subject, grade, wave in groups
        if procedure == Procedure.EGE and subject in MATHEMATICS_LEVELS
    }
    return groups | unions


def _near(model: type[Result] | type[ResultTotal], groups: set[Group]) -> Iterable:
    """Rows of the schools, years and procedures in question: one query, however many groups."""
    return model.objects.filter(
        school_id__in={group[0] for group in groups},
        school_year__in={group[1] for group in groups},
        procedure__in={group[2] for group in groups},
    )


def _results(wanted: set[Group]) -> dict[Group, list[Result]]:
    """The stored sessions of each wanted group; a union has those of its levels."""
    found: dict[Group, list[Result]] = defaultdict(list)
    for result in _near(Result, wanted):
        group = group_of(result)
        if group in wanted:
            found[group].append(result)
        union = (*group[:3], MATHEMATICS, *group[4:])
        if result.procedure == Procedure.EGE and result.subject in MATHEMATICS_LEVELS and union in wanted:
            found[union].append(result)
    return found


def _totals(group: Group, results: list[Result]) -> list[ResultTotal]:
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
    totals = [_row(group, Attempt.FIRST, first, firsts)]
    if group[2] in WITH_RESITS:
        totals.append(_row(group, Attempt.BEST, best, results))
    return totals


def facts_of(result: Result | ResultTotal) -> Facts:
    fields = {name: getattr(result, name) for name in (*calculations.COUNTS, "levels")}
    return Facts(**fields, warnings=tuple(result.warnings))


def _row(group: Group, attempt: Attempt, facts: Facts, results: list[Result]) -> ResultTotal:
    numbers = {name: getattr(facts, name) for name in (*calculations.COUNTS, "levels")}
    return ResultTotal(
        **dict(zip(GROUP_FIELDS, group, strict=True)),
        attempt=attempt.value,
        pupil_grade=results[0].pupil_grade,
        warnings=list(facts.warnings),
        sources=_sources(results),
        **numbers,
    )


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


def _key(total: ResultTotal) -> tuple:
    return (*group_of(total), str(total.attempt))


def _differs(fresh: ResultTotal, stored: ResultTotal) -> bool:
    return any(getattr(fresh, name) != getattr(stored, name) for name in TOTAL_FIELDS)
