"""Teachers of schools, and the pool of mentors, tutors and curators that the centre keeps.

Staff by official name and position only: no birth dates, no addresses, no telephones.
"""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from mentoring.kinds import POOL_LABELS
from schools.models import Municipality, School

POOL_KINDS = [(kind.value, label) for kind, label in POOL_LABELS.items()]


def themselves(user: Any, field: str, municipality: str) -> Q:
    """Rows whose `field` is this person, in municipalities to which they still belong in some role: nothing stays open
    to those who left."""
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=[])
    towns = {grant.municipality_id for grant in user.grants}
    return Q(**{field: user, f"{municipality}__in": towns})


class TeacherQuerySet(models.QuerySet["Teacher"]):
    def visible_to(self, user: Any) -> Self:
        """For their school, the centre, themselves, and whoever is their mentor now."""
        schools = School.objects.allowing(user, Permission.STAFF_VIEW)
        own = themselves(user, "user", "school__municipality")
        return self.filter(Q(school__in=schools) | own | Q(pk__in=self.model.objects.mentored_by(user).values("pk")))

    def mentored_by(self, user: Any) -> Self:
        """Whose mentor, tutor or helping colleague the person is today."""
        today = timezone.localdate()
        helpers = ("pairings__mentor__user", "pairings__helping_teacher__user")
        return self.filter(
            Q(pairings__ends_on=None) | Q(pairings__ends_on__gte=today),
            reduce(or_, (themselves(user, helper, "school__municipality") for helper in helpers)),
            pairings__starts_on__lte=today,
        )


class Teacher(models.Model):
    """A teacher of a school."""

    class Category(models.TextChoices):
        NONE = "", "нет"
        SUITABLE = "suitable", "соответствие занимаемой должности"
        FIRST = "first", "первая"
        HIGHEST = "highest", "высшая"

    school = models.ForeignKey(School, models.CASCADE, related_name="teachers", verbose_name="школа")
    name = models.CharField("фамилия, имя, отчество", max_length=200)
    position = models.CharField("должность", max_length=300)
    subjects = models.CharField("предметы", max_length=300, blank=True)  # «математика, физика»
    category = models.CharField("квалификационная категория", max_length=20, choices=Category, blank=True)
    category_since = models.DateField("категория присвоена", null=True, blank=True)
    category_until = models.DateField("категория действует до", null=True, blank=True)
    teaching_since = models.PositiveSmallIntegerField("преподаёт с года", null=True, blank=True)
    advanced_level = models.BooleanField("преподаёт на углублённом уровне", default=False)
    is_active = models.BooleanField("работает", default=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="teachers"
    )  # if the portal knows them
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = TeacherQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="teaches_since_a_year", condition=Q(teaching_since=None) | Q(teaching_since__range=(1940, 2100))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mentoring:teacher", args=[self.pk])

    @property
    def category_has_ended(self) -> bool:
        return self.category_until is not None and self.category_until < timezone.localdate()

    @property
    def municipality_id(self) -> int:
        return self.school.municipality_id

    @property
    def in_general(self) -> str:
        """Who it is, for those who may not know the name."""
        return f"{self.position} ({self.subjects})" if self.subjects else self.position


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible_to(self, user: Any) -> Self:
        """The pool is published by the centre's order, so all see it who look into mentoring in the municipality."""
        return self.filter(municipality__in=reach_of(user, Permission.MENTORING_VIEW).touched)

    def in_pool(self, day: Any) -> Self:
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Mentor(models.Model):
    """Somebody of the pool."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="mentors")
    school = models.ForeignKey(
        School, models.SET_NULL, null=True, blank=True, related_name="mentors", verbose_name="школа, где работает"
    )
    organisation = models.CharField("организация, если это не школа", max_length=300, blank=True)
    name = models.CharField("фамилия, имя, отчество", max_length=200)
    position = models.CharField("должность", max_length=300)
    kind = models.CharField("кто это", max_length=10, choices=POOL_KINDS)
    subjects = models.CharField("предметы или направления", max_length=300, blank=True)
    load_limit = models.PositiveSmallIntegerField("не больше пар одновременно", null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mentors", verbose_name="логин"
    )  # if the portal knows them
    since = models.DateField("в списке с")
    until = models.DateField("в списке по", null=True, blank=True)
    basis = models.CharField("основание", max_length=300, blank=True)  # the order
    source = models.CharField("откуда взят", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = MentorQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="mentor_leaves_after_joining", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where they work."""
        return self.school.name if self.school else self.organisation
