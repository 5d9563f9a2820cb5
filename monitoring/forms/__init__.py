"""Input of the upload pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings

from indicators.procedures import Attempt, Procedure, Wave
from indicators.subjects import SUBJECTS
from monitoring.forms.numbers import NumberField
from monitoring.models import UploadEntry
from monitoring.queries.objectivity import exam_in_words, exam_key
from monitoring.signs import Thresholds
from schools.forms import ManyFilesField
from schools.models import Municipality, School
from schools.periods import school_year_label

EMPTY = ("", "— выберите —")


class UploadForm(forms.Form):
    files = ManyFilesField(
        at_least_one="Выберите хотя бы один файл: .xlsx, .xls, .csv или архив .zip.",
        label="Файлы",
        allow_empty_file=True,  # the reading says so of that file and takes the others
        help_text="Можно выбрать сразу несколько: .xlsx, .xls, .csv или архив .zip.",
    )

    def clean_files(self) -> list[Any]:
        files = self.cleaned_data["files"]
        size = sum(file.size for file in files)
        if size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(f"Файлы вместе больше {limit} МБ: загрузите их несколькими частями.")
        return files


def _choices(option: str) -> list[tuple[str, str]] | None:
    match option:
        case "subject":
            return [
                EMPTY,
                *sorted(((subject.code, subject.name) for subject in SUBJECTS.values()), key=lambda pair: pair[1]),
            ]
        case "procedure":
            return [EMPTY, *((procedure.value, procedure.label) for procedure in Procedure)]
        case "wave":
            return [EMPTY, (Wave.SPRING, Wave.SPRING.label), (Wave.AUTUMN, Wave.AUTUMN.label)]
        case "attempt":
            return [EMPTY, (Attempt.FIRST, "основной период"), (Attempt.RESIT, Attempt.RESIT.label)]
        case "grade":
            return [EMPTY, *((str(grade), f"{grade} класс") for grade in range(1, 12))]
        case "year":
            return [EMPTY, *((str(year), school_year_label(year)) for year in range(2035, 2014, -1))]
    return None


LABELS = {
    "subject": "Предмет",
    "procedure": "Процедура",
    "wave": "Волна",
    "attempt": "Попытка",
    "grade": "Класс",
    "year": "Учебный год",
    "date": "Дата экзамена",
}


class QuestionsForm(forms.Form):
    """One field for each question that the files of an upload leave open."""

    def __init__(self, *args: Any, entries: list[UploadEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, tuple[str, str]] = {}
        for entry in entries:
            asked = {problem.get("option", "") for problem in entry.problems if problem["severity"] == "question"}
            for option in sorted(asked & set(LABELS)):
                self._ask(entry, option)

    def _ask(self, entry: UploadEntry, option: str) -> None:
        if (entry.name, option) in self.places.values():
            return
        name = f"e{entry.position}-{option}"
        self.places[name] = (entry.name, option)
        label = f"{LABELS[option]}: {entry.name}"
        choices = _choices(option)
        if choices:
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
        else:
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                input_formats=["%d.%m.%Y", "%Y-%m-%d"],
                help_text="В виде 27.05.2021",
                error_messages={"invalid": "Запишите дату в виде 27.05.2021."},
            )

    def answers(self) -> dict[str, dict[str, str]]:
        """What was filled in, by file name."""
        said: dict[str, dict[str, str]] = {}
        for name, (file, option) in self.places.items():
            value = self.cleaned_data.get(name)
            if value:
                said.setdefault(file, {})[option] = str(value)
        return said


class MatchForm(forms.Form):
    """Which school a code, login or name of a file means."""

    kind = forms.ChoiceField(
        choices=[("code", "код"), ("login", "логин"), ("name", "название")], widget=forms.HiddenInput
    )
    key = forms.CharField(max_length=500, widget=forms.HiddenInput)
    school = forms.ModelChoiceField(
        queryset=School.objects.none(),
        label="Школа",
        empty_label="— выберите школу —",
        error_messages={"required": "Выберите школу из списка."},
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = municipality.schools.order_by("name")


class TopicsForm(forms.Form):
    """The topic of each task of a work; an empty one takes the name away."""

    def __init__(self, *args: Any, tasks: Sequence[str], topics: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tasks = {f"task-{place}": task for place, task in enumerate(tasks)}
        for name, task in self.tasks.items():
            self.fields[name] = forms.CharField(
                label=f"Задание {task}", required=False, max_length=200, initial=topics.get(task, "")
            )

    def topics(self) -> dict[str, str]:
        return {task: str(self.cleaned_data[name]).strip() for name, task in self.tasks.items()}


class SummaryRuleForm(forms.Form):
    """By which basic indicators a school is in the summary table."""

    between = forms.ChoiceField(
        label="Отрицательная динамика по основным показателям",
        choices=[("all", "по всем («и»)"), ("any", "хотя бы по одному («или»)")],
    )
    within = forms.ChoiceField(
        label="Если у основного показателя несколько рядов (предметы, классы)",
        choices=[("any", "достаточно одного ряда"), ("all", "нужны все ряды, по которым есть данные")],
    )
    shown_only = forms.MultipleChoiceField(
        label="Показывать в таблице, но не учитывать",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, rule: Any, indicators: Sequence[Any], **kwargs: Any) -> None:
        initial = {"between": rule.between, "within": rule.within, "shown_only": rule.shown_only}
        super().__init__(*args, initial=initial, **kwargs)
        field: Any = self.fields["shown_only"]
        field.choices = [(row.code, row.short_name) for row in indicators if row.reference_rule]

    def clean_shown_only(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["shown_only"]
        known: Any = self.fields["shown_only"]
        if known.choices and len(chosen) == len(known.choices):
            raise forms.ValidationError("Оставьте хотя бы один показатель, по которому решается, войдёт ли школа.")
        return chosen


class MarkForm(forms.Form):
    """Which results of a school are not to be trusted, and why."""

    exam = forms.ChoiceField(
        label="Результаты", error_messages={"required": "Выберите, какие результаты не учитывать."}
    )
    reason = forms.CharField(
        label="Причина",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Что установлено и кем: её увидят все, кому открыты результаты школы.",
        error_messages={"required": "Напишите причину: без неё результаты не исключают."},
    )

    def __init__(self, *args: Any, exams: list[tuple[int, str, str, int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["exam"]
        self._exams = {exam_key(*exam): exam for exam in exams}
        field.choices = [EMPTY, *((key, _exam_of_year(*exam)) for key, exam in self._exams.items())]

    @property
    def chosen(self) -> dict[str, Any]:
        """The exam, by the names of a flag's fields."""
        exam = self._exams[self.cleaned_data["exam"]]
        return dict(zip(("school_year", "procedure", "subject", "grade", "wave"), exam, strict=True))


def _exam_of_year(school_year: int, procedure: str, subject: str, grade: int, wave: str) -> str:
    return f"{exam_in_words(procedure, subject, grade, wave)}, {school_year_label(school_year)}"


class LiftForm(forms.Form):
    reason = forms.CharField(
        label="Почему отметка снимается",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Напишите, почему отметка снимается: она останется в истории вместе с причиной."},
    )


class ThresholdsForm(forms.Form):
    """From where on a fact is shown as a possible sign; what is not said stays as usual."""

    BOUNDS: dict[str, Any] = {"least": 1, "most": 100, "max_digits": 5, "decimal_places": 2, "required": False}

    journal = NumberField(label="Расхождение с журналом, п. п.", **BOUNDS)
    peak = NumberField(label="Пик: во сколько раз больше соседних", **BOUNDS)

    def thresholds(self) -> Thresholds:
        """Those that were filled in rightly, the usual ones for the rest."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        usual = Thresholds()
        return Thresholds(
            journal_points=said.get("journal") or usual.journal_points, peak_ratio=said.get("peak") or usual.peak_ratio
        )
