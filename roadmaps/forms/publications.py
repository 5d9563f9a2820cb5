"""A line of the checklist of what has to be published."""

from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.models import PublicationItem
from roadmaps.services.publications import NO_LINK, PublicationTold

FIELDS = ("kind", "title", "where", "deadline", "due_on", "basis", "link", "published_on")


class PublicationForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=PublicationItem.Kind.choices)
    title = forms.CharField(
        label="Что должно быть опубликовано",
        max_length=500,
        error_messages={"required": "Напишите, что должно быть опубликовано."},
    )
    where = forms.CharField(label="Где", max_length=300, required=False, help_text="Например: сайт центра.")
    deadline = forms.CharField(label="Срок, как в документе", max_length=300, required=False)
    due_on = DayField(
        label="Опубликовать до",
        required=False,
        help_text="После этого дня строка станет просроченной.",
    )
    basis = forms.CharField(label="Откуда требование", max_length=300, required=False)
    link = forms.URLField(
        label="Ссылка",
        max_length=1000,
        required=False,
        assume_scheme="https",
        help_text="Где опубликовано.",
        error_messages={"invalid": "Это не адрес: он начинается с https:// или http://."},
    )
    published_on = DayField(label="Опубликовано", required=False)
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("published_on") and not found.get("link") and "link" not in self.errors:
            self.add_error("link", NO_LINK)
        return found

    def told(self) -> PublicationTold:
        return PublicationTold(**{name: self.cleaned_data[name] for name in FIELDS})


def publication_initial(item: PublicationItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in (*FIELDS, "version")}
