"""Collected statistics: numbers that schools or the municipality report for a period."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from indicators.calculations.statistics import counts_people
from indicators.models.periods import validate_period
from schools.models import Municipality, School


class StatisticKindQuerySet(models.QuerySet["StatisticKind"]):
    def of(self, municipality_id: int) -> Self:
        """What the municipality may ask for: the kinds common to all, and its own."""
        return self.filter(Q(municipality__isnull=True) | Q(municipality=municipality_id))

    def visible_to(self, user: Any) -> Self:
        """The common ones, for whoever belongs anywhere, and those of the municipalities that the user belongs to."""
        touched = reach_of(user, Permission.VALUES_VIEW).touched
        return self.filter(Q(municipality__isnull=True) | Q(municipality__in=touched)) if touched else self.none()


class StatisticKind(models.Model):
    """A number that a school or the municipality reports for a period.

    Common to all municipalities, or one municipality's own: then its code begins with the slug and a dot, so that it
    can never be taken for a common one, nor for another municipality's.
    """

    class Level(models.TextChoices):
        SCHOOL = "school", "школа"
        MUNICIPALITY = "municipality", "муниципалитет"

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, null=True, blank=True, related_name="statistic_kinds"
    )
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField("название", max_length=300)
    hint = models.TextField("пояснение", blank=True)
    level = models.CharField("кто сообщает", max_length=20, choices=Level, default=Level.SCHOOL)
    position = models.PositiveSmallIntegerField(default=0)
    counts_pupils = models.BooleanField("это число обучающихся", default=False)  # shares of pupils have an interval
    at_most = models.ForeignKey(  # "teachers trained" cannot exceed "teachers"
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="не больше, чем"
    )

    objects = StatisticKindQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="own_statistic_kind_has_a_code_of_its_own",
                condition=Q(municipality__isnull=True) & ~Q(code__contains=".")
                | Q(municipality__isnull=False, code__contains="."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_people(self) -> bool:
        return counts_people(self.name, counts_pupils=self.counts_pupils)


class CollectedNumber(models.Model):
    """What school and municipality statistics share."""

    kind = models.ForeignKey(StatisticKind, models.PROTECT, related_name="+")
    period = models.CharField(max_length=20, validators=[validate_period])
    value = models.DecimalField(max_digits=16, decimal_places=4)
    source = models.JSONField(default=dict, blank=True)  # {file, sheet, rows}, or {form: true}
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class SchoolStatisticQuerySet(models.QuerySet["SchoolStatistic"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.VALUES_VIEW))


class SchoolStatistic(CollectedNumber):
    school = models.ForeignKey(School, models.CASCADE, related_name="statistics")

    objects = SchoolStatisticQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_statistic_per_school_kind_period", fields=["school", "kind", "period"]),
            models.CheckConstraint(name="school_statistic_is_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.period}: {self.value}"


class MunicipalityStatisticQuerySet(models.QuerySet["MunicipalityStatistic"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(municipality__in=reach_of(user, Permission.VALUES_VIEW).touched)


class MunicipalityStatistic(CollectedNumber):
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="statistics")

    objects = MunicipalityStatisticQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_statistic_per_municipality_kind_period", fields=["municipality", "kind", "period"]
            ),
            models.CheckConstraint(name="municipality_statistic_is_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.period}: {self.value}"
