"""Days that people type into the forms of plans."""

from typing import Any

from django import forms

from roadmaps.plans.bounds import day_problem


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that a plan may speak of."""

    widget = DayInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        if problem := day_problem(value):
            raise forms.ValidationError(problem)
