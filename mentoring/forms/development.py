"""Forms of what is kept about a teacher: courses, deficits, competence of a year, plans with their rows, reports."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from mentoring.forms.records import RecordForm
from mentoring.models import (
    CompetenceMark,
    Course,
    Deficit,
    DevelopmentPlan,
    DevelopmentStep,
    SupportReport,
    Teacher,
)
from mentoring.models.development import VERDICTS
from mentoring.queries.development import support_facts
from roadmaps.forms.registers import field_of
from roadmaps.plans.bounds import term_problem

YES_OR_NO = [("unknown", "не указано"), ("true", "да"), ("false", "нет")]
NOT_HELD = {"expert": "не проводилась", "test": "не проводился"}
SECOND_PLAN = "В эти дни уже действует другой: {plan}. Допишите строки в него или сначала завершите его."
IN_FUTURE = "Этот день ещё не наступил: проверьте дату."
NO_PUPILS = "Без фамилий учеников."


class OfTeacherForm(RecordForm):
    """`teacher` is whom the row is about; `is_centre` tells whether the centre writes it."""

    past: tuple[str, ...] = ()  # days that have been

    def __init__(self, *args: Any, teacher: Teacher, is_centre: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teacher = teacher
        if "deficit" in self.fields:
            field = self.fields["deficit"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.empty_label = Deficit.objects.filter(teacher=teacher), "Никакой из записанных"

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for name in self.past:
            day: dt.date | None = found.get(name)
            if day and day > timezone.localdate():
                self.add_error(name, IN_FUTURE)
        return found


class CourseForm(OfTeacherForm):
    past = ("finished_on",)

    class Meta:
        model = Course
        formfield_callback = field_of
        fields = (
            "kind", "title", "organisation", "is_regional", "hours", "finished_on", "certificate", "deficit",
        )  # fmt: skip
        help_texts = {
            "is_regional": "От этого зависит третий из пяти показателей предметной компетенции.",
            "finished_on": "Будущие курсы вносят в план развития.",
        }

    def clean_hours(self) -> int:
        hours: int = self.cleaned_data["hours"]
        if not 1 <= hours <= 2000:
            raise forms.ValidationError("Впишите число часов от 1 до 2000.")
        return hours


class DeficitForm(OfTeacherForm):
    nameless = ("text", "closed_how")
    past = ("found_on", "closed_on")
    once_by = ("text",)
    twice = "Такой дефицит уже записан и не восполнен: откройте его в карточке учителя и допишите."

    class Meta:
        model = Deficit
        formfield_callback = field_of
        fields = ("kind", "text", "found_how", "found_on", "closed_on", "closed_how")
        help_texts = {
            "text": f"Например: решение задач с параметром; формирующее оценивание. {NO_PUPILS}",
            "closed_on": "Когда стало ясно, что дефицита больше нет. Пока он есть, оставьте пустым.",
            "closed_how": "Чем подтверждено: повторная диагностика, анализ урока, курсы.",
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        closed_on, how = found.get("closed_on"), found.get("closed_how")
        if closed_on and not how:
            self.add_error("closed_how", "Напишите, как восполнен дефицит.")
        if how and not closed_on and "closed_on" not in self.errors:
            self.add_error("closed_on", "Впишите день, когда дефицит восполнен.")
        if closed_on and found.get("found_on") and closed_on < found["found_on"]:
            self.add_error("closed_on", "Дефицит не восполняют раньше, чем он выявлен: проверьте даты.")
        return found

    def others(self) -> QuerySet[Deficit]:
        """What was mended once may come back."""
        return Deficit.objects.filter(teacher=self.teacher, closed_on=None)


class CompetenceForm(OfTeacherForm):
    """The experts' word and the test are for the centre to say, the level of teaching for the school too."""

    past = ("expert_on", "test_on")
    of_centre = ("expert", "expert_on", "test", "test_percent", "test_on")

    class Meta:
        model = CompetenceMark
        formfield_callback = field_of
        fields = ("expert", "expert_on", "test", "test_percent", "test_on", "advanced_first", "advanced_second")
        help_texts = {
            "expert": "Вывод муниципального сообщества: тьюторов, методического объединения.",
            "test": "По материалам регионального института.",
        }

    def __init__(self, *args: Any, is_centre: bool, **kwargs: Any) -> None:
        super().__init__(*args, is_centre=is_centre, **kwargs)
        for name in () if is_centre else self.of_centre:
            del self.fields[name]
        for name in ("advanced_first", "advanced_second"):
            self._offer(name, YES_OR_NO)
        for name in NOT_HELD.keys() & self.fields.keys():
            self._offer(name, [("", NOT_HELD[name]), *VERDICTS])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.widget.choices = choices

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for name, further in (("expert", ("expert_on",)), ("test", ("test_on", "test_percent"))):
            if name in self.fields and not found.get(name) and any(found.get(one) is not None for one in further):
                self.add_error(name, "Выберите результат или уберите остальное.")
        if (found.get("test_percent") or 0) > 100:
            self.add_error("test_percent", "Больше 100 % не бывает.")
        return found


class DevelopmentPlanForm(OfTeacherForm):
    nameless = ("aim", "outcome")

    class Meta:
        model = DevelopmentPlan
        formfield_callback = field_of
        fields = ("aim", "starts_on", "ends_on", "state", "outcome")
        help_texts = {
            "aim": f"Какие дефициты восполняет план и чего учитель достигнет. {NO_PUPILS}",
            "state": "По проекту никто не опаздывает. Реализован план, в котором нет предстоящих строк.",
            "outcome": "Чем закончился; у прекращённого — почему.",
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if problem := term_problem(found.get("starts_on"), found.get("ends_on")):
            self.add_error("ends_on", problem)
        state = found.get("state")
        if state == DevelopmentPlan.State.DROPPED and not found.get("outcome"):
            self.add_error("outcome", "Напишите, почему план прекращён.")
        states = set(self.instance.steps.values_list("state", flat=True)) if self.instance.pk else set()
        if state == DevelopmentPlan.State.DONE and (not states or DevelopmentStep.State.PLANNED in states):
            self.add_error("state", "В плане есть предстоящие строки или ещё нет ни одной: сначала отметьте их.")
        if state == DevelopmentPlan.State.ACTIVE and not self.errors:
            self._refuse_second(found["starts_on"], found["ends_on"])
        return found

    def _refuse_second(self, starts_on: dt.date, ends_on: dt.date) -> None:
        """A teacher grows by one plan at a time."""
        active = DevelopmentPlan.objects.filter(teacher=self.teacher, state=DevelopmentPlan.State.ACTIVE)
        other = active.exclude(pk=self.instance.pk).filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
        if other is not None:
            self.add_error("state", SECOND_PLAN.format(plan=other))


class DevelopmentStepForm(OfTeacherForm):
    nameless = ("title", "result")
    past = ("done_on",)

    class Meta:
        model = DevelopmentStep
        formfield_callback = field_of
        fields = ("form", "title", "deficit", "due_on", "state", "done_on", "result")
        help_texts = {"result": NO_PUPILS}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        is_done = found.get("state") == DevelopmentStep.State.DONE
        if is_done and not found.get("done_on") and "done_on" not in self.errors:
            self.add_error("done_on", "Впишите день, когда это сделано.")
        if not is_done and found.get("done_on"):
            self.add_error("state", "Есть день выполнения: отметьте строку выполненной или уберите день.")
        return found


class SupportReportForm(OfTeacherForm):
    nameless = ("done", "outcome", "advice")

    class Meta:
        model = SupportReport
        formfield_callback = field_of
        fields = ("done", "outcome", "advice", "state")
        help_texts = {
            "done": f"Числа о встречах, курсах и строках плана портал поставит сам. {NO_PUPILS}",
            "state": "Сданный отчёт хранит числа такими, какими они были в день сдачи.",
        }

    @property
    def told(self) -> dict[str, Any]:
        """Handed in now, it takes the numbers along; taken back, it lets them go."""
        found, today = super().told, timezone.localdate()
        if found["state"] == SupportReport.State.DRAFT:
            return found | {"handed_in_on": None, "facts": []}
        if self.initial.get("state") == SupportReport.State.HANDED_IN:
            return found
        facts = support_facts(self.teacher, self.instance.school_year, today)
        return found | {"handed_in_on": today, "facts": [list(fact) for fact in facts]}
