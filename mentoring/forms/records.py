"""What forms of kept rows have in common."""

from typing import Any

from django import forms

from roadmaps.plans.people import people_named
from schools.forms.versions import Difference, differences

NO_NAMES = "Уберите фамилию: учеников портал не называет, коллег пишут по должности."


class RecordForm(forms.ModelForm):
    """With the version that was seen."""

    nameless: tuple[str, ...] = ()  # fields whose text names nobody
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in self.nameless:
            if people_named(str(found.get(name, ""))):
                self.add_error(name, NO_NAMES)
        return found

    @property
    def told(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def differences(self, stored: Any) -> list[Difference]:
        return differences(self, stored, [name for name in self.told if name in self.fields])
