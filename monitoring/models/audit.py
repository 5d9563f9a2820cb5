"""The second calculation: when it ran, and where it did not come out as what is stored."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Permission
from accounts.models import Job, reach_of
from indicators.models import Indicator
from schools.models import Municipality, School


class AuditedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """For those who answer for the data of the whole municipality."""
        return self.filter(municipality__in=reach_of(user, Permission.RESULTS_IMPORT).municipalities)


class ValueAudit(models.Model):
    """One time that all values of a municipality were worked out again."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="value_audits")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(default=timezone.now)
    values = models.PositiveIntegerField("значений")
    differences = models.PositiveIntegerField("расхождений")

    objects = AuditedQuerySet.as_manager()

    class Meta:
        ordering = ["-finished_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.finished_at:%Y-%m-%d}"


class ValueDifferenceQuerySet(AuditedQuerySet):
    def open(self) -> Self:
        """Those that the last audit found, too."""
        return self.filter(resolved_at__isnull=True)


class ValueDifference(models.Model):
    """An alarm: a field of a value is stored otherwise than it should be. Resolved when an audit no longer finds it."""

    class Field(models.TextChoices):
        ROW = "row", "наличие значения"
        VALUE = "value", "значение"
        NUMERATOR = "numerator", "числитель"
        DENOMINATOR = "denominator", "знаменатель"
        PARTICIPANTS = "participants", "участники"
        LOW = "low", "нижняя граница интервала"
        HIGH = "high", "верхняя граница интервала"
        CHANGE = "change", "изменение"
        CHANGE_FROM = "change_from", "период сравнения"
        CHANGE_READING = "change_reading", "вывод об изменении"
        PARTICIPANTS_BEFORE = "participants_before", "участники в периоде сравнения"
        TARGET = "target", "план"
        READING = "reading", "вывод о плане"
        EXCLUDED = "excluded", "исключённые результаты"
        VERSION = "version", "версия показателя"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="value_differences")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="value_differences")
    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="value_differences")
    period = models.CharField(max_length=20)
    field = models.CharField(max_length=20, choices=Field)
    stored = models.CharField("записано", max_length=60, blank=True)  # blank: nothing
    expected = models.CharField("должно быть", max_length=60, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)

    objects = ValueDifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["indicator__position", "period", "school__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_difference_per_field",
                fields=["indicator", "period", "field"],
                condition=Q(resolved_at__isnull=True, school__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_open_difference_per_school_field",
                fields=["indicator", "school", "period", "field"],
                condition=Q(resolved_at__isnull=True, school__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period} {self.field}"
