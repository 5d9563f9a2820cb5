"""What people choose and write for documents."""

from collections.abc import Iterable
from typing import Any

from django import forms

from indicators.models import Indicator
from reports.models import NoteText
from schools.periods import Period

COMMENT = "comment_"


class NotePeriodForm(forms.Form):
    """Only periods with values are offered, so a forged one is simply invalid."""

    period = forms.ChoiceField(label="Период записки")

    def __init__(self, *args: Any, periods: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [(code, Period.parse(code).label) for code in periods]  # type: ignore[attr-defined]


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
