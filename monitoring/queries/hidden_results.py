"""Which results one person must not see, and which are about few pupils, for the values that are made of several."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from indicators.calculations.formulas import Exam
from indicators.procedures import Procedure, Wave
from indicators.queries.covering import Covering, covering_of
from indicators.subjects import MATHEMATICS, MATHEMATICS_LEVELS
from monitoring.models import ResultTotal
from schools.small_numbers import SMALL, SmallNumbers

FIELDS = ("school_id", "school_year", "procedure", "subject", "grade", "pupil_grade", "wave")


@dataclass(frozen=True)
class HiddenResults:
    """Hides results about few pupils, and those that would tell a value which is hidden for another school."""

    small: SmallNumbers
    covering: Covering

    @classmethod
    def from_user(cls, user: Any) -> "HiddenResults":
        return cls(SmallNumbers.seen_by(user), covering_of(user))

    def hides(self, total: Any) -> bool:
        return self.is_about_few(total) or self.is_covered(total)

    def is_about_few(self, total: Any) -> bool:
        return self.small.hides(pupils_of(total), total.school)

    def is_covered(self, total: Any) -> bool:
        return self.covering.hides_result(total.school_id, total.school_year, exam_of(total))


def exam_of(total: ResultTotal) -> Exam:
    wave, procedure = Wave(total.wave), Procedure(total.procedure)
    return Exam(procedure, total.subject, total.grade, total.pupil_grade, wave)


def pupils_of(total: ResultTotal) -> int | None:
    """How many pupils a result speaks of: of a whole the fewest in a level of it; without participants the least of the
    numbers that count pupils."""
    fewest: int | None = getattr(total, "fewest_in_level", None)
    if fewest is not None:
        return fewest
    if total.participants is not None:
        return total.participants
    compared = [total.journal_lower, total.journal_same, total.journal_higher]
    known = [count for count in compared if count is not None]
    journal = sum(known) if len(known) == len(compared) else None
    counted = [total.listed, total.primary_count, total.test_count, journal]
    return min((count for count in counted if count is not None), default=None)


def few_results(municipalities: Collection[int], exams: Collection[Exam]) -> Iterator[tuple[int, int, Exam]]:
    """School, school year and exam, of these exams and of the levels of ЕГЭ mathematics; one query."""
    asked = {(exam.procedure, subject) for exam in exams for subject in _subjects(exam)}
    where = Q()
    for procedure, subject in sorted(asked):
        where |= Q(procedure=procedure, subject=subject)
    rows = ResultTotal.objects.filter(
        where, school__municipality__in=municipalities, participants__gt=0, participants__lt=SMALL
    )
    for school, year, procedure, subject, grade, pupil_grade, wave in rows.values_list(*FIELDS).distinct():
        yield school, year, Exam(Procedure(procedure), subject, grade, pupil_grade, Wave(wave))


def _subjects(exam: Exam) -> tuple[str, ...]:
    """Of a union its levels too, for of so few it may tell."""
    in_levels = (exam.procedure, exam.subject) == (Procedure.EGE, MATHEMATICS)
    return (exam.subject, *MATHEMATICS_LEVELS) if in_levels else (exam.subject,)
