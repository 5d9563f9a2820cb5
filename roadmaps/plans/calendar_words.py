"""Months, quarters, half-years and years: their first and last days, and how a plan's words write them."""

import calendar
import datetime as dt

from schools.periods import school_year_label

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MONTHS_GENITIVE = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
MONTHS_PREPOSITIONAL = (
    "январе", "феврале", "марте", "апреле", "мае", "июне",
    "июле", "августе", "сентябре", "октябре", "ноябре", "декабре",
)  # fmt: skip
ROMAN = ("I", "II", "III", "IV")
FIRST_MONTH_OF_LESSONS = 9  # a school's plans run from September to August; exams are counted from August

Span = tuple[dt.date, dt.date]


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def months(year: int, first: int, last: int) -> Span:
    """From the first day of a month to the last day of another; one that comes earlier is of the next year."""
    return dt.date(year, first, 1), month_end(year + (last < first), last)


def calendar_year(year: int) -> Span:
    return months(year, 1, 12)


def school_year(year: int) -> Span:
    return months(year, FIRST_MONTH_OF_LESSONS, FIRST_MONTH_OF_LESSONS - 1)


def school_year_of(day: dt.date) -> int:
    return day.year if day.month >= FIRST_MONTH_OF_LESSONS else day.year - 1


def quarter(year: int, number: int) -> Span:
    return months(year, 3 * number - 2, 3 * number)


def half_year(year: int, number: int) -> Span:
    return months(year, 6 * number - 5, 6 * number)


def half_school_year(year: int, number: int) -> Span:
    """The first half ends with the calendar year, the second with the summer."""
    return months(year, FIRST_MONTH_OF_LESSONS, 12) if number == 1 else months(year + 1, 1, FIRST_MONTH_OF_LESSONS - 1)


def are_months(first: dt.date, last: dt.date) -> bool:
    return first.day == 1 and last == month_end(last.year, last.month)


def are_years(first: dt.date, last: dt.date) -> bool:
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)


def are_school_years(first: dt.date, last: dt.date) -> bool:
    return are_months(first, last) and (first.month, last.month) == (
        FIRST_MONTH_OF_LESSONS,
        FIRST_MONTH_OF_LESSONS - 1,
    )


def quarter_of(first: dt.date, last: dt.date) -> str:
    """«I квартал 2021», empty when the days are no quarter."""
    number = (first.month + 2) // 3
    return f"{ROMAN[number - 1]} квартал {first.year}" if (first, last) == quarter(first.year, number) else ""


def half_year_of(first: dt.date, last: dt.date) -> str:
    """«I полугодие 2021», «II полугодие 2021/2022»; empty when the days are neither."""
    for number in (1, 2):
        if (first, last) == half_year(first.year, number):
            return f"{ROMAN[number - 1]} полугодие {first.year}"
        year = school_year_of(first)
        if dt.MINYEAR <= year < dt.MAXYEAR and (first, last) == half_school_year(year, number):
            return f"{ROMAN[number - 1]} полугодие {school_year_label(year)}"
    return ""


def short(day: dt.date) -> str:
    return f"{day:%d.%m.}{day.year:04d}"


def label(first: dt.date, last: dt.date) -> str:
    """The shortest exact name, one for each span: «2021», «2021/2022», «март – май 2021», «01.09.2021 – 25.12.2021»."""
    if first == last:
        return short(last)
    if are_years(first, last):
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    if are_school_years(first, last):
        names = [school_year_label(first.year), school_year_label(last.year - 1)]
        return " – ".join(dict.fromkeys(names))
    if named := quarter_of(first, last) or half_year_of(first, last):
        return named
    return month_label(first, last) if are_months(first, last) else f"{short(first)} – {short(last)}"


def month_label(first: dt.date, last: dt.date) -> str:
    """«май 2021», «март – май 2021», «ноябрь 2021 – март 2022»."""
    begin, end = MONTHS[first.month - 1], MONTHS[last.month - 1]
    if first.year != last.year:
        return f"{begin} {first.year} – {end} {last.year}"
    return f"{begin} {last.year}" if first.month == last.month else f"{begin} – {end} {last.year}"
