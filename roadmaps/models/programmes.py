"""Programmes: what the municipality, or a school of it, set out to do."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from indicators.models import Indicator
from schools.models import Municipality, School, SchoolRisk


class PlanQuerySet(models.QuerySet[Any]):
    """Of whatever belongs to a municipality or, where it names one, to a school of it."""

    def allowing(self, user: Any, permission: Permission) -> Self:
        """What the user's roles grant the permission for: what is the municipality's asks for a role in the whole of
        it."""
        schools = School.objects.allowing(user, permission)
        whole = reach_of(user, permission).municipalities
        return self.filter(Q(school__isnull=True, municipality__in=whole) | Q(school__in=schools))

    def visible_to(self, user: Any) -> Self:
        """What is the municipality's is for all who belong to it; what is a school's for who may look into the
        school."""
        schools = School.objects.allowing(user, Permission.PLANS_VIEW)
        touched = reach_of(user, Permission.PLANS_VIEW).touched
        return self.filter(Q(school__isnull=True, municipality__in=touched) | Q(school__in=schools))


class Programme(models.Model):
    """A programme with its aim and tasks, in the words of its document."""

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", "Муниципальная программа"
        CONCEPT = "concept", "Концепция"
        MEDIUM_TERM = "medium_term", "Среднесрочная программа школы"
        ANTIRISK = "antirisk", "Антирисковая программа"
        EFFECTIVE_MODE = "effective_mode", "Программа перехода в эффективный режим"
        PROJECT = "project", "Управленческий проект"
        NETWORK = "network", "Сетевое взаимодействие"
        TRAINING = "training", "Повышение квалификации"

    class Status(models.TextChoices):
        DRAFT = "draft", "проект"
        AGREED = "agreed", "согласована"
        APPROVED = "approved", "утверждена"
        AMENDED = "amended", "изменяется"  # approved, and a new edition is in the making

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="programmes")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="programmes", verbose_name="школа"
    )
    kind = models.CharField("вид", max_length=20, choices=Kind, default=Kind.MUNICIPAL)
    title = models.TextField("название")
    background = models.TextField("чем утверждена", blank=True)  # the note's first paragraph
    aim = models.TextField("цель", blank=True)
    starts_in = models.PositiveSmallIntegerField("год начала")
    ends_in = models.PositiveSmallIntegerField("год окончания")
    status = models.CharField("состояние", max_length=10, choices=Status, default=Status.DRAFT)
    order_number = models.CharField("номер приказа", max_length=60, blank=True)
    order_date = models.DateField("дата приказа", null=True, blank=True)
    finance = models.TextField("финансирование", blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen
    changed_at = models.DateTimeField("изменена", null=True, blank=True)  # null: as it was loaded
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField("откуда взята", max_length=300, blank=True)
    grew_from = models.ManyToManyField(SchoolRisk, related_name="programmes", blank=True)  # an antirisk programme's

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_in", "pk"]
        constraints = [
            # Of projects, agreements and courses a municipality may begin several in a year.
            models.UniqueConstraint(
                name="one_programme_per_start",
                fields=["municipality", "kind", "starts_in"],
                condition=Q(school__isnull=True, kind__in=["municipal", "concept"]),
            ),
            models.CheckConstraint(name="programme_ends_after_it_starts", condition=Q(ends_in__gte=F("starts_in"))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:programme", args=[self.pk])


class ProgrammeEdition(models.Model):
    """The passport as it was approved by an order, frozen; the highest number is in force."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()  # the passport as `queries.passport.frozen` gives it
    order_number = models.CharField("номер приказа", max_length=60, blank=True)  # empty where the document has none
    order_date = models.DateField("дата приказа", null=True, blank=True)
    reason = models.TextField("что изменено", blank=True)
    approved_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="one_edition_per_number", fields=["programme", "number"])]

    def __str__(self) -> str:
        return f"Редакция № {self.number}"


class ProgrammeLine(models.Model):
    """One line of a passport, in the order of the document."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="%(class)ss")
    position = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]


class ProgrammeTask(models.Model):
    """A task of the programme, or an aim that stands under the main one, and the indicators that show whether it was
    reached."""

    class Kind(models.TextChoices):
        TASK = "task", "задача"
        AIM = "aim", "цель"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField("цель или задача", max_length=10, choices=Kind, default=Kind.TASK)
    text = models.TextField("задача")
    indicators = models.ManyToManyField(Indicator, related_name="programme_tasks", blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_task_per_position", fields=["programme", "position"])]

    def __str__(self) -> str:
        return self.text


class Stage(ProgrammeLine):
    title = models.CharField("этап", max_length=300)
    starts_on = models.DateField("начало", null=True, blank=True)
    ends_on = models.DateField("окончание", null=True, blank=True)
    text = models.TextField("содержание", blank=True)

    def __str__(self) -> str:
        return self.title


class ExpectedResult(ProgrammeLine):
    text = models.TextField("ожидаемый результат")

    def __str__(self) -> str:
        return self.text


class Participant(ProgrammeLine):
    """Who takes part by the order: a school, or an organisation or position by name; never a person's name."""

    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="participations")
    organisation = models.CharField("участник", max_length=300)
    duties = models.TextField("обязанности", blank=True)
    basis = models.CharField("основание", max_length=300, blank=True)

    def __str__(self) -> str:
        return self.organisation


class ProgrammeRisk(ProgrammeLine):
    text = models.TextField("риск")
    mitigation = models.TextField("способ снижения", blank=True)

    def __str__(self) -> str:
        return self.text


class Money(ProgrammeLine):
    """Roubles planned and spent on something in a year, from one source."""

    class Source(models.TextChoices):
        FEDERAL = "federal", "федеральный бюджет"
        REGIONAL = "regional", "региональный бюджет"
        MUNICIPAL = "municipal", "муниципальный бюджет"
        SCHOOL = "school", "средства организации"
        OTHER = "other", "внебюджетные средства"

    title = models.CharField("на что", max_length=300)
    year = models.PositiveSmallIntegerField("год")
    source = models.CharField("источник", max_length=10, choices=Source, default=Source.MUNICIPAL)
    planned = models.DecimalField("план, ₽", max_digits=14, decimal_places=2, default=0)
    spent = models.DecimalField("израсходовано, ₽", max_digits=14, decimal_places=2, default=0)

    class Meta(ProgrammeLine.Meta):
        constraints = [
            models.CheckConstraint(name="money_is_not_negative", condition=Q(planned__gte=0, spent__gte=0)),
        ]

    def __str__(self) -> str:
        return self.title
