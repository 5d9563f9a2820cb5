"""What is due on the days of a month, of rows that are narrowed down as in the other views."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from roadmaps.models import Occurrence
from roadmaps.queries.seen import PlanHead, Wanted, heads_of, names_of, narrowed, plans_within
from roadmaps.queries.tables import state_on
from roadmaps.states import Status
from schools.models import Municipality

SHOWN_A_DAY = 4


@dataclass(frozen=True)
class DueOnce:
    """Once that a row is due."""

    activity: int
    number: str
    title: str
    label: str
    due_on: dt.date
    is_fuzzy: bool  # the document does not name the day
    state: Status
    plan: PlanHead


@dataclass(frozen=True)
class Day:
    """`due` is whatever a calendar shows on it."""

    date: dt.date
    is_of_month: bool
    due: tuple[Any, ...]

    @property
    def shown(self) -> tuple[Any, ...]:
        return self.due[:SHOWN_A_DAY]

    @property
    def more(self) -> int:
        return len(self.due) - len(self.shown)


@dataclass(frozen=True)
class Month:
    """Whole weeks, Monday to Sunday; days of the months beside are empty."""

    first: dt.date
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def due(self) -> tuple[Any, ...]:
        return tuple(one for week in self.weeks for day in week for one in day.due)

    @property
    def before(self) -> dt.date:
        return (self.first - dt.timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> dt.date:
        return (self.first + dt.timedelta(days=31)).replace(day=1)

    def day(self, date: dt.date | None) -> Day | None:
        return next((day for week in self.weeks for day in week if day.date == date and day.is_of_month), None)


def month_of(user: Any, municipality: Municipality, wanted: Wanted, first: dt.date, today: dt.date) -> Month:
    """What is due in the month that begins on `first`, in a few queries. The period of the other views counts for
    nothing here."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    within = replace(wanted, first=first, last=last)
    roadmaps = plans_within(user, municipality, within)
    plans = heads_of(roadmaps)
    names = names_of(roadmaps) if wanted.responsible else ()
    rows = narrowed(roadmaps, within, names).order_by().values("pk")
    times = Occurrence.objects.filter(activity__in=rows, due_on__range=(first, last)).select_related("activity")
    by_day: dict[dt.date, list[DueOnce]] = {}
    for once in times:
        row = once.activity
        if (plan := plans.get(row.roadmap_id)) is None:
            continue
        state = state_on(once.status, once.due_on, once.precision, today, in_force=plan.in_force)
        if row.overruled in (Status.DONE, Status.CANCELLED):
            state = Status(row.overruled)
        if not wanted.status or state == wanted.status:
            is_fuzzy = once.precision == "fuzzy"
            due = DueOnce(row.pk, row.number, row.title, once.label, once.due_on, is_fuzzy, state, plan)
            by_day.setdefault(once.due_on, []).append(due)
    places = {key: place for place, key in enumerate(plans)}
    for found in by_day.values():
        found.sort(key=lambda one: (places[one.plan.pk], one.activity))
    return month_with(first, by_day)


def month_with(first: dt.date, by_day: Mapping[dt.date, Sequence[Any]]) -> Month:
    """The month that begins on `first`, with what is shown on its days."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return Month(first, tuple(tuple(_day(day, first, by_day) for day in week) for week in weeks))


def _day(day: dt.date, first: dt.date, by_day: Mapping[dt.date, Sequence[Any]]) -> Day:
    return Day(day, day.month == first.month, tuple(by_day.get(day, ())))
