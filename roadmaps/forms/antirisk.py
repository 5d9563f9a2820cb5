"""What people say of an antirisk programme."""

import datetime as dt
from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.plans.bounds import term_problem
from roadmaps.queries.antirisk import RiskAtWork
from roadmaps.services.antirisk import Growing
from schools.models import SchoolRisk
from schools.periods import school_year_label


class AntiriskForm(forms.Form):
    """One programme for one or several activated risks."""

    risks = forms.ModelMultipleChoiceField(
        label="Риски, по которым составляется программа",
        queryset=SchoolRisk.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Отметьте хотя бы один риск."},
        help_text="У каждого в дорожной карте будет свой раздел. В «500+» программу составляют на каждый риск.",
    )
    title = forms.CharField(
        label="Название", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Напишите название программы."},
    )  # fmt: skip
    aim = forms.CharField(label="Цель", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    starts_on = DayField(label="Действует с")
    ends_on = DayField(label="Действует по")

    def __init__(self, *args: Any, at_work: list[RiskAtWork], school_year: int, **kwargs: Any) -> None:
        begins, ends = dt.date(school_year, 9, 1), dt.date(school_year + 1, 8, 31)
        free = [one.risk.pk for one in at_work if not one.programmes]
        kwargs.setdefault(
            "initial",
            {
                "risks": free,
                "title": f"Антирисковая программа на {school_year_label(school_year)} учебный год",
                "starts_on": begins,
                "ends_on": ends,
            },
        )
        super().__init__(*args, **kwargs)
        field = self.fields["risks"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = SchoolRisk.objects.filter(pk__in=free).select_related("factor")
        field.label_from_instance = lambda risk: f"{risk.factor.title} ({risk.get_significance_display()})"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if problem := term_problem(said.get("starts_on"), said.get("ends_on")):
            self.add_error("ends_on", problem)
        return said

    def told(self) -> Growing:
        said = self.cleaned_data
        return Growing(said["title"].strip(), said["aim"].strip(), said["starts_on"], said["ends_on"])
