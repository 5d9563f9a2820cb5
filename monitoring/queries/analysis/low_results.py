"""How many pupils of each school had a low result in the exams by which schools are identified."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, Q, QuerySet

from indicators.procedures import Attempt, Procedure, Wave
from indicators.queries.covering import covering_for_all
from indicators.subjects import subject_name
from monitoring.analysis.forecast import Observation
from monitoring.models import ObjectivityFlag, ResultTotal
from monitoring.models.results import covering_result
from schools.models import Municipality
from schools.small_numbers import is_small

# Russian and mathematics, as the method of identification looks at them (domain facts: order of Рособрнадзор No. 847).
EXAMS = (
    *((Procedure.VPR, subject, grade) for subject in ("russian", "mathematics") for grade in (5, 6)),
    *((Procedure.OGE, subject, 9) for subject in ("russian", "mathematics")),
    *((Procedure.EGE, subject, 11) for subject in ("russian", "mathematics_base", "mathematics_profile")),
)


class ExamOfYears(NamedTuple):
    """An exam whatever the year."""

    procedure: str
    subject: str
    grade: int

    def __str__(self) -> str:
        return f"{Procedure(self.procedure).label}, {subject_name(self.subject).lower()}, {self.grade} класс"


def low_results(municipality: Municipality, *, until: int) -> list[Observation]:
    """First attempts of spring and main days up to this school year, without results that are not to be trusted."""
    rows = identifying_totals(municipality).filter(school_year__lte=until)
    fields = ("school_id", "school_year", "procedure", "subject", "grade", "participants", "mark_2", "passed")
    found = []
    for school, year, procedure, subject, grade, participants, mark_2, passed in rows.values_list(*fields):
        low = low_of(participants, mark_2, passed)
        if low is not None and participants:
            found.append(Observation(ExamOfYears(procedure, subject, grade), school, year, low, participants))
    return found


def identifying_totals(municipality: Municipality) -> QuerySet[ResultTotal]:
    where = Q()
    for procedure, subject, grade in EXAMS:
        where |= Q(procedure=procedure, subject=subject, grade=grade)
    flags = ObjectivityFlag.objects.active().filter(covering_result())
    totals = ResultTotal.objects.filter(
        where, school__municipality=municipality, attempt=Attempt.FIRST, wave__in=(Wave.SPRING, Wave.MAIN)
    )
    return totals.exclude(Exists(flags))


def low_of(participants: int | None, mark_2: int | None, passed: int | None) -> int | None:
    """Mark 2, or not passed where there are no marks; None where neither is known."""
    if mark_2 is not None:
        return mark_2
    return None if participants is None or passed is None else max(0, participants - passed)


def low_shares_of(municipality: Municipality, school_year: int) -> dict[int, float]:
    """As many may see them: without exams that are hidden for the few pupils of another school, for the others beside
    their sum would tell them."""
    covering = covering_for_all(municipality)
    known: list[Any] = low_results(municipality, until=school_year)
    return low_shares(
        (
            row
            for row in known
            if not covering.hides_work(row.school, row.year, row.series.procedure, row.series.subject, row.series.grade)
        ),
        school_year,
    )


def low_shares(observations: Iterable[Observation], school_year: int) -> dict[int, float]:
    """Per cent of low results of each school in the year, all its exams together: sums, not a mean of shares.

    Exams with fewer than five pupils are not in it: beside the others, which many may see, the sum would tell of them.
    """
    low: dict[Any, int] = defaultdict(int)
    total: dict[Any, int] = defaultdict(int)
    for row in observations:
        if row.year == school_year and not is_small(row.n):
            low[row.school] += row.low
            total[row.school] += row.n
    return {school: 100 * low[school] / total[school] for school in total}
