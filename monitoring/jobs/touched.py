"""Which recompute is asked for by results that were brought, taken back, left out or let in again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from indicators.procedures import Procedure
from monitoring.calculations import MATHEMATICS, MATHEMATICS_LEVELS, covered_subjects
from monitoring.models import ObjectivityFlag, ResultTotal

# School year, procedure, subject, grade, wave, grade of the pupils: as precisely as formulas can name an exam.
Paper = tuple[int, str, str, int, str, int]
# School, key, the data as they were and as they are: None where there were or are none.
Change = tuple[int, Sequence[Any], Mapping[str, Any] | None, Mapping[str, Any] | None]
PAPER_FIELDS = ("school_year", "procedure", "subject", "grade", "wave", "pupil_grade")


def touched_by(municipality_id: int, changes: Iterable[Change]) -> dict[str, list[Any]]:
    """The scope of the recompute; call it after writing, in the same transaction, which has locked the municipality.

    Schools are named where only their own values and those of the municipality can have changed, that is where others
    have results of every paper in question. Without others the year begins, or no longer begins, to be one in which
    the exam was held, and everybody is compared with another year. With the lock, of two who take theirs back at once
    the second sees that it is the last.
    """
    schools, papers = _changed(changes)
    scope: dict[str, list[Any]] = {"exams": _exams(papers)}
    if papers <= _papers_of_others(municipality_id, schools, papers):
        scope["schools"] = sorted(schools)
    return scope


def touched_by_flags(flags: Sequence[ObjectivityFlag]) -> dict[str, list[Any]] | None:
    """The scope of the recompute when these flags were set or lifted; None when no result stands under them.

    A result that is left out is there all the same, so that the exam was held and nobody else is compared with another
    year (ADR 13).
    """
    schools = {flag.school_id for flag in flags}
    covered = {
        (flag.school_id, flag.school_year, flag.procedure, subject, flag.grade)
        for flag in flags
        for subject in covered_subjects(flag.procedure, flag.subject)
    }
    totals = ResultTotal.objects.filter(
        school__in=schools, school_year__in={flag.school_year for flag in flags}
    ).values_list("school_id", *PAPER_FIELDS)
    papers = {tuple(paper) for school, *paper in totals if (school, *paper[:4]) in covered}
    return {"exams": _exams(papers), "schools": sorted(schools)} if papers else None


def _exams(papers: set[Paper]) -> list[list[Any]]:
    exams = {(procedure, subject, grade, year) for year, procedure, subject, grade, _, _ in papers}
    return [list(exam) for exam in sorted(exams)]


def _changed(changes: Iterable[Change]) -> tuple[set[int], set[Paper]]:
    """Whose results and of which papers, as they were and as they are; levels of ЕГЭ touch their union too."""
    schools: set[int] = set()
    papers: set[Paper] = set()
    for school, key, *sides in changes:
        schools.add(school)
        year, procedure, subject, grade, wave, *_ = key
        is_level = procedure == Procedure.EGE and subject in MATHEMATICS_LEVELS
        papers |= {
            (year, procedure, name, grade, wave, pupils)
            for name in ((subject, MATHEMATICS) if is_level else (subject,))
            for pupils in (side["pupil_grade"] for side in sides if side is not None)
        }
    return schools, papers


def _papers_of_others(municipality_id: int, schools: set[int], papers: set[Paper]) -> set[Paper]:
    where = Q()
    for year, procedure, subject, grade in {paper[:4] for paper in papers}:
        where |= Q(school_year=year, procedure=procedure, subject=subject, grade=grade)
    totals = ResultTotal.objects.filter(where, school__municipality_id=municipality_id)
    return set(totals.exclude(school__in=schools).values_list(*PAPER_FIELDS).distinct())
