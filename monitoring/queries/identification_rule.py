"""The rule of a year over the results that are stored: which parameters hold, and what they find."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from indicators.procedures import WITH_RESITS, Attempt, Wave
from monitoring.identification.edition import RuleOfYear
from monitoring.identification.groups import GroupSettings
from monitoring.identification.parameters import Exam, Parameters, default_parameters, default_source
from monitoring.identification.rule import Finding, Flag, ResultRow, identify
from monitoring.models import IdentificationRule, ResultTotal
from monitoring.queries.objectivity import left_out_exams
from schools.models import Municipality, School
from schools.ordering import in_natural_order


def rule_in_force(municipality: Municipality, school_year: int) -> RuleOfYear:
    """The latest version of the year; the defaults where the municipality has kept none."""
    kept = municipality.identification_rules.filter(school_year=school_year).order_by("number").last()
    return rule_of(kept) if kept else RuleOfYear(default_parameters(school_year), default_source(school_year))


def rule_of(kept: IdentificationRule) -> RuleOfYear:
    groups = GroupSettings.of(kept.groups) if kept.groups else None
    return RuleOfYear(Parameters.of(kept.parameters), kept.source, groups, kept.number)


@dataclass(frozen=True)
class Material:
    """All that rules of one year may look at, read once: several sets of parameters are tried on the same."""

    school_year: int
    schools: tuple[School, ...]  # in natural order
    rows: dict[Attempt, tuple[ResultRow, ...]]  # as each attempt reads them
    flags: tuple[Flag, ...]

    def findings(self, parameters: Parameters) -> dict[int, Finding[int]]:
        """By the key of the school, in the order of the schools."""
        return identify(
            schools=[school.pk for school in self.schools],
            rows=self.rows[parameters.attempt],
            flags=self.flags,
            parameters=parameters,
            school_year=self.school_year,
        )


def read_material(municipality: Municipality, school_year: int, rules: Sequence[Parameters]) -> Material:
    """Three queries, whatever the number of schools and rules."""
    exams = {exam for parameters in rules for exam in parameters.exams}
    years = {year for parameters in rules for year in parameters.years(school_year)}
    attempts = {parameters.attempt for parameters in rules}
    return Material(
        school_year=school_year,
        schools=tuple(in_natural_order(School.objects.filter(municipality=municipality))),
        rows={attempt: _rows(municipality, exams, years, attempt) for attempt in sorted(attempts)},
        flags=_flags(municipality, exams, years),
    )


def _rows(municipality: Municipality, exams: Set[Exam], years: Set[int], attempt: Attempt) -> tuple[ResultRow, ...]:
    """Only where pupils may sit again there is more than the first attempt; ВПР is that of spring (ADR 21)."""
    wanted = Q(procedure__in=WITH_RESITS, attempt=attempt) | Q(attempt=Attempt.FIRST) & ~Q(procedure__in=WITH_RESITS)
    totals = ResultTotal.objects.filter(wanted, school__municipality=municipality, school_year__in=years)
    totals = totals.filter(procedure__in={exam.procedure for exam in exams}).exclude(wave=Wave.AUTUMN)
    fields = ("school_id", "school_year", "procedure", "subject", "grade", "participants", "mark_2", "passed")
    return tuple(
        ResultRow(school, year, exam, participants, mark_2, passed)
        for school, year, *about, participants, mark_2, passed in totals.order_by("pk").values_list(*fields)
        if (exam := _exam(*about)) in exams
    )


def _flags(municipality: Municipality, exams: Set[Exam], years: Set[int]) -> tuple[Flag, ...]:
    """A mark on one level of ЕГЭ mathematics is one on the union of both, as everywhere (ADR 13)."""
    left_out = {
        (school, year, _exam(*about))
        for school, year, *about, wave in left_out_exams(municipality.pk)
        if wave != Wave.AUTUMN  # which the rule does not look at
    }
    return tuple(Flag(*flag) for flag in left_out if flag[1] in years and flag[2] in exams)


def _exam(procedure: Any, subject: Any, grade: Any) -> Exam:
    return Exam(procedure, subject, grade)
