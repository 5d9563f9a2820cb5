"""Which schools the rule of a year proposes, and of what that is made.

A procedure here is procedure × subject × grade × school year, so one exam that is low in both years of a window counts
twice (ADR 21). Missing is not zero: what is not known counts neither for nor against.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from indicators.procedures import Procedure
from monitoring.identification.parameters import Exam, Mode, Parameters

SchoolId = TypeVar("SchoolId", bound=Hashable)


class ResultRow(NamedTuple):
    """What a school did in one exam of a year, in the attempt that the rule reads; None is unknown, not zero."""

    school: Hashable
    school_year: int
    exam: Exam
    participants: int | None
    mark_2: int | None
    passed: int | None


class Flag(NamedTuple):
    """A school's results in an exam that are marked as not objective."""

    school: Hashable
    school_year: int
    exam: Exam


class Standing(StrEnum):
    """What one procedure says of a school."""

    LOW = "low"
    NOT_LOW = "not_low"
    TOO_FEW = "too_few"  # fewer participants than the rule asks for
    EXCLUDED = "excluded"
    NO_DATA = "no_data"

    @property
    def counts(self) -> bool:
        return self in (Standing.LOW, Standing.NOT_LOW)


class Verdict(StrEnum):
    MEETS = "meets"
    DOES_NOT_MEET = "does_not_meet"
    NOT_ENOUGH_DATA = "not_enough_data"  # fewer procedures count than the rule asks to be low

    @property
    def label(self) -> str:
        return {
            Verdict.MEETS: "отвечает правилу",
            Verdict.DOES_NOT_MEET: "не отвечает правилу",
            Verdict.NOT_ENOUGH_DATA: "недостаточно данных",
        }[self]


@dataclass(frozen=True)
class ProcedureOfSchool:
    exam: Exam
    school_year: int
    participants: int | None
    low: int | None
    standing: Standing

    @property
    def excluded(self) -> bool:
        return self.standing is Standing.EXCLUDED

    @property
    def share(self) -> Fraction | None:
        """Of participants with a low result, exact; None where nobody sat or the number is not known."""
        return Fraction(self.low, self.participants) if self.low is not None and self.participants else None


@dataclass(frozen=True)
class Finding(Generic[SchoolId]):
    """What the rule says of one school, with all procedures of the window that it has results of."""

    school: SchoolId
    procedures: tuple[ProcedureOfSchool, ...]
    verdict: Verdict

    @property
    def low(self) -> tuple[ProcedureOfSchool, ...]:
        return tuple(one for one in self.procedures if one.standing is Standing.LOW)

    @property
    def counted(self) -> tuple[ProcedureOfSchool, ...]:
        return tuple(one for one in self.procedures if one.standing.counts)

    @property
    def pooled(self) -> tuple[int, int]:
        """Low results and participants of all procedures that count, for one share of the school."""
        return sum(one.low or 0 for one in self.counted), sum(one.participants or 0 for one in self.counted)


def low_results(exam: Exam, participants: int | None, mark_2: int | None, passed: int | None) -> int | None:
    """How many have a low result: the mark 2; in ЕГЭ, but for the base level, those who did not pass.

    Where the marks are not known, all who did not pass; None when neither is.
    """
    if participants is None:
        return None
    by_mark = exam.procedure != Procedure.EGE or exam.subject == "mathematics_base"
    if by_mark and mark_2 is not None:
        return mark_2
    return participants - passed if passed is not None and passed <= participants else None


def identify(
    *,
    schools: Iterable[SchoolId],
    rows: Iterable[ResultRow],
    flags: Iterable[Flag],
    parameters: Parameters,
    school_year: int,
) -> dict[SchoolId, Finding[SchoolId]]:
    """The rule over all these schools, in their order; rows of other exams and years may be among the results."""
    years, exams = parameters.years(school_year), {exam: at for at, exam in enumerate(parameters.exams)}
    flagged = set(flags) if parameters.leave_out_not_objective else set()
    by_school: dict[Hashable, list[ProcedureOfSchool]] = {}
    for row in rows:
        if row.school_year in years and row.exam in exams:
            by_school.setdefault(row.school, []).append(
                _procedure(row, Flag(row.school, row.school_year, row.exam) in flagged, parameters)
            )
    found = {}
    for school in schools:
        procedures = sorted(by_school.get(school, ()), key=lambda one: (one.school_year, exams[one.exam]))
        found[school] = Finding(school, tuple(procedures), verdict(procedures, parameters, years))
    return found


def _procedure(row: ResultRow, is_flagged: bool, parameters: Parameters) -> ProcedureOfSchool:
    low = low_results(row.exam, row.participants, row.mark_2, row.passed)
    standing = Standing.NO_DATA
    if is_flagged:
        standing = Standing.EXCLUDED
    elif low is not None and row.participants:
        if row.participants < parameters.min_n:
            standing = Standing.TOO_FEW
        else:
            standing = Standing.LOW if parameters.is_low(Fraction(low, row.participants)) else Standing.NOT_LOW
    return ProcedureOfSchool(row.exam, row.school_year, row.participants, low, standing)


def verdict(procedures: Iterable[ProcedureOfSchool], parameters: Parameters, years: range) -> Verdict:
    groups = by_part(procedures, parameters, years)
    if all(sum(one.standing is Standing.LOW for one in group) >= parameters.min_procedures for group in groups):
        return Verdict.MEETS
    if any(len(group) < parameters.min_procedures for group in groups):
        return Verdict.NOT_ENOUGH_DATA
    return Verdict.DOES_NOT_MEET


def by_part(
    procedures: Iterable[ProcedureOfSchool], parameters: Parameters, years: range
) -> list[list[ProcedureOfSchool]]:
    """The procedures that count, in the parts of the window in each of which so many have to be low."""
    counted = [one for one in procedures if one.standing.counts]
    if parameters.mode is Mode.ANY_IN_WINDOW:
        return [counted]
    return [[one for one in counted if one.school_year == year] for year in years]


@dataclass(frozen=True)
class Difference(Generic[SchoolId]):
    """What another set of parameters changes: who enters, who leaves, who is proposed by both."""

    enter: tuple[SchoolId, ...]
    leave: tuple[SchoolId, ...]
    stay: tuple[SchoolId, ...]


def compare(
    saved: Mapping[SchoolId, Finding[SchoolId]], other: Mapping[SchoolId, Finding[SchoolId]]
) -> Difference[SchoolId]:
    """Both over the same schools."""

    def meets(findings: Mapping[SchoolId, Finding[SchoolId]], school: SchoolId) -> bool:
        return findings[school].verdict is Verdict.MEETS

    return Difference(
        enter=tuple(school for school in saved if meets(other, school) and not meets(saved, school)),
        leave=tuple(school for school in saved if meets(saved, school) and not meets(other, school)),
        stay=tuple(school for school in saved if meets(saved, school) and meets(other, school)),
    )
