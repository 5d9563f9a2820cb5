"""Forms of meetings: written down in a minute, disputed with a reason, the sheet of a lesson, files, and the list's
filters."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from mentoring.contact import ASPECT_LABELS, FORM_LABELS, GROUP_LABELS, MARKS, STATE_LABELS, Aspect, Form, Group
from mentoring.models import LessonAnalysis, Meeting, Pairing, PairingPlan, PairingStep
from mentoring.queries.meetings import MeetingFilters
from mentoring.queries.plans import PlanView
from mentoring.services.meetings import LessonTold, MeetingTold
from roadmaps.forms.days import DayField
from roadmaps.forms.files import EvidenceField
from roadmaps.forms.rows import shortened
from roadmaps.plans.people import people_named, pupils_named
from schools.forms import ManyFilesInput
from schools.forms.versions import Difference, differences

NO_NAMES = "Тему видят все, кому открыты пары: уберите фамилию, напишите должность или класс."
NO_PUPILS = "Учеников портал не называет: уберите имя «{name}», напишите класс или «ученик»."
FORMS = [(form.value, label) for form, label in FORM_LABELS.items()]


class StepField(forms.ModelChoiceField):
    def label_from_instance(self, step: Any) -> str:
        return shortened(str(step))


class MeetingForm(forms.Form):
    """What took place. Only the first four are asked for."""

    on = DayField(label="Дата")
    form = forms.ChoiceField(label="Форма", choices=FORMS)
    hours = forms.DecimalField(
        label="Часов",
        min_value=0,
        max_value=24,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Запишите число, например 1,5.", "max_value": "В сутках не больше 24 часов."},
    )
    topic = forms.CharField(
        label="Тема",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Без фамилий: тему видят все, кому открыты пары.",
    )
    step = StepField(
        label="Строка плана", queryset=PairingStep.objects.none(), required=False, empty_label="Не по плану"
    )
    result = forms.CharField(
        label="Результат",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Видят только обе стороны пары, методический центр и управление образования. Без фамилий учеников.",
    )
    next_step = forms.CharField(
        label="Что дальше", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_on = DayField(label="Следующая встреча", required=False)
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, pairing: Pairing, kept: int | None = None, **kwargs: Any) -> None:
        """`kept` is the row of a plan that the meeting is about already, though the plan may have been closed since."""
        super().__init__(*args, **kwargs)
        for group in Group:
            self.fields[f"group_{group}"] = forms.IntegerField(
                label=GROUP_LABELS[group].capitalize(),
                min_value=0,
                max_value=10_000,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        is_open = ~Q(plan__state=PairingPlan.State.CLOSED)
        steps = PairingStep.objects.filter(is_open | Q(pk=kept), plan__pairing=pairing)
        self.fields["step"].queryset = steps.select_related("plan").order_by("position", "pk")

    def clean_hours(self) -> Any:
        hours = self.cleaned_data["hours"]
        if hours <= 0:
            raise forms.ValidationError("Запишите, сколько часов длилась встреча: например 1 или 1,5.")
        return hours

    def clean_topic(self) -> str:
        topic: str = self.cleaned_data["topic"]
        if people_named(topic):
            raise forms.ValidationError(NO_NAMES)
        return topic

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        without_pupils(self, "result", "next_step")
        return found

    @property
    def groups(self) -> list[forms.BoundField]:
        return [self[f"group_{group}"] for group in Group]

    @property
    def told(self) -> MeetingTold:
        said = self.cleaned_data
        names = ("on", "form", "topic", "hours", "result", "next_step", "next_on", "step")
        audience = {group.value: said[f"group_{group}"] for group in Group if said.get(f"group_{group}")}
        return MeetingTold(**{name: said[name] for name in names}, audience=audience)

    def differences(self, stored: Meeting) -> list[Difference]:
        """What is stored now where somebody has typed something else."""
        names = ("on", "form", "step", "topic", "hours")
        groups = {f"group_{group}": stored.audience.get(group) for group in Group}
        counts = differences(self, SimpleNamespace(**groups), groups)
        return [
            *differences(self, stored, names),
            *counts,
            *differences(self, stored, ("result", "next_step", "next_on")),
        ]


def without_pupils(form: forms.Form, *fields: str) -> None:
    """An error at each of the fields that names a pupil; colleagues may be named there."""
    for name in fields:
        if found := pupils_named(form.cleaned_data.get(name) or ""):
            form.add_error(name, NO_PUPILS.format(name=found[0]))


def first_initial(pairing: Pairing, last: Meeting | None, view: PlanView | None) -> dict[str, Any]:
    """Today, as long and in the form as the last time, about what the plan asks for next."""
    found: dict[str, Any] = {"on": timezone.localdate(), "form": Form.CONSULTATION, "hours": 1}
    if last is not None:
        found |= {"form": last.form, "hours": last.hours.normalize()}
    if view is not None and view.next_line is not None:
        step = view.next_line.step
        found |= {"step": step.pk, "topic": " ".join(step.title.split())[:500]}
    return found


def meeting_initial(meeting: Meeting) -> dict[str, Any]:
    names = ("on", "form", "topic", "result", "next_step", "next_on", "step", "version")
    found = {name: getattr(meeting, name) for name in names} | {"hours": meeting.hours.normalize()}
    return found | {f"group_{group}": count for group, count in meeting.audience.items()}


class DisputeForm(forms.Form):
    reason = forms.CharField(
        label="Что не так",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что не так: без причины встречу не оспорить."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class LessonForm(forms.Form):
    """The sheet of a lesson that was visited."""

    subject = forms.CharField(label="Предмет", max_length=200)
    grade = forms.CharField(label="Класс", max_length=20, help_text="Например: 7 или 7 «Б».")
    topic = forms.CharField(label="Тема урока", max_length=500)
    strengths = forms.CharField(
        label="Что удалось", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    advice = forms.CharField(
        label="Рекомендации", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    field_order = ("subject", "grade", "topic", *(f"mark_{aspect}" for aspect in Aspect), "strengths", "advice")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for aspect in Aspect:
            self.fields[f"mark_{aspect}"] = forms.TypedChoiceField(
                label=ASPECT_LABELS[aspect].capitalize(),
                coerce=int,
                empty_value=None,
                required=False,
                choices=[("", "не оценивалось"), *((str(mark), f"{mark} — {words}") for mark, words in MARKS.items())],
            )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        without_pupils(self, "grade", "topic", "strengths", "advice")
        return found

    @property
    def told(self) -> LessonTold:
        said = self.cleaned_data
        marks = {aspect.value: said[f"mark_{aspect}"] for aspect in Aspect if said.get(f"mark_{aspect}") is not None}
        return LessonTold(said["subject"], said["grade"], said["topic"], marks, said["strengths"], said["advice"])


def lesson_initial(meeting: Meeting, lesson: LessonAnalysis | None) -> dict[str, Any]:
    found: dict[str, Any] = {"version": meeting.version}
    if lesson is not None:
        found |= {name: getattr(lesson, name) for name in ("subject", "grade", "topic", "strengths", "advice")}
        found |= {f"mark_{aspect}": str(mark) for aspect, mark in lesson.marks.items()}
    return found


class FilesForm(forms.Form):
    """Files and the camera are two fields: a telephone opens the camera at once for the second."""

    photos = EvidenceField(
        label="Снять на телефон",
        widget=ManyFilesInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text="",
    )
    files = EvidenceField()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not found.get("photos") and not found.get("files"):
            self.add_error("files", "Выберите хотя бы один файл.")
        return found


class MeetingFiltersForm(forms.Form):
    """What the list is narrowed to; all of it may be left out."""

    state = forms.ChoiceField(label="Состояние", required=False, choices=[("", "Любое"), *STATE_LABELS.items()])
    form = forms.ChoiceField(label="Форма", required=False, choices=[("", "Любая"), *FORMS])
    school = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    mentor = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    since = DayField(label="Не раньше", required=False)
    until = DayField(label="Не позже", required=False)

    @property
    def filters(self) -> MeetingFilters:
        """As far as the address makes sense."""
        self.is_valid()
        return MeetingFilters(**{name: value for name, value in self.cleaned_data.items() if value})
