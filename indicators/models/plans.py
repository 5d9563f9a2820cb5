"""Plans: baselines, targets, and the ledger of what became of them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Permission
from indicators.models.catalogue import Indicator
from indicators.models.periods import validate_period
from schools.models import School


class PlannedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What is planned for the municipality is for all who see the indicator; for a school, for who sees it."""
        schools = School.objects.allowing(user, Permission.VALUES_VIEW)
        return self.filter(
            Q(school__isnull=True) | Q(school__in=schools), indicator__in=Indicator.objects.visible_to(user)
        )


class Planned(models.Model):
    """What a plan says of the municipality, or of one school, in an indicator and a period."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="%(class)ss")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    period = models.CharField(max_length=20, validators=[validate_period])
    value = models.DecimalField("план", max_digits=16, decimal_places=4)
    is_demo = models.BooleanField(default=False)  # the programme prints none
    source = models.CharField("основание", max_length=300, blank=True)
    version = models.PositiveSmallIntegerField(default=1)  # the last of the definition that it was set or confirmed for

    class Meta:
        abstract = True


class Target(Planned):
    """The planned value for a period."""

    objects = PlannedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_target_per_indicator_period",
                fields=["indicator", "period"],
                condition=Q(school__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_target_per_school_indicator_period",
                fields=["indicator", "school", "period"],
                condition=Q(school__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.value}"


class Baseline(Planned):
    """The value before the start, from which progress is measured; `period` is the one it is of."""

    objects = PlannedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_baseline_per_indicator", fields=["indicator"], condition=Q(school__isnull=True)
            ),
            models.UniqueConstraint(
                name="one_baseline_per_school_indicator",
                fields=["indicator", "school"],
                condition=Q(school__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.value}"


class PlanRevision(models.Model):
    """A line of the ledger: what a target or baseline was, what it became, who said so and why. Never altered."""

    class Kind(models.TextChoices):
        TARGET = "target", "план"
        BASELINE = "baseline", "базовое значение"

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="plan_revisions")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="plan_revisions")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TARGET)
    period = models.CharField(max_length=20)
    old = models.DecimalField("было", max_digits=16, decimal_places=4, null=True)  # null: there was none
    new = models.DecimalField("стало", max_digits=16, decimal_places=4, null=True)  # null: taken away
    reason = models.CharField("причина", max_length=500, blank=True)
    order_number = models.CharField("номер приказа", max_length=60, blank=True)
    order_date = models.DateField("дата приказа", null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = PlannedQuerySet.as_manager()

    class Meta:
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.old} → {self.new}"
