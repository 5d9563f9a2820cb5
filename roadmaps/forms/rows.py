"""Forms of a row, and of who answers for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.models import Membership
from indicators.models import Indicator
from roadmaps.forms.deadlines import DeadlineFields, Meaning, deadline_initial
from roadmaps.models import Activity, Roadmap
from roadmaps.plans.deadlines import Deadline
from roadmaps.plans.merging import Values
from roadmaps.plans.rows import LONGEST_NAME, LONGEST_TEXT
from roadmaps.plans.texts import split_planned
from roadmaps.queries.antirisk import factors_for
from roadmaps.queries.editing import standing_rows, standing_sections
from roadmaps.services.plans import is_every_school, school_named, schools_by_name
from schools.models import RiskFactor
from schools.ordering import in_natural_order
from schools.periods import school_year_label

REPORTING = [role.value for role, held in ROLE_PERMISSIONS.items() if Permission.PROGRESS_REPORT in held]
REASON_LABEL = "Почему изменяется утверждённый план"
MORE_LINES = 2


class ReasonForm(forms.Form):
    """Why a plan is changed: asked for where it is in force, or where something is taken away."""

    reason = forms.CharField(
        label="Причина",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Останется в истории; её увидят все, кому открыта дорожная карта.",
        error_messages={"required": "Напишите причину: она останется в истории."},
    )

    def __init__(self, *args: Any, is_asked: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_asked


class RowForm(DeadlineFields):
    number = forms.CharField(label="Номер", required=False, max_length=20, help_text="Как в документе: «1.2», «3.6.».")
    title = forms.CharField(
        label="Мероприятие", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Назовите мероприятие."},
    )  # fmt: skip
    kind = forms.ChoiceField(label="Вид", choices=Activity.Kind.choices, initial=Activity.Kind.OTHER)
    place = forms.ChoiceField(label="Место в плане", required=False)
    participants = forms.CharField(
        label="Участники", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    expected = forms.CharField(
        label="Ожидаемый результат", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    planned = forms.CharField(
        label="Плановые значения", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Каждое с новой строки: «100 % руководителей».",
    )  # fmt: skip
    indicators = forms.ModelMultipleChoiceField(
        label="Показатели, на которые оно влияет",
        queryset=Indicator.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )
    risk_factors = forms.ModelMultipleChoiceField(
        label="Факторы риска, которые оно снижает",
        queryset=RiskFactor.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )
    reason = forms.CharField(
        label=REASON_LABEL,
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Останется в истории мероприятия: приказ, решение, обстоятельства.",
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, initial=1)
    first_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, roadmap: Roadmap, user: Any, activity: Activity | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, starts_on=roadmap.starts_on, ends_on=roadmap.ends_on, **kwargs)
        self.fields["place"].choices = places(roadmap, activity)
        self.fields["place"].required = activity is None
        found = Indicator.objects.visible_to(user).filter(municipality=roadmap.municipality)
        self.fields["indicators"].queryset = found.order_by("position", "code")
        self.fields["indicators"].label_from_instance = lambda indicator: indicator.short_name
        self.fields["risk_factors"].queryset = factors_for(roadmap)
        self.fields["risk_factors"].label_from_instance = lambda factor: (
            f"{factor.title}, {school_year_label(factor.school_year)}"
        )
        if roadmap.state == Roadmap.State.APPROVED:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def values(self) -> Values:
        """As `queries.editing.row_values` gives them."""
        told = self.cleaned_data
        values = {name: told[name].strip() for name in ("number", "title", "kind", "participants", "expected")}
        values["deadline"] = {"text": told["deadline"].strip(), "means": told["means"].to_json()}
        values["planned"] = list(split_planned(told["planned"]))
        values["indicators"] = sorted(indicator.pk for indicator in told["indicators"])
        values["risk_factors"] = sorted(factor.pk for factor in told["risk_factors"])
        if told["place"]:
            section, _, after = told["place"].partition(":")
            values["place"] = {"section": int(section), "after": int(after) if after else None}
        return values


def places(roadmap: Roadmap, activity: Activity | None) -> list[tuple[Any, Any]]:
    """Where a row may stand: at the beginning of a section, or after another row; «section:row» in the address."""
    rows: dict[int, list[tuple[str, str]]] = {section.pk: [] for section in standing_sections(roadmap)}
    for row in standing_rows(roadmap):
        if row.section_id in rows and (activity is None or row.pk != activity.pk):
            rows[row.section_id].append((f"{row.section_id}:{row.pk}", f"после «{shortened(str(row))}»"))
    stay: list[tuple[Any, Any]] = [("", "Не перемещать" if activity else "Выберите место")]
    return stay + [
        (
            shortened(f"{section.number} {section.title}".strip()) or "Без названия",
            [(f"{section.pk}:", "первым в разделе"), *rows[section.pk]],
        )
        for section in standing_sections(roadmap)
    ]


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 70 else f"{text[:69]}…"


def row_initial(roadmap: Roadmap, values: Values) -> tuple[dict[str, Any], Deadline | None]:
    """How the form shows these values, and what the deadline means where the form's fields cannot say it."""
    means = Deadline.from_json(values["deadline"]["means"])
    term = {"starts_on": roadmap.starts_on, "ends_on": roadmap.ends_on}
    told = {name: values[name] for name in ("number", "kind", "participants", "expected", "indicators", "risk_factors")}
    told |= deadline_initial(values["deadline"]["text"], means, title=values["title"], **term)
    told["planned"] = "\n".join(values["planned"])
    return told, means if told["meaning"] == Meaning.KEPT else None


# --- Who answers for a row


class ResponsibleLine(forms.Form):
    name = forms.CharField(label="Ответственный", required=False, max_length=LONGEST_NAME)
    who = forms.ChoiceField(label="Кто это в портале", required=False)

    def __init__(self, *args: Any, who: Sequence[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = who

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("who") and not (found.get("name") or "").strip():
            self.add_error("name", "Назовите ответственного так, как он назван в документе.")
        return found


ResponsibleLines = forms.formset_factory(ResponsibleLine, extra=MORE_LINES, max_num=60)


class Matching:
    """Which school or person a printed name means, by itself or as somebody chose it."""

    def __init__(self, roadmap: Roadmap) -> None:
        municipality = roadmap.municipality
        self.by_name = schools_by_name(municipality)
        self.schools = in_natural_order(municipality.schools.all())
        held = Membership.objects.filter(municipality=municipality, role__in=REPORTING, user__is_active=True)
        self.people = list(held.select_related("user", "school").order_by("user__full_name", "pk"))

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        people = {
            f"user:{one.user_id}": f"{one.user}, {one.school.name if one.school else one.role_label}"
            for one in self.people
        }
        return [
            ("", "Узнать по названию"),
            ("every", "Все школы-участники"),
            ("none", "Организация муниципалитета, не школа"),
            ("Школы", [(f"school:{school.pk}", school.name) for school in self.schools]),
            ("Люди", list(people.items())),
        ]

    def named(self, name: str, who: str) -> dict[str, Any]:
        """As `queries.editing.row_values` gives it. A school's person stands for the school."""
        told: dict[str, Any] = {"name": name, "every": False, "school": None, "user": None}
        kind, _, key = who.partition(":")
        if kind == "school":
            return told | {"school": int(key)}
        if kind == "user":
            school = next((one.school_id for one in self.people if one.user_id == int(key)), None)
            return told | {"user": int(key), "school": school}
        if kind == "every":
            return told | {"every": True}
        if kind == "none":
            return told
        found = school_named(name, self.by_name)
        return told | {"every": is_every_school(name), "school": found.pk if found else None}

    def who(self, told: Mapping[str, Any]) -> str:
        """The choice that gives this."""
        if told["user"]:
            return f"user:{told['user']}"
        if self.named(told["name"], "") == told:
            return ""
        if told["school"]:
            return f"school:{told['school']}"
        return "every" if told["every"] else "none"

    def lines(self, told: Sequence[Mapping[str, Any]], data: Any = None) -> Any:
        initial = [{"name": one["name"], "who": self.who(one)} for one in told]
        known = {one["who"] for one in initial}
        return ResponsibleLines(
            data, prefix="responsible", initial=initial, form_kwargs={"who": self._with(known, self.choices)}
        )

    def _with(self, known: set[str], choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """Somebody who has left stays named until somebody else is chosen."""
        offered = {value for value, label in choices if isinstance(label, str)}
        offered |= {value for _, group in choices if isinstance(group, list) for value, _ in group}
        return [*choices, *((value, "Как указано раньше") for value in sorted(known - offered))]

    def told(self, lines: Any) -> list[dict[str, Any]]:
        named = [(line.cleaned_data.get("name", "").strip(), line.cleaned_data.get("who", "")) for line in lines]
        return [self.named(name, who) for name, who in named if name]
