"""What of a school's sessions stands on a day. Pure.

The rule a second time: of ВПР and ГИА the last school year in which anybody in the municipality had sat the exam by
that day, with all sessions up to it; of other works the school's own last session; nothing older than three years.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from monitoring.audit.calendar import first_day, last_day, school_year_of, years_back

OF_A_YEAR = ("vpr", "oge", "ege", "gve")
OLDEST = 3  # years


def day_of(session: dict[str, Any]) -> str:
    """The day from which it stands; of a wave without a day a day near its end."""
    if session["session"]:
        return str(session["session"])
    year = session["school_year"]
    if session["wave"] == "autumn":
        return f"{year}-10-31"
    return f"{year + 1}-06-30" if session["procedure"] in ("oge", "ege", "gve") else f"{year + 1}-05-31"


def by_then(sessions: Iterable[dict[str, Any]], date: str) -> list[dict[str, Any]]:
    """Those that stand on the day; none while nobody has sat the exam for the first time."""
    there = [one for one in sessions if day_of(one) <= date]
    recent = [one for one in there if one["school_year"] >= school_year_of(date) - OLDEST]
    return recent if any(one["attempt"] == "first" for one in recent) else []


def is_reported_by(period: str, date: str) -> bool:
    """Whether a number of the period may stand on the day."""
    oldest = last_day(years_back(date, OLDEST))
    return oldest <= last_day(period) <= last_day(date)


def latest(codes: Iterable[str | None]) -> str | None:
    """The last of days and periods; of two that end together the shorter."""

    def ends(code: str) -> tuple[dt.date, dt.date]:
        return last_day(code), first_day(code)

    return max((code for code in codes if code), key=ends, default=None)
