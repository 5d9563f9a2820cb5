"""Forms of who came to an event: how many of each school, and which teachers of its list."""

from typing import Any

from django import forms

from mentoring.contact import GROUP_LABELS
from mentoring.gatherings import STAFF
from mentoring.models import Attendance, Teacher
from mentoring.models.events import ATTENDANCE_NUMBERS
from mentoring.services.attendance import NOBODY, AttendanceTold, Named
from schools.models import School


def _count(label: str) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=10_000, required=False, widget=widget)


class AttendanceForm(forms.Form):
    """Of one school; its prefix is the school's key."""

    presented = _count("Представили опыт")
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)  # the numbers as they were shown

    field_order = (*STAFF, "presented", "seen")

    def __init__(self, *args: Any, school: School, stored: Attendance | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        if stored:
            initial = {name: getattr(stored, name) or None for name in ATTENDANCE_NUMBERS}
            initial["seen"] = ".".join(map(str, stored.numbers))
        super().__init__(*args, prefix=str(school.pk), initial=initial, **kwargs)
        self.school, self.stored = school, stored
        for group in STAFF:
            self.fields[group.value] = _count(GROUP_LABELS[group].capitalize())
        self.order_fields(self.field_order)
        for name, field in self.fields.items():
            if name != "seen":
                field.widget.attrs["aria-label"] = f"{field.label}: {school.name}"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        people = sum(found.get(group) or 0 for group in STAFF)
        if not self.errors and (found.get("presented") or 0) > people:
            self.add_error("presented", f"Представили опыт больше, чем было ({people}): проверьте числа.")
        return found

    @property
    def cells(self) -> list[forms.BoundField]:
        return [self[name] for name in ATTENDANCE_NUMBERS]

    @property
    def told(self) -> AttendanceTold:
        said = self.cleaned_data
        numbers = tuple(said[name] or 0 for name in ATTENDANCE_NUMBERS)
        seen = said["seen"].split(".")
        is_whole = len(seen) == len(NOBODY) and all(one.isdecimal() for one in seen)
        return AttendanceTold(self.school, numbers, tuple(map(int, seen)) if is_whole else NOBODY)

    def show_stored(self) -> None:
        """What is stored now is what the next sending is about; what was typed stays."""
        data = self.data.copy()
        data[self.add_prefix("seen")] = ".".join(map(str, self.stored.numbers)) if self.stored else ""
        self.data = data


class TeachersField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "checks"})

    def label_from_instance(self, teacher: Any) -> str:
        return f"{teacher.name}, {teacher.in_general}"


class NamesForm(forms.Form):
    """Of one school. Who presented something came."""

    came = TeachersField(label="Кто участвовал", queryset=Teacher.objects.none(), required=False)
    presented = TeachersField(
        label="Кто представил опыт", queryset=Teacher.objects.none(), required=False,
        help_text="Отмеченные здесь считаются и участниками.",
    )  # fmt: skip
    shown = forms.CharField(required=False, widget=forms.HiddenInput)  # who was named when the page was opened

    def __init__(self, *args: Any, teachers: Any, stored: Named, **kwargs: Any) -> None:
        presented = [teacher for teacher, has in stored.items() if has]
        initial = {"came": list(stored), "presented": presented, "shown": _written(stored)}
        super().__init__(*args, initial=initial, **kwargs)
        self.stored = stored
        for name in ("came", "presented"):
            self.fields[name].queryset = teachers

    @property
    def named(self) -> Named:
        presented = {teacher.pk for teacher in self.cleaned_data["presented"]}
        return {pk: pk in presented for pk in {teacher.pk for teacher in self.cleaned_data["came"]} | presented}

    @property
    def seen(self) -> Named:
        return _read(self.cleaned_data["shown"])

    def show_stored(self) -> None:
        """What is stored now is what the next sending is about; what was typed stays."""
        data = self.data.copy()
        data[self.add_prefix("shown")] = _written(self.stored)
        self.data = data


def _written(named: Named) -> str:
    return ".".join(f"{teacher}{'*' if presented else ''}" for teacher, presented in sorted(named.items()))


def _read(text: str) -> Named:
    keys = [one for one in text.split(".") if one.rstrip("*").isdecimal()]
    return {int(key.rstrip("*")): key.endswith("*") for key in keys}
