"""What the portal takes as the date of an order: only orders that are signed are acted upon."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone


def order_date_problem(date: dt.date) -> str:
    """What is wrong with the date; empty where nothing is."""
    today = timezone.localdate()
    if date <= today:
        return ""
    return (
        f"Дата приказа, {date:%d.%m.%Y}, ещё не наступила: сегодня {today:%d.%m.%Y}. Проверьте число, месяц и год; "
        "вносится подписанный приказ."
    )


class OrderDateField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Дата приказа")
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**({"widget": widget} | options))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and (problem := order_date_problem(value)):
            raise forms.ValidationError(problem)
