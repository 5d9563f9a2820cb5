"""The name of a kept view."""

from typing import Any

from django import forms

from roadmaps.models import SavedView


class ViewNameForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("name",)
        labels = {"name": "Название вида"}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["maxlength"] = 100
