"""The scores of a sheet as a form for each criterion, and the words of criteria."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mentoring.forms.meetings import FilesForm
from mentoring.models.scores import MENDED
from mentoring.queries.scoring import ScoredSheet, ScoreLine
from mentoring.services.score_criteria import CriterionTold, EditionTold
from mentoring.services.scores import MarkTold
from roadmaps.plans.people import people_named
from schools.forms.versions import Difference, differences

WORDS = ("why", "evidence", "link", "shortcoming", "cause", "mended")
OF_SCHOOLS = ("shortcoming", "cause")
BLANK_CRITERIA = 1  # lines for new ones after those that there are


def _text(label: str, **options: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=5000, widget=area, **options)


class MarkForm(forms.Form):
    """One criterion, by whose code the fields are named."""

    score = forms.TypedChoiceField(label="Балл", coerce=int, empty_value=None, required=False, widget=forms.RadioSelect)
    why = forms.CharField(
        label="Почему балл не тот, что предлагает портал",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    evidence = _text("Подтверждение", help_text="Документ, приказ, справка: что подтверждает балл.")
    link = forms.URLField(label="Ссылка", required=False, max_length=1000, assume_scheme="https")
    mended = forms.ChoiceField(
        label="Что стало с недостатком прошлого года", required=False, choices=[("", "не отмечено"), *MENDED]
    )
    shortcoming = _text("Недостаток, который нужно устранить за год")
    cause = _text("Его причина")

    def __init__(self, *args: Any, line: ScoreLine, of_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        score: Any = self.fields["score"]
        score.choices = [("", "без балла"), *(
            (str(number), f"{number} — {words}") for number, words in enumerate(line.criterion.steps)
        )]  # fmt: skip
        if not line.was_to_mend:
            del self.fields["mended"]
        for name in OF_SCHOOLS if not of_school else ():
            del self.fields[name]
        if line.mark is None or (line.mark.suggested is None and not line.mark.why):
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        without_people(self, "why", "evidence", "shortcoming", "cause")
        if found.get("cause") and not found.get("shortcoming"):
            self.add_error("shortcoming", "Причина записана, а недостаток нет: назовите его.")
        return found

    @property
    def told(self) -> MarkTold:
        return MarkTold(**self.cleaned_data)

    def differences(self) -> list[Difference]:
        """Against what is stored, of which `line` tells."""
        if self.line.mark is None:
            return []
        found = differences(self, self.line.mark, [*self.cleaned_data])
        return [(f"{self.line.criterion.position}. {where}", words) for where, words in found]


class SheetForm(forms.Form):
    """What a sheet says as a whole."""

    conclusion = forms.CharField(
        label="Выводы", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        without_people(self, "conclusion")
        return found


def without_people(form: forms.Form, *fields: str) -> None:
    """Schools and viewers read a sheet once it is confirmed."""
    for name in fields:
        if found := people_named(form.cleaned_data.get(name) or ""):
            form.add_error(name, f"Лист прочтут школа и наблюдатели: уберите имя «{found[0]}», напишите должность.")


def mark_forms(data: Any, scored: ScoredSheet) -> list[MarkForm]:
    of_school = scored.sheet.school_id is not None
    return [
        MarkForm(data, prefix=line.criterion.code, line=line, of_school=of_school, initial=_initial(line))
        for line in scored.lines
    ]


def _initial(line: ScoreLine) -> dict[str, Any]:
    if line.mark is None:
        return {}
    score = "" if line.mark.score is None else str(line.mark.score)
    return {"score": score} | {name: getattr(line.mark, name) for name in WORDS}


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label="Почему лист возвращается в работу",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Напишите причину: без неё утверждённый лист не возвращается."},
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ScoreFilesForm(FilesForm):
    """Files for the criterion that is chosen."""

    criterion = forms.ChoiceField(label="К какому критерию")
    field_order = ("criterion", "photos", "files")

    def __init__(self, *args: Any, lines: Sequence[ScoreLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["criterion"]
        field.choices = [(line.criterion.code, f"{line.criterion.position}. {line.criterion}") for line in lines]


class EditionForm(forms.Form):
    """The bounds of the levels and where the criteria come from."""

    middle_from = forms.IntegerField(label="Удовлетворительный уровень — с суммы баллов", min_value=1, max_value=1000)
    high_from = forms.IntegerField(label="Оптимальный уровень — с суммы баллов", min_value=2, max_value=1000)
    source = _text("Откуда взяты критерии и шкалы")
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        middle, high = found.get("middle_from"), found.get("high_from")
        if middle is not None and high is not None and high <= middle:
            self.add_error("high_from", "Оптимальный уровень начинается выше удовлетворительного.")
        return found

    def told(self, criteria: Sequence[CriterionTold]) -> EditionTold:
        said = self.cleaned_data
        return EditionTold(said["middle_from"], said["high_from"], said["source"].strip(), criteria)


class CriterionForm(forms.Form):
    """A criterion without a text is taken out."""

    text = forms.CharField(label="Критерий", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    scale = forms.CharField(
        label="Шкала", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Каждый балл — своя строка, первая — за 0 баллов. Сколько строк, столько и баллов.",
    )  # fmt: skip
    place = forms.IntegerField(label="Место", required=False, min_value=1, max_value=100)
    by_centre = forms.BooleanField(label="Муниципальный уровень ответственности", required=False)
    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("text") and len(self._steps(found)) < 2:
            self.add_error("scale", "Нужно хотя бы две строки: что значит 0 и что значит наибольший балл.")
        if found.get("scale") and not found.get("text") and not found.get("code"):
            self.add_error("text", "Шкала есть, а критерия нет: назовите его.")
        return found

    @staticmethod
    def _steps(found: dict[str, Any]) -> tuple[str, ...]:
        return tuple(line.strip() for line in found.get("scale", "").splitlines() if line.strip())

    @property
    def told(self) -> CriterionTold | None:
        said = self.cleaned_data
        if not said.get("text"):
            return None
        return CriterionTold(said["code"], said["text"].strip(), self._steps(said), said["by_centre"])


CriterionForms = forms.formset_factory(CriterionForm, extra=BLANK_CRITERIA, max_num=40, absolute_max=40)


def criteria_initial(criteria: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "text": one.text, "scale": one.scale, "place": one.position, "by_centre": one.by_centre}
        for one in criteria
    ]


def told_criteria(lines: Any) -> list[CriterionTold]:
    """In the order of their places, those without one behind."""
    known = [(form.cleaned_data.get("place") or 1000, form.told) for form in lines if form.cleaned_data]
    return [told for _, told in sorted(known, key=lambda one: one[0]) if told]
