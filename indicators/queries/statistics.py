"""Collected numbers of a municipality for a period: which are wanted, which are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import Permission
from indicators.calculations.statistics import Limit, statistic_codes
from indicators.models import Indicator, MunicipalityStatistic, SchoolStatistic, StatisticKind
from indicators.periods import period_of_year, school_year_of_period
from indicators.queries.hidden_numbers import HiddenNumbers
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.periods import PeriodKind

Place = int | None  # a school, or None for the municipality as a whole
Numbers = dict[tuple[Place, str], Decimal]


@dataclass(frozen=True)
class StatisticsSheet:
    """Schools × kinds for one period."""

    municipality: Municipality
    period: str
    periods: tuple[str, ...]  # of the same year, this one among them: several where numbers are wanted on dates
    kinds: tuple[StatisticKind, ...]  # that schools report
    municipal_kinds: tuple[StatisticKind, ...]
    schools: tuple[School, ...]
    numbers: Numbers  # those that this person may see
    hidden: Mapping[tuple[Place, str], str]  # why the others are not shown
    editable: frozenset[int]  # schools whose numbers the user may write
    can_edit_municipality: bool

    @property
    def filled(self) -> int:
        return sum(
            (school.pk, kind.code) in known
            for known in (self.numbers, self.hidden)
            for school in self.schools
            for kind in self.kinds
        )

    @property
    def cells(self) -> int:
        return len(self.schools) * len(self.kinds)

    @property
    def empty_schools(self) -> tuple[School, ...]:
        """Schools that have reported nothing at all."""
        reported = {place for place, _ in (*self.numbers, *self.hidden)}
        return tuple(school for school in self.schools if school.pk not in reported)

    @property
    def can_edit(self) -> bool:
        return bool(self.editable) or self.can_edit_municipality


def statistics_sheet(*, user: Any, municipality: Municipality, school_year: int, period: str = "") -> StatisticsSheet:
    """Of the period asked for, where it is one of the year's; else of the first of them."""
    periods = collected_periods(user, municipality, school_year)
    period = period if period in periods else periods[0]
    kinds = wanted_kinds(user, municipality)
    schools = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality=municipality)
    editable = School.objects.allowing(user, Permission.STATISTICS_EDIT).filter(municipality=municipality)
    numbers = _numbers(user, municipality, period)
    of_period = HiddenNumbers.from_user(user, municipality, Q(period=period) | Q(as_of=period))
    hidden: dict[tuple[Place, str], str] = {
        (school.pk, kind.code): words
        for school in schools
        for kind in kinds
        if (words := of_period.of(school, kind.code, numbers.get((school.pk, kind.code))))
    }
    return StatisticsSheet(
        municipality=municipality,
        period=period,
        periods=periods,
        kinds=tuple(kind for kind in kinds if kind.level == StatisticKind.Level.SCHOOL),
        municipal_kinds=tuple(kind for kind in kinds if kind.level == StatisticKind.Level.MUNICIPALITY),
        schools=tuple(in_natural_order(schools)),
        numbers={place: number for place, number in numbers.items() if place not in hidden},
        hidden=hidden,
        editable=frozenset(editable.values_list("pk", flat=True)),
        can_edit_municipality=municipality.allows(user, Permission.STATISTICS_EDIT),
    )


def collected_periods(user: Any, municipality: Municipality, school_year: int) -> tuple[str, ...]:
    """What numbers are reported for: the year, or each of its dates on which indicators are measured."""
    if municipality.period_kind == PeriodKind.DATE:
        measured = Indicator.objects.visible_to(user).filter(municipality=municipality, period_kind=PeriodKind.DATE)
        dates = {code for codes in measured.values_list("measured_on", flat=True) for code in codes}
        if of_year := sorted(code for code in dates if school_year_of_period(code) == school_year):
            return tuple(of_year)
    return (period_of_year(municipality.period_kind, school_year),)


def _numbers(user: Any, municipality: Municipality, period: str) -> Numbers:
    of_schools = SchoolStatistic.objects.visible_to(user).filter(school__municipality=municipality, period=period)
    of_whole = MunicipalityStatistic.objects.visible_to(user).filter(municipality=municipality, period=period)
    numbers: Numbers = {
        (school_id, code): value
        for school_id, code, value in of_schools.values_list("school_id", "kind__code", "value")
    }
    return numbers | {(None, code): value for code, value in of_whole.values_list("kind__code", "value")}


def wanted_kinds(user: Any, municipality: Municipality) -> list[StatisticKind]:
    """The numbers that the municipality's indicators are made of, its own ones, and those that limit them."""
    indicators = Indicator.objects.visible_to(user).filter(municipality=municipality)
    codes = {code for formula in indicators.values_list("formula", flat=True) for code in statistic_codes(formula)}
    kinds = list(StatisticKind.objects.visible_to(user).of(municipality.pk).select_related("at_most"))
    codes |= {kind.code for kind in kinds if kind.municipality_id}
    codes |= {kind.at_most.code for kind in kinds if kind.at_most and kind.code in codes}
    return [kind for kind in kinds if kind.code in codes]


def limits_of(kinds: Iterable[StatisticKind]) -> tuple[Limit, ...]:
    return tuple(Limit(kind.code, kind.at_most.code) for kind in kinds if kind.at_most)


def schools_without_numbers(*, user: Any, municipality: Municipality, school_year: int) -> QuerySet[School]:
    """Schools whose numbers the user may write and that have reported nothing, where any numbers are asked for."""
    schools = School.objects.allowing(user, Permission.STATISTICS_EDIT).filter(municipality=municipality)
    if not any(kind.level == StatisticKind.Level.SCHOOL for kind in wanted_kinds(user, municipality)):
        return schools.none()
    periods = collected_periods(user, municipality, school_year)
    return schools.exclude(Exists(SchoolStatistic.objects.filter(school=OuterRef("pk"), period__in=periods)))
