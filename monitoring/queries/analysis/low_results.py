"""How many pupils of each school had a low result in the exams by which schools are identified."""

from typing import NamedTuple

import numpy as np
from django.db.models import Case, Exists, Q, QuerySet, SmallIntegerField, When

from indicators.procedures import Attempt, Procedure, Wave
from indicators.queries.covering import covering_for_all
from indicators.subjects import subject_name
from monitoring.analysis.forecast import Observations
from monitoring.models import ObjectivityFlag, ResultTotal
from monitoring.models.results import covering_result
from schools.models import Municipality
from schools.small_numbers import SMALL

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


def low_results(municipality: Municipality, *, until: int, since: int = 0) -> Observations:
    """First attempts of spring and main days of these school years, without results that are not to be trusted.

    They come as numbers alone: of hundreds of schools there are tens of thousands.
    """
    found = identifying_totals(municipality).filter(school_year__gte=since, school_year__lte=until)
    found = found.annotate(series=_place_of_exam())
    fields = ("series", "school_id", "school_year", "participants", "mark_2", "passed")
    numbers = np.array(list(found.values_list(*fields)), dtype=float).reshape(-1, len(fields)).T
    low = low_of(*numbers[3:])
    is_known = ~np.isnan(low) & (numbers[3] > 0)
    series, school, year, n = numbers[:4, is_known].astype(int)
    schools, school = np.unique(school, return_inverse=True)
    all_series = [ExamOfYears(*exam) for exam in EXAMS]
    return Observations(all_series, schools.tolist(), series, school, year, low[is_known].astype(int), n)


def _place_of_exam() -> Case:
    return Case(
        *(
            When(procedure=procedure, subject=subject, grade=grade, then=place)
            for place, (procedure, subject, grade) in enumerate(EXAMS)
        ),
        output_field=SmallIntegerField(),
    )


def identifying_totals(municipality: Municipality) -> QuerySet[ResultTotal]:
    where = Q()
    for procedure, subject, grade in EXAMS:
        where |= Q(procedure=procedure, subject=subject, grade=grade)
    flags = ObjectivityFlag.objects.active().filter(covering_result())
    totals = ResultTotal.objects.filter(
        where, school__municipality=municipality, attempt=Attempt.FIRST, wave__in=(Wave.SPRING, Wave.MAIN)
    )
    return totals.exclude(Exists(flags))


def low_of(participants: np.ndarray, mark_2: np.ndarray, passed: np.ndarray) -> np.ndarray:
    """Mark 2, or not passed where there are no marks; not a number where neither is known."""
    return np.where(np.isnan(mark_2), np.maximum(0, participants - passed), mark_2)


def low_shares_of(municipality: Municipality, school_year: int) -> dict[int, float]:
    """As many may see them: without exams that are hidden for the few pupils of another school, for the others beside
    their sum would tell them."""
    known = low_results(municipality, since=school_year, until=school_year)
    covering = covering_for_all(municipality)
    touched = [at for at, school in enumerate(known.all_schools) if covering.hides_results_of(school, school_year)]
    is_hidden = np.zeros(len(known.n), dtype=bool)
    for row in np.flatnonzero(np.isin(known.school, touched)):
        exam = known.all_series[known.series[row]]
        is_hidden[row] = covering.hides_work(known.all_schools[known.school[row]], school_year, *exam)
    return low_shares(known, ~is_hidden)


def low_shares(known: Observations, told: np.ndarray | bool = True) -> dict[int, float]:
    """Per cent of low results of each school, all exams that are told together: sums, not a mean of shares.

    Exams with fewer than five pupils are not in it: beside the others, which many may see, the sum would tell of them.
    """
    rows = np.flatnonzero((known.n >= SMALL) & told)
    size = len(known.all_schools)
    low, total = (np.bincount(known.school[rows], of[rows], size) for of in (known.low, known.n))
    return {known.all_schools[at]: float(100 * low[at] / total[at]) for at in np.flatnonzero(total).tolist()}
