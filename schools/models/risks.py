"""The risk profile of a school: which factors of low results a municipality looks at in a year, and how they stand."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from schools.models.places import Municipality, School
from schools.periods import school_year_label
from schools.risk_calendar import MONTHS, Due, decision_due


class RiskFactorQuerySet(models.QuerySet["RiskFactor"]):
    def visible_to(self, user: Any) -> Self:
        """The catalogue is for all who look into plans somewhere in the municipality."""
        return self.filter(municipality__in=reach_of(user, Permission.PLANS_VIEW).touched)


class RiskFactor(models.Model):
    """A factor of the municipality's catalogue of one year. Another year has rows of its own, so that a list that was
    changed since leaves the profiles of before as they were; `code` says that they are the same factor."""

    class Control(models.TextChoices):
        """Who can act on it: classes of Армавир's «Опережающее управление»."""

        MANAGEABLE = "manageable", "управляемый"
        WEAK = "weak", "слабоуправляемый"
        UNMANAGEABLE = "unmanageable", "неуправляемый"

    class Kind(models.TextChoices):
        """«Видовое содержание рисков» of the same section."""

        STAFF = "staff", "кадровое обеспечение"
        EQUIPMENT = "equipment", "материально-техническое оснащение"
        FAILURE = "failure", "образовательная неуспешность обучающихся"
        SOCIAL = "social", "усложнение социальной ситуации"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="risk_factors")
    school_year = models.PositiveSmallIntegerField("учебный год")
    code = models.CharField(max_length=40)  # the same in every year
    position = models.PositiveSmallIntegerField()
    title = models.CharField("фактор риска", max_length=300)
    control = models.CharField("кто может действовать", max_length=20, choices=Control, default=Control.MANAGEABLE)
    kind = models.CharField("вид", max_length=20, choices=Kind, default=Kind.FAILURE)
    returns_in = models.PositiveSmallIntegerField(
        "повторяется каждый год", null=True, blank=True, choices=MONTHS
    )  # the month in which a cyclic risk comes round; null: it does not
    source = models.CharField("откуда взят", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RiskFactorQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_risk_factor_per_code", fields=["municipality", "school_year", "code"]),
            models.UniqueConstraint(name="one_risk_factor_per_title", fields=["municipality", "school_year", "title"]),
            models.CheckConstraint(
                name="risk_returns_in_a_month", condition=Q(returns_in=None) | Q(returns_in__gte=1, returns_in__lte=12)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SchoolRiskQuerySet(models.QuerySet["SchoolRisk"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.PLANS_VIEW))

    def undecided(self) -> Self:
        """Those that somebody has to decide on: of low significance nothing needs to be done."""
        return self.filter(decision="").exclude(significance=SchoolRisk.Significance.LOW)


class SchoolRisk(models.Model):
    """A factor at a school in the factor's year: how much it matters, whether the school agrees, what was decided."""

    class Significance(models.TextChoices):
        HIGH = "high", "высокая"
        MEDIUM = "medium", "средняя"
        LOW = "low", "низкая"

    class Check(models.TextChoices):
        """What the school's curator says of it (верификация рискового профиля)."""

        VERIFIED = "verified", "подтверждён"
        DISPUTED = "disputed", "оспорен"

    class Decision(models.TextChoices):
        ACTIVATED = "activated", "активирован"  # the school works on it
        NOTED = "noted", "принят к сведению"

    school = models.ForeignKey(School, models.CASCADE, related_name="risks")
    factor = models.ForeignKey(RiskFactor, models.RESTRICT, related_name="school_risks")
    significance = models.CharField("значимость", max_length=10, choices=Significance)
    found_on = models.DateField("выявлен", default=timezone.localdate)
    check_result = models.CharField("проверка школой", max_length=10, choices=Check, blank=True)
    check_note = models.TextField("пояснение школы", blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField("решение", max_length=10, choices=Decision, blank=True)
    decision_text = models.TextField("что решено", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_on = models.DateField("решено", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = SchoolRiskQuerySet.as_manager()

    class Meta:
        ordering = ["factor__position", "factor", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_risk_per_school_and_factor", fields=["school", "factor"]),
            models.CheckConstraint(
                name="disputed_risk_says_why", condition=~Q(check_result="disputed") | ~Q(check_note="")
            ),
            models.CheckConstraint(
                name="decided_risk_has_its_day",
                condition=Q(decision="", decided_on=None) | (~Q(decision="") & Q(decided_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor}, {school_year_label(self.factor.school_year)}"

    def get_absolute_url(self) -> str:
        return reverse("schools:school_risk", args=[self.pk])

    @property
    def is_activated(self) -> bool:
        return self.decision == self.Decision.ACTIVATED

    @property
    def due(self) -> Due:
        """By when it is to be decided."""
        factor = self.factor
        return decision_due(school_year=factor.school_year, returns_in=factor.returns_in, found_on=self.found_on)
