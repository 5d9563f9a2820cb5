"""Forms of sittings, agreements and encouragement."""

import re
from typing import Any

from django import forms
from django.db import models

from roadmaps.forms.days import DayField
from roadmaps.forms.files import EvidenceField
from roadmaps.models import Agreement, CommissionSitting, Encouragement
from roadmaps.plans.people import people_named
from schools.forms.versions import Difference, differences
from schools.models import Municipality, School

PUPIL = re.compile(r"\b(учени[кцч]\w*|обучающ\w+|воспитанни\w+|школьни[кц]\w*|выпускни[кц]\w*|учащ\w+)", re.IGNORECASE)
NO_PUPILS = "Поощрения учеников в портале не ведутся: укажите школу или должность."
NO_NAMES = "Укажите должность или организацию, без фамилии."


def field_of(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    """Days are chosen from a calendar, an address without its scheme is taken for https."""
    if isinstance(field, models.DateField):
        options["form_class"] = DayField
    elif isinstance(field, models.URLField):
        wrong = {"invalid": "Это не адрес: он начинается с https:// или http://."}
        options |= {"assume_scheme": "https", "error_messages": wrong}
    elif isinstance(field, models.TextField):
        options["widget"] = forms.Textarea(attrs={"rows": 4})
    return field.formfield(**options)


class EntryForm(forms.ModelForm):
    """With the version that was seen; only schools that the person may see."""

    whose = "Не выбрана"  # the words where no school is chosen
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)
    outcome = ""  # what became of it, when something is refused

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "school" in self.fields:
            school = self.fields["school"]
            assert isinstance(school, forms.ModelChoiceField)
            school.empty_label = self.whose
            school.queryset = School.objects.visible_to(user).filter(municipality=municipality).order_by("name")

    def names_of_people(self, *fields: str) -> None:
        """An error at each of the fields that names a person."""
        for name in fields:
            if people_named(str(self.cleaned_data.get(name, ""))):
                self.add_error(name, NO_NAMES)

    @property
    def told(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "files")}

    def differences(self, stored: Any) -> list[Difference]:
        return differences(self, stored, self.told)


class SittingForm(EntryForm):
    class Meta:
        model = CommissionSitting
        formfield_callback = field_of
        fields = ("body", "title", "held_on", "number", "attended", "agenda", "protocol", "link")
        labels = {"body": "Кто заседал", "held_on": "Дата заседания", "protocol": "Что решили"}
        help_texts = {
            "attended": "Должности и организации, без фамилий.",
            "agenda": "Каждый вопрос с новой строки.",
            "protocol": "Пункты протокола. Чтобы поставить их на контроль, заведите потом протокольное решение.",
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        self.names_of_people("attended", "agenda", "protocol")
        return found


class AgreementForm(EntryForm):
    whose = "Муниципалитета"
    files = EvidenceField()

    class Meta:
        model = Agreement
        formfield_callback = field_of
        fields = ("school", "partner", "subject", "number", "signed_on", "valid_until", "link")
        labels = {"school": "Чьё соглашение", "signed_on": "Дата соглашения"}
        help_texts = {"link": "Где лежит сам документ."}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("signed_on") and found.get("valid_until") and found["valid_until"] < found["signed_on"]:
            self.add_error("valid_until", "Последний день раньше даты соглашения: проверьте даты.")
        self.names_of_people("partner", "subject")
        return found


class EncouragementForm(EntryForm):
    class Meta:
        model = Encouragement
        formfield_callback = field_of
        fields = ("school", "position", "kind", "grounds", "given_on", "order_number")
        help_texts = {
            "position": "Например: заместитель директора, учитель математики. Без фамилии.",
            "grounds": "За какой результат или работу.",
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("school") and not found.get("position"):
            self.add_error("school", "Укажите школу или должность.")
        if PUPIL.search(found.get("position", "")):
            self.add_error("position", NO_PUPILS)
        self.names_of_people("position", "grounds")
        return found
