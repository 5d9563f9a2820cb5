"""Forms of events: planned or changed, called off, the list's filters, and who came."""

from collections.abc import Iterable
from typing import Any

from django import forms

from mentoring.gatherings import (
    EVENT_STATE_LABELS,
    MOST_ANNOUNCE_DAYS,
    EventKind,
    Level,
    Presence,
)
from mentoring.models import Event
from mentoring.models.events import EVENT_KINDS, LEVELS, PRESENCES
from mentoring.queries.events import WHEN, EventFilters, rows_for_events
from mentoring.services.events import EventTold, event_in_words
from roadmaps.forms.days import DayField
from roadmaps.forms.rows import shortened
from roadmaps.models import Activity, NoticeRules
from roadmaps.plans.people import people_named
from schools.forms.versions import Difference
from schools.models import Municipality, School
from schools.ordering import in_natural_order

NO_NAMES = "Без фамилий: мероприятие видят все школы, которым оно адресовано."
NOT_AN_ADDRESS = "Это не адрес: он начинается с https:// или http://."
WITHOUT_NAMES = ("title", "organiser", "audience", "place")
LABELS_OF_DIFFERENCES = {"schools": "Школы", "activity": "Строка дорожной карты"}


class RowField(forms.ModelChoiceField):
    """A row of a roadmap, under the roadmap's name."""

    def label_from_instance(self, activity: Any) -> str:
        return shortened(str(activity))


class EventForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=EVENT_KINDS, initial=EventKind.SEMINAR)
    level = forms.ChoiceField(label="Уровень", choices=LEVELS, initial=Level.MUNICIPAL)
    title = forms.CharField(
        label="Название", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Назовите мероприятие, как в плане или приказе."},
    )  # fmt: skip
    subject = forms.CharField(
        label="Предмет или направление", max_length=200, required=False, help_text="Например: математика."
    )
    starts_on = DayField(label="Дата")
    ends_on = DayField(label="Последний день", required=False, help_text="Если мероприятие идёт несколько дней.")
    starts_at = forms.TimeField(
        label="Начало", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Запишите время так: 15:00."},
    )  # fmt: skip
    hours = forms.DecimalField(
        label="Часов", min_value=0, max_value=999, max_digits=5, decimal_places=1, localize=True, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Запишите число, например 1,5."},
    )  # fmt: skip
    presence = forms.ChoiceField(label="Форма", choices=PRESENCES, initial=Presence.IN_PERSON)
    place = forms.CharField(label="Место", max_length=300, required=False)
    link = forms.URLField(
        label="Ссылка", max_length=1000, required=False, assume_scheme="https",
        error_messages={"invalid": NOT_AN_ADDRESS}, help_text="На трансляцию или материалы.",
    )  # fmt: skip
    organiser = forms.CharField(
        label="Организатор", max_length=300, required=False, help_text="Организация или должность, без фамилий."
    )
    audience = forms.CharField(
        label="Для кого", max_length=500, required=False, help_text="Например: учителя математики 7–9 классов."
    )
    for_all = forms.BooleanField(label="Для всех школ муниципалитета", required=False, initial=True)
    schools = forms.ModelMultipleChoiceField(
        label="Если не для всех — для каких школ",
        queryset=School.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
        help_text="Увидят и узнают о нём только эти школы, методический центр, управление и наблюдатели.",
    )
    activity = RowField(
        label="Строка дорожной карты", queryset=Activity.objects.none(), required=False, empty_label="Не по плану",
        help_text="После мероприятия портал подготовит черновик отчёта по ней.",
    )  # fmt: skip
    announce_days = forms.IntegerField(
        label="Сообщить школам не позднее чем за, дней", min_value=0, max_value=MOST_ANNOUNCE_DAYS, required=False,
        help_text="Если этого требует приказ. Портал скажет, что анонс опаздывает.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, municipality: Municipality, user: Any, kept: int | None = None, **kwargs: Any
    ) -> None:
        """`kept` is the row of a roadmap that the event carries out already, whatever has become of it."""
        super().__init__(*args, **kwargs)
        field = self.fields["schools"]
        field.queryset = School.objects.visible_to(user).filter(municipality=municipality)
        field.choices = [(one.pk, one.name) for one in in_natural_order(field.queryset)]
        rows = rows_for_events(user, municipality, kept)
        self.fields["activity"].queryset = rows
        self.fields["activity"].choices = [("", "Не по плану"), *_under_roadmaps(rows)]

    def clean_hours(self) -> Any:
        return self.cleaned_data["hours"] or None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in WITHOUT_NAMES:
            if people_named(str(found.get(name, ""))):
                self.add_error(name, NO_NAMES)
        return found

    @property
    def told(self) -> EventTold:
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return EventTold(**said | {"schools": tuple(said["schools"])})

    def differences(self, stored: Event) -> list[Difference]:
        """What is stored now where somebody has typed something else."""
        told = self.told
        names = [name for name in self.cleaned_data if name not in ("version", "schools")]
        typed = Event(**{name: getattr(told, name) for name in names if name != "ends_on"})
        typed.ends_on = told.ends_on or told.starts_on
        kept, other = event_in_words(stored), event_in_words(typed) if told.for_all else _with_schools(typed, told)
        return [
            (str(self.fields[name].label), kept.get(name, "пусто"))
            for name in self.fields
            if kept.get(name) != other.get(name)
        ]


def _with_schools(typed: Event, told: EventTold) -> dict[str, str]:
    typed.for_all = True  # a row that is not stored has no schools to ask for
    names = "; ".join(school.name for school in in_natural_order(told.schools))
    return event_in_words(typed) | {"schools": names}


def _under_roadmaps(rows: Iterable[Activity]) -> list[tuple[str, list[tuple[int, str]]]]:
    found: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for row in rows:
        _, listed = found.setdefault(row.roadmap_id, (shortened(row.roadmap.title), []))
        listed.append((row.pk, shortened(str(row))))
    return list(found.values())


def new_event_initial(municipality: Municipality) -> dict[str, Any]:
    """As many days ahead as the municipality has decided to tell of what begins."""
    rules = NoticeRules.objects.filter(municipality=municipality).first()
    return {"announce_days": rules.event_days or None if rules else None}


def event_initial(event: Event) -> dict[str, Any]:
    names = (
        "kind", "level", "title", "subject", "starts_on", "starts_at", "presence", "place", "link", "organiser",
        "audience", "for_all", "activity", "announce_days", "version",
    )  # fmt: skip
    found = {name: getattr(event, name) for name in names}
    found["ends_on"] = event.ends_on if event.ends_on != event.starts_on else None
    found["hours"] = event.hours.normalize() if event.hours else None
    return found | {"schools": [school.pk for school in event.schools.all()]}


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label="Почему не состоится",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Если школам о мероприятии сообщали, они узнают причину.",
        error_messages={"required": "Напишите причину: её узнают школы, которым сообщили о мероприятии."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class EventFiltersForm(forms.Form):
    """What the list is narrowed to; all of it may be left out."""

    when = forms.ChoiceField(required=False, choices=list(WHEN.items()))
    kind = forms.ChoiceField(required=False, choices=[("", "Любой"), *EVENT_KINDS])
    level = forms.ChoiceField(required=False, choices=[("", "Любой"), *LEVELS])
    state = forms.ChoiceField(required=False, choices=[("", "Любое"), *EVENT_STATE_LABELS.items()])
    school = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    text = forms.CharField(required=False, max_length=200)

    @property
    def filters(self) -> EventFilters:
        """As far as the address makes sense."""
        self.is_valid()
        return EventFilters(**{name: value for name, value in self.cleaned_data.items() if value})
