"""What the views over several plans are narrowed to, as the address says it."""

import datetime as dt
from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.models import Roadmap
from roadmaps.plans.bounds import EARLIEST, LATEST
from roadmaps.queries.seen import Wanted
from roadmaps.states import STATUS_LABELS
from schools.models import Municipality, School
from schools.ordering import in_natural_order

OF_MUNICIPALITY = "municipality"


class SeenForm(forms.Form):
    """All of it may be left out. The period is that of the school year in view, unless days or all of it are asked
    for."""

    PERIODS = (("", "Учебный год"), ("all", "Весь срок планов"))

    STATUSES = (("", "Любое"), *((status.value, label) for status, label in STATUS_LABELS.items()))

    status = forms.ChoiceField(label="Состояние", required=False, choices=STATUSES)
    school = forms.ChoiceField(label="Школа", required=False)
    responsible = forms.CharField(label="Ответственный", required=False, max_length=300)
    q = forms.CharField(label="Слова в мероприятии", required=False, max_length=200)
    period = forms.ChoiceField(label="Период", required=False, choices=PERIODS)
    since = DayField(label="Не раньше", required=False)
    until = DayField(label="Не позже", required=False)

    def __init__(self, *args: Any, municipality: Municipality, user: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        schools = School.objects.visible_to(user).filter(municipality=municipality)
        self.schools = {str(school.pk): school for school in in_natural_order(schools)}
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "Любая"),
            (OF_MUNICIPALITY, "Только планы муниципалитета"),
            *((key, school.name) for key, school in self.schools.items()),
        ]
        period = self.fields["period"]
        assert isinstance(period, forms.ChoiceField)
        period.choices = [("", f"Учебный год {year}/{year + 1}"), *self.PERIODS[1:]]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", "Последний день раньше первого: проверьте даты.")
        return found

    @property
    def visible_days(self) -> list[forms.BoundField]:
        return [self["since"], self["until"]]

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day wanted; None for all."""
        told = self.cleaned_data
        if told["since"] or told["until"]:
            return told["since"] or EARLIEST, told["until"] or LATEST
        if told["period"] == "all":
            return None
        return dt.date(self.year, 9, 1), dt.date(self.year + 1, 8, 31)

    def wanted(self, roadmap: Roadmap | None = None) -> Wanted:
        told = self.cleaned_data
        first, last = self.days or (None, None)
        return Wanted(
            status=told["status"],
            responsible=told["responsible"],
            school=self.schools.get(told["school"]),
            of_municipality=told["school"] == OF_MUNICIPALITY,
            roadmap=roadmap,
            first=first,
            last=last,
            text=told["q"],
        )
