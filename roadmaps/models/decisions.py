"""Decisions with their points, and what each of these asks of whom: assignments under control."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from indicators.models import Indicator
from roadmaps.models.programmes import PlanQuerySet, Programme
from roadmaps.states import AssignmentState
from schools.models import Municipality, School

ASSIGNMENT_STATES = [(state.value, state.label) for state in AssignmentState]


class OfTownQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What is decided for the town is for all who belong to it."""
        return self.filter(municipality__in=reach_of(user, Permission.PLANS_VIEW).touched)


class Born(models.Model):
    """What something grew from. It may be a thing of a higher app, so there is no foreign key, only kind, id and text.

    `origin_id` is the key of the indicator or the sitting; of an identification or a monitoring the school year (2020
    is 2020/2021).
    """

    class Origin(models.TextChoices):
        INDICATOR = "indicator", "значение показателя"
        IDENTIFICATION = "identification", "идентификация"
        MONITORING = "monitoring", "мониторинг"
        SITTING = "sitting", "заседание"

    origin_kind = models.CharField("основание", max_length=20, choices=Origin, blank=True)
    origin_id = models.PositiveIntegerField(null=True, blank=True)
    origin_text = models.CharField("основание словами", max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def origin_address(self) -> str:
        """Of the page that shows it; empty when it was born of nothing."""
        if self.origin_id is None:
            return ""
        year = f"?year={self.origin_id}"
        match self.origin_kind:
            case self.Origin.INDICATOR:
                return reverse("indicators:indicator", args=[self.origin_id])
            case self.Origin.IDENTIFICATION:
                return reverse("schools:identification") + year
            case self.Origin.MONITORING:
                return reverse("monitoring:summary") + year
            case self.Origin.SITTING:
                return reverse("roadmaps:entry", args=["sittings", self.origin_id])
            case _:
                return ""


class Decision(Born):
    """An order, instruction or letter of the department, as it was issued."""

    class Kind(models.TextChoices):
        ORDER = "order", "приказ"
        INSTRUCTION = "instruction", "распоряжение"
        LETTER = "letter", "инструктивное письмо"
        PROTOCOL = "protocol", "протокольное решение"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="decisions")
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name="программа"
    )
    kind = models.CharField("вид", max_length=12, choices=Kind, default=Kind.ORDER)
    number = models.CharField("номер", max_length=60)
    date = models.DateField("дата")
    title = models.TextField("о чём")
    issued_by = models.CharField("кто издал", max_length=300, blank=True)
    signed_by = models.CharField("кто подписал", max_length=300, blank=True)  # the position
    ends_on = models.DateField("действует по")  # up to when what recurs is asked for
    indicators = models.ManyToManyField(Indicator, related_name="decisions", blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen
    source = models.CharField("откуда взято", max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = OfTownQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_decision_per_number", fields=["municipality", "kind", "number", "date"]),
            models.CheckConstraint(name="decision_ends_after_it_starts", condition=Q(ends_on__gte=F("date"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} № {self.number} от {self.date:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:decision", args=[self.pk])


class DecisionPoint(models.Model):
    """A point as it is printed. One that only heads others, or names nobody and no day, asks nothing of anybody."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField()
    number = models.CharField("номер", max_length=20, blank=True)
    text = models.TextField("текст")
    deadline = models.CharField("срок", max_length=300, blank=True)  # as written
    means = models.JSONField(default=dict)  # what it means: `Deadline.to_json`
    due_on = models.DateField("контрольная дата", null=True, blank=True)  # said by a person in place of the words
    report_form = models.CharField("форма отчёта", max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_point_per_position", fields=["decision", "position"])]

    def __str__(self) -> str:
        return f"{self.number} {self.text}".strip()


class PointResponsible(models.Model):
    """Who answers for a point, as printed; matched to a school or a person of the portal where that is known."""

    point = models.ForeignKey(DecisionPoint, models.CASCADE, related_name="responsible")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("ответственный", max_length=300)  # organisation or position
    is_every_school = models.BooleanField("все школы-участники", default=False)
    school = models.ForeignKey(School, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_who_answers_per_position", fields=["point", "position"])]

    def __str__(self) -> str:
        return self.name


class RecommendationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What is recommended to a school is for those who may look into it; to the centre or the department, for all
        who belong to the town."""
        return self.filter(pk__in=Assignment.objects.visible_to(user).values("recommendation"))


class Recommendation(Born):
    """What schools, the centre or the department are advised to do; each of them answers."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="recommendations")
    text = models.TextField("рекомендация")
    deadline = models.CharField("срок", max_length=300, blank=True)  # as written
    means = models.JSONField(default=dict)  # what it means: `Deadline.to_json`
    due_on = models.DateField("контрольная дата", null=True, blank=True)
    report_form = models.CharField("форма ответа", max_length=500, blank=True)
    indicators = models.ManyToManyField(Indicator, related_name="recommendations", blank=True)
    given_on = models.DateField("дата")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"Рекомендация от {self.given_on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:recommendation", args=[self.pk])


class Assignment(models.Model):
    """Once that something is asked of one school, or of an organisation or position of the municipality, and the
    answer to it."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="assignments")
    point = models.ForeignKey(DecisionPoint, models.CASCADE, null=True, blank=True, related_name="assignments")
    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, null=True, blank=True, related_name="assignments"
    )
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name="школа"
    )  # null for whoever is no school
    name = models.CharField("кому", max_length=300, blank=True)  # of whoever is no school
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    label = models.CharField("когда", max_length=120, blank=True)  # of what recurs
    due_on = models.DateField("срок", null=True, blank=True)  # null where the document names no day
    state = models.CharField(
        "состояние", max_length=10, choices=ASSIGNMENT_STATES, default=AssignmentState.AWAITED.value
    )
    text = models.TextField("что сделано", blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField("причина", max_length=1000, blank=True)  # of a return or a withdrawal
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="assignment_is_of_a_point_or_a_recommendation",
                condition=Q(point__isnull=True, recommendation__isnull=False)
                | Q(point__isnull=False, recommendation__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_recommendation_per_school",
                fields=["recommendation", "school", "label"],
                condition=Q(school__isnull=False, recommendation__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_recommendation_per_name",
                fields=["recommendation", "name", "label"],
                condition=Q(school__isnull=True, recommendation__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_assignment_per_school", fields=["point", "school", "label"], condition=Q(school__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_assignment_per_name", fields=["point", "name", "label"], condition=Q(school__isnull=True)
            ),
            models.CheckConstraint(
                name="sent_back_or_withdrawn_says_why",
                condition=~Q(state__in=["returned", "withdrawn"]) | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "due_on", "state"])]

    def __str__(self) -> str:
        return f"{self.asked}: {self.who}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:assignment", args=[self.pk])

    @property
    def who(self) -> str:
        return self.school.name if self.school else self.name or "Муниципалитет"

    @property
    def asked(self) -> DecisionPoint | Recommendation:
        """What it is an assignment of."""
        found = self.point or self.recommendation
        assert found is not None
        return found

    @property
    def task_text(self) -> str:
        return self.asked.text

    @property
    def deadline(self) -> str:
        """As written."""
        return self.asked.deadline

    @property
    def report_form(self) -> str:
        return self.asked.report_form

    @property
    def from_what(self) -> str:
        if self.point is None:
            return str(self.recommendation)
        number = f", пункт {self.point.number.rstrip('.')}" if self.point.number else ""
        return f"{self.point.decision}{number}"

    @property
    def from_address(self) -> str:
        if self.recommendation is not None:
            return self.recommendation.get_absolute_url()
        assert self.point is not None
        return f"{self.point.decision.get_absolute_url()}#point-{self.point_id}"


class AssignmentChange(models.Model):
    """A line of an assignment's history. Never altered."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    before = models.CharField(max_length=10, choices=ASSIGNMENT_STATES)
    after = models.CharField(max_length=10, choices=ASSIGNMENT_STATES)
    text = models.TextField(blank=True)  # the answer, or the reason

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.before} → {self.after}"
