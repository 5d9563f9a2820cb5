"""How the identification of a year comes about: its rule, what people decide, and what was published.

The published list itself is `schools.Identification`.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from schools.models import Category, Municipality, School
from schools.periods import school_year_label


class OfMunicipalityQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Whoever sees identifications there: the rule is everybody's business, and what an edition says of other
        schools is left out by those who show it."""
        return self.filter(municipality__in=reach_of(user, Permission.IDENTIFICATION_VIEW).touched)


class IdentificationRule(models.Model):
    """The parameters of one year under a number of their own; a change is a new version, the latest one holds."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="identification_rules")
    school_year = models.PositiveSmallIntegerField("учебный год")
    number = models.PositiveSmallIntegerField("версия")
    parameters = models.JSONField()  # `identification.parameters.Parameters`
    groups = models.JSONField(null=True, blank=True)  # `identification.groups.GroupSettings`; null: no groups this year
    source = models.TextField("источник методики")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = OfMunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["school_year", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_identification_rule_per_number", fields=["municipality", "school_year", "number"]
            ),
            models.CheckConstraint(name="identification_rule_names_its_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"Правило {school_year_label(self.school_year)}, версия {self.number}"


class IdentificationDecisionQuerySet(models.QuerySet["IdentificationDecision"]):
    def visible_to(self, user: Any) -> Self:
        """A draft is seen by those who make the list."""
        return self.filter(school__municipality__in=reach_of(user, Permission.IDENTIFICATION_EDIT).municipalities)


class IdentificationDecision(models.Model):
    """What people say about a school and a category of the year; where they say nothing, the proposal stands."""

    school = models.ForeignKey(School, models.CASCADE, related_name="identification_decisions")
    school_year = models.PositiveSmallIntegerField("учебный год")
    category = models.CharField("категория", max_length=30, choices=Category)
    is_included = models.BooleanField("включить")
    reason = models.TextField("основание", blank=True)
    version = models.PositiveIntegerField(default=1)  # so that nobody overwrites what they have not seen
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = IdentificationDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_decision_per_school_year_category", fields=["school", "school_year", "category"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.school_year}: {self.is_included}"


class IdentificationEdition(models.Model):
    """What one order published: rule, proposal and decisions as they were then. Never changed; a later order is a new
    edition."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="identification_editions")
    school_year = models.PositiveSmallIntegerField("учебный год")
    number = models.PositiveSmallIntegerField("редакция")
    order_number = models.CharField("номер приказа", max_length=60)
    order_date = models.DateField("дата приказа")
    snapshot = models.JSONField()  # `identification.edition.YearOfList`
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = OfMunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["school_year", "number"]
        constraints = [
            models.UniqueConstraint(
                name="one_identification_edition_per_number", fields=["municipality", "school_year", "number"]
            ),
            models.CheckConstraint(name="identification_edition_has_an_order", condition=~Q(order_number="")),
        ]

    def __str__(self) -> str:
        return f"Список {school_year_label(self.school_year)}, редакция {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("monitoring:identification_edition", args=[self.pk])
