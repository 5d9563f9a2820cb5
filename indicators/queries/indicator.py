"""The page of one indicator: its value with both parts, where it came from, the schools behind it, its passport."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations.populations import Lists, parse_population
from indicators.calculations.problems import FormulaError
from indicators.charts import Chart, HistoryPoint, value_history_chart
from indicators.models import Indicator, MunicipalityValue, SchoolStatistic, SchoolValue, Target
from indicators.queries.passport import Passport, passport_of, vocabulary_of
from indicators.queries.values import SchoolLine, ValueLine, line_of_year, school_line
from indicators.summaries import change_sentence, ratio_line, value_sentence
from indicators.value_list import school_values
from schools.models import Category, Identification, School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.small_numbers import is_small


@dataclass(frozen=True)
class SchoolRow:
    """A school behind the value: its own line, and what decides about it where schools are counted."""

    school: School
    line: SchoolLine
    supporting: SchoolLine | None
    reported: Decimal | None  # the statistic that decides
    is_in_population: bool

    @property
    def counts(self) -> bool | None:
        """Whether the school meets the condition; None when nothing is known of it."""
        return None if self.line.numerator is None else bool(self.line.numerator)


@dataclass(frozen=True)
class IndicatorPage:
    indicator: Indicator
    school_year: int
    line: ValueLine
    passport: Passport
    sentences: tuple[str, ...]
    ratio: str
    chart: Chart | None
    sources: tuple[dict[str, Any], ...] | None  # None: not for this user's eyes
    schools: tuple[SchoolRow, ...]
    sees_all_schools: bool
    supporting: Indicator | None
    supporting_before_period: str
    targets: tuple[Target, ...]

    @property
    def schools_meeting(self) -> tuple[SchoolRow, ...]:
        return tuple(row for row in self.schools if row.counts)


def indicator_page(*, user: Any, indicator: Indicator, school_year: int) -> IndicatorPage:
    passport = passport_of(indicator, vocabulary_of(user, indicator))
    values = sorted(
        MunicipalityValue.objects.visible_to(user).filter(indicator=indicator), key=lambda row: _ends_on(row.period)
    )
    targets = sorted(Target.objects.visible_to(user).filter(indicator=indicator), key=lambda row: _ends_on(row.period))
    line = line_of_year(indicator, values, targets, school_year)
    supporting = _supporting(user, indicator, passport)
    schools = _school_rows(user, indicator, passport, supporting, line.period, school_year)
    schools = without_remainder(schools, line.value)
    sees_all = indicator.municipality_id in reach_of(user, Permission.VALUES_VIEW).municipalities
    compared = next(
        (row.supporting.change_from for row in schools if row.supporting and row.supporting.change_from), ""
    )
    return IndicatorPage(
        indicator=indicator,
        school_year=school_year,
        line=line,
        passport=passport,
        sentences=_sentences(indicator, line),
        ratio=_ratio(line.value),
        chart=_chart(indicator, values, targets),
        sources=tuple(line.value.sources) if sees_all and line.value else None,
        schools=tuple(schools),
        sees_all_schools=sees_all,
        supporting=supporting,
        supporting_before_period=compared,
        targets=tuple(targets),
    )


def _supporting(user: Any, indicator: Indicator, passport: Passport) -> Indicator | None:
    if not passport.supporting:
        return None
    others = Indicator.objects.visible_to(user).filter(municipality_id=indicator.municipality_id)
    return others.filter(code=passport.supporting).first()


def _sentences(indicator: Indicator, line: ValueLine) -> tuple[str, ...]:
    value = line.value
    first = value_sentence(
        value=value.value if value else None,
        unit=indicator.unit,
        period=line.period,
        parts=line.parts,
        target=line.target.value if line.target else None,
        reading=line.reading,
    )
    if value is None:
        return (first,)
    second = change_sentence(
        value.change, indicator.unit, value.change_from, value.change_reading, has_interval=value.low is not None
    )
    return (first, second) if second else (first,)


def _ratio(value: MunicipalityValue | None) -> str:
    if value is None or value.numerator is None or not value.denominator:
        return ""
    return ratio_line(value.numerator, value.denominator)


def _chart(indicator: Indicator, values: list[MunicipalityValue], targets: list[Target]) -> Chart | None:
    """Nothing to draw until there is a value."""
    if not any(value.value is not None for value in values):
        return None
    by_period = {value.period: value for value in values}
    plans = {target.period: target.value for target in targets}
    points = []
    for code in sorted({*by_period, *plans}, key=_ends_on):
        value = by_period.get(code)
        points.append(
            HistoryPoint(
                period=Period.parse(code).label,
                value=value.value if value else None,
                low=value.low if value else None,
                high=value.high if value else None,
                target=plans.get(code),
            )
        )
    return value_history_chart(title="Значения по годам", unit=indicator.unit, points=points)


def _school_rows(
    user: Any, indicator: Indicator, passport: Passport, supporting: Indicator | None, period: str, school_year: int
) -> list[SchoolRow]:
    """Visible schools of the population, and those that have a value in spite of not being in it."""
    schools = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality_id=indicator.municipality_id)
    known = {school.pk: school for school in schools}
    own = _lines(user, indicator, school_year)
    of_supporting = _lines(user, supporting, school_year) if supporting else {}
    reported = _reported(user, indicator, passport.statistic, period)
    members = _members(user, indicator, known.values(), period)
    nothing = SchoolLine(supporting) if supporting else None
    return [
        SchoolRow(
            school=school,
            line=own.get(school.pk, SchoolLine(indicator)),
            supporting=of_supporting.get(school.pk, nothing),
            reported=reported.get(school.pk),
            is_in_population=school.pk in members,
        )
        for school in in_natural_order(known.values())
        if school.pk in members or school.pk in own
    ]


def without_remainder(schools: list[SchoolRow], whole: MunicipalityValue | None) -> list[SchoolRow]:
    """Hide as many schools more, the smallest first, as it takes to hide the few pupils from who subtracts.

    For the sum of the municipality stays whole and stands under the same table.
    """
    if whole is None or whole.participants is None:
        return schools
    counted = [row for row in schools if row.is_in_population]
    hidden = sum(row.line.is_hidden for row in counted)
    shown = sorted(
        (row for row in counted if row.line.participants), key=lambda row: (row.line.participants or 0, row.school.pk)
    )
    remainder = whole.participants - sum(row.line.participants or 0 for row in shown)
    covered: dict[int, SchoolRow] = {}
    while hidden and shown and (hidden == 1 or is_small(remainder)):
        row = shown.pop(0)
        cover = SchoolLine(
            row.line.indicator,
            period=row.line.period,
            is_hidden=True,
            is_change_hidden=True,
            is_hidden_for_another=True,
        )
        covered[row.school.pk] = replace(row, line=cover)
        hidden, remainder = hidden + 1, remainder + (row.line.participants or 0)
    return [covered.get(row.school.pk, row) for row in schools]


def _lines(user: Any, indicator: Indicator, school_year: int) -> dict[int, SchoolLine]:
    values: dict[int, list[SchoolValue]] = defaultdict(list)
    for value in school_values(user).filter(indicator=indicator):
        values[value.school_id].append(value)
    lines = {school_id: school_line(indicator, rows, school_year) for school_id, rows in values.items()}
    return {school_id: line for school_id, line in lines.items() if line.period}


def _reported(user: Any, indicator: Indicator, code: str, period: str) -> dict[int, Decimal]:
    if not code:
        return {}
    numbers = SchoolStatistic.objects.visible_to(user).filter(
        school__municipality_id=indicator.municipality_id, kind__code=code, period=period
    )
    return dict(numbers.values_list("school_id", "value"))


def _members(user: Any, indicator: Indicator, schools: Iterable[School], period: str) -> frozenset[int]:
    """Which of the visible schools the indicator is about."""
    try:
        population = parse_population(indicator.population)
    except FormulaError:
        return frozenset()
    categories: dict[int, dict[str, set[int]]] = defaultdict(lambda: {category: set() for category in Category.values})
    identified = Identification.objects.visible_to(user).filter(school__municipality_id=indicator.municipality_id)
    for school_id, year, category in identified.values_list("school_id", "school_year", "category"):
        categories[year][category].add(school_id)
    visible = list(schools)
    lists = Lists(
        schools=frozenset(school.pk for school in visible),
        by_code={school.public_code: school.pk for school in visible},
        categories=categories,
    )
    return lists.members(population, Period.parse(period))


def _ends_on(code: str) -> Any:
    return Period.parse(code).ends_on
