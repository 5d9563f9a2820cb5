"""One indicator over the years, school by school beside the municipality."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator

from accounts.access import Permission
from indicators.charts import Chart, Course, multiples_chart
from indicators.models import Indicator, MunicipalityValue
from indicators.value_list import school_values
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.periods import Period

SCHOOLS_A_PAGE = 24
MOST_PERIODS = 8


@dataclass(frozen=True)
class Courses:
    indicators: tuple[Indicator, ...]
    indicator: Indicator | None
    chart: Chart | None
    page: "Page[School] | None"


def courses_of(*, user: Any, municipality: Municipality, code: str = "", page: str | int | None = 1) -> Courses:
    """Of the indicator with this code, or of the first that measures schools."""
    indicators = tuple(
        row
        for row in Indicator.objects.visible_to(user)
        .filter(municipality=municipality)
        .order_by("role", "position", "code")
        if row.formula.get("type") != "share_of_schools"
    )
    chosen = next((row for row in indicators if row.code == code), indicators[0] if indicators else None)
    if chosen is None:
        return Courses(indicators, None, None, None)
    values: Any = school_values(user).filter(indicator=chosen, value__isnull=False)
    found: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
    for school, period, value, hidden in values.values_list("school_id", "period", "value", "is_hidden"):
        found[school][period] = None if hidden else value
    schools = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality=municipality, pk__in=found)
    shown = Paginator(in_natural_order(schools), SCHOOLS_A_PAGE).get_page(page)
    of_all = dict(MunicipalityValue.objects.visible_to(user).filter(indicator=chosen).values_list("period", "value"))
    periods = sorted({*of_all, *(code for known in found.values() for code in known)}, key=Period.parse)
    periods = periods[-MOST_PERIODS:]
    if not shown.object_list or not periods:
        return Courses(indicators, chosen, None, shown)
    chart = multiples_chart(
        title=chosen.short_name,
        unit=chosen.unit,
        periods=[Period.parse(period) for period in periods],
        courses=[
            Course(school.name, tuple(found[school.pk].get(period) for period in periods))
            for school in shown.object_list
        ],
        whole=Course(f"{municipality.name} в целом", tuple(of_all.get(period) for period in periods)),
    )
    return Courses(indicators, chosen, chart, shown)
