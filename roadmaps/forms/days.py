"""Days that people type into the forms of plans, and how long a plan may be."""

import datetime as dt
from typing import Any

from django import forms

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
LONGEST_TERM = 15  # years; the longest programme among the documents runs for seven
NOT_A_DAY_OF_PLANS = f"Впишите день между {EARLIEST:%d.%m.%Y} и {LATEST:%d.%m.%Y}: проверьте год."


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that a plan may speak of. One slip in the year («0026», «9999») would be seen by all in every list."""

    widget = DayInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(NOT_A_DAY_OF_PLANS)


def term_problem(starts_on: dt.date | None, ends_on: dt.date | None) -> str:
    """What is wrong with the term of a plan, in Russian; empty where nothing is or a day is missing."""
    if not starts_on or not ends_on:
        return ""
    if ends_on < starts_on:
        return "Последний день раньше первого: проверьте даты."
    if (ends_on.year - LONGEST_TERM, ends_on.month, ends_on.day) >= (starts_on.year, starts_on.month, starts_on.day):
        return f"План не бывает длиннее {LONGEST_TERM} лет: проверьте годы."
    return ""
