"""Which recompute results ask for that an upload has brought or taken back with it."""

from typing import Any

from django.db.models import Q

from indicators.procedures import Procedure
from monitoring.jobs.totals import MATHEMATICS, MATHEMATICS_LEVELS
from monitoring.models import ResultChange, ResultTotal, Upload

# School year, procedure, subject, grade, wave, grade of the pupils: as precisely as formulas can name an exam.
Paper = tuple[int, str, str, int, str, int]
PAPER_FIELDS = ("school_year", "procedure", "subject", "grade", "wave", "pupil_grade")


def touched_by(upload: Upload) -> dict[str, list[Any]]:
    """The scope of the recompute; call it after writing, in the same transaction, which has locked the municipality.

    Schools are named where only their own values and those of the municipality can have changed, that is where others
    have results of every paper in question. Without others the year begins, or no longer begins, to be one in which
    the exam was held, and everybody is compared with another year. With the lock, of two who take theirs back at once
    the second sees that it is the last.
    """
    schools, papers = _changed(upload)
    exams = {(procedure, subject, grade, year) for year, procedure, subject, grade, _, _ in papers}
    scope: dict[str, list[Any]] = {"exams": [list(exam) for exam in sorted(exams)]}
    if papers <= _papers_of_others(upload, schools, papers):
        scope["schools"] = sorted(schools)
    return scope


def _changed(upload: Upload) -> tuple[set[int], set[Paper]]:
    """Whose results and of which papers, as they were and as they are; levels of ЕГЭ touch their union too."""
    schools: set[int] = set()
    papers: set[Paper] = set()
    changes = ResultChange.objects.filter(upload=upload)
    for school, key, *pupil_grades in changes.values_list(
        "school_id", "key", "before__pupil_grade", "after__pupil_grade"
    ):
        schools.add(school)
        year, procedure, subject, grade, wave, *_ = key
        is_level = procedure == Procedure.EGE and subject in MATHEMATICS_LEVELS
        papers |= {
            (year, procedure, name, grade, wave, pupils)
            for name in ((subject, MATHEMATICS) if is_level else (subject,))
            for pupils in pupil_grades
            if pupils is not None
        }
    return schools, papers


def _papers_of_others(upload: Upload, schools: set[int], papers: set[Paper]) -> set[Paper]:
    where = Q()
    for year, procedure, subject, grade in {paper[:4] for paper in papers}:
        where |= Q(school_year=year, procedure=procedure, subject=subject, grade=grade)
    totals = ResultTotal.objects.filter(where, school__municipality_id=upload.municipality_id)
    return set(totals.exclude(school__in=schools).values_list(*PAPER_FIELDS).distinct())
