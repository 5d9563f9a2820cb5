"""The page of one indicator: its value with both parts, where it came from, the schools behind it, its passport."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations.figures import DEFINITION_CHANGED
from indicators.calculations.problems import Vocabulary
from indicators.charts import Chart, HistoryPoint, value_history_chart
from indicators.models import Indicator, MunicipalityValue, SchoolStatistic, SchoolValue, Target
from indicators.queries.hidden_numbers import HiddenNumbers
from indicators.queries.members import population_members
from indicators.queries.passport import Passport, passport_of, vocabulary_of
from indicators.queries.plan_lines import Plan, plans_of
from indicators.queries.values import NO_PLAN, SchoolLine, ValueLine, line_of_year, school_line, school_plan_of
from indicators.summaries import change_sentence, comparison_text, ratio_line, value_sentence
from indicators.value_list import school_values
from schools.models import School
from schools.ordering import in_natural_order
from schools.periods import Period
from schools.queries.periods import period_in_school_year

REDEFINED = "Определение показателя с тех пор изменилось: прежнее значение пересчитано по нынешнему."
NAMED = 10  # so many schools are named in a sentence, the rest are counted


@dataclass(frozen=True)
class SchoolRow:
    """A school behind the value: its own line, and what decides about it where schools are counted."""

    school: School
    line: SchoolLine
    supporting: SchoolLine | None
    reported: Decimal | None  # the statistic that decides
    reported_hidden: str = ""  # why it is not shown

    @property
    def counts(self) -> bool | None:
        """Whether the school meets the condition; None when nothing is known of it."""
        return None if self.line.numerator is None else bool(self.line.numerator)


Parts = dict[int, Decimal | None]  # numerators by school, of those that have a value in the year


@dataclass(frozen=True)
class IndicatorPage:
    indicator: Indicator
    school_year: int
    line: ValueLine
    passport: Passport
    vocabulary: Vocabulary
    sentences: tuple[str, ...]
    ratio: str
    chart: Chart | None
    sources: tuple[dict[str, Any], ...] | None  # None: not for this user's eyes
    schools: tuple[SchoolRow, ...]  # those on this page of them
    schools_page: "Page[School]"
    meeting: tuple[School, ...]  # a share of schools: who meets its condition
    sees_all_schools: bool
    supporting: Indicator | None
    supporting_before_period: str
    plan: Plan

    @property
    def has_school_plan(self) -> bool:
        """Whether any of the schools shown has a target of its own in the year."""
        return any(row.line.target for row in self.schools)

    @property
    def meeting_named(self) -> tuple[School, ...]:
        return self.meeting[:NAMED]

    @property
    def meeting_unnamed(self) -> int:
        """How many there are besides those that are named."""
        return max(0, len(self.meeting) - NAMED)


def indicator_page(
    *, user: Any, indicator: Indicator, school_year: int, page: str | int | None = 1, a_page: int | None = None
) -> IndicatorPage:
    """With one page of the schools behind the value; all of them where `a_page` does not say how many."""
    vocabulary = vocabulary_of(user, indicator)
    passport = passport_of(indicator, vocabulary)
    values = _in_time(MunicipalityValue.objects.visible_to(user).filter(indicator=indicator))
    targets = _in_time(Target.objects.visible_to(user).filter(indicator=indicator, school__isnull=True))
    plan = plans_of(user=user, indicators=[indicator])[indicator.pk]
    line = line_of_year(indicator, values, targets, school_year, plan.baseline)
    supporting = _supporting(user, indicator, passport)
    seen = School.objects.allowing(user, Permission.VALUES_VIEW)
    visible = list(seen.filter(municipality_id=indicator.municipality_id))
    members, parts = population_members(user, indicator, visible, line.period), _parts(user, indicator, school_year)
    listed = in_natural_order(school for school in visible if school.pk in members or school.pk in parts)
    shown = Paginator(listed, a_page or max(1, len(listed))).get_page(page)
    numbers = _Numbers(user, indicator, supporting, passport.statistic, line.period, school_year)
    rows = numbers.of(list(shown))
    compared = (row.supporting.change_from for row in rows if row.supporting and row.supporting.change_from)
    sees_all = indicator.municipality_id in reach_of(user, Permission.VALUES_VIEW).municipalities
    return IndicatorPage(
        indicator=indicator,
        school_year=school_year,
        line=line,
        passport=passport,
        vocabulary=vocabulary,
        sentences=_sentences(indicator, line),
        ratio=_ratio(line.value),
        chart=_chart(indicator, values, targets),
        sources=tuple(line.value.sources) if sees_all and line.value else None,
        schools=rows,
        schools_page=shown,
        meeting=tuple(school for school in listed if parts.get(school.pk)),
        sees_all_schools=sees_all,
        supporting=supporting,
        supporting_before_period=next(compared, ""),
        plan=plan,
    )


@dataclass(frozen=True)
class _Numbers:
    """What stands beside a school: its values in the year, and the number it reported for the municipality's period."""

    user: Any
    indicator: Indicator
    supporting: Indicator | None
    statistic: str
    period: str
    school_year: int

    def of(self, schools: Collection[School]) -> tuple[SchoolRow, ...]:
        indicators = [self.indicator, self.supporting] if self.supporting else [self.indicator]
        lines = lines_of_schools(self.user, indicators, schools, self.school_year)
        reported = _reported(self.user, self.indicator, self.statistic, self.period)
        hidden = _hidden_numbers(self.user, self.indicator, reported, self.statistic, self.period, schools)
        return tuple(
            SchoolRow(
                school=school,
                line=lines[self.indicator.pk, school.pk],
                supporting=lines[self.supporting.pk, school.pk] if self.supporting else None,
                reported=None if school.pk in hidden else reported.get(school.pk),
                reported_hidden=hidden.get(school.pk, ""),
            )
            for school in schools
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
        excluded=value.excluded if value else 0,
    )
    if value is None:
        return (first,)
    second = change_sentence(
        value.change, indicator.unit, value.change_from, value.change_reading, has_interval=value.low is not None
    )
    compared = comparison_text(value.warnings)
    third = REDEFINED if DEFINITION_CHANGED in value.warnings and second else ""
    fourth = f"{compared[:1].upper()}{compared[1:]}." if compared else ""
    return tuple(filter(None, (first, second, third, fourth)))


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


def _parts(user: Any, indicator: Indicator, school_year: int) -> Parts:
    """The latest of the year, where periods are shorter than a year."""
    values: Any = school_values(user).filter(period_in_school_year(school_year), indicator=indicator)
    rows = list(values.values_list("period", "school_id", "numerator", "is_hidden"))
    ends = {period: _ends_on(period) for period in {row[0] for row in rows}}
    return {
        school_id: None if hidden else numerator
        for _, school_id, numerator, hidden in sorted(rows, key=lambda row: ends[row[0]])
    }


def lines_of_schools(
    user: Any, indicators: list[Indicator], schools: Iterable[School], school_year: int
) -> dict[tuple[int, int], SchoolLine]:
    """By indicator and school, from the year's values and those that they look back to; read for all at once."""
    in_year, shown = period_in_school_year(school_year), list(schools)
    earlier = SchoolValue.objects.filter(in_year, indicator__in=indicators).values("change_from")
    wanted = school_values(user).filter(in_year | Q(period__in=earlier), indicator__in=indicators, school__in=shown)
    values: dict[tuple[int, int], list[SchoolValue]] = defaultdict(list)
    for value in wanted.defer("sources"):
        values[value.indicator_id, value.school_id].append(value)
    plan = school_plan_of(user, indicators, shown, school_year)
    return {
        place: school_line(indicator, values[place], school_year, plan.get(place, NO_PLAN))
        for indicator in indicators
        for place in ((indicator.pk, school.pk) for school in shown)
    }


def _reported(user: Any, indicator: Indicator, code: str, period: str) -> dict[int, Decimal]:
    if not code:
        return {}
    numbers = SchoolStatistic.objects.visible_to(user).filter(
        school__municipality_id=indicator.municipality_id, kind__code=code, period=period
    )
    return dict(numbers.values_list("school_id", "value"))


def _hidden_numbers(
    user: Any, indicator: Indicator, reported: dict[int, Decimal], code: str, period: str, schools: Iterable[School]
) -> dict[int, str]:
    """Why the reported numbers of some schools are not shown."""
    if not reported:
        return {}
    of_period = HiddenNumbers.from_user(user, indicator.municipality, Q(period=period) | Q(as_of=period))
    found = {school.pk: of_period.of(school, code, reported.get(school.pk)) for school in schools}
    return {school: words for school, words in found.items() if words}


def _ends_on(code: str) -> Any:
    return Period.parse(code).ends_on


def _in_time(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: _ends_on(row.period))
