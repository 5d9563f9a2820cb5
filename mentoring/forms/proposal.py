"""For which school, and in which subject, somebody is looked for."""

from collections.abc import Sequence
from typing import Any

from django import forms

from schools.models import School


class ProposalForm(forms.Form):
    school = forms.ChoiceField(label="Школа", required=False)
    subject = forms.ChoiceField(label="Предмет", required=False)

    def __init__(self, *args: Any, schools: Sequence[School], subjects: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.schools = {str(school.pk): school for school in schools}
        self.fields["school"].choices = [
            ("", "Все, кому нужна поддержка"),
            *((pk, one.name) for pk, one in self.schools.items()),
        ]
        self.fields["subject"].choices = [("", "Любой"), *((one, one) for one in subjects)]

    @property
    def chosen(self) -> School | None:
        """As far as the address makes sense."""
        self.is_valid()
        return self.schools.get(self.cleaned_data.get("school", ""))

    @property
    def subject_chosen(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("subject", ""))
