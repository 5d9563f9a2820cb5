"""What a pairing set out to do, row by row."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from mentoring.models.pairings import Pairing
from mentoring.steps import status_on
from roadmaps.states import Status

STATUSES = [(status.value, status.label) for status in Status if status is not Status.LATE]


class PlanQuerySet(models.QuerySet["PairingPlan"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(pairing__in=Pairing.objects.visible_to(user))


class PairingPlan(models.Model):
    """The plan of interaction of a pairing."""

    class State(models.TextChoices):
        DRAFT = "draft", "проект"
        ACTIVE = "active", "действует"
        CLOSED = "closed", "завершён"

    pairing = models.OneToOneField(Pairing, models.CASCADE, related_name="plan")
    title = models.CharField("название", max_length=500)
    starts_on = models.DateField("начало")
    ends_on = models.DateField("окончание")
    state = models.CharField("состояние", max_length=10, choices=State, default=State.DRAFT)
    source = models.CharField("откуда взят", max_length=1000, blank=True)  # what the template is made from
    version = models.PositiveIntegerField(default=1)  # of all but its rows; who saves says which one was seen

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="pairing_plan_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mentoring:plan", args=[self.pairing_id])


class StepQuerySet(models.QuerySet["PairingStep"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(plan__pairing__in=Pairing.objects.visible_to(user))


class PairingStep(models.Model):
    """A row of the plan. Its state follows from meetings unless a person has said otherwise, and why."""

    plan = models.ForeignKey(PairingPlan, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    number = models.CharField("номер", max_length=20, blank=True)
    title = models.TextField("что делаем")
    deadline = models.CharField("срок", max_length=500, blank=True)  # as written
    means = models.JSONField(default=dict)  # what it means: `Deadline.to_json`
    due_on = models.DateField("ближайший срок", null=True, blank=True)
    responsible = models.CharField("кто отвечает", max_length=500, blank=True)
    expected = models.TextField("ожидаемый результат", blank=True)
    state = models.CharField("состояние", max_length=12, choices=STATUSES, default=Status.NOT_STARTED.value)
    times = models.PositiveSmallIntegerField(default=0)  # how often it asks for a meeting; 0: as often as needed
    held = models.PositiveSmallIntegerField(default=0)  # how many of these were held
    done_on = models.DateField("выполнено", null=True, blank=True)
    reason = models.CharField("почему состояние установлено решением", max_length=500, blank=True)
    overruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["plan", "position"])]
        constraints = [
            models.CheckConstraint(name="cancelled_step_says_why", condition=~Q(state="cancelled") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def status(self, today: dt.date) -> Status:
        """Of a step that comes with its plan."""
        in_force = self.plan.state == PairingPlan.State.ACTIVE
        return status_on(Status(self.state), self.due_on, today, in_force=in_force)
