"""Forms of practices: proposed or put right, returned, shown at events, the bank's filters."""

from typing import Any

from django import forms

from mentoring.models import Event, Practice, Teacher
from mentoring.queries.practices import PracticeFilters, schools_to_propose_for
from mentoring.services.practices import PracticeTold
from mentoring.sharing import PRACTICE_LABELS
from roadmaps.forms.rows import shortened
from roadmaps.plans.people import people_named
from schools.forms.versions import Difference, differences
from schools.models import Municipality
from schools.ordering import in_natural_order

NO_NAMES = "Без фамилий: опубликованную практику видят все школы. Чья она, выберите в поле «Чья практика»."
WITHOUT_NAMES = ("title", "audience", "text", "effect")
MOST_EVENTS = 300


class PracticeForm(forms.Form):
    school = forms.ModelChoiceField(label="Школа", queryset=None, empty_label="Выберите школу")
    teacher = forms.ModelChoiceField(
        label="Чья практика", queryset=Teacher.objects.none(), required=False, empty_label="Школы в целом",
        help_text="Имя увидят школа, методический центр и управление; остальные — должность и предмет.",
    )  # fmt: skip
    title = forms.CharField(label="Название", max_length=300, error_messages={"required": "Назовите практику."})
    subject = forms.CharField(
        label="Предмет или направление", max_length=200, required=False, help_text="Например: математика."
    )
    audience = forms.CharField(
        label="Кому пригодится", max_length=300, required=False, help_text="Например: учителя 5–6 классов."
    )
    text = forms.CharField(
        label="В чём практика", max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Что и как делаете, чтобы другие могли повторить. Без фамилий.",
        error_messages={"required": "Опишите, в чём практика: без этого её не рассмотреть."},
    )  # fmt: skip
    effect = forms.CharField(
        label="Что она дала", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    link = forms.URLField(
        label="Ссылка", max_length=1000, required=False, assume_scheme="https",
        error_messages={"invalid": "Это не адрес: он начинается с https:// или http://."},
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = in_natural_order(schools_to_propose_for(user, municipality))
        field = self.fields["school"]
        field.queryset = schools_to_propose_for(user, municipality)
        field.choices = [("", "Выберите школу"), *((one.pk, one.name) for one in schools)]
        if len(schools) == 1:
            field.initial = schools[0].pk
        known = Teacher.objects.visible_to(user).filter(school__in=[one.pk for one in schools], is_active=True)
        teachers = self.fields["teacher"]
        teachers.queryset = known
        listed = known.select_related("school").order_by("school__name", "name", "pk")
        teachers.choices = [("", "Школы в целом"), *_under_schools(listed)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in WITHOUT_NAMES:
            if people_named(str(found.get(name, ""))):
                self.add_error(name, NO_NAMES)
        return found

    @property
    def told(self) -> PracticeTold:
        return PracticeTold(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    def differences(self, stored: Practice) -> list[Difference]:
        """What is stored now where somebody has typed something else."""
        return differences(self, stored, [name for name in self.fields if name != "version"])


def _under_schools(teachers: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for teacher in teachers:
        found.setdefault(teacher.school.name, []).append((teacher.pk, f"{teacher.name}, {teacher.in_general}"))
    return list(found.items())


def practice_initial(practice: Practice) -> dict[str, Any]:
    names = ("school", "teacher", "title", "subject", "audience", "text", "effect", "link", "version")
    return {name: getattr(practice, name) for name in names}


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="Что исправить",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что исправить: без причины практика не возвращается."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class EventsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, event: Any) -> str:
        return shortened(f"{event.starts_on:%d.%m.%Y} {event.title}")


class ShownForm(forms.Form):
    events = EventsField(
        label="На каких мероприятиях показали",
        queryset=Event.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )

    def __init__(self, *args: Any, practice: Practice, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Event.objects.visible_to(user).filter(municipality=practice.municipality).exclude(state="cancelled")
        latest = held.order_by("-starts_on", "-pk").values_list("pk", flat=True)[:MOST_EVENTS]
        shown = practice.events.values_list("pk", flat=True)
        offered = Event.objects.visible_to(user).filter(pk__in={*latest, *shown})
        self.fields["events"].queryset = offered.order_by("-starts_on", "-pk")


class PracticeFiltersForm(forms.Form):
    """What the bank is narrowed to; all of it may be left out."""

    text = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=[("", "Любое"), *PRACTICE_LABELS.items()])
    school = forms.IntegerField(required=False, min_value=1, max_value=2**31)

    @property
    def filters(self) -> PracticeFilters:
        """As far as the address makes sense."""
        self.is_valid()
        return PracticeFilters(**{name: value for name, value in self.cleaned_data.items() if value})
