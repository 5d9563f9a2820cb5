"""What a deadline means, as a person may say it where the portal has not understood the words, or has understood them
wrongly."""

import datetime as dt
from enum import StrEnum
from typing import Any

from django import forms

from roadmaps.forms.days import DayField
from roadmaps.plans.calendar_words import MONTHS
from roadmaps.plans.deadlines import Deadline, Every, Kind, Precision, read_deadline

LONGEST_DEADLINE = 500


class Meaning(StrEnum):
    AUTO = "auto"
    ONCE = "once"
    RECURRING = "recurring"
    CONTINUOUS = "continuous"
    UNDATED = "undated"
    KEPT = "kept"  # as it is, where the fields of this form could not say it


MEANINGS = [
    (Meaning.AUTO, "Как понял портал"),
    (Meaning.ONCE, "Один раз, в эти дни"),
    (Meaning.RECURRING, "Повторяется"),
    (Meaning.CONTINUOUS, "Постоянно; отчёт раз в год"),
    (Meaning.UNDATED, "Без срока; отчёт к концу срока плана"),
]
EVERY = [
    (Every.MONTH, "каждый месяц"),
    (Every.QUARTER, "каждый квартал"),
    (Every.HALF_YEAR, "каждое полугодие календарного года"),
    (Every.HALF_SCHOOL_YEAR, "каждое полугодие учебного года"),
    (Every.YEAR, "каждый календарный год"),
    (Every.SCHOOL_YEAR, "каждый учебный год"),
]
YEARLY = (Every.YEAR, Every.SCHOOL_YEAR)


class DeadlineFields(forms.Form):
    """The fields of a deadline; `starts_on` and `ends_on` are the plan's term."""

    deadline = forms.CharField(
        label="Срок, как в документе",
        required=False,
        max_length=LONGEST_DEADLINE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="«Март 2024», «ежеквартально», «до 1 сентября», «по результатам ВПР».",
    )
    meaning = forms.ChoiceField(
        label="Что значит этот срок", choices=MEANINGS, widget=forms.RadioSelect, initial="auto"
    )
    first_day = DayField(label="Не раньше", required=False)
    last_day = DayField(label="Не позже", required=False)
    every = forms.ChoiceField(label="Как часто", required=False, choices=[("", "Не повторяется"), *EVERY])
    months = forms.TypedMultipleChoiceField(
        label="В каких месяцах",
        required=False,
        coerce=int,
        choices=[(number, name) for number, name in enumerate(MONTHS, start=1)],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns"}),
    )
    month_day = forms.IntegerField(label="До какого числа месяца", required=False, min_value=1, max_value=31)

    def __init__(
        self, *args: Any, starts_on: dt.date, ends_on: dt.date, kept: Deadline | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.starts_on, self.ends_on, self.kept = starts_on, ends_on, kept
        if kept is not None:
            self.fields["meaning"].choices = [*MEANINGS, (Meaning.KEPT, "Как указано раньше")]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "first_day" in self.errors or "last_day" in self.errors:
            return found  # what is wrong is said there
        try:
            found["means"] = self.meant(found)
        except ValueError as error:
            self.add_error("meaning", str(error))
        return found

    def meant(self, told: dict[str, Any]) -> Deadline:
        """ValueError in Russian where the fields say nothing that can be."""
        first, last = told.get("first_day"), told.get("last_day")
        match told.get("meaning"):
            case Meaning.ONCE:
                if last is None:
                    raise ValueError("Укажите последний день.")
                return Deadline(Kind.ONCE, spans=((first, last),), precision=Precision.DAY)
            case Meaning.RECURRING:
                return _recurring(told, first, last)
            case Meaning.CONTINUOUS:
                every = Every.SCHOOL_YEAR if self.starts_on.month in (8, 9) else Every.YEAR
                return Deadline(Kind.CONTINUOUS, every=every, starts_on=first, ends_on=last)
            case Meaning.UNDATED:
                return Deadline(Kind.NONE)
            case Meaning.KEPT if self.kept is not None:
                return self.kept
            case _:
                return self.understood(told)

    def understood(self, told: dict[str, Any]) -> Deadline:
        return read_deadline(
            told.get("deadline") or "", starts_on=self.starts_on, ends_on=self.ends_on, title=told.get("title") or ""
        )


def _recurring(told: dict[str, Any], first: dt.date | None, last: dt.date | None) -> Deadline:
    every = Every(told["every"]) if told.get("every") else None
    months, day = sorted(told.get("months") or []), told.get("month_day")
    if months and every not in (Every.MONTH, *YEARLY):
        raise ValueError("Месяцы отмечают только для того, что бывает каждый месяц или каждый год.")
    if day and every is not Every.MONTH:
        raise ValueError("Число месяца указывают только для того, что бывает каждый месяц.")
    precision = Precision.MONTH if months and every in YEARLY else None
    windows = tuple((month, month) for month in months)
    return Deadline(
        Kind.RECURRING, every=every, windows=windows, day=day, precision=precision, starts_on=first, ends_on=last
    )


def deadline_initial(text: str, means: Deadline, *, title: str, starts_on: dt.date, ends_on: dt.date) -> dict[str, Any]:
    """How the form shows a stored deadline."""
    told: dict[str, Any] = {"deadline": text, "title": title, "meaning": Meaning.AUTO}
    form = DeadlineFields(starts_on=starts_on, ends_on=ends_on)
    if form.understood(told) == means:
        return told
    told |= {
        "first_day": means.spans[0][0] if means.spans else means.starts_on,
        "last_day": means.spans[0][1] if means.spans else means.ends_on,
        "every": means.every.value if means.every and means.kind is Kind.RECURRING else "",
        "months": [first for first, _ in means.windows],
        "month_day": means.day,
        "meaning": {
            Kind.ONCE: Meaning.ONCE,
            Kind.RECURRING: Meaning.RECURRING,
            Kind.CONTINUOUS: Meaning.CONTINUOUS,
            Kind.NONE: Meaning.UNDATED,
        }.get(means.kind, Meaning.KEPT),
    }
    try:
        is_said = form.meant(told) == means
    except ValueError:
        is_said = False
    return told if is_said else {"deadline": text, "title": title, "meaning": Meaning.KEPT}
