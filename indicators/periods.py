"""Which period of a kind the school year in view means. Pure: no Django here."""

from schools.periods import Period, PeriodKind


def period_of_year(kind: str, school_year: int) -> str:
    """2020 → `2020`, or `cy2021` where plans are made by calendar years: both hold the exams of spring 2021.

    Shorter periods have no one that stands for the year; what is collected by the year is kept under the school year.
    """
    return f"cy{school_year + 1}" if kind == PeriodKind.CALENDAR_YEAR else f"{school_year:04d}"


def school_year_of_period(code: str) -> int:
    return Period.parse(code).school_year
