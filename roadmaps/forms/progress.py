"""What people write about plans that are carried out."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from roadmaps.forms.files import EvidenceField
from roadmaps.models import Activity
from roadmaps.queries.comments import Person
from roadmaps.services.progress import NO_TEXT
from roadmaps.states import STATUS_LABELS, Status
from schools.forms import ManyFilesInput

LINKS_AT_ONCE, LONGEST_LINK = 10, 1000
_is_address = URLValidator(schemes=["http", "https"])
_WITHOUT_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+(?=[/?#]|$)")


def _with_scheme(line: str) -> str:
    """«school21.ru/protokol», as people type it."""
    return f"https://{line}" if _WITHOUT_SCHEME.match(line) else line


class ReportForm(forms.Form):
    """The report on one occurrence. Files and the camera are two fields: a telephone opens the camera at once for the
    second."""

    outcome = ""  # what became of it, when something is refused

    percent = forms.IntegerField(
        label="Выполнено, %",
        min_value=0,
        max_value=100,
        initial=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Укажите, на сколько процентов выполнено.",
            "invalid": "Запишите целое число от 0 до 100.",
            "min_value": "Запишите целое число от 0 до 100.",
            "max_value": "Запишите целое число от 0 до 100.",
        },
    )
    text = forms.CharField(
        label="Что сделано",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Коротко: что прошло, когда, кто участвовал, какой результат. Без фамилий учеников.",
        error_messages={"required": NO_TEXT},
    )
    photos = EvidenceField(
        label="Снять документ",
        widget=ManyFilesInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text="Телефон сразу откроет камеру.",
    )
    files = EvidenceField()
    links = forms.CharField(
        label="Ссылки",
        required=False,
        max_length=LINKS_AT_ONCE * LONGEST_LINK,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Каждая с новой строки, например страница с протоколом на сайте школы.",
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_handed_in: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = is_handed_in

    def clean_links(self) -> list[str]:
        lines = [_with_scheme(line.strip()) for line in self.cleaned_data["links"].splitlines() if line.strip()]
        if len(lines) > LINKS_AT_ONCE:
            raise ValidationError(f"За один раз прикладывают не больше {LINKS_AT_ONCE} ссылок.")
        for line in lines:
            try:
                _is_address(line)
            except ValidationError:
                raise ValidationError(f"«{line[:80]}» — не адрес: он начинается с https:// или http://.") from None
            if len(line) > LONGEST_LINK:
                raise ValidationError(f"Ссылка длиннее {LONGEST_LINK} знаков: сократите её.")
        return list(dict.fromkeys(lines))


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="Что исправить",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что исправить: без причины отчёт не возвращается."},
    )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Причина",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Её увидят все, кому открыта дорожная карта.",
        error_messages={"required": "Напишите причину: она останется в истории мероприятия."},
    )


class OverruleForm(CancelForm):
    """How a row stands by decision; nothing chosen: as its reports say."""

    status = forms.ChoiceField(
        label="Состояние",
        required=False,
        choices=[
            ("", "Следует из отчётов"),
            *((status.value, STATUS_LABELS[status].capitalize()) for status in Status if status is not Status.LATE),
        ],
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    field_order = ["status", "reason"]

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        return {"status": activity.overruled, "reason": activity.overruled_reason, "version": activity.version}


class CommentForm(forms.Form):
    """What somebody says about a row, and whom they ask to read it: of `people` who see the row."""

    text = forms.CharField(
        label="Замечание или вопрос",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Его увидят все, кому открыто мероприятие. Кого-то позвать — отметьте его или напишите «@логин».",
        error_messages={"required": "Напишите текст замечания."},
    )
    people = forms.TypedMultipleChoiceField(
        label="Позвать в обсуждение",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )

    def __init__(self, *args: Any, people: Iterable[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(one.user.pk, f"{one.user} ({one.role})") for one in people]
