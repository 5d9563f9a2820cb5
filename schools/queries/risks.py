"""Risk profiles as pages read them: of one school, of all schools side by side, and what waits for a decision."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accounts.access import Permission
from accounts.models import reach_of
from schools.models import Municipality, RiskFactor, School, SchoolRisk
from schools.ordering import in_natural_order
from schools.risk_calendar import Due


def may_check(user: Any, school: School) -> bool:
    """Whether somebody answers for this school itself: a role for the whole municipality does not confirm its own
    assessment."""
    held = reach_of(user, Permission.PROGRESS_REPORT).schools
    return school.pk in held or school.parent_id in held


@dataclass(frozen=True)
class RiskLine:
    """A factor of the year at a school; without a risk it was not found there."""

    factor: RiskFactor
    risk: SchoolRisk | None
    today: dt.date

    @property
    def awaits_decision(self) -> bool:
        risk = self.risk
        return bool(risk and not risk.decision and risk.significance != SchoolRisk.Significance.LOW)

    @property
    def due(self) -> Due | None:
        return self.risk.due if self.risk and self.awaits_decision else None

    @property
    def is_late(self) -> bool:
        return bool(self.due and self.due.is_over(self.today))


@dataclass(frozen=True)
class Profile:
    """The factors of the year at one school."""

    lines: tuple[RiskLine, ...]

    @property
    def found(self) -> list[RiskLine]:
        return [line for line in self.lines if line.risk]

    @property
    def activated(self) -> int:
        return sum(bool(line.risk and line.risk.is_activated) for line in self.lines)

    @property
    def unchecked(self) -> int:
        return sum(bool(line.risk and not line.risk.check_result) for line in self.lines)

    @property
    def disputed(self) -> int:
        return sum(bool(line.risk and line.risk.check_result == SchoolRisk.Check.DISPUTED) for line in self.lines)

    @property
    def undecided(self) -> int:
        return sum(line.awaits_decision for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.is_late for line in self.lines)


def catalogue(municipality: Municipality, school_year: int) -> list[RiskFactor]:
    return list(RiskFactor.objects.filter(municipality=municipality, school_year=school_year))


def catalogue_with_uses(municipality: Municipality, school_year: int) -> list[Any]:
    """Each factor with `uses`: in how many profiles it stands."""
    rows = RiskFactor.objects.filter(municipality=municipality, school_year=school_year)
    return list(rows.annotate(uses=Count("school_risks")).order_by("position", "pk"))


def catalogue_years(municipality: Municipality) -> list[int]:
    """Years that have a catalogue, the latest first."""
    years = RiskFactor.objects.filter(municipality=municipality).order_by().values_list("school_year", flat=True)
    return sorted(set(years.distinct()), reverse=True)


def profile_of(*, user: Any, school: School, school_year: int, today: dt.date) -> Profile:
    factors = catalogue(school.municipality, school_year)
    risks = SchoolRisk.objects.visible_to(user).filter(school=school, factor__school_year=school_year)
    known = {risk.factor_id: risk for risk in risks.select_related("factor", "checked_by", "decided_by")}
    return Profile(tuple(RiskLine(factor, known.get(factor.pk), today) for factor in factors))


@dataclass(frozen=True)
class RiskFilters:
    """What the table is narrowed to; empty is everything."""

    kind: str = ""
    control: str = ""
    only_found: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.kind or self.control or self.only_found)


@dataclass(frozen=True)
class RiskRow:
    """A school of the table."""

    school: School
    profile: Profile


@dataclass(frozen=True)
class RiskTable:
    """Schools in natural order by the factors of the year; what is counted is counted over all that one sees."""

    factors: tuple[RiskFactor, ...]
    rows: tuple[RiskRow, ...]
    schools: int
    with_profile: int
    activated: int
    unchecked: int
    undecided: int
    late: int


def risk_table(
    *, user: Any, municipality: Municipality, school_year: int, filters: RiskFilters, today: dt.date
) -> RiskTable:
    """In three queries."""
    factors = catalogue(municipality, school_year)
    schools = in_natural_order(School.objects.allowing(user, Permission.PLANS_VIEW).filter(municipality=municipality))
    risks: dict[tuple[int, int], SchoolRisk] = {}
    found = SchoolRisk.objects.visible_to(user).filter(school__municipality=municipality, factor__in=factors)
    for risk in found.select_related("factor"):
        risks[risk.school_id, risk.factor_id] = risk
    whole = [_row(school, factors, risks, today) for school in schools]
    shown = [
        factor
        for factor in factors
        if (not filters.kind or factor.kind == filters.kind)
        and (not filters.control or factor.control == filters.control)
    ]
    rows = [_row(school, shown, risks, today) for school in schools]
    return RiskTable(
        factors=tuple(shown),
        rows=tuple(row for row in rows if row.profile.found or not filters.only_found),
        schools=len(schools),
        with_profile=sum(bool(row.profile.found) for row in whole),
        activated=sum(row.profile.activated for row in whole),
        unchecked=sum(row.profile.unchecked for row in whole),
        undecided=sum(row.profile.undecided for row in whole),
        late=sum(row.profile.late for row in whole),
    )


def _row(
    school: School, factors: Iterable[RiskFactor], risks: dict[tuple[int, int], SchoolRisk], today: dt.date
) -> RiskRow:
    return RiskRow(
        school, Profile(tuple(RiskLine(factor, risks.get((school.pk, factor.pk)), today) for factor in factors))
    )


@dataclass(frozen=True)
class FactorCount:
    """How many schools have a factor, by significance, and how many work on it."""

    factor: RiskFactor
    high: int
    medium: int
    low: int
    activated: int


def factor_counts(table: RiskTable) -> list[FactorCount]:
    """Of the table's factors, in its order."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for row in table.rows:
        for line in row.profile.found:
            assert line.risk is not None
            counts[line.factor.pk][line.risk.significance] += 1
            counts[line.factor.pk]["activated"] += line.risk.is_activated
    level = SchoolRisk.Significance
    return [
        FactorCount(factor, of[level.HIGH], of[level.MEDIUM], of[level.LOW], of["activated"])
        for factor in table.factors
        for of in [counts[factor.pk]]
    ]


def undecided_risks(*, user: Any, municipality: Municipality, school_year: int, today: dt.date) -> list[RiskLine]:
    """Of this year and of later ones, whose June may be near; the most urgent first."""
    risks = SchoolRisk.objects.visible_to(user).undecided()
    found = risks.filter(school__municipality=municipality, factor__school_year__gte=school_year)
    lines = [RiskLine(risk.factor, risk, today) for risk in found.select_related("factor", "school")]
    return sorted(lines, key=_urgency)


def _urgency(line: RiskLine) -> tuple[dt.date, str, int]:
    assert line.risk is not None
    assert line.due is not None
    return line.due.on, line.risk.school.name, line.risk.pk
