"""Forms of a roadmap as a whole, of its sections, and of what becomes of it."""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.forms.rows import REASON_LABEL, shortened
from roadmaps.models import Activity, Occurrence, Programme, Roadmap, RoadmapSection
from roadmaps.plans.bounds import term_problem
from roadmaps.plans.merging import Values
from roadmaps.queries.editing import standing_sections
from schools.orders import OrderDateField

LATER_LABEL = "Я знаю об этих сроках: сохранить"
LATER = (
    "План в силе закончится раньше сроков этих мероприятий. Сроки, названные днём или месяцем, останутся в свои дни: "
    "ненужные отмените с причиной на странице мероприятия. То, что повторяется или идёт постоянно, закончится вместе с "
    "планом {day:%d.%m.%Y}. Если так и нужно, поставьте отметку и сохраните ещё раз."
)


class VersionedForm(forms.Form):
    """What is edited by several people: it says which version was seen, and why a plan in force is changed."""

    reason = forms.CharField(
        label=REASON_LABEL, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Останется в истории дорожной карты: приказ, решение, обстоятельства.",
    )  # fmt: skip
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, initial=1)
    first_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, roadmap: Roadmap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if roadmap.state == Roadmap.State.APPROVED:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class PlanForm(VersionedForm):
    """Title, term and programme; of a plan in force its order too."""

    title = forms.CharField(label="Название", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    starts_on = DayField(label="Действует с")
    ends_on = DayField(
        label="Действует по",
        help_text="Портал заново найдёт сроки мероприятий; те, по которым есть отчёты, останутся.",
    )  # fmt: skip
    programme = forms.ModelChoiceField(
        label="Программа", queryset=Programme.objects.none(), required=False, empty_label="Без программы"
    )
    order_number = forms.CharField(label="Номер приказа", max_length=60, required=False)
    order_date = OrderDateField(required=False)
    later_are_known = forms.BooleanField(label=LATER_LABEL, required=False)

    field_order = (
        "title", "starts_on", "ends_on", "later_are_known", "programme", "order_number", "order_date", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, roadmap: Roadmap, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, roadmap=roadmap, **kwargs)
        programmes = Programme.objects.visible_to(user).filter(municipality=roadmap.municipality)
        self.fields["programme"].queryset = programmes.filter(school=None) | programmes.filter(school=roadmap.school)
        if roadmap.state == Roadmap.State.DRAFT:
            del self.fields["order_number"], self.fields["order_date"]
        if "later_are_known" not in self.data:
            del self.fields["later_are_known"]

    def ask_whether_later_are_known(self, times: Iterable[Occurrence], ends_on: dt.date) -> None:
        """From now on the form has the box to tick, and names each row with its deadline and times."""
        self.fields["later_are_known"] = forms.BooleanField(label=LATER_LABEL, required=False)
        self.order_fields(self.field_order)
        rows = itertools.groupby(times, key=lambda time: time.activity)
        self.add_error("later_are_known", [LATER.format(day=ends_on), *(_later(row, list(its)) for row, its in rows)])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if problem := term_problem(found.get("starts_on"), found.get("ends_on")):
            self.add_error("ends_on", problem)
        return found

    def values(self) -> Values:
        told = self.cleaned_data
        values = {"title": told["title"].strip(), "programme": told["programme"].pk if told["programme"] else None}
        values |= {name: told[name].isoformat() for name in ("starts_on", "ends_on")}
        if "order_number" in told:
            date = told["order_date"]
            values |= {"order_number": told["order_number"].strip(), "order_date": date.isoformat() if date else None}
        return values

    @staticmethod
    def initial_of(values: Values) -> dict[str, Any]:
        return dict(values)


def _later(row: Activity, times: list[Occurrence]) -> str:
    days = ", ".join(f"{time.due_on:%d.%m.%Y}" for time in times)
    written = f"срок «{row.deadline}»" if row.deadline else "срок не указан"
    return f"{row.number} {shortened(row.title)}: {written}, отчёт до {days}".strip()


class SectionForm(VersionedForm):
    title = forms.CharField(label="Название раздела", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    number = forms.CharField(label="Номер", max_length=20, required=False, help_text="Как в документе: «1.», «II».")
    level = forms.TypedChoiceField(
        label="Уровень", coerce=int, choices=[(1, "раздел"), (2, "подраздел предыдущего раздела")], initial=1
    )
    after = forms.TypedChoiceField(label="Место", coerce=int, required=False, empty_value=None)

    field_order = ("title", "number", "level", "after", "reason")

    def __init__(self, *args: Any, roadmap: Roadmap, section: RoadmapSection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, roadmap=roadmap, **kwargs)
        others = [one for one in standing_sections(roadmap) if section is None or one.pk != section.pk]
        self.fields["after"].choices = [
            ("", "первым"),
            *((one.pk, f"после «{shortened(f'{one.number} {one.title}'.strip())}»") for one in others),
        ]
        if section is None and others:
            self.initial.setdefault("after", others[-1].pk)

    def values(self) -> Values:
        told = self.cleaned_data
        return {
            "number": told["number"].strip(),
            "title": told["title"].strip(),
            "level": told["level"],
            "after": told["after"],
        }

    @staticmethod
    def initial_of(values: Values) -> dict[str, Any]:
        return dict(values)


class ApproveForm(forms.Form):
    order_number = forms.CharField(
        label="Номер приказа", max_length=60, error_messages={"required": "Укажите номер приказа."}
    )
    order_date = OrderDateField(error_messages={"required": "Укажите дату приказа."})
