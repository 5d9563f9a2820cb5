"""What people write about the stages of a programme."""

import datetime as dt
from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.models import StageReview


class StageDaysForm(forms.Form):
    first = DayField(label="Первый этап: отчитаться до")
    second = DayField(label="Второй этап: отчитаться до")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("second") and said["second"] <= said["first"]:
            self.add_error("second", "Второй этап наступает позже первого: проверьте даты.")
        return said

    def due(self) -> dict[int, dt.date]:
        said = self.cleaned_data
        return {StageReview.Stage.FIRST: said["first"], StageReview.Stage.SECOND: said["second"]}


class StageTellingForm(forms.Form):
    text = forms.CharField(
        label="Что изменилось",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="По каждому риску или задаче: что сделано, какие показатели изменились и насколько. "
        "Без фамилий учеников.",
        error_messages={"required": "Напишите, что изменилось: без этого этап не рассмотреть."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class StageVerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label="Заключение",
        choices=StageReview.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите заключение."},
    )
    comment = forms.CharField(
        label="Пояснение",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Если выполнено не всё, напишите, чего не хватило и что исправить.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class StageReturnForm(forms.Form):
    reason = forms.CharField(
        label="Что дополнить",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что дополнить: без этого отчёт не возвращается."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
