"""Schools × indicators of a year: where it moves and where it does not, at one look."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.paginator import Page, Paginator

from accounts.access import Permission
from indicators.models import Indicator, MunicipalityValue, Reading, SchoolValue
from indicators.queries.values import SchoolLine, of_year, school_line
from indicators.value_list import school_values
from monitoring.queries.analysis.changes import change_mark
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.queries.periods import period_in_school_year
from schools.wording import change_in_unit, in_unit

SCHOOLS_A_PAGE = 40


class Mode(StrEnum):
    """What the colour of a cell says."""

    CHANGE = "change"
    PLAN = "plan"
    WHOLE = "whole"

    @property
    def label(self) -> str:
        return {Mode.CHANGE: "динамика", Mode.PLAN: "выполнение плана", Mode.WHOLE: "сравнение с муниципалитетом"}[self]


@dataclass(frozen=True)
class Cell:
    """A value with its sign; the words are for those who do not see colours."""

    text: str = ""
    kind: str = "none"  # good, warn, bad, none
    icon: str = ""
    words: str = ""
    sub: str = ""


@dataclass(frozen=True)
class HeatRow:
    school: School
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatMap:
    mode: Mode
    indicators: tuple[Indicator, ...]
    rows: tuple[HeatRow, ...]
    page: "Page[School]"
    good: int  # cells on this page
    bad: int
    compared: int  # that could be compared with anything


PLANS = {
    Reading.REACHED: ("good", "✓", "план достигнут"),
    Reading.ON_TRACK: ("good", "→", "по плану"),
    Reading.BEHIND: ("warn", "▲", "отстаёт"),
}


def heat_map(
    *, user: Any, municipality: Municipality, school_year: int, mode: Mode, page: str | int | None = 1
) -> HeatMap:
    """The indicators that measure schools; who is only counted in a share of schools has no cell of its own."""
    indicators = [
        row
        for row in Indicator.objects.visible_to(user).filter(municipality=municipality).order_by("position", "code")
        if row.formula.get("type") != "share_of_schools"
    ]
    schools = School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality=municipality)
    shown = Paginator(in_natural_order(schools), SCHOOLS_A_PAGE).get_page(page)
    values = _values(user, shown.object_list, indicators, school_year)
    indicators = [row for row in indicators if any((school.pk, row.pk) in values for school in shown.object_list)]
    whole = _whole(user, indicators, school_year) if mode is Mode.WHOLE else {}
    rows = tuple(
        HeatRow(
            school,
            tuple(_cell(mode, row, values.get((school.pk, row.pk), []), whole, school_year) for row in indicators),
        )
        for school in shown.object_list
    )
    cells = [cell for row in rows for cell in row.cells]
    kinds = [cell.kind for cell in cells]
    return HeatMap(
        mode=mode,
        indicators=tuple(indicators),
        rows=rows,
        page=shown,
        good=kinds.count("good"),
        bad=kinds.count("bad") + kinds.count("warn"),
        compared=sum(bool(cell.icon) for cell in cells),
    )


Values = dict[tuple[int, int], list[SchoolValue]]


def _values(user: Any, schools: Iterable[School], indicators: list[Indicator], school_year: int) -> Values:
    rows = school_values(user).filter(
        period_in_school_year(school_year), school__in=list(schools), indicator__in=indicators
    )
    found: Values = defaultdict(list)
    for value in rows.defer("sources"):
        found[value.school_id, value.indicator_id].append(value)
    return dict(found)


def _whole(user: Any, indicators: list[Indicator], school_year: int) -> dict[int, MunicipalityValue]:
    rows = MunicipalityValue.objects.visible_to(user).filter(
        period_in_school_year(school_year), indicator__in=indicators
    )
    found: dict[int, list[MunicipalityValue]] = defaultdict(list)
    for value in rows.defer("sources"):
        found[value.indicator_id].append(value)
    latest = {indicator: of_year(values, school_year) for indicator, values in found.items()}
    return {indicator: value for indicator, value in latest.items() if value is not None}


def _cell(
    mode: Mode,
    indicator: Indicator,
    values: list[SchoolValue],
    whole: dict[int, MunicipalityValue],
    school_year: int,
) -> Cell:
    line = school_line(indicator, values, school_year)
    if line.is_hidden:
        return Cell("скрыто", words=line.hidden_in_words)
    if line.value is None:
        return Cell("—", words="нет данных")
    value = of_year(values, school_year)
    assert value is not None  # the line was made of it
    text = in_unit(line.value, indicator.unit)
    if mode is Mode.PLAN:
        kind, icon, words = PLANS.get(Reading(value.reading), ("none", "○", "план не задан"))
        return Cell(text, kind, icon, words, in_unit(value.target, indicator.unit) if value.target is not None else "")
    if mode is Mode.WHOLE:
        kind, icon, words = _against(indicator, value, whole.get(indicator.pk))
        return Cell(text, kind, icon, words)
    return _changed(text, indicator, line)


def _changed(text: str, indicator: Indicator, line: SchoolLine) -> Cell:
    if line.is_change_hidden or line.change is None:
        return Cell(text, words="сравнить не с чем" if not line.is_change_hidden else "изменение скрыто")
    kind, icon, words = change_mark(indicator, line.change_reading, "не оценивается")
    is_change = indicator.formula.get("type") == "change"  # then the value says it already
    amount = "" if is_change else change_in_unit(line.change, indicator.unit)
    return Cell(text, kind, icon, words, ", ".join(filter(None, (amount, line.comparison))))


def _against(indicator: Indicator, value: SchoolValue, whole: MunicipalityValue | None) -> tuple[str, str, str]:
    """Above or below the municipality, beyond chance where there is an interval to tell."""
    if whole is None or whole.value is None or value.value is None:
        return "none", "", "сравнить не с чем"
    if value.low is not None and value.high is not None and value.low <= whole.value <= value.high:
        return "none", "≈", "как в муниципалитете"
    if value.value == whole.value:
        return "none", "=", "как в муниципалитете"
    above = value.value > whole.value
    icon, words = ("▲", "выше муниципалитета") if above else ("▼", "ниже муниципалитета")
    if indicator.direction == Indicator.Direction.NONE:
        return "none", icon, words
    return "good" if above == (indicator.direction == Indicator.Direction.UP) else "bad", icon, words
