"""Periods by their codes: 2020, cy2021, 2021q1, 2021h1, 2023-05-31. Pure."""

import datetime as dt
import re
from functools import lru_cache


@lru_cache(1000)
def kind_of(code: str) -> str:
    for kind, pattern in (
        ("school_year", r"\d{4}"),
        ("calendar_year", r"cy\d{4}"),
        ("quarter", r"\d{4}q[1-4]"),
        ("half_year", r"\d{4}h[12]"),
        ("date", r"\d{4}-\d{2}-\d{2}"),
    ):
        if re.fullmatch(pattern, code):
            return kind
    raise ValueError(code)


@lru_cache(1000)
def first_day(code: str) -> dt.date:
    if kind_of(code) == "date":
        return dt.date.fromisoformat(code)
    year = int(code.removeprefix("cy")[:4])
    month = {"school_year": 8, "calendar_year": 1, "quarter": 3, "half_year": 6}[kind_of(code)]
    return dt.date(year, month if len(code) != 6 or code.startswith("cy") else (int(code[5]) - 1) * month + 1, 1)


@lru_cache(1000)
def last_day(code: str) -> dt.date:
    """A day before the next period begins; a date ends on itself."""
    start = first_day(code)
    months = {"school_year": 12, "calendar_year": 12, "quarter": 3, "half_year": 6}.get(kind_of(code))
    if months is None:
        return start
    month = start.month - 1 + months
    return dt.date(start.year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


@lru_cache(1000)
def years_back(code: str, years: int) -> str:
    """The same period so many years earlier; of the 29th of February, the 28th."""
    year = re.search(r"\d{4}", code)
    assert year
    earlier = code.replace(year.group(), f"{int(year.group()) - years:04d}", 1)
    return earlier.replace("-02-29", "-02-28") if kind_of(code) == "date" else earlier


@lru_cache(1000)
def school_year_of(code: str) -> int:
    """The school year whose spring the period sees."""
    kind, start = kind_of(code), first_day(code)
    if kind == "school_year":
        return start.year
    end = last_day(code)
    if kind == "calendar_year" or end.month < 8:
        return end.year - 1
    return end.year


def periods_that_see(school_year: int, *, in_autumn: bool = False) -> tuple[str, str]:
    """What happened in the spring of school year 2020 is in `2020` and in `cy2021`; in its autumn, in `cy2020`."""
    return f"{school_year:04d}", f"cy{school_year + (not in_autumn):04d}"
