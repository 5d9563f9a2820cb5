"""Values of a year as pages list them: the municipality's against their plans, a school's against its earlier ones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from indicators.calculations.figures import DEFINITION_CHANGED, FEW_PARTICIPANTS
from indicators.calculations.parsing import ABOUT_SCHOOLS_TYPES
from indicators.calculations.progress import Progress
from indicators.models import Baseline, ChangeReading, Indicator, MunicipalityValue, Reading, SchoolValue, Target
from indicators.periods import period_of_year
from indicators.queries.plan_progress import MEASURED, measured_progress
from indicators.summaries import comparison_text, progress_text
from indicators.value_list import school_values
from schools.models import Municipality, School
from schools.periods import Period
from schools.queries.periods import period_in_school_year
from schools.small_numbers import hidden_in_words
from schools.wording import counted, in_unit, number, part_of, plan_in_unit

NOT_PLANNED = Progress("no_target")
PUPIL_FORMS = "участник,участника,участников"
R = TypeVar("R", MunicipalityValue, SchoolValue, Target)


class OwnPlan(NamedTuple):
    """What a school is to reach in the year, and where it began."""

    target: Target | None = None
    baseline: Baseline | None = None


NO_PLAN = OwnPlan()


@dataclass(frozen=True)
class Bar:
    """The way to the plan, for shares: they alone have an end."""

    percent: Decimal
    target_percent: Decimal | None
    kind: str
    label: str


@dataclass(frozen=True)
class ValueLine:
    """An indicator in the year: what it was, is and should be."""

    indicator: Indicator
    period: str
    value: MunicipalityValue | None
    before: Decimal | None
    before_period: str
    target: Target | None
    reading: str
    parts: str
    bar: Bar | None
    progress: Progress

    @property
    def progress_text(self) -> str:
        """Nothing where there is nothing to measure with."""
        return progress_text(self.progress) if self.progress.kind in MEASURED else ""

    @property
    def has_interval(self) -> bool:
        """Whether a change is read against chance."""
        return self.value is not None and self.value.low is not None

    @property
    def has_few(self) -> bool:
        return self.value is not None and FEW_PARTICIPANTS in self.value.warnings

    @property
    def comparison(self) -> str:
        return comparison_text(self.value.warnings) if self.value is not None else ""


@dataclass(frozen=True)
class ValueGroup:
    title: str
    lines: tuple[ValueLine, ...]


@dataclass(frozen=True)
class SchoolLine:
    """An indicator of a school in the year; what is hidden from the user is not in it."""

    indicator: Indicator
    period: str = ""  # "" without a value
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: str = ""
    before: Decimal | None = None
    change: Decimal | None = None
    change_from: str = ""
    change_reading: str = ChangeReading.NO_DATA
    comparison: str = ""  # where the two periods are not made of the same
    is_hidden: bool = False
    is_change_hidden: bool = False
    is_covered: bool = False  # hidden, or the sum would give another school's few pupils away
    has_few: bool = False
    participants: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    excluded: int = 0  # so many results were left out
    as_of: str = ""  # the day or period of the data, where a date shows earlier ones
    target: Target | None = None
    reading: str = Reading.NO_DATA
    progress: Progress = NOT_PLANNED

    @property
    def progress_text(self) -> str:
        return progress_text(self.progress) if self.progress.kind in MEASURED else ""

    @property
    def hidden_in_words(self) -> str:
        return hidden_in_words(self.is_covered)

    @property
    def is_condition(self) -> bool:
        """Whether the school is counted rather than measured: it meets the condition of a share of schools or not."""
        return self.indicator.formula.get("type") in ABOUT_SCHOOLS_TYPES

    @property
    def has_interval(self) -> bool:
        """Whether a change is read against chance."""
        return self.low is not None

    @property
    def is_left_out(self) -> bool:
        """Whether there is no value because results were left out."""
        return self.value is None and bool(self.excluded)

    @property
    def is_worth_showing(self) -> bool:
        """What has data or a plan, and what the programme expects to have."""
        return bool(self.period or self.target) or self.indicator.role == Indicator.Role.PROGRAMME


def value_lines(
    *, user: Any, municipality: Municipality, school_year: int, roles: Iterable[str] = Indicator.Role.values
) -> list[ValueLine]:
    """Indicators in the order of the programme, the same number of queries for any number of them."""
    indicators = Indicator.objects.visible_to(user).filter(municipality=municipality, role__in=list(roles))
    ordered = sorted(indicators, key=_programme_first)
    values: dict[int, list[MunicipalityValue]] = defaultdict(list)
    for value in MunicipalityValue.objects.visible_to(user).filter(indicator__in=ordered).defer("sources"):
        values[value.indicator_id].append(value)
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.visible_to(user).filter(indicator__in=ordered, school__isnull=True):
        targets[target.indicator_id].append(target)
    starts = Baseline.objects.visible_to(user).filter(indicator__in=ordered, school__isnull=True)
    baselines = {row.indicator_id: row for row in starts}
    return [line_of_year(row, values[row.pk], targets[row.pk], school_year, baselines.get(row.pk)) for row in ordered]


def in_groups(lines: Iterable[ValueLine]) -> list[ValueGroup]:
    """By the section of the programme, in the order in which sections first come."""
    groups: dict[str, list[ValueLine]] = {}
    for line in lines:
        groups.setdefault(line.indicator.group or "Показатели", []).append(line)
    return [ValueGroup(title, tuple(found)) for title, found in groups.items()]


def of_year(rows: Iterable[R], school_year: int) -> R | None:
    """The latest row of the year, where periods are shorter than a year."""
    return _latest(row for row in rows if Period.parse(row.period).school_year == school_year)


def _latest(rows: Iterable[R]) -> R | None:
    return max(rows, key=lambda row: Period.parse(row.period).ends_on, default=None)


def parts_text(indicator: Indicator, value: MunicipalityValue | SchoolValue | None) -> str:
    """«3 из 4 школ», «102 из 136 участников», «96 из 100»."""
    if value is None or value.value is None:
        return ""
    if value.denominator is None:
        return "" if value.participants is None else counted(value.participants, PUPIL_FORMS)
    if indicator.formula.get("type") in ABOUT_SCHOOLS_TYPES:  # of a school it is 0 or 1 of one
        return part_of(value.numerator, value.denominator, "школы,школ")
    if indicator.unit != Indicator.Unit.PERCENT:
        return "" if value.participants is None else counted(value.participants, PUPIL_FORMS)
    if value.participants is not None:
        return part_of(value.numerator, value.denominator, "участника,участников")
    return f"{number(value.numerator)} из {number(value.denominator)}"


def school_lines(*, user: Any, school: School, school_year: int) -> list[SchoolLine]:
    """All indicators of the municipality as this school stands in them, those without data included."""
    indicators = sorted(
        Indicator.objects.visible_to(user).filter(municipality_id=school.municipality_id), key=_programme_first
    )
    values: dict[int, list[SchoolValue]] = defaultdict(list)
    for value in school_values(user).filter(school=school).defer("sources"):
        values[value.indicator_id].append(value)
    plan = school_plan_of(user, indicators, [school], school_year)
    return [
        school_line(indicator, values[indicator.pk], school_year, plan.get((indicator.pk, school.pk), NO_PLAN))
        for indicator in indicators
    ]


def school_plan_of(
    user: Any, indicators: Iterable[Indicator], schools: Iterable[School], school_year: int
) -> dict[tuple[int, int | None], OwnPlan]:
    """What these schools are to reach in the year, and from where, by indicator and school."""
    places = {"indicator__in": list(indicators), "school__in": list(schools)}
    planned: dict[tuple[int, int | None], list[Target]] = defaultdict(list)
    for target in Target.objects.visible_to(user).filter(period_in_school_year(school_year), **places):
        planned[target.indicator_id, target.school_id].append(target)
    starts = {(row.indicator_id, row.school_id): row for row in Baseline.objects.visible_to(user).filter(**places)}
    return {place: OwnPlan(_latest(targets), starts.get(place)) for place, targets in planned.items()}


def dynamics_of_schools(
    *, user: Any, municipality: Municipality, school_year: int, schools: Iterable[School]
) -> dict[int, list[str]]:
    """How the indicators of these schools have changed, without what is hidden from the user."""
    found: dict[int, list[str]] = defaultdict(list)
    values: Any = school_values(user).filter(
        period_in_school_year(school_year), school__in=list(schools), indicator__municipality=municipality
    )
    for school_id, reading in values.values_list("school_id", "shown_change_reading"):
        if reading != ChangeReading.NO_DATA:
            found[school_id].append(reading)
    return found


def line_of_year(
    indicator: Indicator,
    values: list[MunicipalityValue],
    targets: list[Target],
    school_year: int,
    baseline: Baseline | None = None,
) -> ValueLine:
    value, target = of_year(values, school_year), of_year(targets, school_year)
    before = next((row for row in values if value and row.period == value.change_from), None)
    return ValueLine(
        indicator=indicator,
        period=value.period
        if value
        else target.period
        if target
        else period_of_year(indicator.period_kind, school_year),
        value=value,
        before=value_before(indicator, value, before),
        before_period=value.change_from if value else "",
        target=target,
        reading=value.reading if value else Reading.NO_DATA,
        parts=parts_text(indicator, value),
        bar=_bar(indicator, value, target),
        progress=measured_progress(
            indicator, value.value if value else None, baseline, target, value.version if value else None
        ),
    )


def _bar(indicator: Indicator, value: MunicipalityValue | None, target: Target | None) -> Bar | None:
    if value is None or value.value is None or indicator.unit != Indicator.Unit.PERCENT:
        return None
    label = in_unit(value.value, indicator.unit)
    if target:
        label += f", план {plan_in_unit(target.value, indicator.unit)}"
    kind = "warn" if value.reading == Reading.BEHIND else ""
    return Bar(value.value, target.value if target else None, kind, label)


def school_line(
    indicator: Indicator, values: list[SchoolValue], school_year: int, plan: OwnPlan = NO_PLAN
) -> SchoolLine:
    """From values of `school_values`, which say what is hidden; a hidden value has neither reading nor progress."""
    value: Any = of_year(values, school_year)
    if value is None:
        return SchoolLine(indicator, target=plan.target)
    before: Any = next((row for row in values if row.period == value.change_from), None)
    line = SchoolLine(
        indicator,
        period=value.period,
        before=_shown_before(indicator, value, before),
        change_from=value.change_from,
        is_hidden=value.is_hidden,
        is_change_hidden=value.is_change_hidden,
        is_covered=value.is_covered,
        target=plan.target,
    )
    if value.is_hidden:
        return line
    shown = replace(
        line,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        parts=parts_text(indicator, value),
        has_few=FEW_PARTICIPANTS in value.warnings,
        participants=value.participants,
        low=value.low,
        high=value.high,
        excluded=value.excluded,
        as_of=value.as_of,
        reading=value.reading,
        progress=measured_progress(indicator, value.value, plan.baseline, plan.target, value.version),
    )
    if value.is_change_hidden:
        return shown
    comparison = comparison_text(value.warnings)
    return replace(shown, change=value.change, change_reading=value.change_reading, comparison=comparison)


def value_before(
    indicator: Indicator, value: MunicipalityValue | SchoolValue | None, earlier: MunicipalityValue | SchoolValue | None
) -> Decimal | None:
    """What the value is compared with: the stored earlier one, or where another definition held then, what it would
    have been by the one of today."""
    if value is None or DEFINITION_CHANGED not in value.warnings:
        return earlier.value if earlier else None
    if value.value is None or value.change is None or indicator.formula.get("type") == "change":
        return None  # a change of a change is kept nowhere
    return value.value - value.change


def _shown_before(indicator: Indicator, value: Any, earlier: Any) -> Decimal | None:
    """Unless it is hidden, or would be told by the value and its change."""
    is_redefined = DEFINITION_CHANGED in value.warnings
    is_hidden = value.is_hidden or value.is_change_hidden if is_redefined else earlier and earlier.is_hidden
    return None if is_hidden else value_before(indicator, value, earlier)


def _programme_first(indicator: Indicator) -> tuple[bool, int, str]:
    return indicator.role != Indicator.Role.PROGRAMME, indicator.position, indicator.code
