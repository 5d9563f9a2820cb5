"""The passport of an indicator as a form: everything but its formula and population."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from indicators.models import PASSPORT, Indicator
from indicators.note_templates import template_problems
from indicators.passport_fields import PASSPORT_LABELS
from schools.periods import Period, PeriodKind

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
REFRESHES = {
    "hx-post": "",
    "hx-trigger": "change consume",
    "hx-target": "#workshop",
    "hx-swap": "outerHTML",
    "hx-sync": "closest form:replace",
}
FOR_ALL, FROM_PERIOD = "all", "from"


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class DatesField(LinesField):
    """Codes of periods that are dates, typed as people write dates."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(_shown(code) for code in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        codes = set()
        for line in super().to_python(value):
            try:
                codes.add(dt.datetime.strptime(line, "%d.%m.%Y").date().isoformat())
            except ValueError:
                raise forms.ValidationError(f"«{line}» — не дата. Напишите, например, 31.05.2023.") from None
        return sorted(codes)


def _shown(code: str) -> str:
    try:
        return Period.parse(code).label
    except ValueError:
        return code


class PassportForm(forms.ModelForm):
    measured_on = DatesField(
        label=PASSPORT_LABELS["measured_on"],
        help_text="Каждая с новой строки, например 31.05.2023.",
    )
    aims = LinesField(label=PASSPORT_LABELS["aims"], help_text="Каждая с новой строки, словами документа.")

    class Meta:
        model = Indicator
        fields = ["short_name", "wording", "code", "group", "role", "position", "unit", "direction", *PASSPORT[4:]]
        labels = PASSPORT_LABELS | {"role": "Роль", "position": "Место в программе", "direction": "Направление"}
        help_texts = {
            "short_name": "Как показатель называется в таблицах.",
            "wording": "Полностью, как в программе.",
            "code": "Латинские буквы, цифры, точка, дефис, подчёркивание. После сохранения не меняется.",
            "group": "Раздел программы, под которым показатель стоит в списке.",
            "role": (
                "На вспомогательный показатель смотрят условия других; показатель портала — о работе в самом портале. "
                "В программе их нет."
            ),
            "position": "Показатели стоят в списке по этому числу.",
            "sentence": "{value} — место значения с единицей. Пусто — портал составит фразу сам.",
            "sentence_all": "Когда условие выполнили все школы.",
        }
        widgets = {
            "wording": forms.Textarea(attrs={"rows": 3}),
            **{name: forms.Textarea(attrs={"rows": 2}) for name in (
                "method", "source", "collection", "rise_means", "fall_means", "sentence", "sentence_all"
            )},
            "reviewed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reference_value": forms.TextInput(attrs={"inputmode": "decimal"}),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference_value"].localize = True
        # Dates are asked for only where the periods are dates; the address is that of the page.
        self.fields["period_kind"].widget.attrs |= REFRESHES
        if self.instance.pk:
            del self.fields["code"]  # other formulas and the documents know it

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise forms.ValidationError(
                "Код пишут латинскими буквами и цифрами, можно с точкой, дефисом и подчёркиванием: например v1.2."
            )
        others = Indicator.objects.filter(municipality=self.instance.municipality, code__iexact=code)
        if others.exists():
            raise forms.ValidationError(f"Код «{code}» уже у показателя «{others[0].short_name}»: выберите другой.")
        return code

    def clean_sentence(self) -> str:
        return self._sentence("sentence")

    def clean_sentence_all(self) -> str:
        return self._sentence("sentence_all")

    def _sentence(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if problems := template_problems(text):
            raise forms.ValidationError(problems)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_by_date = cleaned.get("period_kind") == PeriodKind.DATE
        if is_by_date and "measured_on" in cleaned and not cleaned["measured_on"]:
            self.add_error("measured_on", "Впишите даты, на которые измеряют показатель.")
        if not is_by_date:
            cleaned["measured_on"] = []
        if cleaned.get("reference_rule") and cleaned.get("reference_value") is None and "reference_value" in cleaned:
            self.add_error("reference_value", "Впишите значение, с которым сравнивать, или уберите правило сравнения.")
        return cleaned

    def group_of(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def naming(self) -> list[forms.BoundField]:
        return self.group_of("short_name", "wording", "code")

    @property
    def measuring(self) -> list[forms.BoundField]:
        return self.group_of("unit", "direction", "period_kind", *(["measured_on"] if self.is_by_date else []))

    @property
    def is_by_date(self) -> bool:
        """Whether dates are asked for; where they are not, they stay in the page all the same."""
        return bool(self["period_kind"].value() == PeriodKind.DATE)

    @property
    def standing(self) -> list[forms.BoundField]:
        return self.group_of("group", "role", "position")

    @property
    def passport(self) -> list[forms.BoundField]:
        return self.group_of(
            "method", "source", "collection", "reference_value", "reference_rule", "rise_means", "fall_means", "aims",
            "author", "reviewer", "reviewed_on",
        )  # fmt: skip

    @property
    def note(self) -> list[forms.BoundField]:
        return self.group_of("sentence", "sentence_all")


class RevisionForm(forms.Form):
    """From when on a changed definition holds, and why. Asked only where there is an older one."""

    applies = forms.ChoiceField(
        label="С какого времени действует новое определение",
        choices=[
            (FOR_ALL, "Для всех периодов: прежнее определение было неточным, и прошлые значения тоже пересчитаются"),
            (FROM_PERIOD, "С определённого периода: значения прошлых периодов останутся прежними"),
        ],
        initial=FOR_ALL,
        widget=forms.RadioSelect,
    )
    since = forms.ChoiceField(label="С какого периода", required=False, choices=())
    reason = forms.CharField(
        label="Почему меняется определение",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Например: приказ от 01.09.2021 № 125, новая редакция программы. Для правки одних текстов не нужно.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, periods: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].choices = [("", "— выберите —"), *labelled(periods)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("applies") == FROM_PERIOD and not cleaned.get("since") and "since" not in self.errors:
            self.add_error("since", "Выберите период, с которого действует новое определение.")
        return cleaned

    @property
    def valid_from(self) -> dt.date | None:
        if self.cleaned_data["applies"] != FROM_PERIOD:
            return None
        return Period.parse(self.cleaned_data["since"]).starts_on


def labelled(periods: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, Period.parse(code).label) for code in periods]


def periods_to_choose(kind: str, school_year: int, measured_on: Iterable[str]) -> list[str]:
    """The periods around a school year from which a definition may begin to hold, the latest first."""
    years = range(school_year + 3, school_year - 6, -1)
    match kind:
        case PeriodKind.SCHOOL_YEAR:
            return [f"{year:04d}" for year in years]
        case PeriodKind.CALENDAR_YEAR:
            return [f"cy{year:04d}" for year in years]
        case PeriodKind.HALF_YEAR:
            return [f"{year:04d}h{half}" for year in years for half in (2, 1)]
        case PeriodKind.QUARTER:
            return [f"{year:04d}q{quarter}" for year in years for quarter in (4, 3, 2, 1)]
        case _:
            return sorted(measured_on, reverse=True)
