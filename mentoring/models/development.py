"""How a teacher grows: courses, the five competence indicators of a year, deficits, plans of development, reports of
support. For their school, the centre, themselves and whoever is their mentor now, like the teacher's name."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from mentoring.competence import VERDICT_LABELS
from mentoring.models.people import Teacher
from mentoring.models.records import KeptRow

VERDICTS = [(verdict.value, label) for verdict, label in VERDICT_LABELS.items()]


class OfTeacherQuerySet(models.QuerySet[Any]):
    teacher = "teacher"

    def visible_to(self, user: Any) -> Self:
        """As the teacher."""
        return self.filter(**{f"{self.teacher}__in": Teacher.objects.visible_to(user)})


class OfPlanQuerySet(OfTeacherQuerySet):
    teacher = "plan__teacher"


class TeacherRow(KeptRow):
    """About one teacher."""

    teacher: models.ForeignKey[Any, Teacher]
    teacher_id: int
    objects = OfTeacherQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def municipality_id(self) -> int:
        return self.teacher.school.municipality_id

    def get_absolute_url(self) -> str:
        return reverse("mentoring:teacher", args=[self.teacher_id])


class Deficit(TeacherRow):
    """What was found that a teacher cannot do yet: how, when, and how it was mended."""

    class Kind(models.TextChoices):  # as the analysis of Назарово names them
        SUBJECT = "subject", "предметный"
        METHODICAL = "methodical", "методический"
        PSYCHOLOGICAL = "psychological", "психолого-педагогический"

    class Found(models.TextChoices):
        DIAGNOSTICS = "diagnostics", "профессиональная диагностика"
        SELF = "self", "самодиагностика"
        EXPERTS = "experts", "экспертная оценка"
        LESSON = "lesson", "посещение и анализ урока"
        RESULTS = "results", "результаты обучающихся"
        OTHER = "other", "другое"

    teacher = models.ForeignKey(Teacher, models.CASCADE, related_name="deficits")
    kind = models.CharField("вид", max_length=15, choices=Kind)
    text = models.TextField("в чём дефицит")
    found_how = models.CharField("как выявлен", max_length=15, choices=Found)
    found_on = models.DateField("когда выявлен")
    closed_on = models.DateField("когда восполнен", null=True, blank=True)
    closed_how = models.TextField("как восполнен", blank=True)

    class Meta:
        ordering = [F("closed_on").asc(nulls_first=True), "-found_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="mended_deficit_says_when_and_how",
                condition=Q(closed_on=None, closed_how="") | Q(closed_on__isnull=False) & ~Q(closed_how=""),
            ),
            models.CheckConstraint(
                name="deficit_is_mended_after_it_is_found",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("found_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Course(TeacherRow):
    """A course that was finished, with its certificate."""

    class Kind(models.TextChoices):
        TRAINING = "training", "повышение квалификации"
        RETRAINING = "retraining", "профессиональная переподготовка"

    teacher = models.ForeignKey(Teacher, models.CASCADE, related_name="courses")
    kind = models.CharField("вид", max_length=10, choices=Kind, default=Kind.TRAINING)
    title = models.CharField("название программы", max_length=500)
    organisation = models.CharField("где пройдены", max_length=300)
    is_regional = models.BooleanField("это региональный институт развития образования", default=False)
    hours = models.PositiveSmallIntegerField("сколько часов")
    finished_on = models.DateField("дата окончания")
    certificate = models.CharField("номер удостоверения или диплома", max_length=100, blank=True)
    deficit = models.ForeignKey(
        Deficit, models.SET_NULL, null=True, blank=True, related_name="courses", verbose_name="какой дефицит восполняют"
    )

    class Meta:
        ordering = ["-finished_on", "-pk"]
        constraints = [models.CheckConstraint(name="course_takes_hours", condition=Q(hours__gte=1))]

    def __str__(self) -> str:
        return self.title


class CompetenceMark(TeacherRow):
    """Of the five indicators of a school year those that follow from nothing else; nobody has said what is empty."""

    teacher = models.ForeignKey(Teacher, models.CASCADE, related_name="competence_marks")
    school_year = models.PositiveSmallIntegerField("учебный год")
    expert = models.CharField("экспертная оценка", max_length=10, choices=VERDICTS, blank=True)
    expert_on = models.DateField("дата экспертной оценки", null=True, blank=True)
    test = models.CharField("тест регионального института", max_length=10, choices=VERDICTS, blank=True)
    test_percent = models.PositiveSmallIntegerField("выполнено теста, %", null=True, blank=True)
    test_on = models.DateField("дата теста", null=True, blank=True)
    advanced_first = models.BooleanField("углублённый уровень в первом полугодии", null=True, blank=True)
    advanced_second = models.BooleanField("углублённый уровень во втором полугодии", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_competence_mark_a_year", fields=["teacher", "school_year"]),
            models.CheckConstraint(
                name="test_percent_is_a_share", condition=Q(test_percent=None) | Q(test_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_year}/{self.school_year + 1}"


class DevelopmentPlan(TeacherRow):
    """An individual plan of development (ИПР)."""

    class State(models.TextChoices):
        DRAFT = "draft", "проект"
        ACTIVE = "active", "действует"
        DONE = "done", "реализован"
        DROPPED = "dropped", "прекращён"

    teacher = models.ForeignKey(Teacher, models.CASCADE, related_name="development_plans")
    aim = models.TextField("цель")
    starts_on = models.DateField("начало")
    ends_on = models.DateField("окончание")
    state = models.CharField("состояние", max_length=10, choices=State, default=State.DRAFT)
    outcome = models.TextField("итог", blank=True)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="development_plan_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="dropped_development_plan_says_why", condition=~Q(state="dropped") | ~Q(outcome="")
            ),
        ]

    def __str__(self) -> str:
        return f"План развития с {self.starts_on:%d.%m.%Y} по {self.ends_on:%d.%m.%Y}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.ACTIVE)


class DevelopmentStep(KeptRow):
    """A row of it."""

    class Form(models.TextChoices):  # the components that the roadmap of Вилюйск names, and what the others add
        COURSE = "course", "курсы"
        EVENT = "event", "участие в мероприятии"
        OWN_EVENT = "own_event", "проведение мероприятия"
        LESSON = "lesson", "посещение и анализ урока"
        CONSULTATION = "consultation", "работа с наставником или тьютором"
        SELF = "self", "самообразование"

    class State(models.TextChoices):
        PLANNED = "planned", "предстоит"
        DONE = "done", "выполнено"
        DROPPED = "dropped", "снято"

    plan = models.ForeignKey(DevelopmentPlan, models.CASCADE, related_name="steps")
    form = models.CharField("форма", max_length=15, choices=Form)
    title = models.TextField("что делаем")
    deficit = models.ForeignKey(
        Deficit, models.SET_NULL, null=True, blank=True, related_name="steps", verbose_name="какой дефицит восполняет"
    )
    due_on = models.DateField("срок")
    state = models.CharField("состояние", max_length=10, choices=State, default=State.PLANNED)
    done_on = models.DateField("когда выполнено", null=True, blank=True)
    result = models.TextField("результат", blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="done_development_step_says_when",
                condition=Q(state="done", done_on__isnull=False) | ~Q(state="done") & Q(done_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def municipality_id(self) -> int:
        return self.plan.municipality_id

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#plan-{self.plan_id}"

    def is_late(self, today: dt.date) -> bool:
        """Of a step that comes with its plan; nobody is late by a draft."""
        return (
            self.state == self.State.PLANNED and self.due_on < today and self.plan.state == DevelopmentPlan.State.ACTIVE
        )


class SupportReport(TeacherRow):
    """What became of the support of a teacher in a school year. Handed in, it keeps the numbers of that day."""

    class State(models.TextChoices):
        DRAFT = "draft", "черновик"
        HANDED_IN = "handed_in", "сдан"

    teacher = models.ForeignKey(Teacher, models.CASCADE, related_name="support_reports")
    school_year = models.PositiveSmallIntegerField("учебный год")
    done = models.TextField("что сделано")
    outcome = models.TextField("что изменилось")
    advice = models.TextField("что дальше", blank=True)
    state = models.CharField("состояние", max_length=10, choices=State, default=State.DRAFT)
    handed_in_on = models.DateField("сдан", null=True, blank=True)
    facts = models.JSONField(default=list)  # [what, words] as they stood when it was handed in

    class Meta:
        ordering = ["-school_year"]
        constraints = [
            models.UniqueConstraint(name="one_support_report_a_year", fields=["teacher", "school_year"]),
            models.CheckConstraint(
                name="support_report_handed_in_says_when",
                condition=Q(state="handed_in", handed_in_on__isnull=False) | Q(state="draft", handed_in_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Отчёт о сопровождении за {self.school_year}/{self.school_year + 1} учебный год"


class TeacherChange(models.Model):
    """A line of a teacher's history: of their entry or of anything kept about them. Never altered."""

    teacher = models.ForeignKey(Teacher, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «added», «changed», «removed»
    record = models.CharField(max_length=40)  # which model the row is of
    title = models.CharField(max_length=500)  # the row in words, as it was then
    before = models.JSONField(default=dict)  # field: words
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.record} {self.action}: {self.title}"
