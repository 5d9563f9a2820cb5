"""The indicators that measures were meant for, before and after them, beside schools that tell more of it.

Nothing here says that one came of the other: a school also changes by itself, so schools in similar conditions stand
beside it, and a change within chance is called so. Beside a value of the municipality stands how its schools moved.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from accounts.access import Permission
from indicators.calculations.intervals import Interval
from indicators.calculations.readings import read_change
from indicators.calculations.similar import similar_schools
from indicators.models import ChangeReading, Indicator, MunicipalityValue, SchoolValue
from indicators.queries.conditions import conditions_of
from indicators.queries.covering import covering_of
from indicators.value_list import school_values
from monitoring.queries.analysis.comparison import MIN_TOGETHER, pooled
from monitoring.queries.analysis.measures import Measure
from roadmaps.queries.taking_part import taking_part
from schools.models import Municipality
from schools.periods import Period

VERDICTS = {
    ChangeReading.BETTER.value: "стало лучше, изменение больше случайного",
    ChangeReading.WORSE.value: "стало хуже, изменение больше случайного",
    ChangeReading.NOT_SIGNIFICANT.value: "изменение в пределах случайного",
    ChangeReading.SAME.value: "без изменений",
}
UNTESTED = {
    ChangeReading.BETTER.value: "стало лучше; случайно ли это, проверить нечем",
    ChangeReading.WORSE.value: "стало хуже; случайно ли это, проверить нечем",
}
HIDDEN = "скрыто: меньше 5 участников или ради такой школы"


@dataclass(frozen=True)
class Similar:
    """Schools in similar conditions, the same ones before and after."""

    before: Decimal
    after: Decimal
    schools: int

    @property
    def change(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Moved:
    """How the schools of a plan moved between the two periods that the municipality's values are of."""

    better: int
    worse: int
    stayed: int  # within chance, or at the same value
    unknown: int  # without a value on either side, or with a hidden one


@dataclass(frozen=True)
class Effect:
    """One indicator before and after one measure."""

    indicator: Indicator
    before: Any  # a value of a school or of the municipality, or None
    after: Any
    reading: str
    verdict: str
    is_hidden: bool
    similar: Similar | None = None  # of what a school did
    moved: Moved | None = None  # of what the municipality did, for those who see all its schools

    @property
    def change(self) -> Decimal | None:
        both = self.before is not None and self.after is not None and not self.is_hidden
        return self.after.value - self.before.value if both else None


class BeforeAndAfter:
    """The values that the measures look at, read once, and what of them lies before and after a day."""

    def __init__(self, user: Any, municipality: Municipality, measures: Sequence[Measure], year: int) -> None:
        self.own: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.whole: dict[int, list[Any]] = defaultdict(list)
        self.others: dict[tuple[int, int, str], SchoolValue] = {}
        self.conditions: Mapping[int, Mapping[str, float]] = {}
        self.neighbours: dict[int, tuple[int, ...]] = {}
        told = [measure for measure in measures if measure.indicators]
        of_schools = [measure for measure in told if measure.school]
        sees_all = municipality.allows(user, Permission.VALUES_VIEW)
        of_all = [measure for measure in told if not measure.school and sees_all]
        self.plans = taking_part(measure.plan for measure in of_all)
        if told:
            self._read_whole(user, told)
        if of_schools or of_all:
            self._read_own(user, of_schools, of_all)
        if of_schools:
            self._read_others(user, municipality, of_schools, year)

    def _read_whole(self, user: Any, measures: Iterable[Measure]) -> None:
        totals = MunicipalityValue.objects.visible_to(user).filter(_values_of(measures))
        for total in totals.defer("sources"):
            self.whole[total.indicator_id].append(total)

    def _read_own(self, user: Any, of_schools: Iterable[Measure], of_all: Iterable[Measure]) -> None:
        schools = {measure.school for measure in of_schools}
        values = school_values(user).filter(_values_of(of_schools) & Q(school__in=schools) | _values_of(of_all))
        for value in values.defer("sources"):
            self.own[value.school_id, value.indicator_id].append(value)

    def _read_others(self, user: Any, municipality: Municipality, measures: Iterable[Measure], year: int) -> None:
        covering = covering_of(user)
        self.hidden = covering.values | covering.few
        values = SchoolValue.objects.filter(_values_of(measures), school__municipality=municipality)
        for value in values.select_related("indicator").defer("sources"):
            self.others[value.school_id, value.indicator_id, value.period] = value
        self.conditions = conditions_of(municipality, year)

    def effects_of(self, measure: Measure) -> tuple[Effect, ...]:
        return tuple(self._effect(measure, indicator) for indicator in measure.indicators)

    def _effect(self, measure: Measure, indicator: Indicator) -> Effect:
        school = measure.school
        values = self.own[school.pk, indicator.pk] if school else self.whole[indicator.pk]
        before, after = around(values, measure.done_on)
        if any(is_hidden(value) for value in (before, after)):
            return Effect(indicator, before, after, ChangeReading.NO_DATA.value, HIDDEN, is_hidden=True)
        effect = Effect(indicator, before, after, *read_effect(indicator, before, after), is_hidden=False)
        if before is None or after is None:
            return effect
        if school:
            similar = self._similar(school.pk, indicator.pk, before.period, after.period)
            return replace(effect, similar=similar)
        return replace(effect, moved=self._moved(measure, indicator, before.period, after.period))

    def _similar(self, school: int, indicator: int, before: str, after: str) -> Similar | None:
        """The same schools on both sides: otherwise the change would be one of who they are."""
        if school not in self.neighbours:
            self.neighbours[school] = tuple(found.school for found in similar_schools(school, self.conditions))
        pairs = [
            (self.others[other, indicator, before], self.others[other, indicator, after])
            for other in self.neighbours[school]
            if (other, indicator, before) in self.others and (other, indicator, after) in self.others
        ]
        is_covered = any(value.pk in self.hidden for pair in pairs for value in pair)
        if len(pairs) < MIN_TOGETHER or is_covered:
            return None
        was, now = pooled([pair[0] for pair in pairs]), pooled([pair[1] for pair in pairs])
        return None if was is None or now is None else Similar(was, now, len(pairs))

    def _moved(self, measure: Measure, indicator: Indicator, before: str, after: str) -> Moved | None:
        """None where nobody may say what is better, or the person does not see the schools."""
        if measure.plan not in self.plans or indicator.direction == Indicator.Direction.NONE:
            return None
        schools = self.plans[measure.plan]
        found = Counter(self._reading_of(school, indicator, before, after) for school in schools)
        better, worse = found[ChangeReading.BETTER], found[ChangeReading.WORSE]
        stayed = found[ChangeReading.NOT_SIGNIFICANT] + found[ChangeReading.SAME]
        return Moved(better, worse, stayed, unknown=len(schools) - better - worse - stayed)

    def _reading_of(self, school: int, indicator: Indicator, before: str, after: str) -> str:
        values = {value.period: value for value in self.own[school, indicator.pk] if not is_hidden(value)}
        return read_effect(indicator, values.get(before), values.get(after))[0]


def _values_of(measures: Iterable[Measure]) -> Q:
    return Q(indicator__in={one.pk for measure in measures for one in measure.indicators}, value__isnull=False)


def is_hidden(value: Any) -> bool:
    """A value of the municipality never is."""
    return bool(getattr(value, "is_hidden", False))


def around(values: Iterable[Any], day: dt.date) -> tuple[Any, Any]:
    """The last value whose period was over before the day, and the first that tells of it or of later days: a value
    may stand for a period that still runs, or at a date, and be made of data of an earlier day."""
    ordered = sorted(values, key=lambda value: Period.parse(value.period))
    earlier = [value for value in ordered if Period.parse(value.period).ends_on < day]
    later = [value for value in ordered if Period.parse(value.as_of or value.period).ends_on >= day]
    return (earlier[-1] if earlier else None), (later[0] if later else None)


def read_effect(indicator: Indicator, before: Any, after: Any) -> tuple[str, str]:
    """The reading and its words, without a claim of what caused it."""
    none = ChangeReading.NO_DATA.value
    if before is None and after is None:
        return none, "данных нет"
    if before is None:
        return none, "данных до этого нет: сравнить не с чем"
    if after is None:
        return none, "данных после этого ещё нет"
    now, then = _interval(after), _interval(before)
    change = Fraction(after.value) - Fraction(before.value)
    reading = str(read_change(change, indicator.better, now, then))
    if reading == none:
        return none, "изменилось; направление показателя не задано"
    words = VERDICTS if now is not None and then is not None else VERDICTS | UNTESTED
    return reading, words[reading]


def _interval(value: Any) -> Interval | None:
    return None if value.low is None else Interval(value.low, value.high)
