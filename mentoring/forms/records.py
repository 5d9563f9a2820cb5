"""What forms of kept rows have in common."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from mentoring.services.records import alike
from roadmaps.plans.people import people_named
from schools.forms.versions import Difference, differences

NO_NAMES = "Уберите фамилию: учеников портал не называет, коллег пишут по должности."


class RecordForm(forms.ModelForm):
    """With the version that was seen."""

    nameless: tuple[str, ...] = ()  # fields whose text names nobody
    once_by: tuple[str, ...] = ()  # fields that say together which one it is, the first of them what people call it by
    twice = ""  # what to do where such a row is there already
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in self.nameless:
            if people_named(str(found.get(name, ""))):
                self.add_error(name, NO_NAMES)
        is_other = self.instance.pk is None or not set(self.once_by).isdisjoint(self.changed_data)
        if self.once_by and is_other and not set(self.once_by) & self.errors.keys():
            told = {name: found.get(name) for name in self.once_by}
            if alike(self.others().exclude(pk=self.instance.pk), told):
                self.add_error(self.once_by[0], self.twice)
        return found

    def others(self) -> QuerySet[Any]:
        """Among which no second one like this may be."""
        raise NotImplementedError

    @property
    def told(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def differences(self, stored: Any) -> list[Difference]:
        return differences(self, stored, [name for name in self.told if name in self.fields])
