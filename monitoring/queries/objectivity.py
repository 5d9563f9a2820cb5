"""Flags of results that are not to be trusted, and what may help people to decide about further ones."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.procedures import Attempt, Procedure, Wave
from indicators.subjects import subject_name
from monitoring.calculations import covered_subjects
from monitoring.models import MarkScale, ObjectivityFlag, ResultTotal
from monitoring.scales import MARKS, Scales
from monitoring.signs import SchoolFacts, Sign, Thresholds, signs
from schools.models import Municipality, School
from schools.ordering import natural_key

ExamOfSchool = tuple[int, int, str, str, int, str]  # school id, school year, procedure, subject, grade of paper, wave
FIELDS = ("school_id", "school_year", "procedure", "subject", "grade", "wave")


def left_out_exams(municipality_id: int) -> frozenset[ExamOfSchool]:
    """The exams of schools that active flags leave out, in one query; see `covered_subjects`."""
    flags = ObjectivityFlag.objects.active().filter(school__municipality_id=municipality_id)
    return frozenset(exam for flag in flags.only(*FIELDS) for exam in exams_left_out(flag))


def exams_left_out(flag: ObjectivityFlag) -> Iterator[ExamOfSchool]:
    """The exams of the school that one flag covers."""
    for subject in covered_subjects(flag.procedure, flag.subject):
        for wave in flag.waves:
            yield flag.school_id, flag.school_year, flag.procedure, subject, flag.grade, wave


def exam_of(row: Mapping[str, Any]) -> ExamOfSchool:
    """The same name for a row of totals."""
    return (row["school_id"], row["school_year"], row["procedure"], row["subject"], row["grade"], row["wave"])


@dataclass(frozen=True)
class FlagRow:
    flag: ObjectivityFlag

    @property
    def exam(self) -> str:
        """«ВПР, математика, 5 класс, весна»."""
        flag = self.flag
        words = exam_in_words(flag.procedure, flag.subject, flag.grade, flag.wave or Wave.MAIN)
        return f"{words}, осень и весна" if flag.is_of_both_waves else words

    @property
    def is_listed(self) -> bool:
        """Whether it came from an official list."""
        return bool(self.flag.source.get("file"))


@dataclass(frozen=True)
class FlagsOfYear:
    school_year: int
    active: tuple[FlagRow, ...]  # by school
    lifted: tuple[FlagRow, ...]  # the last lifted first

    @property
    def schools(self) -> int:
        return len({row.flag.school_id for row in self.active})


def exam_in_words(procedure: str, subject: str, grade: int, wave: str = Wave.MAIN) -> str:
    """«ВПР, русский язык, 5 класс, осень»; the main period goes without saying."""
    words = [Procedure(procedure).label, subject_name(subject).lower(), f"{grade} класс"]
    if wave != Wave.MAIN:
        words.append(Wave(wave).label)
    return ", ".join(words)


def exam_key(school_year: int, procedure: str, subject: str, grade: int, wave: str) -> str:
    """How an address or a form names an exam: «2020-vpr-mathematics-5-spring», «2020-oge-mathematics-9»."""
    key = f"{school_year}-{procedure}-{subject}-{grade}"
    return key if wave == Wave.MAIN else f"{key}-{wave}"


def active_flags(*, user: Any, school: School) -> dict[str, ObjectivityFlag]:
    """By the key of every exam that a flag covers; two may cover one exam, then the earlier is told."""
    flags = ObjectivityFlag.objects.visible_to(user).active().filter(school=school).select_related("marked_by")
    return {
        exam_key(*exam[1:]): flag
        for flag in flags  # the latest first, so that the earlier one wins
        for exam in exams_left_out(flag)
    }


def flags_of_year(*, user: Any, municipality: Municipality, school_year: int) -> FlagsOfYear:
    flags = ObjectivityFlag.objects.visible_to(user).filter(school__municipality=municipality, school_year=school_year)
    rows = [FlagRow(flag) for flag in flags.select_related("school", "marked_by", "lifted_by")]
    active = [row for row in rows if row.flag.lifted_at is None]
    lifted = [row for row in rows if row.flag.lifted_at is not None]
    return FlagsOfYear(
        school_year=school_year,
        active=tuple(sorted(active, key=lambda row: (natural_key(row.flag.school.name), row.flag.grade, row.exam))),
        lifted=tuple(sorted(lifted, key=_lifted_at, reverse=True)),
    )


def _lifted_at(row: FlagRow) -> dt.datetime:
    assert row.flag.lifted_at is not None, "asked of flags that are lifted"
    return row.flag.lifted_at


@dataclass(frozen=True)
class SchoolSigns:
    school: School
    signs: tuple[Sign, ...]
    is_excluded: bool


@dataclass(frozen=True)
class ExamSigns:
    """The schools of one exam whose results show any sign, by name."""

    school_year: int
    procedure: str
    subject: str
    grade: int
    wave: str
    schools: tuple[SchoolSigns, ...]

    @property
    def title(self) -> str:
        return exam_in_words(self.procedure, self.subject, self.grade, self.wave)

    @property
    def key(self) -> str:
        return exam_key(self.school_year, self.procedure, self.subject, self.grade, self.wave)


def signs_of_year(
    *, user: Any, municipality: Municipality, school_year: int, thresholds: Thresholds
) -> tuple[ExamSigns, ...]:
    """For those who decide; the queries do not depend on how many schools and exams there are."""
    totals = ResultTotal.objects.visible_to(user).with_excluded().select_related("school")
    totals = totals.filter(school__municipality=municipality, school_year=school_year, attempt=Attempt.FIRST)
    exams: dict[tuple[str, str, int, str], list[Any]] = defaultdict(list)
    for total in totals.defer("sources", "test_histogram"):
        exams[total.procedure, total.subject, total.grade, total.wave].append(total)
    scales = Scales.from_rows([{"kind": MARKS, **row} for row in MarkScale.objects.values()])
    found = []
    for (procedure, subject, grade, wave), rows in exams.items():
        scale = scales.marks(procedure, subject, grade, school_year)
        shown = signs([_facts(row) for row in rows], scale.row.borders if scale else (), thresholds)
        told = [
            SchoolSigns(row.school, tuple(shown[row.school_id]), row.is_excluded)
            for row in rows
            if row.school_id in shown
        ]
        if told:
            by_name = sorted(told, key=lambda one: natural_key(one.school.name))
            found.append(ExamSigns(school_year, procedure, subject, grade, wave, tuple(by_name)))
    return tuple(sorted(found, key=lambda exam: (exam.grade, exam.title)))


def _facts(total: Any) -> SchoolFacts:
    journal = (total.journal_lower, total.journal_same, total.journal_higher)
    return SchoolFacts(
        school_id=total.school_id,
        participants=total.participants,
        good=None if total.mark_4 is None else total.mark_4 + total.mark_5,
        journal=None if None in journal else journal,
        histogram=total.primary_histogram,
        counts=not total.is_excluded,
    )


def exams_to_mark(school: School) -> list[tuple[int, str, str, int, str]]:
    """Exams that the school has results in and no active flag for, the latest year first."""
    totals = ResultTotal.objects.filter(school=school).with_excluded().filter(is_excluded=False)
    exams = totals.values_list(*FIELDS[1:]).distinct()
    return sorted(exams, key=lambda exam: (-exam[0], exam[3], exam_in_words(*exam[1:])))
