"""How a municipality's summary table chooses its schools."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from accounts.access import Permission
from accounts.models import reach_of
from schools.models import Municipality


class SummaryRuleQuerySet(models.QuerySet["SummaryRule"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(municipality__in=reach_of(user, Permission.VALUES_VIEW).touched)


class SummaryRule(models.Model):
    """Which schools are in the table: by the basic indicators, those that carry a reference value.

    Indicators whose codes share what stands before the dot (a2.1 … a2.4) are series of one basic indicator.
    """

    class Of(models.TextChoices):
        ANY = "any", "хотя бы одному"
        ALL = "all", "всем"

    municipality = models.OneToOneField(Municipality, models.CASCADE, related_name="summary_rule")
    within = models.CharField(max_length=3, choices=Of, default=Of.ANY)  # series of one basic indicator
    between = models.CharField(max_length=3, choices=Of, default=Of.ALL)  # basic indicators: «и» or «или»
    shown_only = models.JSONField(default=list)  # codes of indicators that stand in the table and do not decide
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = SummaryRuleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.within}, {self.between}"
