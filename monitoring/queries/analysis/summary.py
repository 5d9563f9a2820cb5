"""The summary table: schools × indicators with the reading; where reference values are printed they choose the schools
(programme of Армавир, 6.3)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from accounts.access import Permission
from indicators.calculations.comparable import COMPARED_IN_PART
from indicators.calculations.reference import ReferenceReading, negative_by_rule, read_reference
from indicators.models import Indicator
from indicators.queries.conditions import CONDITIONS, Condition, Features, features_of, reported_numbers, shown
from indicators.queries.hidden_numbers import HiddenNumbers
from indicators.summaries import COMPARISONS
from indicators.value_list import school_values
from monitoring.models import ObjectivityFlag, SummaryRule
from monitoring.queries.analysis.changes import change_mark
from schools.models import Category, Identification, Municipality, School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.queries.periods import period_in_school_year
from schools.small_numbers import hidden_in_words

# No arrows: those say where a value went, which is not always where it is good to go.
READINGS: dict[ReferenceReading, tuple[str, str, str]] = {
    "negative": ("bad", "✕", "отрицательная динамика"),
    "positive": ("good", "✓", "положительная динамика"),
    "neutral": ("none", "≈", "в пределах референтного значения"),
    "no_data": ("none", "", "нет данных"),
}


@dataclass(frozen=True)
class SummaryCell:
    """A value with its reading; hidden numbers are not in it."""

    value: Decimal | None
    kind: str
    icon: str
    words: str
    is_hidden: bool = False
    is_in_part: bool = False  # a change of which only what both periods have was compared

    @property
    def remark(self) -> str:
        return COMPARISONS[COMPARED_IN_PART] if self.is_in_part else ""


@dataclass(frozen=True)
class SummaryRow:
    school: School
    categories: tuple[Category, ...]
    cells: tuple[SummaryCell, ...]
    is_negative: bool | None  # None: cannot be told; always None without basic indicators
    flags: int  # results of the year marked as not objective
    pairs: tuple[tuple[Indicator, SummaryCell], ...]  # the same cells with their indicators
    about: "_About"

    @property
    def context_texts(self) -> tuple[str, ...]:
        """In the order of `SummaryTable.context`; written for the rows that are shown."""
        return self.about.texts_of(self.school)


@dataclass(frozen=True)
class SummaryTable:
    indicators: tuple[Indicator, ...]
    is_by_reference: bool  # whether reference values choose the schools
    rows: tuple[SummaryRow, ...]
    unknown: tuple[School, ...]  # without the data that decide
    others: int  # schools that the rule leaves out
    rule: SummaryRule
    context: tuple[Any, ...]  # conditions that are known of any school


def summary_table(
    *, user: Any, municipality: Municipality, school_year: int, all_schools: bool = False
) -> SummaryTable:
    """Where indicators carry reference values: the schools with negative dynamics by the rule, or all of them; else all
    schools with the indicators that measure schools."""
    rule = SummaryRule.objects.visible_to(user).filter(municipality=municipality).first() or SummaryRule()
    measuring = [
        row
        for row in Indicator.objects.visible_to(user).filter(municipality=municipality).order_by("position", "code")
        if row.formula.get("type") not in ("share_of_schools", "schools_meeting")
    ]
    basic = [row for row in measuring if row.reference_rule]
    schools = in_natural_order(School.objects.allowing(user, Permission.VALUES_VIEW).filter(municipality=municipality))
    chosen = basic or measuring
    values = _values(user, schools, chosen, school_year)
    chosen = basic or [row for row in measuring if any((school.pk, row.pk) in values for school in schools)]
    about = _About.read(user, municipality, school_year)
    rows = [_row(school, chosen, values, rule, about, by_reference=bool(basic)) for school in schools]
    listed = rows if all_schools or not basic else [row for row in rows if row.is_negative]
    return SummaryTable(
        indicators=tuple(chosen),
        is_by_reference=bool(basic),
        rows=tuple(row for row in listed if basic or any(cell.words != "нет данных" for cell in row.cells)),
        unknown=tuple(row.school for row in rows if row.is_negative is None) if basic else (),
        others=sum(row.is_negative is False for row in rows) if basic else 0,
        rule=rule,
        context=about.known_conditions,
    )


@dataclass(frozen=True)
class _About:
    """What stands beside the indicators for context."""

    categories: dict[int, list[Category]]
    flags: dict[int, int]
    numbers: dict[int, dict[str, Fraction]]  # that schools report of their conditions
    hidden: HiddenNumbers

    @cached_property
    def features(self) -> Features:
        return {school: features_of(numbers) for school, numbers in self.numbers.items()}

    @cached_property
    def known_conditions(self) -> tuple[Condition, ...]:
        known = {code for features in self.features.values() for code in features}
        return tuple(condition for condition in CONDITIONS if condition.code in known)

    def texts_of(self, school: School) -> tuple[str, ...]:
        """A share of few pupils tells how many they are, so it is hidden with them."""
        numbers, known = self.numbers.get(school.pk, {}), self.features.get(school.pk, {})
        return tuple(
            "скрыто"
            if any(self.hidden.of(school, code, numbers.get(code)) for code in condition.numbers)
            else shown(known.get(condition.code), condition)
            for condition in self.known_conditions
        )

    @classmethod
    def read(cls, user: Any, municipality: Municipality, school_year: int) -> "_About":
        categories: dict[int, list[Category]] = defaultdict(list)
        identified = Identification.objects.visible_to(user).filter(
            school__municipality=municipality, school_year=school_year
        )
        for school, category in identified.order_by("category").values_list("school_id", "category"):
            categories[school].append(Category(category))
        flags: dict[int, int] = defaultdict(int)
        active = (
            ObjectivityFlag.objects.visible_to(user)
            .active()
            .filter(school__municipality=municipality, school_year=school_year)
        )
        for school in active.values_list("school_id", flat=True):
            flags[school] += 1
        hidden = HiddenNumbers.from_user(user, municipality, period_in_school_year(school_year))
        return cls(categories, flags, reported_numbers(municipality, school_year), hidden)


class _Value(NamedTuple):
    """What a cell is made of; thousands are read for a page."""

    school_id: int
    indicator_id: int
    period: str
    value: Decimal | None
    warnings: list[str]
    change_reading: Any  # a ChangeReading
    is_hidden: bool
    is_covered: bool
    is_change_hidden: bool


Values = dict[tuple[int, int], list[_Value]]


def _values(user: Any, schools: Iterable[School], indicators: list[Indicator], school_year: int) -> Values:
    rows: Any = school_values(user).filter(
        period_in_school_year(school_year), school__in=list(schools), indicator__in=indicators
    )
    found: Values = defaultdict(list)
    for value in map(_Value._make, rows.values_list(*_Value._fields)):
        found[value.school_id, value.indicator_id].append(value)
    return dict(found)


def _row(
    school: School,
    indicators: list[Indicator],
    values: Values,
    rule: SummaryRule,
    about: _About,
    *,
    by_reference: bool,
) -> SummaryRow:
    latest = {
        row.pk: value for row in indicators if (value := _latest(values.get((school.pk, row.pk), []))) is not None
    }
    groups: dict[str, list[ReferenceReading]] = defaultdict(list)
    for row in deciding(indicators, rule) if by_reference else ():
        groups[basic_of(row.code)].append(_reading(row, latest.get(row.pk)))
    cells = tuple(_cell(row, latest.get(row.pk)) for row in indicators)
    return SummaryRow(
        school=school,
        categories=tuple(about.categories.get(school.pk, ())),
        cells=cells,
        is_negative=negative_by_rule(list(groups.values()), within=rule.within, between=rule.between)
        if by_reference
        else None,
        flags=about.flags.get(school.pk, 0),
        pairs=tuple(zip(indicators, cells, strict=True)),
        about=about,
    )


def basic_of(code: str) -> str:
    """The basic indicator of a series: a2.1 … a2.4 are series of a2."""
    return code.partition(".")[0]


def deciding(indicators: Iterable[Indicator], rule: SummaryRule) -> list[Indicator]:
    """Those that decide: all that the rule does not merely show. A basic indicator that stands there itself speaks for
    its series: «средневзвешенные баллы» decide, each subject is shown beside them."""
    rows = list(indicators)
    codes = {row.code for row in rows}
    return [
        row
        for row in rows
        if row.code not in rule.shown_only and (row.code == basic_of(row.code) or basic_of(row.code) not in codes)
    ]


def _latest(values: list[_Value]) -> _Value | None:
    """The latest of the year, where periods are shorter than a year."""
    if len(values) < 2:
        return values[0] if values else None
    return max(values, key=lambda value: Period.parse(value.period).ends_on)


def _reading(indicator: Indicator, value: _Value | None) -> ReferenceReading:
    """Decided by the stored value, also where its number is hidden: the list itself tells no number."""
    exact = None if value is None or value.value is None else Fraction(value.value)
    reference = None if indicator.reference_value is None else Fraction(indicator.reference_value)
    return read_reference(exact, reference, indicator.reference_rule, indicator.better)


def _cell(indicator: Indicator, value: _Value | None) -> SummaryCell:
    if value is not None and value.is_hidden:
        return SummaryCell(None, "none", "", hidden_in_words(value.is_covered), is_hidden=True)
    if value is None or value.value is None:
        return SummaryCell(None, *READINGS["no_data"])
    is_in_part = COMPARED_IN_PART in value.warnings
    if indicator.reference_rule:
        return SummaryCell(value.value, *READINGS[_reading(indicator, value)], is_in_part=is_in_part)
    if value.is_change_hidden:
        return SummaryCell(value.value, "none", "", "")
    return SummaryCell(value.value, *change_mark(indicator, value.change_reading), is_in_part=is_in_part)
