"""One school beside the municipality and beside schools in similar conditions."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.access import Permission
from indicators.calculations.similar import Neighbour, similar_schools
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from indicators.queries.conditions import LABELS, conditions_of
from indicators.queries.covering import covering_of
from indicators.queries.values import SchoolLine, of_year, school_line
from indicators.value_list import school_values
from schools.models import School
from schools.ordering import in_natural_order
from schools.queries.periods import period_in_school_year

MIN_TOGETHER = 3  # schools behind a figure of the similar ones


@dataclass(frozen=True)
class ComparedLine:
    """An indicator: this school, the municipality, the similar schools together."""

    line: SchoolLine
    whole: Decimal | None
    similar: Decimal | None
    similar_count: int  # schools behind it


@dataclass(frozen=True)
class Comparison:
    lines: tuple[ComparedLine, ...]
    similar: tuple[School, ...]  # those that the person sees
    similar_count: int
    conditions: tuple[str, ...]  # in words, by which they are alike


def comparison_of(*, user: Any, school: School, school_year: int) -> Comparison:
    """Similar schools are found by the conditions of the year and read as sums of their parts; who may not see them
    meets none by name."""
    neighbours = similar_schools(school.pk, conditions_of(school.municipality, school_year))
    indicators = [
        row
        for row in Indicator.objects.visible_to(user)
        .filter(municipality_id=school.municipality_id)
        .order_by("role", "position", "code")
        if row.formula.get("type") != "share_of_schools"
    ]
    in_year = period_in_school_year(school_year)
    own: dict[int, list[SchoolValue]] = defaultdict(list)
    for value in school_values(user).filter(in_year, school=school).defer("sources"):
        own[value.indicator_id].append(value)
    whole: dict[int, list[MunicipalityValue]] = defaultdict(list)
    for sum_of_all in (
        MunicipalityValue.objects.visible_to(user).filter(in_year, indicator__in=indicators).defer("sources")
    ):
        whole[sum_of_all.indicator_id].append(sum_of_all)
    together = _together(user, neighbours, school_year)
    lines = []
    for row in indicators:
        line = school_line(row, own[row.pk], school_year)
        if line.period:
            latest = of_year(whole[row.pk], school_year)
            similar, count = together.get(row.pk, (None, 0))
            lines.append(ComparedLine(line, latest.value if latest else None, similar, count))
    visible = School.objects.allowing(user, Permission.SCHOOL_VIEW).filter(
        pk__in=[neighbour.school for neighbour in neighbours]
    )
    return Comparison(
        lines=tuple(lines),
        similar=tuple(in_natural_order(visible)),
        similar_count=len(neighbours),
        conditions=tuple(sorted({LABELS[code].label for found in neighbours for code in found.shared})),
    )


def _together(user: Any, neighbours: tuple[Neighbour, ...], school_year: int) -> dict[int, tuple[Decimal, int]]:
    """By indicator the value of these schools as one: sums of parts, or the mean of counts, and how many they are.

    Fewer than three schools, or one that is hidden from this person, give none: it would be somebody's own value.
    """
    covering = covering_of(user)
    hidden = covering.values | covering.few
    rows = SchoolValue.objects.filter(
        period_in_school_year(school_year), school__in=[found.school for found in neighbours], value__isnull=False
    ).select_related("indicator")
    latest: dict[tuple[int, int], SchoolValue] = {}
    for value in rows.defer("sources").order_by("period"):
        latest[value.indicator_id, value.school_id] = value
    by_indicator: dict[int, list[SchoolValue]] = defaultdict(list)
    for (indicator, _), value in latest.items():
        by_indicator[indicator].append(value)
    return {
        indicator: (whole, len(values))
        for indicator, values in by_indicator.items()
        if len(values) >= MIN_TOGETHER
        and not any(value.pk in hidden for value in values)
        and (whole := pooled(values)) is not None
    }


def pooled(values: list[SchoolValue]) -> Decimal | None:
    """These values of one indicator as one; None when one of them is about few pupils or has no parts."""
    if any(value.participants is not None and value.participants < 5 for value in values):
        return None
    parts = [(value.numerator, value.denominator) for value in values]
    if any(numerator is None for numerator, _ in parts):
        return None
    top = sum((Fraction(numerator) for numerator, _ in parts if numerator is not None), Fraction(0))
    if all(denominator is None for _, denominator in parts):
        return _decimal(top / len(values))
    bottom = sum((Fraction(denominator) for _, denominator in parts if denominator is not None), Fraction(0))
    if not bottom:
        return None
    return _decimal(top / bottom * (100 if values[0].indicator.unit == Indicator.Unit.PERCENT else 1))


def _decimal(number: Fraction) -> Decimal:
    return round(Decimal(number.numerator) / Decimal(number.denominator), 6)
