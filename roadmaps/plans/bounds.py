"""Between which days a plan, a decision or a deadline may lie, whatever way it comes into the portal.

One slip in a year («0026», «9999») would be seen by all in every list.
"""

import datetime as dt
from collections.abc import Iterable

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
LONGEST_TERM = 15  # years; the longest programme among the documents runs for seven
NOT_A_DAY_OF_PLANS = f"Впишите день между {EARLIEST:%d.%m.%Y} и {LATEST:%d.%m.%Y}: проверьте год."


def day_problem(*days: dt.date | None) -> str:
    """What is wrong with one of these days, in Russian; empty where nothing is."""
    return "" if all(EARLIEST <= day <= LATEST for day in days if day) else NOT_A_DAY_OF_PLANS


def term_problem(starts_on: dt.date | None, ends_on: dt.date | None, *, what: str = "План") -> str:
    """What is wrong with a term; empty where nothing is or a day is missing. `what` names whose it is."""
    if problem := day_problem(starts_on, ends_on):
        return problem
    if not starts_on or not ends_on:
        return ""
    if ends_on < starts_on:
        return "Последний день раньше первого: проверьте даты."
    if _is_far(starts_on, ends_on):
        return f"{what} не бывает длиннее {LONGEST_TERM} лет: проверьте годы."
    return ""


def due_problem(days: Iterable[dt.date | None], asked_on: dt.date) -> str:
    """What is wrong with one of the days by which something is asked for, beside the day on which it is; either may be
    the earlier."""
    for day in filter(None, days):
        if problem := day_problem(day):
            return problem
        if _is_far(*sorted((day, asked_on))):
            return f"Срок {day:%d.%m.%Y} дальше чем за {LONGEST_TERM} лет от {asked_on:%d.%m.%Y}: проверьте год."
    return ""


def _is_far(first: dt.date, last: dt.date) -> bool:
    return (last.year - LONGEST_TERM, last.month, last.day) >= (first.year, first.month, first.day)
