"""Forms of plans of interaction: how one begins, its frame, its rows, and what a person says of a row."""

from typing import Any

from django import forms

from mentoring.kinds import Kind
from mentoring.models import Pairing, PairingPlan, PairingStep
from mentoring.plan_templates import PairingTemplate, pairing_templates, templates_for
from mentoring.services.plans import PlanTold, StepTold
from roadmaps.forms.days import DayField
from roadmaps.forms.deadlines import DeadlineFields, Meaning, deadline_initial
from roadmaps.plans.bounds import term_problem
from roadmaps.plans.deadlines import Deadline, outside
from roadmaps.plans.deadlines import Kind as DeadlineKind
from roadmaps.states import STATUS_LABELS, Status

EMPTY = "empty"
UNCLEAR = "Портал не понял этот срок: запишите его иначе, например «до 1 марта», или выберите ниже, что он значит."
OUTSIDE = "Этот срок не из срока плана ({first:%d.%m.%Y} – {last:%d.%m.%Y}): исправьте его или срок плана."


class PlanFrameForm(forms.Form):
    """Title and term."""

    title = forms.CharField(label="Название", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    starts_on = DayField(label="Начало")
    ends_on = DayField(label="Окончание", help_text="Портал заново найдёт сроки строк, в которых назван месяц.")
    state = forms.ChoiceField(
        label="Состояние",
        choices=PairingPlan.State.choices,
        help_text="По проекту никто не опаздывает; строки завершённого плана не меняются.",
    )
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if problem := term_problem(found.get("starts_on"), found.get("ends_on")):
            self.add_error("ends_on", problem)
        return found

    @property
    def told(self) -> PlanTold:
        said = self.cleaned_data
        return PlanTold(said["title"], said["starts_on"], said["ends_on"], said["state"])


class NewPlanForm(PlanFrameForm):
    template = forms.ChoiceField(label="С чего начать", widget=forms.RadioSelect)

    field_order = ("template", "title", "starts_on", "ends_on")

    def __init__(self, *args: Any, pairing: Pairing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["state"]
        suiting = templates_for(Kind(pairing.kind))
        self.fields["template"].choices = [
            *((one.key, f"{one.title}. {one.source}") for one in suiting),
            (EMPTY, "Пустой план: строки впишем сами"),
        ]
        self.initial.setdefault("template", suiting[0].key if suiting else EMPTY)
        self.initial.setdefault("title", suiting[0].title if suiting else "План взаимодействия")
        self.initial.setdefault("starts_on", pairing.starts_on)
        self.initial.setdefault("ends_on", pairing.ends_on)

    @property
    def told(self) -> PlanTold:
        said = self.cleaned_data
        return PlanTold(said["title"], said["starts_on"], said["ends_on"])

    @property
    def chosen(self) -> PairingTemplate | None:
        return pairing_templates().get(self.cleaned_data["template"])


def frame_initial(plan: PairingPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in ("title", "starts_on", "ends_on", "state", "version")}


class StepForm(DeadlineFields):
    """A row; `starts_on` and `ends_on` are the plan's term."""

    number = forms.CharField(label="Номер", required=False, max_length=20)
    title = forms.CharField(
        label="Что делаем",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите, что пара делает."},
    )
    responsible = forms.CharField(
        label="Кто отвечает", required=False, max_length=500, help_text="Должность или сторона пары, без фамилии."
    )
    expected = forms.CharField(
        label="Ожидаемый результат", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)

    field_order = ("number", "title", "responsible", "expected", "deadline", "meaning")

    def clean(self) -> dict[str, Any]:
        """Words that mean no day of the plan would never be due: whoever writes them says what they mean."""
        found = super().clean()
        means = found.get("means")
        if means is not None and found.get("meaning") == Meaning.AUTO:
            if means.kind is DeadlineKind.UNCLEAR:
                self.add_error("deadline", UNCLEAR)
            elif outside(means, starts_on=self.starts_on, ends_on=self.ends_on):
                self.add_error("deadline", OUTSIDE.format(first=self.starts_on, last=self.ends_on))
        return found

    @property
    def told(self) -> StepTold:
        said = self.cleaned_data
        texts = {name: said[name] for name in ("title", "number", "deadline", "responsible", "expected")}
        return StepTold(**texts, means=said["means"].to_json())


def step_form(data: Any, plan: PairingPlan, step: PairingStep | None = None) -> StepForm:
    """Filled in as the row is stored; the deadline as its meaning may be said, or as it is."""
    term = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    if step is None:
        return StepForm(data, **term)
    means = Deadline.from_json(step.means)
    initial = deadline_initial(step.deadline, means, title=step.title, **term)
    initial |= {name: getattr(step, name) for name in ("number", "title", "responsible", "expected", "version")}
    return StepForm(data, initial=initial, kept=means if initial["meaning"] == Meaning.KEPT else None, **term)


class OverruleForm(forms.Form):
    """What a person says of a row, whatever the meetings say."""

    FOLLOW = "follow"
    CHOICES = [
        *((status.value, STATUS_LABELS[status]) for status in Status if status is not Status.LATE),
        (FOLLOW, "как следует из встреч"),
    ]

    state = forms.ChoiceField(label="Состояние", choices=CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Причина",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите причину: она останется в истории пары."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    @property
    def chosen(self) -> Status | None:
        said = self.cleaned_data["state"]
        return None if said == self.FOLLOW else Status(said)
