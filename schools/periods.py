"""Words of time: school years and the periods of values and documents.

A period is text in the database, in addresses and over REST:
`2020` school year 2020/2021, `cy2021` calendar year, `2021q1` quarter, `2021h1` half-year, `2023-05-31` date.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

FIRST_MONTH_OF_SCHOOL_YEAR = 8  # from August an exam belongs to the new school year
FIRST_MONTH_OF_PLANS = 9


class PeriodKind(StrEnum):
    SCHOOL_YEAR = "school_year"
    CALENDAR_YEAR = "calendar_year"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    DATE = "date"

    @property
    def label(self) -> str:
        return PERIOD_KIND_LABELS[self]


PERIOD_KIND_LABELS = {
    PeriodKind.SCHOOL_YEAR: "учебный год",
    PeriodKind.CALENDAR_YEAR: "календарный год",
    PeriodKind.QUARTER: "квартал",
    PeriodKind.HALF_YEAR: "полугодие",
    PeriodKind.DATE: "дата",
}


def school_year_label(year: int) -> str:
    """2020 → «2020/2021»."""
    return f"{year}/{year + 1}"


def school_year_of(day: dt.date) -> int:
    """The year in which the school year of this day began."""
    return day.year if day.month >= FIRST_MONTH_OF_SCHOOL_YEAR else day.year - 1


def year_of_plans(day: dt.date) -> int:
    """The year in which the school year began that plans count from 1 September to 31 August: what is due in August
    ends the year."""
    return day.year if day.month >= FIRST_MONTH_OF_PLANS else day.year - 1


def days_of_plans(period: "Period") -> tuple[dt.date, dt.date]:
    """First and last day of a period for what people plan and do: its school year is from 1 September to 31 August."""
    if period.kind is PeriodKind.SCHOOL_YEAR:
        year = period.starts_on.year
        after = dt.date(year + 1, FIRST_MONTH_OF_PLANS, 1)
        return dt.date(year, FIRST_MONTH_OF_PLANS, 1), after - dt.timedelta(days=1)
    return period.starts_on, period.ends_on


_PATTERNS = (
    (PeriodKind.SCHOOL_YEAR, re.compile(r"(\d{4})")),
    (PeriodKind.CALENDAR_YEAR, re.compile(r"cy(\d{4})")),
    (PeriodKind.QUARTER, re.compile(r"(\d{4})q([1-4])")),
    (PeriodKind.HALF_YEAR, re.compile(r"(\d{4})h([12])")),
    (PeriodKind.DATE, re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
)


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of time that a value or a document is about; ordered by its last day."""

    ends_on: dt.date
    starts_on: dt.date
    kind: PeriodKind
    code: str

    @classmethod
    @lru_cache(maxsize=1000)
    def parse(cls, code: str) -> "Period":
        """Read the text form; ValueError in Russian when it is none."""
        for kind, pattern in _PATTERNS:
            if match := pattern.fullmatch(code):
                try:
                    starts_on, ends_on = _span(kind, [int(part) for part in match.groups()])
                except ValueError:
                    break
                return cls(ends_on=ends_on, starts_on=starts_on, kind=kind, code=code)
        raise ValueError(f"Период «{code}» записан неверно. Примеры: 2020, cy2021, 2021q1, 2021h1, 2023-05-31.")

    @classmethod
    def of_school_year(cls, year: int) -> "Period":
        return cls.parse(f"{year:04d}")

    @property
    def label(self) -> str:
        """As people read it: «2020/2021», «2021», «I квартал 2021», «31.05.2023»."""
        year = self.starts_on.year
        match self.kind:
            case PeriodKind.SCHOOL_YEAR:
                return school_year_label(year)
            case PeriodKind.CALENDAR_YEAR:
                return str(year)
            case PeriodKind.QUARTER:
                return f"{('I', 'II', 'III', 'IV')[self.starts_on.month // 3]} квартал {year}"
            case PeriodKind.HALF_YEAR:
                return f"{'I' if self.starts_on.month == 1 else 'II'} полугодие {year}"
            case _:
                return f"{self.ends_on:%d.%m.%Y}"

    @property
    def short_label(self) -> str:
        """Where there is little room: «20/21», «2021», «I кв. 21», «I пг. 21», «31.05.23»."""
        year = self.starts_on.year
        match self.kind:
            case PeriodKind.SCHOOL_YEAR:
                return f"{year % 100:02d}/{(year + 1) % 100:02d}"
            case PeriodKind.QUARTER | PeriodKind.HALF_YEAR:
                ordinal, of = self.label.split()[:2]
                return f"{ordinal} {'кв.' if of == 'квартал' else 'пг.'} {year % 100:02d}"
            case PeriodKind.DATE:
                return f"{self.ends_on:%d.%m.%y}"
            case _:
                return self.label

    @property
    def school_year(self) -> int:
        """The school year whose spring this period sees: `2020` and `cy2021` both hold the exams of spring 2021."""
        match self.kind:
            case PeriodKind.SCHOOL_YEAR:
                return self.starts_on.year
            case PeriodKind.CALENDAR_YEAR:
                return self.starts_on.year - 1
            case _:
                return school_year_of(self.ends_on)

    def year_back(self, years: int) -> "Period":
        """The same period so many years earlier."""
        year = self.ends_on.year if self.kind is PeriodKind.DATE else self.starts_on.year
        if self.kind is PeriodKind.DATE and self.ends_on.month == 2 and self.ends_on.day == 29:
            return Period.parse(f"{year - years:04d}-02-28")
        return Period.parse(self.code.replace(f"{year:04d}", f"{year - years:04d}", 1))


def _span(kind: PeriodKind, parts: list[int]) -> tuple[dt.date, dt.date]:
    """First and last day; a school year runs from 1 August, as its exams do."""
    year = parts[0]
    match kind:
        case PeriodKind.SCHOOL_YEAR:
            return dt.date(year, 8, 1), dt.date(year + 1, 7, 31)
        case PeriodKind.CALENDAR_YEAR:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        case PeriodKind.QUARTER:
            return _months(year, 3 * parts[1] - 2, 3)
        case PeriodKind.HALF_YEAR:
            return _months(year, 6 * parts[1] - 5, 6)
        case _:
            day = dt.date(*parts)
            return day, day


def _months(year: int, first: int, count: int) -> tuple[dt.date, dt.date]:
    after = dt.date(year + (first + count - 1) // 12, (first + count - 1) % 12 + 1, 1)
    return dt.date(year, first, 1), after - dt.timedelta(days=1)
