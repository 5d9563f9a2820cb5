"""Municipalities, their schools under all their codes and names, and the yearly identification."""

import re
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import Permission
from accounts.models import reach_of
from schools.periods import PeriodKind, school_year_label
from schools.time_zones import TIME_ZONES


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def allowing(self, user: Any, permission: Permission) -> Self:
        """Municipalities where one of the user's roles for the whole of it grants the permission."""
        return self.filter(pk__in=reach_of(user, permission).municipalities)

    def visible_to(self, user: Any) -> Self:
        """Municipalities that the user belongs to, through one of their schools or as a whole."""
        return self.filter(pk__in=reach_of(user, Permission.SCHOOL_VIEW).touched)

    def lock(self, pk: int) -> None:
        """Until the transaction ends, whoever else wants to change the whole municipality waits.

        Rows that only name it (an upload, a job, an audit event) may be added meanwhile: a lock of the whole row would
        make everybody's page wait for the end of a long import.
        """
        self.select_for_update(no_key=True).values_list("pk").get(pk=pk)


class Municipality(models.Model):
    """The territory that one department answers for; the tenant."""

    slug = models.SlugField(unique=True)
    name = models.CharField("название", max_length=200)  # «Назарово»
    full_name = models.CharField(max_length=300, blank=True)  # «город Назарово»
    department_name = models.CharField(max_length=300, blank=True)  # «Управление образования администрации …»
    region = models.CharField(max_length=200, blank=True)
    period_kind = models.CharField(
        max_length=20, choices=[(kind.value, kind.label) for kind in PeriodKind], default=PeriodKind.SCHOOL_YEAR
    )
    # By whose clock its people are written to; empty is the portal's own.
    time_zone = models.CharField("часовой пояс", max_length=40, choices=TIME_ZONES, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "муниципалитет"

    def __str__(self) -> str:
        return self.name

    @property
    def zone_label(self) -> str:
        return dict(TIME_ZONES).get(self.zone.key, self.zone.key)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def allows(self, user: Any, permission: Permission) -> bool:
        """Whether the user has the permission for the whole municipality."""
        return self.pk in reach_of(user, permission).municipalities


class SchoolQuerySet(models.QuerySet["School"]):
    def allowing(self, user: Any, permission: Permission) -> Self:
        """Schools where one of the user's roles grants the permission; a school's people answer for its branches."""
        held = reach_of(user, permission)
        return self.filter(
            Q(municipality__in=held.municipalities) | Q(pk__in=held.schools) | Q(parent__in=held.schools)
        )

    def visible_to(self, user: Any) -> Self:
        return self.allowing(user, Permission.SCHOOL_VIEW)


def public_code_of(code: str, fisoko_login: str) -> str:
    """How programs and formulas name a school."""
    return code or fisoko_login


class School(models.Model):
    """An educational organisation; a branch (филиал) stands under its parent."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "школа"
        BRANCH = "branch", "филиал"
        BOARDING = "boarding", "школа-интернат"
        OTHER = "other", "другая организация"

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="schools")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="branches")
    name = models.CharField("название", max_length=500)
    code = models.CharField("код ОО", max_length=40, blank=True)  # of ГИА; unknown until matched
    fisoko_login = models.CharField("логин ФИС ОКО", max_length=40, blank=True)
    kind = models.CharField("вид", max_length=20, choices=Kind, default=Kind.SCHOOL)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "школа"
        constraints = [
            models.UniqueConstraint(
                name="one_school_per_code_in_municipality", fields=["municipality", "code"], condition=~Q(code="")
            ),
            models.CheckConstraint(name="school_is_not_its_own_parent", condition=~Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("schools:school", args=[self.pk])

    @property
    def public_code(self) -> str:
        """The code, or the login until the school is matched."""
        return public_code_of(self.code, self.fisoko_login)

    def allows(self, user: Any, permission: Permission) -> bool:
        return School.objects.allowing(user, permission).filter(pk=self.pk).exists()


class SchoolAlias(models.Model):
    """A further code, login or name under which files speak of a school."""

    class Kind(models.TextChoices):
        CODE = "code", "код"
        LOGIN = "login", "логин"
        NAME = "name", "название"

    school = models.ForeignKey(School, models.CASCADE, related_name="aliases")
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=500)  # as it was written
    key = models.CharField(max_length=500)  # as it is compared, see `alias_key`

    class Meta:
        constraints = [
            # Two schools may bear one name ("СОШ № 1" and its branch); a code or a login names one school.
            models.UniqueConstraint(
                name="one_school_per_code_or_login",
                fields=["municipality", "kind", "key"],
                condition=~Q(kind="name"),
            ),
            models.UniqueConstraint(name="one_alias_once_per_school", fields=["school", "kind", "key"]),
        ]

    def __str__(self) -> str:
        return self.value


def alias_key(kind: str, value: str) -> str:
    """How an alias is compared: spelling, quotes and the change from `sch` to `edu` logins do not matter."""
    text = re.sub(r"\s+", " ", value.replace("\u00a0", " ")).strip()
    if kind == SchoolAlias.Kind.NAME:
        text = re.sub(r"[«»\"'“”„№]", " ", text.lower().replace("ё", "е"))
        text = re.sub(r"(?<=\D)(?=\d)", " ", text)
        return re.sub(r"\s+", " ", text).strip(" .")
    text = re.sub(r"\.0+$", "", text.strip("\"'«» ")).lower()
    return re.sub(r"^sch(?=\d)", "edu", text) if kind == SchoolAlias.Kind.LOGIN else text


class Category(models.TextChoices):
    """What the yearly identification says of a school."""

    LOW_RESULTS = "low_results", "ШНОР"
    DIFFICULT_CONDITIONS = "difficult_conditions", "ШНСУ"
    RISK_ZONE = "risk_zone", "зона риска"
    DEPRIVED = "deprived", "депривированные"
    NOT_COPING = "not_coping", "несправляющиеся"
    RESILIENT = "resilient", "резильентные"
    EFFECTIVE = "effective", "эффективные"


class IdentificationQuerySet(models.QuerySet["Identification"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(school__in=School.objects.allowing(user, Permission.IDENTIFICATION_VIEW))


class Identification(models.Model):
    """The decision of one year that a school is in a category; earlier years keep theirs."""

    school = models.ForeignKey(School, models.CASCADE, related_name="identifications")
    school_year = models.PositiveSmallIntegerField("учебный год")
    category = models.CharField("категория", max_length=30, choices=Category)
    order_number = models.CharField("номер приказа", max_length=60, blank=True)
    order_date = models.DateField("дата приказа", null=True, blank=True)
    source = models.JSONField(default=dict, blank=True)  # {file, sheet, rows} of a spreadsheet, or {edition: number}
    # What the rule proposed and why people decided so; null and empty where the list was written by hand.
    proposed = models.BooleanField("предложена правилом", null=True)
    reason = models.TextField("основание решения", blank=True)

    objects = IdentificationQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "school__name", "category"]
        constraints = [
            models.UniqueConstraint(
                name="one_identification_per_school_year_category", fields=["school", "school_year", "category"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {school_year_label(self.school_year)}"


class PublishedCategory(models.Model):
    """That the year has a list of the category, though nobody may be in it: then whoever was before has left.

    An order has published it, or somebody has written by hand that nobody is in it.
    """

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="published_categories")
    school_year = models.PositiveSmallIntegerField("учебный год")
    category = models.CharField("категория", max_length=30, choices=Category)
    # Written by hand, as an entry of a list is; an order of its own edition stands in the edition.
    is_by_hand = models.BooleanField(default=False)
    order_number = models.CharField("номер приказа", max_length=60, blank=True)
    order_date = models.DateField("дата приказа", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_published_category_per_year", fields=["municipality", "school_year", "category"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {school_year_label(self.school_year)}"
