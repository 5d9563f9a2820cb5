"""Forms of requests for help: asked, given to somebody, answered, moved with a reason; and the list's filters."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.access import Permission
from mentoring.asking import STATE_LABELS
from mentoring.contact import FORM_LABELS
from mentoring.forms.pairings import TeacherField, text
from mentoring.kinds import COUNTED
from mentoring.models import Event, HelpRequest, Meeting, Mentor, Pairing, Teacher
from mentoring.models.requests import CENTRE
from mentoring.queries.events import events_answering
from mentoring.queries.mentors import loads_of
from mentoring.queries.requests import ALL, OPEN, RequestFilters, asking_schools
from mentoring.services.requests import Answer, Answerer, Asked, usual_day
from roadmaps.forms.days import DayField
from roadmaps.plans.people import people_named
from schools.forms.versions import Difference, differences
from schools.models import Municipality, School
from schools.ordering import in_natural_order

NO_NAMES = "С этими словами о запросе сообщат письмом: уберите фамилию. Учителя выбирают из списка."
FORMS = [("", "Любая"), *((form.value, label.capitalize()) for form, label in FORM_LABELS.items())]


class Version(forms.Form):
    """Which version of the request was seen."""

    about: tuple[str, ...] = ()  # fields of the request that the form is about
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def differences(self, stored: HelpRequest) -> list[Difference]:
        """What is stored now where somebody has typed something else."""
        return differences(self, stored, [name for name in self.about if name in self.fields])


class SchoolForm(forms.Form):
    """For which school, where somebody may ask for several."""

    school = forms.ChoiceField(label="Школа")

    def __init__(self, *args: Any, user: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = {str(one.pk): one for one in in_natural_order(asking_schools(user, municipality))}
        self.fields["school"].choices = [("", "Выберите школу"), *((pk, one.name) for pk, one in self.schools.items())]

    @property
    def chosen(self) -> School | None:
        """Also the only one there is."""
        if len(self.schools) == 1:
            return next(iter(self.schools.values()))
        return self.schools[self.cleaned_data["school"]] if self.is_bound and self.is_valid() else None


class AskForm(Version):
    """What is asked. Only one field must be filled in."""

    about = ("topic", "subject", "teacher", "text", "wanted_form", "wanted_by")

    topic = forms.CharField(
        label="С чем нужна помощь",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Коротко и без фамилий: с этими словами о запросе сообщат тому, кто ответит.",
        error_messages={"required": "Напишите, с чем нужна помощь."},
    )
    subject = forms.CharField(
        label="Предмет или направление", required=False, max_length=200, help_text="Например: математика."
    )
    teacher = TeacherField(
        label="О каком учителе речь", queryset=Teacher.objects.none(), required=False, empty_label="О школе в целом"
    )
    text = text("Подробнее", help_text="Видят только школа, тот, кто отвечает, методический центр и управление.")
    wanted_form = forms.ChoiceField(label="Какая помощь нужна", choices=FORMS, required=False)
    wanted_by = DayField(label="К какому дню", required=False, help_text="Если срочности нет, оставьте пустым.")

    def __init__(self, *args: Any, user: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teachers = Teacher.objects.visible_to(user).filter(school=school, is_active=True)
        field = self.fields["teacher"]
        if not school.allows(user, Permission.MENTORING_READ):  # a teacher asks for themselves
            teachers, field.required, field.empty_label = teachers.filter(user=user), True, None
            field.label = "Кто просит"
        kept = Teacher.objects.filter(pk=self.initial.get("teacher"), school=school)
        field.queryset = (teachers | kept).distinct().order_by("name", "pk")
        if not field.queryset.exists():
            del self.fields["teacher"]

    def clean_topic(self) -> str:
        topic: str = self.cleaned_data["topic"]
        if people_named(topic):
            raise forms.ValidationError(NO_NAMES)
        return topic

    @property
    def told(self) -> Asked:
        return Asked(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


def asked_initial(request: HelpRequest) -> dict[str, Any]:
    names = ("topic", "subject", "text", "wanted_form", "wanted_by", "version")
    return {name: getattr(request, name) for name in names} | {"teacher": request.teacher_id}


class AssignForm(Version):
    """Who answers by when."""

    about = ("due_on",)
    answerer = forms.ChoiceField(label="Кто отвечает")
    due_on = DayField(label="Ответить до")
    field_order = ("answerer", "due_on")

    def __init__(self, *args: Any, request: HelpRequest, user: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        town = request.municipality
        pool = Mentor.objects.visible_to(user).in_pool(today).filter(municipality=town).order_by("name", "pk")
        schools = School.objects.visible_to(user).filter(municipality=town).exclude(pk=request.school_id)
        self.mentors = {f"mentor-{one.pk}": one for one in pool}
        self.schools = {f"school-{one.pk}": one for one in in_natural_order(schools)}
        loads = loads_of(pool, today)
        self.fields["answerer"].choices = [
            ("", "Выберите, кто ответит"),
            ("centre", CENTRE.capitalize()),
            ("Наставники, тьюторы, кураторы", [(key, _mentor(one, loads)) for key, one in self.mentors.items()]),
            ("Школы", [(key, one.name) for key, one in self.schools.items()]),
        ]

    @property
    def to(self) -> Answerer:
        chosen = self.cleaned_data["answerer"]
        return Answerer(self.mentors.get(chosen), self.schools.get(chosen))

    def differences(self, stored: HelpRequest) -> list[Difference]:
        is_same = self.cleaned_data["answerer"] == answerer_key(stored)
        who = [] if is_same else [(str(self.fields["answerer"].label), stored.answerer or "пока никто")]
        return [*who, *super().differences(stored)]


def _mentor(mentor: Mentor, loads: Mapping[int, int]) -> str:
    """With what helps to choose."""
    subjects = f", {mentor.subjects}" if mentor.subjects else ""
    limit = f" из {mentor.load_limit}" if mentor.load_limit is not None else ""
    return f"{mentor.name}, {mentor.position}{subjects} (пар сейчас: {loads.get(mentor.pk, 0)}{limit})"


def assign_initial(request: HelpRequest, today: dt.date) -> dict[str, Any]:
    """Whoever answers already; else the day that suits."""
    due_on = request.due_on or usual_day(request, today)
    return {"version": request.version, "due_on": due_on, "answerer": answerer_key(request)}


def answerer_key(request: HelpRequest) -> str:
    """As the form chooses; empty as long as nobody is named."""
    if request.mentor_id:
        return f"mentor-{request.mentor_id}"
    if request.helping_school_id:
        return f"school-{request.helping_school_id}"
    return "centre" if request.by_centre else ""


class PairingField(forms.ModelChoiceField):
    def label_from_instance(self, pairing: Any) -> str:
        return f"{pairing.get_kind_display().capitalize()}: {pairing.in_words(named=True)}"


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, meeting: Any) -> str:
        return f"{meeting}: {meeting.topic}"


class EventField(forms.ModelChoiceField):
    def label_from_instance(self, event: Any) -> str:
        return f"{event.when}, {event.get_kind_display()}: {event.title}"


class AnswerForm(Version):
    """The answer, and what came of it."""

    about = ("answer", "pairing", "meeting", "event")

    answer = forms.CharField(
        label="Ответ",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Что сделано, что посоветовали, где материалы. Без фамилий учеников.",
        error_messages={"required": "Напишите ответ: что сделано или что посоветовали."},
    )
    pairing = PairingField(
        label="Пара, которая из этого вышла", queryset=Pairing.objects.none(), required=False, empty_label="Нет"
    )
    meeting = MeetingField(
        label="Встреча, на которой помогли", queryset=Meeting.objects.none(), required=False, empty_label="Нет"
    )
    event = EventField(
        label="Мероприятие, на котором помогли или помогут",
        queryset=Event.objects.none(),
        required=False,
        empty_label="Нет",
    )
    field_order = ("answer", "pairing", "meeting", "event")

    def __init__(self, *args: Any, request: HelpRequest, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairings = Pairing.objects.open_to(user).filter(school=request.school).exclude(kind__in=COUNTED)
        meetings = Meeting.objects.open_to(user).filter(pairing__school=request.school, on__gte=request.asked_at.date())
        self.fields["pairing"].queryset = pairings.with_sides()
        self.fields["meeting"].queryset = meetings
        events = events_answering(user, request)
        self.fields["event"].queryset = events
        for name, rows in (("pairing", pairings), ("meeting", meetings), ("event", events)):
            if not rows.exists():
                del self.fields[name]

    @property
    def told(self) -> Answer:
        said = self.cleaned_data
        return Answer(said["answer"], said.get("pairing"), said.get("meeting"), said.get("event"))


def answer_initial(request: HelpRequest) -> dict[str, Any]:
    return {"answer": request.answer, "pairing": request.pairing_id, "meeting": request.meeting_id,
            "event": request.event_id,
            "version": request.version}  # fmt: skip


class ReasonForm(Version):
    reason = forms.CharField(
        label="Почему",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Увидят школа, отвечающий и методический центр.",
        error_messages={"required": "Напишите причину: её увидят школа, отвечающий и центр."},
    )
    field_order = ("reason",)


class RequestFiltersForm(forms.Form):
    """What the list is narrowed to."""

    state = forms.ChoiceField(choices=[(OPEN, "Открытые"), (ALL, "Все"), *STATE_LABELS.items()], required=False)
    school = forms.IntegerField(required=False, min_value=1, max_value=2**31)

    @property
    def filters(self) -> RequestFilters:
        """As far as the address makes sense."""
        self.is_valid()
        return RequestFilters(**{name: value for name, value in self.cleaned_data.items() if value})
