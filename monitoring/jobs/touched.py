"""Which recompute is asked for by results that were brought, taken back, left out or let in again."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from indicators.procedures import Attempt
from monitoring.calculations import counted_subjects, covered_subjects
from monitoring.models import ObjectivityFlag, Result, ResultTotal
from monitoring.results_at_dates import Sitting, available_on

# School year, procedure, subject, grade, wave, grade of the pupils: as precisely as formulas can name an exam.
Paper = tuple[int, str, str, int, str, int]
# School, key, the data as they were and as they are: None where there were or are none.
Change = tuple[int, Sequence[Any], Mapping[str, Any] | None, Mapping[str, Any] | None]
PAPER_FIELDS = ("school_year", "procedure", "subject", "grade", "wave", "pupil_grade")


def touched_by(municipality_id: int, changes: Iterable[Change]) -> dict[str, list[Any]]:
    """The scope of the recompute; call it after writing, in the same transaction, which has locked the municipality.

    Schools are named where only their own values and those of the municipality can have changed, that is where others
    have results of every paper in question, and had them by the day of whatever changed. Without others the year
    begins, or no longer begins, to be one in which the exam was held, and everybody is compared with another year. With
    the lock, of two who take theirs back at once the second sees that it is the last.
    """
    schools, papers = _changed(changes)
    scope: dict[str, list[Any]] = {"exams": _exams(set(papers))}
    of_others = _papers_of_others(municipality_id, schools, set(papers))
    if all(paper in of_others and of_others[paper] <= day for paper, day in papers.items()):
        scope["schools"] = sorted(schools)
    return scope


def touched_by_flags(flags: Sequence[ObjectivityFlag]) -> dict[str, list[Any]] | None:
    """The scope of the recompute when these flags were set or lifted; None when no result stands under them.

    A result that is left out is there all the same, so that the exam was held and nobody else is compared with another
    year (ADR 13).
    """
    schools = {flag.school_id for flag in flags}
    covered = {
        (flag.school_id, flag.school_year, flag.procedure, subject, flag.grade, wave)
        for flag in flags
        for subject in covered_subjects(flag.procedure, flag.subject)
        for wave in flag.waves
    }
    totals = ResultTotal.objects.filter(
        school__in=schools, school_year__in={flag.school_year for flag in flags}
    ).values_list("school_id", *PAPER_FIELDS)
    papers = {tuple(paper) for school, *paper in totals if (school, *paper[:5]) in covered}
    return {"exams": _exams(papers), "schools": sorted(schools)} if papers else None


def _exams(papers: set[Paper]) -> list[list[Any]]:
    exams = {(procedure, subject, grade, year) for year, procedure, subject, grade, _, _ in papers}
    return [list(exam) for exam in sorted(exams)]


def _changed(changes: Iterable[Change]) -> tuple[set[int], dict[Paper, dt.date]]:
    """Whose results and of which papers, as they were and as they are, with the first day of each; levels of ЕГЭ touch
    their union too."""
    schools: set[int] = set()
    papers: dict[Paper, dt.date] = {}
    for school, key, *sides in changes:
        schools.add(school)
        year, procedure, subject, grade, wave, _, session = key
        for pupils in {side["pupil_grade"] for side in sides if side is not None}:
            sitting = Sitting(year, procedure, subject, grade, wave, pupils, session)
            for paper in _papers(sitting):
                papers[paper] = min(available_on(sitting), papers.get(paper, dt.date.max))
    return schools, papers


def _papers_of_others(municipality_id: int, schools: set[int], papers: set[Paper]) -> dict[Paper, dt.date]:
    """What others have sat of these, with the first day."""
    where = Q()
    for year, procedure, subject, grade in {paper[:4] for paper in papers}:
        where |= Q(school_year=year, procedure=procedure, subject__in=covered_subjects(procedure, subject), grade=grade)
    results = Result.objects.filter(where, school__municipality_id=municipality_id, attempt=Attempt.FIRST)
    found: dict[Paper, dt.date] = {}
    for row in results.exclude(school__in=schools).values_list(*Sitting._fields).distinct():
        sitting = Sitting(*row)
        for paper in _papers(sitting):
            found[paper] = min(available_on(sitting), found.get(paper, dt.date.max))
    return found


def _papers(sitting: Sitting) -> Iterable[Paper]:
    for subject in counted_subjects(sitting.procedure, sitting.subject):
        yield sitting.school_year, sitting.procedure, subject, sitting.grade, sitting.wave, sitting.pupil_grade
