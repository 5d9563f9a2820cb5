"""How people want to be told, and what is looked for in the log."""

from collections.abc import Iterable
from typing import Any

from django import forms

from roadmaps.models import NoticeSettings
from roadmaps.notices.kinds import KIND_HINTS, KIND_LABELS, MAIL_LABELS, RHYTHM_LABELS, Kind, Rhythm, Way

HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class NoticeSettingsForm(forms.Form):
    """One field more for each kind that the person may be told of."""

    rhythm = forms.ChoiceField(
        label="Как часто присылать письма",
        choices=[(rhythm.value, label.capitalize()) for rhythm, label in RHYTHM_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите, как часто присылать письма."},
    )
    quiet_from = forms.TypedChoiceField(label="Не писать с", choices=HOURS, coerce=int)
    quiet_to = forms.TypedChoiceField(label="До", choices=HOURS, coerce=int)

    def __init__(self, *args: Any, kinds: Iterable[Kind], kept: NoticeSettings, **kwargs: Any) -> None:
        self.kinds = list(kinds)
        initial = {"rhythm": kept.rhythm, "quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to}
        initial |= {kind.value: kept.ways.get(kind.value, Way.MAIL.value) for kind in self.kinds}
        super().__init__(*args, initial=initial, **kwargs)
        for kind in self.kinds:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=[(way.value, way.label.capitalize()) for way in Way],
                help_text=KIND_HINTS[kind],
            )

    @property
    def of_kinds(self) -> list[forms.BoundField]:
        return [self[kind.value] for kind in self.kinds]

    @property
    def told(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "rhythm": Rhythm(said["rhythm"]),
            "quiet_from": said["quiet_from"],
            "quiet_to": said["quiet_to"],
            "ways": {kind: Way(said[kind.value]) for kind in self.kinds},
        }


class LogForm(forms.Form):
    """Filters of the log; what is not understood filters nothing."""

    kind = forms.ChoiceField(
        label="О чём", required=False,
        choices=[("", "Обо всём"), *((kind.value, label) for kind, label in KIND_LABELS.items())],
    )  # fmt: skip
    mail = forms.ChoiceField(
        label="Письмо", required=False,
        choices=[("", "Любой исход"), *((mail.value, label.capitalize()) for mail, label in MAIL_LABELS.items())],
    )  # fmt: skip
    person = forms.CharField(label="Кому", required=False, max_length=200)
    since = forms.DateField(
        label="С какого дня", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def chosen(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)
