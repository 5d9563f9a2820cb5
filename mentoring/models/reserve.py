"""The reserve of future heads: its programmes and who takes part, vacancies, and who was moved where. For the centre
and the department alone; by official name and position."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.models.records import KeptRow
from schools.models import Municipality, School


class Post(models.TextChoices):
    """What somebody is prepared for, and what is vacant."""

    HEAD = "head", "руководитель школы"
    DEPUTY = "deputy", "заместитель руководителя"
    OTHER = "other", "другая руководящая должность"


class OfCentreQuerySet(models.QuerySet[Any]):
    way = ""

    def visible_to(self, user: Any) -> Self:
        """For those who keep the municipality's mentoring: the centre and the department."""
        held = reach_of(user, Permission.MENTORING_EDIT).municipalities
        return self.filter(**{f"{self.way}municipality__in": held})


class OfProgrammeQuerySet(OfCentreQuerySet):
    way = "programme__"


class ReserveRow(KeptRow):
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+")

    objects = OfCentreQuerySet.as_manager()

    class Meta:
        abstract = True


class ReserveCandidate(ReserveRow):
    """Somebody in the reserve."""

    class Readiness(models.TextChoices):
        NOW = "now", "готов к назначению"
        YEAR = "year", "будет готов через год"
        LATER = "later", "будет готов через два-три года"
        UNKNOWN = "", "не оценена"

    class Left(models.TextChoices):
        APPOINTED = "appointed", "назначен"
        OWN = "own", "вышел по своему желанию"
        EXCLUDED = "excluded", "исключён"

    name = models.CharField("фамилия, имя, отчество", max_length=200)
    position = models.CharField("должность", max_length=300)
    school = models.ForeignKey(
        School, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="школа, где работает"
    )
    organisation = models.CharField("организация, если это не школа", max_length=300, blank=True)
    post = models.CharField("к какой должности готовится", max_length=10, choices=Post, default=Post.HEAD)
    since = models.DateField("в резерве с")
    basis = models.CharField("основание", max_length=300, blank=True)
    readiness = models.CharField("готовность", max_length=10, choices=Readiness, blank=True)
    assessed_on = models.DateField("когда оценена", null=True, blank=True)
    assessed_how = models.TextField("на чём основана оценка", blank=True)
    left_on = models.DateField("вышел из резерва", null=True, blank=True)
    left_how = models.CharField("как вышел", max_length=10, choices=Left, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="readiness_says_when", condition=Q(readiness="", assessed_on=None) | Q(assessed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="who_left_the_reserve_says_when_and_how",
                condition=Q(left_on=None, left_how="")
                | Q(left_on__isnull=False, left_on__gte=F("since")) & ~Q(left_how=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mentoring:reserve_candidate", args=[self.pk])

    @property
    def place(self) -> str:
        return self.school.name if self.school else self.organisation


class ReserveProgramme(ReserveRow):
    """What the reserve is taught."""

    title = models.CharField("название", max_length=500)
    starts_on = models.DateField("начало")
    ends_on = models.DateField("окончание")
    hours = models.PositiveSmallIntegerField("сколько часов", null=True, blank=True)
    basis = models.CharField("основание", max_length=300, blank=True)
    aim = models.TextField("цель", blank=True)
    content = models.TextField("темы и занятия", blank=True)  # each on its line

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reserve_programme_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mentoring:reserve_programme", args=[self.pk])


class ReserveEnrolment(KeptRow):
    """Somebody of the reserve in a programme."""

    class State(models.TextChoices):
        LEARNING = "learning", "учится"
        COMPLETED = "completed", "окончил"
        LEFT = "left", "не окончил"

    programme = models.ForeignKey(ReserveProgramme, models.CASCADE, related_name="enrolments")
    candidate = models.ForeignKey(
        ReserveCandidate, models.CASCADE, related_name="enrolments", verbose_name="участник резерва"
    )
    state = models.CharField("состояние", max_length=10, choices=State, default=State.LEARNING)
    result = models.TextField("результат", blank=True)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["candidate__name", "pk"]
        constraints = [models.UniqueConstraint(name="one_enrolment_a_programme", fields=["programme", "candidate"])]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.programme}"

    @property
    def municipality_id(self) -> int:
        return self.programme.municipality_id

    def get_absolute_url(self) -> str:
        return self.programme.get_absolute_url()


class ReserveVacancy(ReserveRow):
    """A post that is vacant or will be."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+", verbose_name="школа")
    post = models.CharField("какая должность", max_length=10, choices=Post, default=Post.HEAD)
    position = models.CharField("должность по штатному расписанию", max_length=300, blank=True)
    vacant_on = models.DateField("вакантна с")
    note = models.TextField("примечание", blank=True)
    filled_on = models.DateField("занята с", null=True, blank=True)
    filled_by = models.ForeignKey(
        ReserveCandidate,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="vacancies",
        verbose_name="кто из резерва",
    )

    class Meta:
        ordering = [F("filled_on").desc(nulls_first=True), "vacant_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="vacancy_is_filled_on_a_day", condition=Q(filled_by=None) | Q(filled_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.school.name}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:reserve") + f"#vacancy-{self.pk}"

    @property
    def title(self) -> str:
        return self.position or str(self.get_post_display())

    def is_open(self, today: dt.date) -> bool:
        """Vacant already, and nobody has begun in it."""
        return self.vacant_on <= today and (self.filled_on is None or self.filled_on > today)

    def is_filled(self, today: dt.date) -> bool:
        return self.filled_on is not None and self.filled_on <= today


class ReserveRotation(ReserveRow):
    """Somebody was moved from one post to another."""

    name = models.CharField("фамилия, имя, отчество", max_length=200)
    candidate = models.ForeignKey(
        ReserveCandidate, models.SET_NULL, null=True, blank=True, related_name="rotations",
        verbose_name="если это участник резерва",
    )  # fmt: skip
    on = models.DateField("дата")
    from_school = models.ForeignKey(
        School, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="из какой школы"
    )
    from_position = models.CharField("с какой должности", max_length=300)
    to_school = models.ForeignKey(
        School, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="в какую школу"
    )
    to_position = models.CharField("на какую должность", max_length=300)
    basis = models.CharField("основание", max_length=300, blank=True)
    reason = models.TextField("зачем", blank=True)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:reserve") + "#rotations"
