"""Input of the pages of the identification: parameters, groups, decisions, the order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from indicators.models import Indicator, StatisticKind
from indicators.procedures import Attempt, Procedure
from monitoring.calculations import covered_subjects
from monitoring.forms.numbers import NumberField, WholeNumberField
from monitoring.identification.groups import Cut, CutKind, Group, GroupSettings
from monitoring.identification.parameters import EXAMS_TO_CHOOSE, Exam, Mode, Parameters, denies_vpr
from monitoring.identification_wording import group_means
from monitoring.queries.identification_decisions import DecisionLine, Question, versions_of
from monitoring.services.identification import Said
from schools.models import Category
from schools.orders import OrderDateField
from schools.wording import moment

YES, NO = "yes", "no"
YES_NO = {YES: True, NO: False}
SOURCE = forms.CharField(
    label="Источник",
    widget=forms.Textarea(attrs={"rows": 3}),
    help_text="Документ, по которому заданы параметры: вид, дата, номер, пункт. Он показывается вместе с правилом.",
    error_messages={"required": "Назовите документ, по которому заданы эти параметры."},
)


def yes_no(label: str, yes: str, no: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[(YES, yes), (NO, no)], help_text=help_text)


class ParametersForm(forms.Form):
    """The rule of a year; in an address it holds a whole other rule to be tried."""

    exams = forms.MultipleChoiceField(
        label="Процедуры",
        choices=[(exam.code, exam.label) for exam in EXAMS_TO_CHOOSE],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns"}),
        error_messages={"required": "Отметьте хотя бы одну процедуру."},
    )
    threshold = NumberField(
        label="Порог, %",
        least=0,
        most=100,
        max_digits=5,
        decimal_places=2,
        help_text="Доля участников с низким результатом, например 30 или 30,5.",
    )
    inclusive = yes_no("Ровно на пороге", "низкий результат (≥)", "ещё не низкий (>)")
    min_procedures = WholeNumberField(label="Не менее процедур", least=1, most=99)
    window_years = WholeNumberField(
        label="Окно, учебных лет", least=1, most=5, help_text="Заканчивается годом идентификации."
    )
    mode = forms.ChoiceField(label="Процедуры считаются", choices=[(mode.value, mode.label) for mode in Mode])
    attempt = forms.ChoiceField(
        label="Попытка", choices=[(attempt.value, attempt.label) for attempt in (Attempt.FIRST, Attempt.BEST)]
    )
    leave_out = yes_no("Необъективные результаты", "не учитывать", "учитывать")
    min_n = WholeNumberField(
        label="Наименьшее число участников",
        least=1,
        most=100,
        help_text="Если участников меньше, процедура не учитывается: «недостаточно данных».",
    )

    def clean_exams(self) -> tuple[Exam, ...]:
        chosen = set(self.cleaned_data["exams"])
        exams = tuple(exam for exam in EXAMS_TO_CHOOSE if exam.code in chosen)
        of_ege = {exam.subject for exam in exams if exam.procedure == Procedure.EGE}
        # The union of both levels, and a level beside it.
        if {"mathematics"} < of_ege.intersection(covered_subjects(Procedure.EGE, "mathematics")):
            raise forms.ValidationError(
                "Математика ЕГЭ выбрана и целиком, и по уровням: одни и те же участники считались бы дважды. "
                "Оставьте либо «Математика», либо уровни."
            )
        return exams

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if {"exams", "min_procedures", "window_years", "mode"} <= said.keys():
            years = 1 if said["mode"] == Mode.EACH_YEAR else said["window_years"]
            most = len(said["exams"]) * years
            if said["min_procedures"] > most:
                self.add_error("min_procedures", f"Столько процедур в окне не наберётся: их самое большее {most}.")
        return said

    def parameters(self) -> Parameters:
        said = self.cleaned_data
        return Parameters(
            exams=said["exams"],
            threshold=Decimal(said["threshold"]),
            inclusive=YES_NO[said["inclusive"]],
            min_procedures=said["min_procedures"],
            window_years=said["window_years"],
            mode=Mode(said["mode"]),
            attempt=Attempt(said["attempt"]),
            leave_out_not_objective=YES_NO[said["leave_out"]],
            min_n=said["min_n"],
        )

    @staticmethod
    def initial_of(parameters: Parameters) -> dict[str, Any]:
        return {
            "exams": [exam.code for exam in parameters.exams],
            "threshold": parameters.threshold,
            "inclusive": YES if parameters.inclusive else NO,
            "min_procedures": parameters.min_procedures,
            "window_years": parameters.window_years,
            "mode": parameters.mode.value,
            "attempt": parameters.attempt.value,
            "leave_out": YES if parameters.leave_out_not_objective else NO,
            "min_n": parameters.min_n,
        }

    @classmethod
    def query_of(cls, parameters: Parameters) -> str:
        """The rule as an address holds it."""
        return urlencode(cls.initial_of(parameters), doseq=True)

    @classmethod
    def is_in(cls, query: Mapping[str, Any]) -> bool:
        return any(name in query for name in cls.base_fields)


class RuleForm(ParametersForm):
    """A new version of the year's rule, with where it comes from."""

    source = SOURCE

    def clean(self) -> dict[str, Any]:
        """The source that says that ВПР does not count cannot be that of a rule that counts it (ADR 21)."""
        said = super().clean() or {}
        counts_vpr = any(exam.procedure == Procedure.VPR for exam in said.get("exams", ()))
        if counts_vpr and denies_vpr(said.get("source", "")):
            self.add_error(
                "source",
                "В процедурах отмечены ВПР, а этот источник говорит, что ВПР не учитываются. Назовите документ, по "
                "которому они учитываются, или снимите отметки с ВПР.",
            )
        return said


# --- Groups


def lines_of_cut() -> tuple[NumberField, NumberField, NumberField]:
    """What an axis is cut with, by the way of cutting: the others are left alone."""
    fixed = {"required": False, "help_text": f"Только для способа «{CutKind.FIXED.label}»."}
    band = NumberField(
        label="Полоса у медианы, ±",
        least=0,
        required=False,
        help_text=f"Только для способа «{CutKind.MEDIAN.label}»; 0 — полосы нет.",
    )
    return band, NumberField(label="Нижняя линия", **fixed), NumberField(label="Верхняя линия", **fixed)


class GroupsForm(forms.Form):
    """The axes of the groups; in an address it holds others to be tried."""

    indicators = forms.MultipleChoiceField(
        label="Результаты: показатели",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "columns"}),
        help_text="Если ни один не отмечен — доля низких результатов всех учтённых процедур правила. "
        "Если отмечено несколько — среднее их мест между худшей (0) и лучшей (100) школой.",
    )
    result_kind = forms.ChoiceField(
        label="Результаты: чем делить", choices=[(kind.value, kind.label) for kind in CutKind]
    )
    result_band, result_low, result_high = lines_of_cut()
    statistic = forms.ChoiceField(label="Условия: сведения школ")
    more_is_better = yes_no("Условия: чем больше, тем", "благоприятнее", "сложнее")
    condition_kind = forms.ChoiceField(
        label="Условия: чем делить", choices=[(kind.value, kind.label) for kind in CutKind]
    )
    condition_band, condition_low, condition_high = lines_of_cut()

    def __init__(
        self, *args: Any, indicators: QuerySet[Indicator], statistics: QuerySet[StatisticKind], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = [(row.code, row.short_name) for row in indicators]
        self.fields["statistic"].choices = [(row.code, row.name) for row in statistics]
        for group in Group:
            self.fields[f"label_{group.value}"] = forms.CharField(
                label=Category(group.value).label,
                max_length=60,
                required=False,
                help_text=group_means(group),
                widget=forms.TextInput(attrs={"placeholder": Category(group.value).label}),
            )

    @property
    def label_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("label_")]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for axis in ("result", "condition"):
            low, high = said.get(f"{axis}_low"), said.get(f"{axis}_high")
            if said.get(f"{axis}_kind") != CutKind.FIXED:
                continue
            if low is None or high is None:
                self.add_error(f"{axis}_low", "Для заданных значений нужны обе линии; они могут совпадать.")
            elif low > high:
                self.add_error(f"{axis}_low", "Нижняя линия выше верхней: поменяйте их местами.")
        return said

    def settings(self) -> GroupSettings:
        said = self.cleaned_data
        labels = {group.value: said[f"label_{group.value}"].strip() for group in Group}
        return GroupSettings(
            indicators=tuple(said["indicators"]),
            statistic=said["statistic"],
            more_is_better=YES_NO[said["more_is_better"]],
            result_cut=self._cut("result"),
            condition_cut=self._cut("condition"),
            labels={group: label for group, label in labels.items() if label},
        )

    def _cut(self, axis: str) -> Cut:
        said = self.cleaned_data
        kind = CutKind(said[f"{axis}_kind"])
        if kind is CutKind.FIXED:
            return Cut(kind, low=said[f"{axis}_low"], high=said[f"{axis}_high"])
        return Cut(kind, band=(said[f"{axis}_band"] or Decimal(0)) if kind is CutKind.MEDIAN else Decimal(0))

    @staticmethod
    def initial_of(settings: GroupSettings) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "indicators": list(settings.indicators),
            "statistic": settings.statistic,
            "more_is_better": YES if settings.more_is_better else NO,
        }
        for axis, cut in (("result", settings.result_cut), ("condition", settings.condition_cut)):
            fields |= {f"{axis}_kind": cut.kind.value, f"{axis}_band": cut.band}
            fields |= {f"{axis}_low": cut.low, f"{axis}_high": cut.high}
        return fields | {f"label_{group}": label for group, label in settings.labels.items()}


class SavedGroupsForm(GroupsForm):
    """Groups as a new version of the year's rule."""

    source = SOURCE


# --- Decisions and the order


@dataclass(frozen=True)
class Asked:
    """One question of a line with its fields."""

    line: DecisionLine
    question: Question
    choice: forms.BoundField
    reason: forms.BoundField
    seen: forms.BoundField


class DecisionsForm(forms.Form):
    """Lines of one page. What was shown comes back beside what was typed: only what a person has changed is theirs."""

    def __init__(self, *args: Any, lines: Sequence[DecisionLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            for question in line.questions:
                self._ask(line, question)

    def _ask(self, line: DecisionLine, question: Question) -> None:
        name = f"{question.part}-{line.school.pk}"
        choice = forms.ChoiceField(
            label=f"{question.title}: {line.school.name}",
            choices=question.options,
            initial=question.chosen,
            required=False,  # «ни в одной группе» is an answer, and a blank one
        )
        reason = forms.CharField(
            label=f"Основание, {question.title}: {line.school.name}",
            required=False,
            initial=question.reason,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        choice.show_hidden_initial = reason.show_hidden_initial = True
        seen = forms.CharField(initial=question.seen, required=False, widget=forms.HiddenInput)
        self.fields |= {name: choice, f"reason-{name}": reason, f"seen-{name}": seen}

    def asked(self) -> list[tuple[DecisionLine, list[Asked]]]:
        return [(line, [self._asked(line, question) for question in line.questions]) for line in self.lines]

    def _asked(self, line: DecisionLine, question: Question) -> Asked:
        name = f"{question.part}-{line.school.pk}"
        return Asked(line, question, self[name], self[f"reason-{name}"], self[f"seen-{name}"])

    def _changed(self) -> list[Asked]:
        changed = set(self.changed_data)
        return [asked for _, row in self.asked() for asked in row if {asked.choice.name, asked.reason.name} & changed]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for asked in self._changed():
            chosen, reason = said.get(asked.choice.name), said.get(asked.reason.name, "").strip()
            if chosen is not None and chosen != asked.question.proposed and not reason:
                self.add_error(
                    asked.reason.name, "Решение расходится с предложением: напишите, на каком основании оно принято."
                )
        return said

    def said(self) -> list[Said]:
        """What this person has decided, category by category, with the versions that they saw."""
        return [
            Said(
                school=asked.line.school,
                category=category,
                is_included=is_included,
                reason=self.cleaned_data[asked.reason.name],
                seen_version=versions_of(self.cleaned_data[asked.seen.name]).get(category, 0),
            )
            for asked in self._changed()
            for category, is_included in asked.question.answer(self.cleaned_data[asked.choice.name]).items()
        ]

    def with_what_others_decided(
        self, lines: Sequence[DecisionLine], others: Collection[tuple[int, str]]
    ) -> "DecisionsForm":
        """What was typed stays, and beside it stands what others (schools and categories) have kept meanwhile, so that
        it is seen before saving. What this person has left alone shows what is kept now."""
        data: QueryDict = self.data.copy()
        typed = {(asked.line.school.pk, asked.question.part) for asked in self._changed()}
        conflicts = []
        for line in lines:
            for question in line.questions:
                name = f"{question.part}-{line.school.pk}"
                is_typed = (line.school.pk, question.part) in typed
                if not is_typed:
                    data[name], data[f"reason-{name}"] = question.chosen, question.reason
                elif any((line.school.pk, category) in others for category in question.categories):
                    conflicts.append((line.school.name, name, question))
                else:
                    continue
                data[f"seen-{name}"] = question.seen
                data[f"initial-{name}"], data[f"initial-reason-{name}"] = question.chosen, question.reason
        form = DecisionsForm(data, lines=lines)
        form.full_clean()
        form._tell_of(conflicts)
        return form

    def _tell_of(self, conflicts: Sequence[tuple[str, str, Question]]) -> None:
        """Once for the whole form, with the schools that it is about; at each of them, what others have decided."""
        for _, name, question in conflicts:
            self.add_error(name, conflict_text(question))
        schools = ", ".join(dict.fromkeys(school for school, _, _ in conflicts))  # their names have quotes of their own
        self.add_error(
            None,
            "Ничего не сохранено: пока вы работали, другие сотрудники изменили решения, которые меняете и вы: "
            f"{schools}. Что они записали, сказано у каждой из этих школ, а введённое вами осталось. Сверьте и "
            "сохраните ещё раз.",
        )


def conflict_text(question: Question) -> str:
    """«Сейчас записано: включить (Иванова И. И., 12.03.2021 в 14:05), основание: второй год подряд.»"""
    row = question.decided
    by = f" ({', '.join(map(str, filter(None, [row.decided_by, moment(row.decided_at)])))})" if row else ""
    reason = f", основание: {question.reason}" if question.reason else ""
    return f"Сейчас записано: {question.chosen_label}{by}{reason}. Сохраните ещё раз, если верно ваше."


class PublicationForm(forms.Form):
    order_number = forms.CharField(
        label="Номер приказа", max_length=60, error_messages={"required": "Укажите номер приказа."}
    )
    order_date = OrderDateField(error_messages={"required": "Укажите дату приказа."})
    seen = forms.CharField(widget=forms.HiddenInput, required=False)  # whoever sends none has seen nothing

    def __init__(self, *args: Any, school_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order_date"].school_year = school_year
