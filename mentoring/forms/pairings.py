"""Forms of pairings: which kind for which school, its sides and facts, and what becomes of it."""

import datetime as dt
from typing import Any

from django import forms

from mentoring.kinds import KIND_LABELS, SIDES, Helper, Kind
from mentoring.models import Mentor, Pairing, Teacher
from mentoring.queries.mentors import loads_of
from mentoring.services.pairings import Facts, PairingTold
from roadmaps.forms.days import DayField
from roadmaps.plans.bounds import term_problem
from roadmaps.plans.people import people_named, pupils_named
from schools.forms.versions import Difference, differences
from schools.models import Municipality, School, SchoolRisk
from schools.ordering import in_natural_order
from schools.orders import OrderDateField

NO_PUPILS = "Учеников портал не называет, только считает: уберите их имена."
ONE_HELPS = "Выберите кого-то одного: наставника из списка центра или учителя."
FACTS = ("count", "starts_on", "ends_on", "order_number", "order_date", "aims", "deficits", "risks")
LOAD_LABEL = "Закрепить, хотя пар станет больше предела"


def text(label: str, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class StartForm(forms.Form):
    """Which pairing is to be made; the next page asks for what its kind has."""

    kind = forms.ChoiceField(
        label="Вид пары",
        choices=[(kind.value, f"{label.capitalize()}: {SIDES[kind].what_for}") for kind, label in KIND_LABELS.items()],
        widget=forms.RadioSelect,
    )
    school = forms.ChoiceField(label="Какой школе помогают")

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.visible_to(user).filter(municipality=municipality)
        self.schools = {str(school.pk): school for school in in_natural_order(schools)}
        self.fields["school"].choices = [("", "Выберите школу"), *((pk, one.name) for pk, one in self.schools.items())]

    @property
    def chosen(self) -> School:
        return self.schools[self.cleaned_data["school"]]


class MentorField(forms.ModelChoiceField):
    loads: dict[int, int] = {}

    def label_from_instance(self, mentor: Any) -> str:
        limit = f" из {mentor.load_limit}" if mentor.load_limit is not None else ""
        return f"{mentor.name}, {mentor.position} (пар сейчас: {self.loads.get(mentor.pk, 0)}{limit})"


class TeacherField(forms.ModelChoiceField):
    with_school = False

    def label_from_instance(self, teacher: Any) -> str:
        told = f"{teacher.name}, {teacher.in_general}"
        return f"{told} — {teacher.school.name}" if self.with_school else told


class RiskField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, risk: Any) -> str:
        return f"{risk.factor.title} ({risk.factor.school_year}/{risk.factor.school_year + 1})"


class FactsForm(forms.Form):
    """What may be put right later."""

    count = forms.IntegerField(label="Сколько таких пар", min_value=1, max_value=10_000)
    starts_on = DayField(label="Действует с")
    ends_on = DayField(label="Действует по", required=False, help_text="Если срок не назван, оставьте пустым.")
    order_number = forms.CharField(label="Номер приказа", max_length=60, required=False)
    order_date = OrderDateField(required=False)
    aims = text("Цели", help_text="Чего пара должна добиться.")
    deficits = text(
        "Дефициты, над которыми работают",
        help_text="Видят только обе стороны пары, методический центр и управление образования.",
    )
    risks = RiskField(
        label="Риски школы, над которыми работают",
        queryset=SchoolRisk.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )
    load_may_be_exceeded = forms.BooleanField(label=LOAD_LABEL, required=False)
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, school: School, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.school, self.sides = kind, school, SIDES[kind]
        risks = SchoolRisk.objects.visible_to(user).filter(school=school).select_related("factor")
        self.fields["risks"].queryset = risks.order_by("-factor__school_year", "factor__position")
        if not self.sides.is_counted:
            del self.fields["count"]
        if self.sides.is_counted or not risks.exists():
            del self.fields["risks"]
        if "load_may_be_exceeded" not in self.data:
            del self.fields["load_may_be_exceeded"]

    def ask_whether_load_may_be_exceeded(self, why: str) -> None:
        """From now on the form has the box to tick."""
        self.fields["load_may_be_exceeded"] = forms.BooleanField(label=LOAD_LABEL, required=False)
        self.add_error("load_may_be_exceeded", why)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if problem := term_problem(found.get("starts_on"), found.get("ends_on")):
            self.add_error("ends_on", problem)
        names_of = people_named if self.sides.is_counted else pupils_named
        for name in ("aims", "deficits"):
            if names_of(found.get(name, "")):
                self.add_error(name, NO_PUPILS)
        return found

    @property
    def facts(self) -> Facts:
        said = self.cleaned_data
        names = ("starts_on", "ends_on", "order_number", "order_date", "aims", "deficits")
        return Facts(
            **{name: said[name] for name in names}, count=said.get("count"), risks=tuple(said.get("risks", ()))
        )

    def differences(self, stored: Pairing) -> list[Difference]:
        """What is stored now where somebody has typed something else."""
        return differences(self, stored, [name for name in self.fields if name in FACTS])

    @property
    def load_is_confirmed(self) -> bool:
        return bool(self.cleaned_data.get("load_may_be_exceeded"))


class PairingForm(FactsForm):
    """A new pairing of a kind."""

    helping_school = forms.ModelChoiceField(label="Какая школа помогает", queryset=School.objects.none())
    mentor = MentorField(label="Кто помогает", queryset=Mentor.objects.none())
    helping_teacher = TeacherField(label="Учитель-наставник", queryset=Teacher.objects.none())
    teacher = TeacherField(label="Кому помогают", queryset=Teacher.objects.none())

    field_order = ("helping_school", "mentor", "helping_teacher", "teacher", "count", "starts_on", "ends_on")

    def __init__(self, *args: Any, kind: Kind, school: School, user: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, school=school, user=user, **kwargs)
        town = school.municipality
        for helper in Helper:
            if helper not in self.sides.helpers:
                del self.fields[helper]
            elif len(self.sides.helpers) > 1:
                self.fields[helper].required = False
        if Helper.SCHOOL in self.fields:
            others = School.objects.visible_to(user).filter(municipality=town).exclude(pk=school.pk)
            self.fields[Helper.SCHOOL].queryset = others.order_by("name")
        if Helper.MENTOR in self.fields:
            pool = Mentor.objects.visible_to(user).in_pool(today).filter(municipality=town, kind__in=self.sides.pool)
            self.fields[Helper.MENTOR].queryset = pool.order_by("name")
            self.fields[Helper.MENTOR].loads = loads_of(pool, today)
        teachers = Teacher.objects.visible_to(user).filter(is_active=True).select_related("school")
        if Helper.TEACHER in self.fields:
            of_town = teachers.filter(school__municipality=town)
            self.fields[Helper.TEACHER].queryset = of_town.order_by("school__name", "name")
            self.fields[Helper.TEACHER].with_school = True
        if self.sides.has_teacher:
            self.fields["teacher"].queryset = teachers.filter(school=school).order_by("name")
        else:
            del self.fields["teacher"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        chosen = [found.get(helper) for helper in self.sides.helpers if found.get(helper)]
        if len(self.sides.helpers) > 1 and len(chosen) != 1:
            self.add_error(self.sides.helpers[0], ONE_HELPS)
        if found.get("teacher") and found.get("teacher") == found.get("helping_teacher"):
            self.add_error("teacher", "Учитель не может быть наставником самому себе: выберите другого.")
        return found

    @property
    def told(self) -> PairingTold:
        said = self.cleaned_data
        sides = {name: said.get(name) for name in (*Helper, "teacher")}
        return PairingTold(self.kind, self.school, self.facts, **sides, load_may_be_exceeded=self.load_is_confirmed)


def facts_initial(pairing: Pairing) -> dict[str, Any]:
    names = ("starts_on", "ends_on", "order_number", "order_date", "aims", "deficits", "count", "version")
    return {name: getattr(pairing, name) for name in names} | {"risks": list(pairing.risks.all())}


class EndForm(forms.Form):
    """The pairing ends before its time."""

    on = DayField(label="Последний день")
    reason = forms.CharField(
        label="Причина",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите причину: она останется в истории пары."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ResumeForm(EndForm):
    """It goes on."""

    field_order = ("until", "reason")
    on = None
    until = DayField(label="Действует по", required=False, help_text="Если срок не назван, оставьте пустым.")
    load_may_be_exceeded = forms.BooleanField(label=LOAD_LABEL, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "load_may_be_exceeded" not in self.data:
            del self.fields["load_may_be_exceeded"]

    ask_whether_load_may_be_exceeded = FactsForm.ask_whether_load_may_be_exceeded
