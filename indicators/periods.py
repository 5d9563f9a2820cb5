"""Which period of a kind the school year in view means. Pure: no Django here."""

from collections.abc import Iterable

from schools.periods import Period, PeriodKind


def period_of_year(kind: str, school_year: int) -> str:
    """2020 → `2020`, or `cy2021` where plans are made by calendar years: both hold the exams of spring 2021.

    Shorter periods have no one that stands for the year; what is collected by the year is kept under the school year.
    """
    return f"cy{school_year + 1}" if kind == PeriodKind.CALENDAR_YEAR else f"{school_year:04d}"


def school_year_of_period(code: str) -> int:
    return Period.parse(code).school_year


def periods_of_year(kind: str, school_year: int) -> list[str]:
    """All periods of this kind in the school year, as `Period.school_year` counts them; dates are named one by one."""
    year, following = f"{school_year:04d}", f"{school_year + 1:04d}"
    match PeriodKind(kind):
        case PeriodKind.SCHOOL_YEAR | PeriodKind.CALENDAR_YEAR:
            return [period_of_year(kind, school_year)]
        case PeriodKind.QUARTER:
            return [f"{year}q3", f"{year}q4", f"{following}q1", f"{following}q2"]
        case PeriodKind.HALF_YEAR:
            return [f"{year}h2", f"{following}h1"]
        case _:
            return []


def known_periods(codes: Iterable[str]) -> list[str]:
    """Those that are codes of periods, among what a page has sent back."""
    known = []
    for code in codes:
        try:
            known.append(Period.parse(code).code)
        except ValueError:
            continue
    return known


def periods_named(kind: str, text: str) -> list[str]:
    """What people add to a plan: a date, or a year as their periods name it: `2024` is 2024/2025, or the year 2024."""
    if kind == PeriodKind.DATE:
        try:
            return [text] if Period.parse(text).kind is PeriodKind.DATE else []
        except ValueError:
            return []
    if not (text.isascii() and text.isdecimal() and 2000 <= int(text) <= 2100):
        return []
    match PeriodKind(kind):
        case PeriodKind.SCHOOL_YEAR:
            return [text]
        case PeriodKind.CALENDAR_YEAR:
            return [f"cy{text}"]
        case PeriodKind.QUARTER:
            return [f"{text}q{number}" for number in range(1, 5)]
        case _:
            return [f"{text}h1", f"{text}h2"]
