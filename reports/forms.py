"""What people choose and write for documents."""

from collections.abc import Iterable
from typing import Any

from django import forms

from indicators.models import Indicator
from reports.kinds import KINDS
from reports.kinds.offers import Offers
from reports.models import NoteText
from schools.models import School
from schools.periods import Period

COMMENT = "comment_"


class DocumentForm(forms.Form):
    """Which document to prepare. Only kinds and periods that there are data for are offered, so a forged one is simply
    invalid."""

    kind = forms.ChoiceField(label="Документ")
    period = forms.ChoiceField(label="Период")
    school = forms.ModelChoiceField(
        School.objects.none(),
        label="Школа",
        required=False,
        empty_label="Весь муниципалитет",
        help_text="Для документов об одной школе.",
    )

    def __init__(self, *args: Any, offers: Offers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        self.fields["kind"].choices = [
            (kind.code.value, f"{kind.title} ({kind.format_labels})") for kind in offers.kinds
        ]
        self.fields["period"].choices = [(code, Period.parse(code).label) for code in offers.all_periods]
        if offers.are_about_schools:
            self.fields["school"].queryset = offers.schools
        else:
            del self.fields["school"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, period = KINDS.get(data.get("kind", "")), data.get("period")
        if kind and period and period not in self.offers.periods[kind.code]:
            known = ", ".join(Period.parse(code).label for code in self.offers.periods[kind.code])
            self.add_error("period", f"За этот период такой документ составить не из чего. Выберите другой: {known}.")
        if kind and kind.is_about_school and not data.get("school") and "school" not in self.errors:
            self.add_error("school", "Этот документ составляется о школе: выберите её.")
        if kind and not kind.takes_school:
            data["school"] = None
        return data


class NoteTextForm(forms.Form):
    """The parts of the note that people write: the rest of it is computed."""

    problems = forms.CharField(
        label="Выявленные проблемы",
        required=False,
        help_text="Каждая строка станет отдельным абзацем.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    next_tasks = forms.CharField(
        label="Что необходимо сделать в следующем году",
        required=False,
        help_text="Каждая строка станет отдельной задачей; номера ставить не нужно.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, text: NoteText, indicators: Iterable[Indicator], **kwargs: Any) -> None:
        initial = {"problems": text.problems, "next_tasks": text.next_tasks}
        super().__init__(*args, initial=initial, **kwargs)
        for indicator in indicators:
            self.fields[COMMENT + indicator.code] = forms.CharField(
                label=indicator.short_name,
                required=False,
                initial=text.comments.get(indicator.code, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def comment_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(COMMENT)]

    @property
    def has_comments(self) -> bool:
        return any(field.initial or field.errors for field in self.comment_fields)

    def comments(self) -> dict[str, str]:
        return {
            name.removeprefix(COMMENT): said for name, said in self.cleaned_data.items() if name.startswith(COMMENT)
        }
