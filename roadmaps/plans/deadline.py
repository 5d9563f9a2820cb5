"""What a deadline means: the value that a plan's row stores beside the words of its document."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from roadmaps.plans.bounds import EARLIEST, LATEST, NOT_A_DAY_OF_PLANS, day_problem
from roadmaps.plans.calendar_words import month_end


class Kind(StrEnum):
    ONCE = "once"  # one stretch of time, or several that are named
    RECURRING = "recurring"
    CONTINUOUS = "continuous"  # «постоянно»
    ON_EVENT = "on_event"  # «по результатам ВПР»
    BY_OTHER_PLAN = "by_other_plan"  # «по плану УМО», «по договору»
    ON_REQUEST = "on_request"
    NONE = "none"  # the document says nothing
    UNCLEAR = "unclear"  # a person must say what the words mean


class Precision(StrEnum):
    """How exactly the document names its time."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    FUZZY = "fuzzy"  # it names none: the day is ours, so nobody is late before somebody says when


class Every(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    HALF_SCHOOL_YEAR = "half_school_year"
    SCHOOL_YEAR = "school_year"


YEARLY = (Every.YEAR, Every.SCHOOL_YEAR)

Window = tuple[int, int]  # first and last month within a year: (3, 5) is «март – май», (11, 2) passes the new year


@dataclass(frozen=True)
class Deadline:
    """What was understood; what the document leaves open is empty and follows from the term of the plan.

    `spans` are the stretches of a `once`: first and last day, the first None where only the last is said («до 31.12»).
    `starts_on` and `ends_on` bound what recurs or goes on. `windows` are the months of each year it recurs in, each
    window one time; for what is monthly they are the months it is held in. `day` is the last day within a window or
    month («до 10 числа»). `named` are the events, the other plan, who asks, or the words that were not understood.
    `days` are counted from an event, below 0 before it.
    """

    kind: Kind
    spans: tuple[tuple[dt.date | None, dt.date], ...] = ()
    precision: Precision | None = None
    every: Every | None = None
    windows: tuple[Window, ...] = ()
    day: int | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    named: tuple[str, ...] = ()
    days: int = 0

    def __post_init__(self) -> None:
        """ValueError in Russian, for the person who types a meaning in."""
        if (self.kind is Kind.ONCE) != bool(self.spans):
            raise ValueError(
                "Для разового мероприятия нужен хотя бы один срок, для остальных сроков дат быть не должно."
            )
        if self.kind is Kind.RECURRING and self.every is None:
            raise ValueError("Для повторяющегося мероприятия укажите, как часто оно проводится.")
        if self.kind is Kind.ON_EVENT and not self.named:
            raise ValueError("Укажите событие, от которого считается срок.")
        if problem := day_problem(*(day for span in self.spans for day in span), self.starts_on, self.ends_on):
            raise ValueError(problem)
        ordered = [(first, last) for first, last in (*self.spans, (self.starts_on, self.ends_on)) if first and last]
        if any(first > last for first, last in ordered):
            raise ValueError("Срок кончается раньше, чем начинается.")
        if any(not 1 <= month <= 12 for window in self.windows for month in window):
            raise ValueError("Месяц — число от 1 до 12.")
        if self.day is not None and not 1 <= self.day <= 31:
            raise ValueError("День месяца — число от 1 до 31.")

    @property
    def needs_person(self) -> bool:
        """Whether somebody must say what the words mean before the day can be trusted."""
        return self.kind is Kind.UNCLEAR

    def to_json(self) -> dict[str, Any]:
        """Plain JSON without what is empty."""
        told: dict[str, Any] = {"kind": self.kind.value}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                told[field.name] = _plain(value)
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Deadline":
        """ValueError in Russian when it is no deadline."""
        if not isinstance(told, Mapping) or not set(told) <= {field.name for field in fields(cls)}:
            raise ValueError("Значение срока записано неверно.")
        try:
            values = {name: _READ[name](value) for name, value in told.items()}
            kind = values.pop("kind")
        except (TypeError, ValueError, KeyError) as error:
            raise ValueError("Значение срока записано неверно.") from error
        return cls(kind, **values)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.value if isinstance(value, StrEnum) else value


def _date(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(word, str) for word in value):
        raise TypeError(value)
    return tuple(value)


_READ: dict[str, Any] = {
    "kind": Kind,
    "spans": lambda value: tuple((_date(first), dt.date.fromisoformat(last)) for first, last in value),
    "precision": Precision,
    "every": Every,
    "windows": lambda value: tuple((_number(first), _number(last)) for first, last in value),
    "day": _number,
    "starts_on": _date,
    "ends_on": _date,
    "named": _words,
    "days": _number,
}


def moved(deadline: Deadline, years: int) -> Deadline:
    """The same deadline so many years later, for a plan made from last year's; months and recurrence stay. ValueError
    in Russian where it would lie where no plan does.

    The end of February stays the end of it where a month or more is meant. 29 February as a day becomes 28 February in
    a common year, the one day that does not come back when it is moved back.
    """
    by_day = deadline.precision in (Precision.DAY, None)

    def later(day: dt.date | None) -> dt.date | None:
        return None if day is None else _years_later(day, years, by_day)

    return replace(
        deadline,
        spans=tuple((later(first), _years_later(last, years, by_day)) for first, last in deadline.spans),
        starts_on=later(deadline.starts_on),
        ends_on=later(deadline.ends_on),
        named=tuple(moved_text(name, years) for name in deadline.named),
    )


def _years_later(day: dt.date, years: int, by_day: bool) -> dt.date:
    if not EARLIEST.year <= day.year + years <= LATEST.year:
        raise ValueError(NOT_A_DAY_OF_PLANS)
    end = month_end(day.year + years, day.month)
    if not by_day and day == month_end(day.year, day.month):
        return end
    return end if day.day > end.day else day.replace(year=day.year + years)


_YEARS = re.compile(
    r"(?<!\d)(?<!№)(?<!№ )(?P<year>(?:19|20)\d\d)(?!\d)"  # 2021, and what follows it in «2019-20», «2021/22»
    r"(?:(?P<dash>\s*[-‐‑–—/]\s*)(?P<end>\d\d)(?![\d]|[-.]\d))?"
    r"|(?<![\d.])(?P<day>\d\d?\.\d\d?\.)(?P<short>\d\d)(?!\d)"  # 31.12.23
)


def moved_text(text: str, years: int) -> str:
    """The words with every year in them so much later; what names no year stays as it is."""

    def later(match: re.Match[str]) -> str:
        if match["short"]:
            return f"{match['day']}{(int(match['short']) + years) % 100:02d}"
        tail = f"{match['dash']}{(int(match['end']) + years) % 100:02d}" if match["end"] else ""
        return f"{int(match['year']) + years}{tail}"

    return _YEARS.sub(later, text) if years else text
