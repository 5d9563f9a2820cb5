"""How people want to be told, and what is looked for in the log."""

from collections.abc import Iterable
from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.models import NoticeSettings
from roadmaps.notices.kinds import KIND_HINTS, KIND_LABELS, MAIL_LABELS, RHYTHM_LABELS, Kind, Rhythm, Way
from roadmaps.notices.words import LONGEST_SUBJECT, LONGEST_TEXT, Words, problems_of, problems_of_both
from schools.time_zones import TIME_ZONES

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


class WordsForm(forms.Form):
    """Subject and text of a kind, with their places."""

    subject = forms.CharField(
        label="Тема письма",
        max_length=LONGEST_SUBJECT,
        error_messages={
            "required": "Напишите тему: без неё письмо не заметят.",
            "max_length": f"Тема длиннее {LONGEST_SUBJECT} знаков: сократите её.",
        },
    )
    text = forms.CharField(
        label="Текст",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "required": "Напишите текст или верните стандартный.",
            "max_length": f"Текст длиннее {LONGEST_TEXT} знаков: сократите его.",
        },
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        return self._checked(" ".join(subject.split()))

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return self._checked(text.replace("\r\n", "\n"))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "subject" in found and "text" in found:
            for problem in problems_of_both(self.kind, self.words):
                self.add_error(None, problem)
        return found

    def _checked(self, text: str) -> str:
        if problems := problems_of(self.kind, text):
            raise forms.ValidationError(problems)
        return text

    @property
    def words(self) -> Words:
        return Words(self.cleaned_data["subject"], self.cleaned_data["text"])


class RulesForm(forms.Form):
    """The clock of a municipality, and whether its schools are told of what begins."""

    time_zone = forms.ChoiceField(label="Часовой пояс", required=False)
    event_days = forms.IntegerField(
        label="За сколько дней сообщать школам-участникам о мероприятиях",
        min_value=0,
        max_value=30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text="О мероприятиях муниципальной дорожной карты с названным временем. 0 — не сообщать.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Запишите целое число дней от 0 до 30; 0 — не сообщать."
        ),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, usual_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["time_zone"]
        assert isinstance(zones, forms.ChoiceField)
        zones.choices = [("", f"Как у портала: {usual_zone}"), *TIME_ZONES]


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
    since = DayField(label="С какого дня", required=False)

    @property
    def chosen(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)
