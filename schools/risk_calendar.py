"""By when a risk is to be decided on, as Армавир's «Опережающее управление» says. Knows no Django.

«Решения, связанные с нейтрализацией рисков циклического характера, должны приниматься сразу и реализовываться в период,
предшествующий их ближайшему возможному проявлению. Решения, связанные с нейтрализацией рисков нового учебного года,
должны приниматься не позднее июня».
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from schools.periods import FIRST_MONTH_OF_SCHOOL_YEAR

MONTHS = [
    (1, "в январе"), (2, "в феврале"), (3, "в марте"), (4, "в апреле"), (5, "в мае"), (6, "в июне"),
    (7, "в июле"), (8, "в августе"), (9, "в сентябре"), (10, "в октябре"), (11, "в ноябре"), (12, "в декабре"),
]  # fmt: skip
MONTHS_IN_WORDS = dict(MONTHS)


class Why(StrEnum):
    NEW_YEAR = "new_year"
    BEFORE_IT_RETURNS = "before_it_returns"
    AT_ONCE = "at_once"

    @property
    def label(self) -> str:
        return WHY_LABELS[self]


WHY_LABELS = {
    Why.NEW_YEAR: "риск нового учебного года: не позднее июня",
    Why.BEFORE_IT_RETURNS: "повторяющийся риск: до ближайшего возможного проявления",
    Why.AT_ONCE: "выявлен в течение года: сразу",
}


@dataclass(frozen=True)
class Due:
    """The last day for a decision, and which rule says so."""

    on: dt.date
    why: Why

    def is_over(self, today: dt.date) -> bool:
        return self.on < today


def decision_due(*, school_year: int, returns_in: int | None, found_on: dt.date) -> Due:
    """A risk that is found when its day has passed is decided on the day it is found: «оперативного принятия
    управленческих решений в случае их выявления». A cyclic one waits for no June: it is decided before its month, the
    next one after it was found."""
    if returns_in is not None:
        return Due(_next_time(school_year, returns_in, found_on) - dt.timedelta(days=1), Why.BEFORE_IT_RETURNS)
    june = dt.date(school_year, 6, 30)
    return Due(june, Why.NEW_YEAR) if found_on <= june else Due(found_on, Why.AT_ONCE)


def _next_time(school_year: int, month: int, found_on: dt.date) -> dt.date:
    """The first day of the month in the school year, or in a later one where it has begun already."""
    begins = dt.date(school_year if month >= FIRST_MONTH_OF_SCHOOL_YEAR else school_year + 1, month, 1)
    while begins <= found_on:
        begins = begins.replace(year=begins.year + 1)
    return begins
