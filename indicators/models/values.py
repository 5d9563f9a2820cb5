"""Values: computed figures with both their parts, and how they read."""

from typing import Any, Self

from django.db import models
from django.utils import timezone

from accounts.access import Permission
from accounts.models import Job
from indicators.models.catalogue import Indicator
from schools.models import School


class Reading(models.TextChoices):
    """A value against its target."""

    REACHED = "reached", "План достигнут"
    ON_TRACK = "on_track", "По плану"
    BEHIND = "behind", "Отстаёт"
    NO_TARGET = "no_target", "План не задан"
    NO_DATA = "no_data", "Нет данных"


class ChangeReading(models.TextChoices):
    """A value against the last earlier one."""

    BETTER = "better", "Лучше"
    WORSE = "worse", "Хуже"
    SAME = "same", "Без изменений"
    NOT_SIGNIFICANT = "not_significant", "Не значимо"
    NO_DATA = "no_data", "Нет данных"


class Value(models.Model):
    """A computed figure with both its parts. No row is kept where there are no data, but one without a value where
    results were left out (ADR 13)."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="%(class)s_set")
    period = models.CharField(max_length=20)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)  # in the indicator's unit
    participants = models.PositiveIntegerField(null=True)  # pupils; null where none are counted
    low = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    spread = models.TextField(blank=True)  # of the marks or scores behind a mean, as `Moments.text`: it adds up
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.NO_DATA)
    change = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    change_from = models.CharField(max_length=20, blank=True)
    change_reading = models.CharField(max_length=20, choices=ChangeReading, default=ChangeReading.NO_DATA)
    participants_before = models.PositiveIntegerField(null=True)  # pupils behind the earlier side of the change
    excluded = models.PositiveSmallIntegerField(default=0)
    sources = models.JSONField(default=list)  # [{file, sheet, rows, upload}]
    warnings = models.JSONField(default=list)
    as_of = models.CharField(
        max_length=20, blank=True
    )  # of the data, where a date shows earlier ones; of a running period
    version = models.PositiveSmallIntegerField(default=1)  # of the indicator
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")  # that worked it out
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class SchoolValueQuerySet(models.QuerySet["SchoolValue"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.VALUES_VIEW))


class SchoolValue(Value):
    school = models.ForeignKey(School, models.CASCADE, related_name="values")

    objects = SchoolValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_value_per_school_indicator_period", fields=["school", "indicator", "period"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.value}"


class MunicipalityValueQuerySet(models.QuerySet["MunicipalityValue"]):
    def visible_to(self, user: Any) -> Self:
        """Sums of the municipality are for all who belong to it; they name no school."""
        return self.filter(indicator__in=Indicator.objects.visible_to(user))


class MunicipalityValue(Value):
    """The value of the indicator's own municipality."""

    objects = MunicipalityValueQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_value_per_indicator_period", fields=["indicator", "period"])]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.value}"
