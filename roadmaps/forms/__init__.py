"""Forms of plans."""

from typing import Any

from django import forms
from django.core import signing

from roadmaps.forms.days import DayField
from roadmaps.models import Programme
from roadmaps.plans.bounds import term_problem
from roadmaps.plans.rows import Plan
from roadmaps.plans.stored import plan_from_json, plan_to_json
from schools.models import Municipality, School

SALT = "roadmaps.plan"
KEPT_SECONDS = 24 * 60 * 60  # a preview of yesterday is read anew


class FrameForm(forms.Form):
    """What a roadmap is besides its rows."""

    title = forms.CharField(
        label="Название", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Если не заполнить, возьмётся из документа.",
    )  # fmt: skip
    starts_on = DayField(label="Действует с")
    ends_on = DayField(label="Действует по")
    school = forms.ModelChoiceField(
        label="Чья дорожная карта", queryset=School.objects.none(), required=False, empty_label="Всего муниципалитета"
    )
    programme = forms.ModelChoiceField(
        label="Программа", queryset=Programme.objects.none(), required=False, empty_label="Без программы"
    )

    def __init__(self, *args: Any, municipality: Municipality, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.visible_to(user).filter(municipality=municipality)
        programmes = Programme.objects.visible_to(user).filter(municipality=municipality)
        for name, found in (("school", schools), ("programme", programmes)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if problem := term_problem(found.get("starts_on"), found.get("ends_on")):
            self.add_error("ends_on", problem)
        school, programme = found.get("school"), found.get("programme")
        if programme and programme.school and programme.school != school:
            self.add_error("programme", "Это программа другой школы: выберите её школу или другую программу.")
        return found


class PlanFileForm(FrameForm):
    """A plan as a document."""

    file = forms.FileField(
        label="Файл плана", help_text="Документ Word (.docx) или таблица Excel (.xlsx) с таблицей мероприятий."
    )
    field_order = ("file", "title", "starts_on", "ends_on", "school", "programme")


class SeenPlanForm(FrameForm):
    """What was read and looked at, to be stored just so; signed, so that nobody stores what nobody has seen."""

    plan = forms.CharField(widget=forms.HiddenInput())

    def clean_plan(self) -> Plan:
        try:
            return plan_from_json(signing.loads(self.cleaned_data["plan"], salt=SALT, max_age=KEPT_SECONDS))
        except (signing.BadSignature, ValueError):
            raise forms.ValidationError("Прочитанный план устарел: выберите файл ещё раз.") from None


def signed(plan: Plan) -> str:
    return signing.dumps(plan_to_json(plan), salt=SALT, compress=True)
