"""Forms of a new roadmap: an empty one, from a template, from another one."""

from typing import Any

from django import forms
from django.core import signing

from roadmaps.forms import KEPT_SECONDS, SALT, FrameForm
from roadmaps.models import Roadmap
from roadmaps.plan_templates import plan_templates
from roadmaps.plans.rows import Plan
from roadmaps.plans.stored import plan_from_json

ONE_SECTION = "Мероприятия"
YEARS_APART = 30


class EmptyPlanForm(FrameForm):
    """Title, term and headings; rows are written one by one."""

    sections = forms.CharField(
        label="Разделы",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"Каждый с новой строки. Если не указать, будет один раздел «{ONE_SECTION}».",
    )
    field_order = ("title", "starts_on", "ends_on", "school", "programme", "sections")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["title"].help_text = ""

    def clean_sections(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["sections"].splitlines() if line.strip()]
        return lines or [ONE_SECTION]


class MadePlanForm(FrameForm):
    """A plan that is shown before it is written: `seen` is what was shown, signed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = "Если не заполнить, возьмётся прежнее, с новыми годами."

    def clean_seen(self) -> Plan | None:
        """None where nothing was shown, or so long ago that it must be shown again."""
        if not self.cleaned_data["seen"]:
            return None
        try:
            return plan_from_json(signing.loads(self.cleaned_data["seen"], salt=SALT, max_age=KEPT_SECONDS))
        except (signing.BadSignature, ValueError):
            return None


class FromTemplateForm(MadePlanForm):
    template = forms.ChoiceField(
        label="Шаблон",
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите шаблон."},
    )
    field_order = ("template", "title", "starts_on", "ends_on", "school", "programme", "seen")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(one.key, one.plan.title) for one in plan_templates().values()]


class FromRoadmapForm(MadePlanForm):
    source = forms.ModelChoiceField(
        label="С какой дорожной карты начать",
        queryset=Roadmap.objects.none(),
        empty_label="Выберите",
        error_messages={"required": "Выберите дорожную карту."},
    )
    years = forms.IntegerField(
        label="На сколько лет сдвинуть сроки",
        required=False,
        min_value=-YEARS_APART,
        max_value=YEARS_APART,
        help_text="Если не указать — по разнице годов начала.",
    )
    field_order = ("source", "title", "starts_on", "ends_on", "years", "school", "programme", "seen")

    def __init__(self, *args: Any, municipality: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, municipality=municipality, user=user, **kwargs)
        visible = Roadmap.objects.visible_to(user).filter(municipality=municipality).select_related("school")
        self.fields["source"].queryset = visible.order_by("-starts_on", "pk")
        self.fields["source"].label_from_instance = _labelled

    def chosen(self, key: str) -> Roadmap | None:
        """That which the address names, if the person may see it."""
        return self.fields["source"].queryset.filter(pk=key).first() if key.isdecimal() and len(key) < 16 else None


def _labelled(roadmap: Roadmap) -> str:
    title = roadmap.title if len(roadmap.title) <= 90 else f"{roadmap.title[:89]}…"
    whose = f" ({roadmap.school.name})" if roadmap.school else ""
    return f"{roadmap.starts_on.year}–{roadmap.ends_on.year}: {title}{whose}"
