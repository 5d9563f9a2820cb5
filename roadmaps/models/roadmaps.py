"""Roadmaps: sections, activities, who answers for them, and the occurrences that are due."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from indicators.models import Indicator
from roadmaps.models.programmes import PlanQuerySet, Programme
from roadmaps.opening import is_opened
from roadmaps.plans.deadlines import Precision
from roadmaps.states import PlanState, Status
from schools.models import Municipality, RiskFactor, School, SchoolRisk

STATUSES = [(status.value, status.label) for status in Status if status is not Status.LATE]


class RoadmapQuerySet(PlanQuerySet):
    def looked_into_by(self, user: Any) -> Self:
        """Of the municipality and of schools that the person looks into: with all that hangs on them."""
        return super().visible_to(user)

    def visible_to(self, user: Any) -> Self:
        """These, and those of schools that are opened to the person: the plan and its rows, nothing more."""
        return self.looked_into_by(user) | self.filter(is_opened(user))


class Roadmap(models.Model):
    """A plan of activities of the municipality, or of one school."""

    class State(models.TextChoices):
        DRAFT = PlanState.DRAFT.value, "проект"
        APPROVED = PlanState.APPROVED.value, "утверждена"
        CLOSED = PlanState.CLOSED.value, "завершена"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="roadmaps")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="roadmaps", verbose_name="школа"
    )
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="roadmaps", verbose_name="программа"
    )
    title = models.TextField("название")
    starts_on = models.DateField("начало")
    ends_on = models.DateField("окончание")
    state = models.CharField("состояние", max_length=10, choices=State, default=State.DRAFT)
    order_number = models.CharField("номер приказа", max_length=60, blank=True)
    order_date = models.DateField("дата приказа", null=True, blank=True)
    columns = models.JSONField(default=list)  # [[field of PlanRow, header as printed]]
    source = models.CharField("откуда взята", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)  # of all but its rows; who saves says which one was seen
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = RoadmapQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(name="roadmap_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:roadmap", args=[self.pk])


class RoadmapChange(models.Model):
    """A line of a roadmap's history: its frame and its sections; its rows have lines of their own. Never altered."""

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «edited», «approved», «section_added» …
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.roadmap_id} {self.action}"


class RoadmapSection(models.Model):
    """A module or heading, as printed; one of level 2 stands under the last one of level 1."""

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    number = models.CharField("номер", max_length=20, blank=True)
    title = models.TextField("название")
    level = models.PositiveSmallIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)  # its rows had gone before it and stay with it
    risk = models.ForeignKey(
        SchoolRisk, models.SET_NULL, null=True, blank=True, related_name="sections"
    )  # that its rows work on

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="one_section_per_position", fields=["roadmap", "position"], condition=Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OfRoadmapQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(roadmap__in=Roadmap.objects.visible_to(user))


class Activity(models.Model):
    """One row: what is to be done, by whom, until when, with which result."""

    class Kind(models.TextChoices):
        EVENT = "event", "методическое мероприятие"
        DOCUMENT = "document", "документ"
        MONITORING = "monitoring", "мониторинг и анализ"
        TRAINING = "training", "повышение квалификации"
        PUPILS = "pupils", "работа с обучающимися"
        PARENTS = "parents", "работа с родителями"
        ORGANISATION = "organisation", "организация и управление"
        OTHER = "other", "другое"

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="activities")
    section = models.ForeignKey(RoadmapSection, models.CASCADE, related_name="activities", verbose_name="раздел")
    position = models.PositiveSmallIntegerField()  # within the roadmap
    number = models.CharField("номер", max_length=20, blank=True)  # as printed
    title = models.TextField("мероприятие")
    kind = models.CharField("вид", max_length=20, choices=Kind, default=Kind.OTHER)
    participants = models.TextField("участники", blank=True)
    deadline = models.TextField("срок", blank=True)  # as written
    means = models.JSONField(default=dict)  # what it means: `Deadline.to_json`
    expected = models.TextField("ожидаемый результат", blank=True)
    planned = models.JSONField("плановые значения", default=list)  # each in its own words
    indicators = models.ManyToManyField(Indicator, related_name="activities", blank=True)
    risk_factors = models.ManyToManyField(RiskFactor, related_name="activities", blank=True)
    overruled = models.CharField("состояние по решению", max_length=12, choices=STATUSES, blank=True)
    overruled_reason = models.CharField("причина", max_length=500, blank=True)
    overruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen
    removed_at = models.DateTimeField(null=True, blank=True)  # an amendment took it out; what was reported stays

    objects = OfRoadmapQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="one_activity_per_position", fields=["roadmap", "position"], condition=Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:activity", args=[self.pk])


class Responsible(models.Model):
    """Who answers for a row, as printed; matched to a school or a person of the portal where that is known."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="responsible")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("ответственный", max_length=300)  # organisation or position
    is_every_school = models.BooleanField("все школы-участники", default=False)  # «ОО»
    school = models.ForeignKey(School, models.SET_NULL, null=True, blank=True, related_name="responsibilities")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="responsibilities"
    )

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_responsible_per_position", fields=["activity", "position"])]

    def __str__(self) -> str:
        return self.name


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: Any) -> Self:
        """The times of a row ask for reports, so they are for those who look into the plan, not for whom it is opened;
        they find them in its table."""
        return self.filter(activity__roadmap__in=Roadmap.objects.looked_into_by(user))

    def standing(self) -> Self:
        """Of rows that are still in the plan."""
        return self.filter(activity__removed_at__isnull=True)


class Occurrence(models.Model):
    """Once that an activity is due: a row that recurs has one for each period, any other has one."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="occurrences")
    label = models.CharField("когда", max_length=120)  # «март 2023», «2021/2022 учебный год»
    starts_on = models.DateField("начало")
    due_on = models.DateField("срок")
    precision = models.CharField(max_length=10, default=Precision.DAY.value)  # how exactly the document says it
    status = models.CharField("состояние", max_length=12, choices=STATUSES, default=Status.NOT_STARTED.value)
    percent = models.PositiveSmallIntegerField("выполнено, %", default=0)
    done_on = models.DateField("выполнено", null=True, blank=True)
    reason = models.CharField("причина", max_length=500, blank=True)  # of a cancellation

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_occurrence_per_label", fields=["activity", "label"]),
            models.CheckConstraint(name="percent_is_of_a_hundred", condition=Q(percent__lte=100)),
            models.CheckConstraint(name="cancelled_says_why", condition=~Q(status="cancelled") | ~Q(reason="")),
        ]
        indexes = [models.Index(fields=["due_on", "status"])]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.label}"


class ActivityChange(models.Model):
    """A line of a row's history: what was, what became, who said so and why. Never altered."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «edited», «submitted», «accepted», «returned», «cancelled» …
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.action}"
