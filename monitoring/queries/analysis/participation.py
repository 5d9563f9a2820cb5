"""Who took part in what: schools × exams of a year."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.access import Permission
from indicators.procedures import Attempt, Procedure, Wave
from indicators.queries.covering import covering_of
from indicators.subjects import subject_name
from monitoring.models import ResultTotal
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.small_numbers import SmallNumbers

SCHOOLS_A_PAGE = 50
OF_LEVELS = ("ege", "mathematics")  # the union of base and profile, which stand there by themselves


@dataclass(frozen=True, order=True)
class ExamColumn:
    grade: int
    subject: str
    wave: str

    @property
    def title(self) -> str:
        autumn = ", осень" if self.wave == Wave.AUTUMN else ""
        return f"{subject_name(self.subject)}, {self.grade} кл.{autumn}"


Counts = dict[int, dict[ExamColumn, tuple[int | None, int | None]]]  # by school: who took part, and who was listed


@dataclass(frozen=True)
class ParticipationCell:
    """Nobody took part, so many did, or why it is not told how many."""

    participants: int | None = None
    listed: int | None = None
    hidden_in_words: str = ""
    has_part: bool = False


@dataclass(frozen=True)
class ParticipationRow:
    school: School
    cells: tuple[ParticipationCell, ...]


@dataclass(frozen=True)
class Participation:
    procedures: tuple[Procedure, ...]
    procedure: Procedure | None
    columns: tuple[ExamColumn, ...]
    counts: tuple[int, ...]  # schools that took part in each
    rows: tuple[ParticipationRow, ...]
    page: "Page[School]"
    nowhere: tuple[School, ...]  # schools of the page's list that took part in none of these exams


def participation(
    *, user: Any, municipality: Municipality, school_year: int, procedure: str = "", page: str | int | None = 1
) -> Participation:
    """Of one procedure; the first with results where none is asked for."""
    totals = ResultTotal.objects.visible_to(user).filter(
        school__municipality=municipality, school_year=school_year, attempt=Attempt.FIRST
    )
    held = set(totals.order_by().values_list("procedure", flat=True).distinct())
    procedures = tuple(known for known in Procedure if known in held)
    chosen = next((known for known in procedures if known == procedure), procedures[0] if procedures else None)
    schools = in_natural_order(School.objects.allowing(user, Permission.RESULTS_VIEW).filter(municipality=municipality))
    shown = Paginator(schools, SCHOOLS_A_PAGE).get_page(page)
    found = _counts(totals.filter(procedure=chosen)) if chosen else defaultdict(dict)
    columns = tuple(sorted({column for exams in found.values() for column in exams}))
    small, covering = SmallNumbers.seen_by(user), covering_of(user)

    def cell(school: School, column: ExamColumn) -> ParticipationCell:
        if column not in found[school.pk]:
            return ParticipationCell()
        participants, listed = found[school.pk][column]
        if small.hides(participants, school):
            return ParticipationCell(hidden_in_words="менее 5", has_part=True)
        if covering.hides_work(school.pk, school_year, chosen or "", column.subject, column.grade):
            return ParticipationCell(hidden_in_words="скрыто ради другой школы", has_part=True)
        return ParticipationCell(participants, listed, has_part=True)

    return Participation(
        procedures=procedures,
        procedure=chosen,
        columns=columns,
        counts=tuple(sum(column in exams for exams in found.values()) for column in columns),
        rows=tuple(
            ParticipationRow(school, tuple(cell(school, column) for column in columns)) for school in shown.object_list
        ),
        page=shown,
        nowhere=tuple(school for school in schools if not found.get(school.pk)) if columns else (),
    )


def _counts(totals: QuerySet[ResultTotal]) -> Counts:
    """By school and exam, those in which somebody took part or nobody knows."""
    found: Counts = defaultdict(dict)
    for school, procedure, grade, subject, wave, participants, listed in totals.values_list(
        "school_id", "procedure", "grade", "subject", "wave", "participants", "listed"
    ):
        if (procedure, subject) != OF_LEVELS and participants != 0:
            found[school][ExamColumn(grade, subject, wave)] = participants, listed
    return found
