"""What the portal takes as the date of an order: only orders that are signed are acted upon."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from schools.periods import Period, school_year_label

EARLIEST = dt.date(2000, 1, 1)  # before any programme that the portal could keep


def order_date_problem(date: dt.date, school_year: int | None = None) -> str:
    """What is wrong with the date; empty where nothing is. An order about a school year is signed in the year before it
    or later."""
    today = timezone.localdate()
    earliest = EARLIEST if school_year is None else Period.of_school_year(school_year - 1).starts_on
    if date < earliest:
        about = "" if school_year is None else f" для списка {school_year_label(school_year)} учебного года"
        return f"Дата приказа, {date:%d.%m.%Y}, слишком ранняя{about}: проверьте год. Не раньше {earliest:%d.%m.%Y}."
    if date <= today:
        return ""
    return (
        f"Дата приказа, {date:%d.%m.%Y}, ещё не наступила: сегодня {today:%d.%m.%Y}. Проверьте число, месяц и год; "
        "вносится подписанный приказ."
    )


class OrderDateField(forms.DateField):
    school_year: int | None = None  # that the order is about, where a form knows it

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Дата приказа")
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**({"widget": widget} | options))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and (problem := order_date_problem(value, self.school_year)):
            raise forms.ValidationError(problem)
