"""What was done in a half-year, and what the indicators it was meant for were before and after.

Армавир 7.5 asks for such an analysis at least twice a year. Nothing here says that one came of the other: a school also
changes by itself, so schools in similar conditions stand beside it, and a change within chance is called so.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from indicators.calculations.intervals import Interval
from indicators.calculations.readings import read_change
from indicators.models import ChangeReading, Indicator, MunicipalityValue, SchoolValue
from indicators.queries.covering import covering_of
from indicators.value_list import school_values
from monitoring.analysis.similar import similar_schools
from monitoring.queries.analysis.comparison import MIN_TOGETHER, pooled
from monitoring.queries.analysis.conditions import conditions_of
from roadmaps.models import Activity, Assignment, Occurrence
from roadmaps.states import AssignmentState, Status
from schools.models import Category, Identification, Municipality, School
from schools.periods import Period, school_year_of

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
class Measure:
    """What was carried out: an answer that was accepted, or a row of a roadmap that was done."""

    title: str
    source: str
    address: str
    school: School | None  # None: of the municipality
    done_on: dt.date
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Effect:
    """One indicator before and after one measure."""

    indicator: Indicator
    before: Any  # a value of a school or of the municipality, or None
    after: Any
    reading: str
    verdict: str
    is_hidden: bool
    similar_before: Decimal | None
    similar_after: Decimal | None
    similar_count: int

    @property
    def change(self) -> Decimal | None:
        both = self.before is not None and self.after is not None and not self.is_hidden
        return self.after.value - self.before.value if both else None

    @property
    def similar_change(self) -> Decimal | None:
        if self.similar_before is None or self.similar_after is None:
            return None
        return self.similar_after - self.similar_before


@dataclass(frozen=True)
class MeasureLine:
    measure: Measure
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Effects:
    """The half-year as a whole."""

    half: Period
    lines: tuple[MeasureLine, ...]
    without_indicators: int
    better: int
    worse: int
    by_chance: int
    same: int
    no_data: int
    overdue: int  # asked for by a day of the half-year, and still owed at its end
    listed: tuple[int, int] | None  # schools with low results in the list of the year before and of this one


def half_of(day: dt.date) -> Period:
    return Period.parse(f"{day.year}h{1 if day.month <= 6 else 2}")


def halves_with_measures(user: Any, municipality: Municipality) -> list[Period]:
    """Half-years in which something was done, the latest first."""
    days = set(_done_occurrences(user, municipality).values_list("done_on", flat=True).distinct())
    days |= set(_accepted(user, municipality).values_list("answered_at__date", flat=True).distinct())
    return sorted({half_of(day) for day in days if day}, reverse=True)


def effects_of(*, user: Any, municipality: Municipality, half: Period, today: dt.date) -> Effects:
    """The number of queries does not depend on how much was done."""
    measures = sorted(_measures(user, municipality, half), key=lambda one: (one.done_on, one.title))
    lines = _Beside(user, municipality, measures, school_year_of(half.ends_on)).lines()
    readings = Counter(effect.reading for line in lines for effect in line.effects)
    return Effects(
        half=half,
        lines=tuple(line for line in lines if line.effects),
        without_indicators=sum(not line.effects for line in lines),
        better=readings[ChangeReading.BETTER],
        worse=readings[ChangeReading.WORSE],
        by_chance=readings[ChangeReading.NOT_SIGNIFICANT],
        same=readings[ChangeReading.SAME],
        no_data=readings[ChangeReading.NO_DATA],
        overdue=_overdue(user, municipality, half, today),
        listed=_listed(user, municipality, school_year_of(half.ends_on)),
    )


def _done_occurrences(user: Any, municipality: Municipality) -> Any:
    done = Occurrence.objects.visible_to(user).standing().filter(status=Status.DONE, done_on__isnull=False)
    return done.filter(activity__roadmap__municipality=municipality).order_by()


def _accepted(user: Any, municipality: Municipality) -> Any:
    accepted = Assignment.objects.visible_to(user).filter(municipality=municipality, state=AssignmentState.ACCEPTED)
    return accepted.filter(answered_at__isnull=False).order_by()


def _measures(user: Any, municipality: Municipality, half: Period) -> Iterable[Measure]:
    span = (half.starts_on, half.ends_on)
    rows = _accepted(user, municipality).filter(answered_at__date__range=span)
    rows = rows.select_related("school", "point__decision", "recommendation")
    for row in rows.prefetch_related("point__decision__indicators", "recommendation__indicators"):
        of = row.point.decision if row.point else row.recommendation
        yield Measure(
            row.task_text, row.from_what, row.get_absolute_url(), row.school, timezone.localdate(row.answered_at),
            tuple(of.indicators.all()),
        )  # fmt: skip
    times = _done_occurrences(user, municipality).filter(done_on__range=span)
    for time in times.select_related("activity__roadmap__school").prefetch_related("activity__indicators"):
        activity: Activity = time.activity
        assert time.done_on is not None
        source = f"Дорожная карта, {time.label}"
        yield Measure(
            activity.title, source, activity.get_absolute_url(), activity.roadmap.school, time.done_on,
            tuple(activity.indicators.all()),
        )  # fmt: skip


def _overdue(user: Any, municipality: Municipality, half: Period, today: dt.date) -> int:
    """As it stands now: what was asked for by a day of the half-year that is past, and is still owed."""
    last = min(half.ends_on, today - dt.timedelta(days=1))
    span = (half.starts_on, last)
    if last < half.starts_on:
        return 0
    owed = [AssignmentState.AWAITED, AssignmentState.BEGUN, AssignmentState.RETURNED]
    asked = Assignment.objects.visible_to(user).filter(municipality=municipality, state__in=owed, due_on__range=span)
    times = Occurrence.objects.visible_to(user).standing().filter(
        activity__roadmap__municipality=municipality,
        activity__roadmap__state="approved",
        activity__overruled="",
        status__in=[Status.NOT_STARTED, Status.IN_WORK],
        due_on__range=span,
    )  # fmt: skip
    return asked.count() + times.exclude(precision="fuzzy").count()


def _listed(user: Any, municipality: Municipality, year: int) -> tuple[int, int] | None:
    """Армавир names it the key indicator: how many schools have the status. None without either list."""
    rows = Identification.objects.visible_to(user).filter(
        school__municipality=municipality, category=Category.LOW_RESULTS, school_year__in=(year - 1, year)
    )
    found = Counter(rows.values_list("school_year", flat=True))
    return (found[year - 1], found[year]) if found[year - 1] and found[year] else None


class _Beside:
    """The values that the measures look at, read once, and what of them lies before and after a day."""

    def __init__(self, user: Any, municipality: Municipality, measures: Sequence[Measure], year: int) -> None:
        self.measures = measures
        self.indicators = {one.pk: one for measure in measures for one in measure.indicators}
        self.own: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.whole: dict[int, list[Any]] = defaultdict(list)
        self.others: dict[tuple[int, int, str], SchoolValue] = {}
        schools = {measure.school.pk for measure in measures if measure.school and measure.indicators}
        covering = covering_of(user)
        self.hidden = covering.values | covering.few
        self.conditions: Mapping[int, Mapping[str, float]] = {}
        self.neighbours: dict[int, tuple[int, ...]] = {}
        if not self.indicators:
            return
        of = {"indicator__in": self.indicators, "value__isnull": False}
        for total in MunicipalityValue.objects.visible_to(user).filter(**of).defer("sources"):
            self.whole[total.indicator_id].append(total)
        if not schools:
            return
        for value in school_values(user).filter(school__in=schools, **of).defer("sources"):
            self.own[value.school_id, value.indicator_id].append(value)
        every = SchoolValue.objects.filter(school__municipality=municipality, **of).select_related("indicator")
        for value in every.defer("sources"):
            self.others[value.school_id, value.indicator_id, value.period] = value
        self.conditions = conditions_of(municipality, year)

    def lines(self) -> list[MeasureLine]:
        return [
            MeasureLine(measure, tuple(self._effect(measure, indicator) for indicator in measure.indicators))
            for measure in self.measures
        ]

    def _effect(self, measure: Measure, indicator: Indicator) -> Effect:
        school = measure.school
        values = self.own[school.pk, indicator.pk] if school else self.whole[indicator.pk]
        before, after = around(values, measure.done_on)
        is_hidden = any(getattr(value, "is_hidden", False) for value in (before, after) if value is not None)
        reading, verdict = read_effect(indicator, before, after)
        similar: tuple[Decimal | None, Decimal | None, int] = (None, None, 0)
        if school and before is not None and after is not None and not is_hidden:
            similar = self._similar(school.pk, indicator.pk, before.period, after.period)
        if is_hidden:
            reading, verdict = ChangeReading.NO_DATA.value, HIDDEN
        return Effect(indicator, before, after, reading, verdict, is_hidden, *similar)

    def _similar(
        self, school: int, indicator: int, before: str, after: str
    ) -> tuple[Decimal | None, Decimal | None, int]:
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
            return None, None, 0
        sides = pooled([pair[0] for pair in pairs]), pooled([pair[1] for pair in pairs])
        if None in sides:
            return None, None, 0
        return *sides, len(pairs)


def around(values: Iterable[Any], day: dt.date) -> tuple[Any, Any]:
    """The last value whose period was over before the day, and the first whose period ends on it or later."""
    ordered = sorted(values, key=lambda value: Period.parse(value.period))
    earlier = [value for value in ordered if Period.parse(value.period).ends_on < day]
    later = [value for value in ordered if Period.parse(value.period).ends_on >= day]
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
    reading = str(read_change(change, indicator.direction, now, then))  # type: ignore[arg-type]
    if reading == none:
        return none, "изменилось; направление показателя не задано"
    words = VERDICTS if now is not None and then is not None else VERDICTS | UNTESTED
    return reading, words[reading]


def _interval(value: Any) -> Interval | None:
    return None if value.low is None else Interval(value.low, value.high)
