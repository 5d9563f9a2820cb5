"""Pairings: who helps whom, from when to when, by which order, and what became of it."""

import datetime as dt
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.kinds import KIND_LABELS, SIDES, Helper, Kind, Standing, Term
from mentoring.models.people import Mentor, Teacher, themselves
from schools.models import Municipality, School, SchoolRisk

KINDS = [(kind.value, label) for kind, label in KIND_LABELS.items()]


def _has_sides(kind: Kind) -> Q:
    """What a row of this kind must have, and what it must not."""
    sides = SIDES[kind]
    one_helps = [Q(**{f"{other}__isnull": other != helper for other in Helper}) for helper in sides.helpers]
    nobody = Q(**{f"{helper}__isnull": True for helper in Helper})
    # A comparison with NULL is neither true nor false, and a constraint takes that for true.
    counted = Q(count__isnull=False, count__gte=1) if sides.is_counted else Q(count=None)
    return Q(kind=kind.value, teacher__isnull=not sides.has_teacher) & counted & reduce(or_, one_helps or [nobody])


class PairingQuerySet(models.QuerySet["Pairing"]):
    def visible_to(self, user: Any) -> Self:
        """That they are: for those who look into mentoring in a school of the pairing or in the municipality, and for
        its own people."""
        held = reach_of(user, Permission.MENTORING_VIEW)
        return self.filter(Q(municipality__in=held.municipalities) | of_schools(held.schools) | of_people(user))

    def open_to(self, user: Any) -> Self:
        """Whose texts and teachers' names the person may read: the two sides, and the centre."""
        held = reach_of(user, Permission.MENTORING_READ)
        return self.filter(Q(municipality__in=held.municipalities) | of_schools(held.schools) | of_people(user))

    def running_on(self, day: dt.date) -> Self:
        return self.within(day, day)

    def within(self, first: dt.date, last: dt.date) -> Self:
        """That run on any of these days."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)

    def with_school(self, school: Any) -> Self:
        """In which the school itself helps or is helped, not its branches."""
        return self.filter(Q(school=school) | Q(helping_school=school) | Q(helping_teacher__school=school))

    def with_sides(self) -> Self:
        """With all that their words need."""
        return self.select_related("school", "helping_school", "mentor__school", "helping_teacher__school", "teacher")


def of_schools(schools: Any) -> Q:
    """Pairings in which one of these helps or is helped; a school's people answer for its branches."""
    sides = ("school", "helping_school", "helping_teacher__school")
    return reduce(or_, (Q(**{f"{side}{up}__in": schools}) for side in sides for up in ("", "__parent")))


def of_people(user: Any) -> Q:
    """Pairings of which the person is one."""
    fields = ("mentor__user", "teacher__user", "helping_teacher__user")
    return reduce(or_, (themselves(user, field, "municipality") for field in fields))


class Pairing(models.Model):
    """One side helps the other. Pairs with pupils are counted, never named."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="pairings")
    kind = models.CharField("вид", max_length=20, choices=KINDS)
    helping_school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="helping_pairings", verbose_name="школа-помощник"
    )
    mentor = models.ForeignKey(
        Mentor, models.RESTRICT, null=True, blank=True, related_name="pairings", verbose_name="наставник"
    )
    helping_teacher = models.ForeignKey(
        Teacher, models.RESTRICT, null=True, blank=True, related_name="helping_pairings",
        verbose_name="учитель-наставник",
    )  # fmt: skip
    school = models.ForeignKey(School, models.CASCADE, related_name="pairings", verbose_name="школа")  # helped
    teacher = models.ForeignKey(
        Teacher, models.RESTRICT, null=True, blank=True, related_name="pairings", verbose_name="учитель"
    )  # helped
    count = models.PositiveSmallIntegerField("сколько пар", null=True, blank=True)  # of pairs with pupils
    starts_on = models.DateField("действует с")
    ends_on = models.DateField("действует по", null=True, blank=True)
    order_number = models.CharField("номер приказа", max_length=60, blank=True)
    order_date = models.DateField("дата приказа", null=True, blank=True)
    aims = models.TextField("цели", blank=True)
    deficits = models.TextField("дефициты, над которыми работают", blank=True)
    risks = models.ManyToManyField(SchoolRisk, related_name="pairings", blank=True, verbose_name="риски школы")
    closed_reason = models.CharField("почему завершена раньше", max_length=500, blank=True)
    source = models.CharField("откуда взята", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = PairingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="pairing_has_the_sides_of_its_kind", condition=reduce(or_, (_has_sides(kind) for kind in Kind))
            ),
            models.CheckConstraint(
                name="pairing_ends_after_it_starts", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="school_helps_another", condition=Q(helping_school=None) | ~Q(helping_school=F("school"))
            ),
            models.CheckConstraint(
                name="teacher_helps_another", condition=Q(helping_teacher=None) | ~Q(helping_teacher=F("teacher"))
            ),
            models.CheckConstraint(
                name="closed_pairing_has_its_day", condition=Q(closed_reason="") | Q(ends_on__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["municipality", "ends_on"])]

    def __str__(self) -> str:
        return self.in_words(named=False)

    def get_absolute_url(self) -> str:
        return reverse("mentoring:pairing", args=[self.pk])

    @property
    def term(self) -> Term:
        return Term(self.starts_on, self.ends_on)

    def standing(self, today: dt.date) -> Standing:
        return self.term.standing(today)

    def in_words(self, *, named: bool) -> str:
        """Who helps and whom; teachers by name only for those to whom the pairing is open."""
        helper = self.helper_in_words(named=named)
        return f"{helper} — {self.helped_in_words(named=named)}"

    def helper_in_words(self, *, named: bool) -> str:
        if self.helping_school:
            return self.helping_school.name
        if self.mentor:
            return f"{self.mentor.name}, {self.mentor.position}"
        if self.helping_teacher:
            whom = self.helping_teacher
            return f"{whom.name if named else whom.in_general}, {whom.school.name}"
        return f"{self.get_kind_display()}: {self.count}"

    def helped_in_words(self, *, named: bool) -> str:
        if self.teacher:
            return f"{self.school.name}, {self.teacher.name if named else self.teacher.in_general}"
        return self.school.name

    @property
    def basis(self) -> str:
        if not self.order_number and not self.order_date:
            return ""
        on = f" от {self.order_date:%d.%m.%Y}" if self.order_date else ""
        return f"приказ{on} № {self.order_number or 'б/н'}"


class PairingChange(models.Model):
    """A line of a pairing's history: what was, what became, who said so and why. Never altered."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «made», «changed», «ended», «resumed»
    before = models.JSONField(default=dict)  # field: words
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.pairing_id} {self.action}"
