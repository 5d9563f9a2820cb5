"""What is measured: the catalogue, collected statistics, targets and values."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from schools.models import Municipality, School
from schools.periods import Period, PeriodKind


def validate_period(code: str) -> None:
    """A period is text of a known form, see `schools.periods`."""
    try:
        Period.parse(code)
    except ValueError as error:
        raise ValidationError(str(error)) from None


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

    class Direction(models.TextChoices):
        UP = "up", "больше — лучше"
        DOWN = "down", "меньше — лучше"
        NONE = "none", "не оценивается"

    class Role(models.TextChoices):
        PROGRAMME = "programme", "показатель программы"
        SUPPORTING = "supporting", "вспомогательный показатель"  # another indicator's condition looks at it

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
    method = models.TextField("как считается", blank=True)  # goes into the note's method paragraph
    sentence = models.TextField(blank=True)  # of the note; {value} stands for the value with its unit
    sentence_all = models.TextField(blank=True)  # of the note, where it is all schools
    version = models.PositiveSmallIntegerField("версия", default=1)

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


class StatisticKind(models.Model):
    """A number that a school or the municipality reports for a period."""

    class Level(models.TextChoices):
        SCHOOL = "school", "школа"
        MUNICIPALITY = "municipality", "муниципалитет"

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField("название", max_length=300)
    hint = models.TextField("пояснение", blank=True)
    level = models.CharField(max_length=20, choices=Level, default=Level.SCHOOL)
    position = models.PositiveSmallIntegerField(default=0)
    counts_pupils = models.BooleanField("обучающиеся", default=False)  # shares of pupils have an interval
    at_most = models.ForeignKey(  # "teachers trained" cannot exceed "teachers"
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


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


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(indicator__in=Indicator.objects.visible_to(user))


class Target(models.Model):
    """The planned value of the municipality for a period."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    period = models.CharField(max_length=20, validators=[validate_period])
    value = models.DecimalField("план", max_digits=16, decimal_places=4)
    is_demo = models.BooleanField(default=False)  # the programme prints none
    source = models.CharField("основание", max_length=300, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_target_per_indicator_period", fields=["indicator", "period"])]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}: {self.value}"


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
    """A computed figure with both its parts. No row is kept where there are no data."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="%(class)s_set")
    period = models.CharField(max_length=20)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)  # in the indicator's unit
    participants = models.PositiveIntegerField(null=True)  # pupils; null where none are counted
    low = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.NO_DATA)
    change = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    change_from = models.CharField(max_length=20, blank=True)
    change_reading = models.CharField(max_length=20, choices=ChangeReading, default=ChangeReading.NO_DATA)
    excluded = models.PositiveSmallIntegerField(default=0)
    sources = models.JSONField(default=list)  # [{file, sheet, rows, upload}]
    warnings = models.JSONField(default=list)
    version = models.PositiveSmallIntegerField(default=1)  # of the indicator
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
