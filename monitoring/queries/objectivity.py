"""Which results are left out of all indicators because people marked them as not objective."""

from collections.abc import Mapping
from typing import Any

from monitoring.calculations import covered_subjects
from monitoring.models import ObjectivityFlag

ExamOfSchool = tuple[int, int, str, str, int]  # school id, school year, procedure, subject, grade of the paper
FIELDS = ("school_id", "school_year", "procedure", "subject", "grade")


def left_out_exams(municipality_id: int) -> frozenset[ExamOfSchool]:
    """The exams of schools that active flags leave out, in one query; see `covered_subjects`."""
    flags = ObjectivityFlag.objects.active().filter(school__municipality_id=municipality_id)
    return frozenset(
        (school, year, procedure, covered, grade)
        for school, year, procedure, subject, grade in flags.values_list(*FIELDS)
        for covered in covered_subjects(procedure, subject)
    )


def exam_of(row: Mapping[str, Any]) -> ExamOfSchool:
    """The same name for a row of totals."""
    return (row["school_id"], row["school_year"], row["procedure"], row["subject"], row["grade"])
