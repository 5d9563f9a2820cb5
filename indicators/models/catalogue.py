"""The catalogue: passports of what is measured, and every version that a passport has had."""

import datetime as dt
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations import readings
from schools.models import Municipality
from schools.periods import PeriodKind

# What a passport says besides the definition, in the order in which it is filled in.
PASSPORT = (
    "wording",
    "short_name",
    "group",
    "unit",
    "period_kind",
    "measured_on",
    "method",
    "source",
    "collection",
    "reference_value",
    "reference_rule",
    "rise_means",
    "fall_means",
    "aims",
    "author",
    "reviewer",
    "reviewed_on",
    "sentence",
    "sentence_all",
)


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: Any) -> Self:
        """Indicators of the municipalities that the user belongs to."""
        return self.filter(municipality__in=reach_of(user, Permission.VALUES_VIEW).touched)


class Indicator(models.Model):
    """A passport of what is measured; the formula is data, see `indicators.calculations`."""

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        COUNT = "count", "ед."
        SCHOOLS = "schools", "школ"
        MARK = "mark", "отметка"
        SCORE = "score", "балл"
        RATIO = "ratio", "доли"

    class Direction(models.TextChoices):
        UP = "up", "больше — лучше"
        DOWN = "down", "меньше — лучше"
        NONE = "none", "не оценивается"

    class ReferenceRule(models.TextChoices):
        """How a value is compared with the reference value, where the document prints one."""

        NONE = "", "не сравнивается"
        EXCEED = "exceed", "значение должно превышать референтное"
        MODULUS = "modulus", "важно изменение, по модулю большее референтного"

    class Role(models.TextChoices):
        PROGRAMME = "programme", "показатель программы"
        SUPPORTING = "supporting", "вспомогательный показатель"  # another indicator's condition looks at it
        PORTAL = "system", "показатель портала"  # of the work in the portal itself; no document prints it

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="indicators")
    code = models.CharField("код", max_length=40)
    wording = models.TextField("формулировка")  # in full, as the programme prints it
    short_name = models.CharField("краткое название", max_length=200)
    group = models.CharField("раздел", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=20, choices=Role, default=Role.PROGRAMME)
    unit = models.CharField("единица", max_length=20, choices=Unit, default=Unit.PERCENT)
    direction = models.CharField("направление", max_length=10, choices=Direction, default=Direction.UP)
    period_kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.label) for kind in PeriodKind], default=PeriodKind.SCHOOL_YEAR
    )
    formula = models.JSONField()
    population = models.JSONField()
    measured_on = models.JSONField("даты", default=list, blank=True)  # codes of periods, where the kind is a date
    method = models.TextField("как считается", blank=True)  # goes into the note's method paragraph
    source = models.TextField("источник данных", blank=True)
    collection = models.TextField("способ сбора", blank=True)
    reference_value = models.DecimalField(
        "референтное значение", max_digits=16, decimal_places=4, null=True, blank=True
    )
    reference_rule = models.CharField(max_length=10, choices=ReferenceRule, default=ReferenceRule.NONE, blank=True)
    rise_means = models.TextField("что означает рост", blank=True)
    fall_means = models.TextField("что означает снижение", blank=True)
    aims = models.JSONField("цели программы", default=list, blank=True)  # texts, as the document prints them
    author = models.CharField("автор", max_length=300, blank=True)  # of the definition: a document or a position
    reviewer = models.CharField("проверил", max_length=300, blank=True)
    reviewed_on = models.DateField("проверено", null=True, blank=True)
    sentence = models.TextField(blank=True)  # of the note; {value} stands for the value with its unit
    sentence_all = models.TextField(blank=True)  # of the note, where it is all schools
    version = models.PositiveSmallIntegerField("версия", default=1)  # the latest; all are in `versions`

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["role", "position", "code"]
        verbose_name = "показатель"
        constraints = [
            models.UniqueConstraint(name="one_indicator_per_code_in_municipality", fields=["municipality", "code"])
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("indicators:indicator", args=[self.pk])

    @property
    def better(self) -> readings.Direction:
        """Which way is better, as the calculations say it: the field's choices are theirs."""
        return cast(readings.Direction, self.direction)


class IndicatorVersionQuerySet(models.QuerySet["IndicatorVersion"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(indicator__in=Indicator.objects.visible_to(user))


class IndicatorVersion(models.Model):
    """A definition as it was, kept for ever: the values of its periods are worked out by it.

    A period is worked out by the highest version among those that hold from its first day or from the beginning.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("версия")
    valid_from = models.DateField("действует с", null=True, blank=True)  # null: for all periods, earlier ones too
    formula = models.JSONField()
    population = models.JSONField()
    direction = models.CharField(max_length=10, choices=Indicator.Direction)
    passport = models.JSONField(default=dict)  # the texts of the passport at that time, by field
    reason = models.TextField("почему изменён", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = IndicatorVersionQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "number"]
        constraints = [
            models.UniqueConstraint(name="one_version_per_number", fields=["indicator", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} v{self.number}"

    def holds(self, day: dt.date) -> bool:
        """Whether it may define a period that begins on this day."""
        return self.valid_from is None or self.valid_from <= day
