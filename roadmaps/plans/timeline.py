"""Where days lie on a line of months or quarters, in per cent of its width. Knows neither pages nor colours."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from roadmaps.plans.calendar_words import month_end

MONTHS = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
QUARTERS = ("I", "II", "III", "IV")
MONTHS_AT_MOST = 18  # of a line that is divided by months unless somebody asks otherwise
NARROWEST = 0.8  # per cent: a single day is to be seen in a line of years


class Unit(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def label(self) -> str:
        return "по месяцам" if self is Unit.MONTH else "по кварталам"

    @property
    def months(self) -> int:
        return 1 if self is Unit.MONTH else 3


@dataclass(frozen=True)
class Tick:
    """A part of the line: from `at` on, so many per cent wide."""

    at: float
    width: float
    label: str

    @property
    def middle(self) -> float:
        return self.at + self.width / 2


@dataclass(frozen=True)
class Scale:
    """A line from the first day to the last, both inclusive. ValueError when it would be empty."""

    first: dt.date
    last: dt.date
    unit: Unit

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("Линия времени кончается раньше, чем начинается.")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, day: dt.date) -> float:
        """Where the day begins; the ends of the line for days outside it."""
        return 100 * min(max((day - self.first).days, 0), self.days) / self.days

    def span(self, first: dt.date, last: dt.date) -> tuple[float, float] | None:
        """Place and width of some days; None when none of them is on the line."""
        if last < self.first or first > self.last:
            return None
        begin = self.at(first)
        width = max(self.at(min(last, self.last)) + 100 / self.days - begin, NARROWEST)
        return min(begin, 100 - width), width

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """Months or quarters, each named; the first and the last may be cut."""
        return tuple(self._parts(self.unit.months, self._name))

    @cached_property
    def years(self) -> tuple[Tick, ...]:
        return tuple(self._parts(12, lambda day: f"{day.year}"))

    def _name(self, day: dt.date) -> str:
        return MONTHS[day.month - 1] if self.unit is Unit.MONTH else QUARTERS[(day.month - 1) // 3]

    def _parts(self, months: int, name: Callable[[dt.date], str]) -> Iterator[Tick]:
        day = self.first
        while day <= self.last:
            last = min(_last_of_part(day, months), self.last)
            begin = self.at(day)
            yield Tick(begin, self.at(last) + 100 / self.days - begin, name(day))
            if last == self.last:  # the calendar may have no day after it
                return
            day = last + dt.timedelta(days=1)


def _last_of_part(day: dt.date, months: int) -> dt.date:
    """The last day of the month, quarter or year."""
    return month_end(day.year, (day.month - 1) // months * months + months)


def scale_of(first: dt.date, last: dt.date, unit: Unit | None = None) -> Scale:
    """A line of whole months round these days; long ones by quarters, unless the unit is said."""
    begin = first.replace(day=1)
    end = _last_of_part(last, 1)
    months = (end.year - begin.year) * 12 + end.month - begin.month + 1
    return Scale(begin, end, unit or (Unit.MONTH if months <= MONTHS_AT_MOST else Unit.QUARTER))
