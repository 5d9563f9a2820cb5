"""Forms of decisions and of answers to what they ask."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from indicators.models import Indicator
from roadmaps.forms.days import DayField
from roadmaps.forms.files import EvidenceField
from roadmaps.models import CommissionSitting, Decision, Programme, Recommendation
from roadmaps.plans.bounds import EARLIEST, LATEST, term_problem
from roadmaps.plans.deadlines import Kind, read_deadline
from roadmaps.plans.texts import join_responsible, split_responsible
from roadmaps.services.decisions import DecisionTold, PointTold
from roadmaps.services.recommendations import RecommendationTold
from schools.forms.versions import Difference, differences
from schools.models import Municipality, School

CENTRE, DEPARTMENT = "Методический центр", "Управление образования"
OTHERS = {"centre": CENTRE, "department": DEPARTMENT}
MOST_POINTS = 200
ROWS_AT_ONCE = 3  # empty ones that the form offers
TOO_EARLY = "Контрольная дата раньше {asked_on:%d.%m.%Y}, {what}: укажите этот день или более поздний."


class BornForm(forms.Form):
    """What something grew from: kind and key come with the address, the words can be corrected."""

    origin_kind = forms.ChoiceField(
        choices=[("", ""), *Decision.Origin.choices], required=False, widget=forms.HiddenInput
    )
    origin_id = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    origin_text = forms.CharField(
        label="На каком основании",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Показатель, идентификация или мониторинг. Без фамилий и без чисел о малых группах.",
    )
    indicators = forms.ModelMultipleChoiceField(
        label="Показатели, на которые это должно повлиять",
        queryset=Indicator.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
        help_text="По ним потом видно, что изменилось.",
    )

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality, self.user = municipality, user
        self._offer("indicators", Indicator.objects.visible_to(user).filter(municipality=municipality))

    def _offer(self, name: str, found: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = found

    def clean(self) -> dict[str, Any]:
        """An indicator or sitting of another town is none: nothing is born of it."""
        found = super().clean() or {}
        models: dict[str, Any] = {Decision.Origin.INDICATOR: Indicator, Decision.Origin.SITTING: CommissionSitting}
        if model := models.get(found.get("origin_kind", "")):
            known = model.objects.visible_to(self.user).filter(municipality=self.municipality)
            if not known.filter(pk=found.get("origin_id") or 0).exists():
                found["origin_kind"], found["origin_id"] = "", None
        if not found.get("origin_kind") or found.get("origin_id") is None:
            found["origin_kind"], found["origin_id"] = "", None
        return found

    @property
    def origin(self) -> tuple[str, int | None, str]:
        said = self.cleaned_data
        return said["origin_kind"], said["origin_id"], said["origin_text"].strip()


class DecisionForm(BornForm):
    kind = forms.ChoiceField(label="Вид", choices=Decision.Kind.choices)
    number = forms.CharField(label="Номер", max_length=60)
    date = DayField(label="Дата")
    title = forms.CharField(label="О чём", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    issued_by = forms.CharField(label="Кто издал", max_length=300, required=False)
    signed_by = forms.CharField(
        label="Кто подписал", max_length=300, required=False, help_text="Должность, без фамилии."
    )
    ends_on = DayField(
        label="Действует по",
        help_text="До этого дня портал ждёт того, что повторяется. Если его нет в документе — последний из сроков.",
    )
    programme = forms.ModelChoiceField(
        label="Программа",
        queryset=Programme.objects.none(),
        required=False,
        empty_label="Без программы",
        help_text="«Все школы» в пунктах — это школы-участники программы; без неё — все школы муниципалитета.",
    )
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    field_order = (
        "kind", "number", "date", "title", "issued_by", "signed_by", "ends_on", "programme", "origin_text",
        "indicators",
    )  # fmt: skip

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, municipality=municipality, user=user, **kwargs)
        self._offer("programme", Programme.objects.visible_to(user).filter(municipality=municipality, school=None))

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if problem := term_problem(found.get("date"), found.get("ends_on"), what="Срок решения"):
            self.add_error("ends_on", problem)
        return found

    def told(self, points: Sequence[PointTold]) -> DecisionTold:
        said = self.cleaned_data
        plain = {name: said[name] for name in ("kind", "number", "date", "title", "ends_on", "programme")}
        return DecisionTold(
            **plain,
            issued_by=said["issued_by"],
            signed_by=said["signed_by"],
            indicators=list(said["indicators"]),
            origin=self.origin,
            points=points,
        )


class RecommendationForm(BornForm):
    text = forms.CharField(
        label="Что рекомендуется",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Напишите, что рекомендуется сделать."},
    )
    schools = forms.ModelMultipleChoiceField(
        label="Каким школам",
        queryset=School.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
        help_text="Каждая школа отвечает за себя и видит только себя.",
    )
    centre = forms.BooleanField(label=CENTRE, required=False)
    department = forms.BooleanField(label=DEPARTMENT, required=False)
    deadline = forms.CharField(
        label="Срок словами",
        max_length=300,
        required=False,
        help_text="«До 31.03.2027», «Март 2027». На «ежеквартально» отвечают каждый раз, в течение года.",
    )
    due_on = DayField(label="Контрольная дата", required=False, help_text="Если она не следует из слов срока.")
    report_form = forms.CharField(
        label="Форма ответа", max_length=500, required=False, help_text="Например: справка, ссылка на страницу сайта."
    )
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    field_order = (
        "text", "schools", "centre", "department", "deadline", "due_on", "report_form", "origin_text", "indicators",
    )  # fmt: skip

    def __init__(
        self, *args: Any, municipality: Municipality, user: Any, given_on: dt.date | None = None, **kwargs: Any
    ) -> None:
        """`given_on`: of one that is corrected."""
        super().__init__(*args, municipality=municipality, user=user, **kwargs)
        self.given_on = given_on or timezone.localdate()
        self._offer("schools", School.objects.visible_to(user).filter(municipality=municipality).order_by("name"))

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if not (found.get("schools") or found.get("centre") or found.get("department")):
            self.add_error("schools", "Отметьте, кому рекомендация: школы, методический центр или управление.")
        if found.get("deadline") and not found.get("due_on") and _is_unclear(found["deadline"]):
            self.add_error("due_on", f"Портал не понял срок «{found['deadline']}»: укажите контрольную дату.")
        if found.get("due_on") and found["due_on"] < self.given_on and "due_on" in self.changed_data:
            self.add_error("due_on", TOO_EARLY.format(asked_on=self.given_on, what="дня, когда дана рекомендация"))
        return found

    def told(self) -> RecommendationTold:
        said = self.cleaned_data
        return RecommendationTold(
            **{name: said[name] for name in ("text", "deadline", "due_on", "report_form")},
            schools=list(said["schools"]),
            others=[name for field, name in OTHERS.items() if said[field]],
            indicators=list(said["indicators"]),
            origin=self.origin,
        )


def recommendation_initial(given: Recommendation) -> dict[str, Any]:
    names = ("text", "deadline", "due_on", "report_form", "origin_kind", "origin_id", "origin_text", "version")
    rows = list(given.assignments.select_related("school"))
    return {name: getattr(given, name) for name in names} | {
        "schools": list(dict.fromkeys(row.school for row in rows if row.school)),
        "centre": any(row.name == CENTRE for row in rows),
        "department": any(row.name == DEPARTMENT for row in rows),
        "indicators": list(given.indicators.all()),
    }


def recommendation_differences(given: Recommendation, form: RecommendationForm) -> list[Difference]:
    kept = {row.who for row in given.assignments.select_related("school")}
    typed = {school.name for school in form.cleaned_data["schools"]} | set(form.told().others)
    whom = [("Кому", "; ".join(sorted(kept)))] if kept != typed else []
    return differences(form, given, ("text", "deadline", "due_on", "report_form")) + whom


class PointForm(forms.Form):
    key = forms.IntegerField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(label="№", max_length=20, required=False)
    text = forms.CharField(
        label="Что поручено", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    responsible = forms.CharField(
        label="Кому",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Школа, организация или должность, каждая с новой строки; «ОО» — все школы.",
    )
    deadline = forms.CharField(label="Срок, как в документе", max_length=300, required=False)
    due_on = DayField(label="Контрольная дата", required=False, help_text="Если она не следует из слов срока.")
    report_form = forms.CharField(label="Форма отчёта", max_length=500, required=False)
    remove = forms.BooleanField(label="Убрать этот пункт", required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        is_written = any(found.get(name) for name in ("number", "responsible", "deadline", "due_on", "report_form"))
        if is_written and not found.get("text") and not found.get("remove"):
            self.add_error("text", "Впишите текст пункта или отметьте, что его надо убрать.")
        deadline, due_on = found.get("deadline", ""), found.get("due_on")
        if deadline and not due_on and not found.get("remove") and _is_unclear(deadline):
            self.add_error("due_on", f"Портал не понял срок «{deadline}»: укажите контрольную дату.")
        return found

    @property
    def is_meant(self) -> bool:
        return bool(self.cleaned_data.get("text")) and not self.cleaned_data.get("remove")

    def told(self) -> PointTold:
        said = self.cleaned_data
        return PointTold(
            key=said["key"],
            number=said["number"],
            text=said["text"],
            responsible=split_responsible(said["responsible"]),
            deadline=said["deadline"],
            due_on=said["due_on"],
            report_form=said["report_form"],
        )


def _is_unclear(deadline: str) -> bool:
    return read_deadline(deadline, starts_on=EARLIEST, ends_on=LATEST).kind is Kind.UNCLEAR


class BasePoints(forms.BaseFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        if not any(form.is_meant for form in self.forms):
            raise ValidationError("Впишите хотя бы один пункт.")

    def are_asked_from(self, date: dt.date, *, is_new: bool) -> bool:
        """Whether no control date lies before the day of the decision, said at each that does. Those that were there
        already, as a document had them, are left alone unless that day `is_new`."""
        early = [
            form for form in self.forms if form.is_meant and (due_on := form.cleaned_data["due_on"]) and due_on < date
        ]
        for form in early:
            if is_new or "due_on" in form.changed_data:
                form.add_error("due_on", TOO_EARLY.format(asked_on=date, what="даты решения"))
        return all(form.is_valid() for form in early)

    @property
    def told(self) -> list[PointTold]:
        return [form.told() for form in self.forms if form.is_meant]


PointFormSet = forms.formset_factory(
    PointForm, formset=BasePoints, extra=ROWS_AT_ONCE, max_num=MOST_POINTS, absolute_max=MOST_POINTS
)


def decision_initial(decision: Decision) -> dict[str, Any]:
    names = (
        "kind", "number", "date", "title", "issued_by", "signed_by", "ends_on", "programme", "origin_kind", "origin_id",
        "origin_text", "version",
    )  # fmt: skip
    return {name: getattr(decision, name) for name in names} | {"indicators": list(decision.indicators.all())}


def points_initial(decision: Decision) -> list[dict[str, Any]]:
    points = decision.points.prefetch_related("responsible").order_by("position")
    return [
        {
            "key": point.pk,
            "number": point.number,
            "text": point.text,
            "responsible": join_responsible(tuple(row.name for row in point.responsible.all())),
            "deadline": point.deadline,
            "due_on": point.due_on,
            "report_form": point.report_form,
        }
        for point in points
    ]


def decision_differences(decision: Decision, form: DecisionForm, points: Any) -> list[Difference]:
    names = ("kind", "number", "date", "title", "issued_by", "signed_by", "ends_on", "programme")
    found = differences(form, decision, names)
    typed_points = {one.key: one for one in points.told}
    for stored in points_initial(decision):
        one = typed_points.get(stored["key"])
        same = one and all(getattr(one, name) == stored[name] for name in ("number", "text", "deadline", "due_on"))
        if not same or (one and join_responsible(one.responsible) != stored["responsible"]):
            whom = f" Кому: {stored['responsible']}." if stored["responsible"] else ""
            when = f" Срок: {stored['deadline']}." if stored["deadline"] else ""
            found.append((f"Пункт {stored['number']}".strip(), f"{stored['text']}{whom}{when}"))
    return found


class AnswerForm(forms.Form):
    """The answer to an assignment."""

    outcome = ""  # what became of it, when something is refused

    text = forms.CharField(
        label="Что сделано",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Коротко: что сделано и когда, где это видно. Без фамилий учеников.",
    )
    link = forms.URLField(
        label="Ссылка",
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text="Например, на страницу сайта или документ.",
        error_messages={"invalid": "Это не адрес: он начинается с https:// или http://."},
    )
    files = EvidenceField()
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Of a return or a withdrawal."""

    reason = forms.CharField(
        label="Причина",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите причину: она останется в истории поручения."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
