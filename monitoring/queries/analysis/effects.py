"""What was done in a half-year, and what the indicators it was meant for were before and after.

Армавир 7.5 asks for such an analysis at least twice a year.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from indicators.models import ChangeReading
from monitoring.queries.analysis.before_and_after import BeforeAndAfter, Effect
from monitoring.queries.analysis.measures import Measure, measures_of
from roadmaps.models import Assignment, Occurrence
from roadmaps.states import AssignmentState, Status
from schools.models import Category, Identification, Municipality
from schools.periods import Period, school_year_of
from schools.wording import counted

CAUTION = (
    "Показано, каким показатель был до меры и каким стал после. Совпадение по времени не доказывает причины: рядом "
    "приведены школы в похожих условиях, у которых такой меры могло не быть, а у мер муниципалитета — как изменился "
    "показатель у школ плана. «До» — последнее значение, чей период кончился раньше, чем мера выполнена; «после» — "
    "первое следующее."
)
HOW_TO_READ = (
    "«В пределах случайного» — 95-процентные интервалы двух значений пересекаются. Школы в похожих условиях — "
    "ближайшие по условиям, результаты при подборе не учитываются; обе цифры — по одним и тем же школам, не меньше "
    "трёх."
)


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
    overdue: tuple[int, int]  # assignments and times of plans, due in the half-year and still owed
    listed: tuple[int, int] | None  # schools with low results in the list of the year before and of this one

    @property
    def overdue_words(self) -> str:
        """Empty when nothing is."""
        tasks, times = self.overdue
        told = [counted(tasks, "поручение,поручения,поручений")] if tasks else []
        told += [f"{counted(times, 'срок,срока,сроков')} дорожных карт"] if times else []
        return " и ".join(told)


def effects_of(*, user: Any, municipality: Municipality, half: Period, today: dt.date) -> Effects:
    """The number of queries does not depend on how much was done."""
    measures = measures_of(user, municipality, half)
    values = BeforeAndAfter(user, municipality, measures, school_year_of(half.ends_on))
    lines = [MeasureLine(measure, values.effects_of(measure)) for measure in measures]
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


def _overdue(user: Any, municipality: Municipality, half: Period, today: dt.date) -> tuple[int, int]:
    """As it stands now: what was asked for by a day of the half-year that is past, and is still owed."""
    last = min(half.ends_on, today - dt.timedelta(days=1))
    span = (half.starts_on, last)
    if last < half.starts_on:
        return 0, 0
    owed = [AssignmentState.AWAITED, AssignmentState.BEGUN, AssignmentState.RETURNED]
    asked = Assignment.objects.visible_to(user).filter(municipality=municipality, state__in=owed, due_on__range=span)
    times = Occurrence.objects.visible_to(user).standing().filter(
        activity__roadmap__municipality=municipality,
        activity__roadmap__state="approved",
        activity__overruled="",
        status__in=[Status.NOT_STARTED, Status.IN_WORK],
        due_on__range=span,
    )  # fmt: skip
    return asked.count(), times.exclude(precision="fuzzy").count()


def _listed(user: Any, municipality: Municipality, year: int) -> tuple[int, int] | None:
    """Армавир names it the key indicator: how many schools have the status. None without either list."""
    rows = Identification.objects.visible_to(user).filter(
        school__municipality=municipality, category=Category.LOW_RESULTS, school_year__in=(year - 1, year)
    )
    found = Counter(rows.values_list("school_year", flat=True))
    return (found[year - 1], found[year]) if found[year - 1] and found[year] else None
