"""Methodical events that people attend: planned, announced, held or cancelled, and who came from which school."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.contact import GROUP_LABELS
from mentoring.gatherings import (
    EVENT_LABELS,
    EVENT_STATE_LABELS,
    LEVEL_LABELS,
    MOST_ANNOUNCE_DAYS,
    PRESENCE_LABELS,
    STAFF,
    Announcement,
    EventKind,
    EventState,
    Level,
    Presence,
)
from mentoring.models.people import Teacher
from roadmaps.models import Activity
from schools.models import Municipality, School

EVENT_KINDS = [(kind.value, label) for kind, label in EVENT_LABELS.items()]
LEVELS = [(level.value, label) for level, label in LEVEL_LABELS.items()]
PRESENCES = [(presence.value, label) for presence, label in PRESENCE_LABELS.items()]
ATTENDANCE_NUMBERS = (*(group.value for group in STAFF), "presented")
EVENT_STATES = [(state.value, label) for state, label in EVENT_STATE_LABELS.items()]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Any) -> Self:
        """What is for all schools, for everybody who looks into mentoring in the municipality; what is for some, for
        these and for those who look into the whole."""
        held = reach_of(user, Permission.MENTORING_VIEW)
        addressed = self.model.schools.through.objects.filter(
            Q(school__in=held.schools) | Q(school__parent__in=held.schools)
        )
        return self.filter(
            Q(municipality__in=held.municipalities)
            | Q(municipality__in=held.touched, for_all=True)
            | Q(pk__in=addressed.values("event"))
        )


class Event(models.Model):
    """One event, of a day or several."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="events")
    kind = models.CharField("вид", max_length=20, choices=EVENT_KINDS, default=EventKind.SEMINAR.value)
    level = models.CharField("уровень", max_length=20, choices=LEVELS, default=Level.MUNICIPAL.value)
    title = models.CharField("название", max_length=500)
    subject = models.CharField("предмет или направление", max_length=200, blank=True)
    starts_on = models.DateField("дата")
    ends_on = models.DateField("последний день")
    starts_at = models.TimeField("начало", null=True, blank=True)  # by the municipality's clock
    hours = models.DecimalField("сколько часов", max_digits=5, decimal_places=1, null=True, blank=True)
    presence = models.CharField("форма", max_length=10, choices=PRESENCES, default=Presence.IN_PERSON.value)
    place = models.CharField("место", max_length=300, blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    organiser = models.CharField("организатор", max_length=300, blank=True)
    audience = models.CharField("для кого", max_length=500, blank=True)
    for_all = models.BooleanField("для всех школ муниципалитета", default=True)
    schools = models.ManyToManyField(School, related_name="events", blank=True, verbose_name="школы")  # if not for all
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name="строка дорожной карты"
    )
    announce_days = models.PositiveSmallIntegerField("анонсировать за сколько дней", null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)  # the first time, or the last where the days were moved
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField("состояние", max_length=10, choices=EVENT_STATES, default=EventState.PLANNED.value)
    reason = models.CharField("почему отменено", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(name="event_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="cancelled_event_says_why", condition=~Q(state="cancelled") | ~Q(reason="")),
            models.CheckConstraint(name="event_takes_time", condition=Q(hours=None) | Q(hours__gt=0)),
            models.CheckConstraint(
                name="event_is_announced_within_two_months",
                condition=Q(announce_days=None) | Q(announce_days__lte=MOST_ANNOUNCE_DAYS),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "starts_on"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mentoring:event", args=[self.pk])

    @property
    def announcement(self) -> Announcement:
        told_on = timezone.localdate(self.announced_at) if self.announced_at else None
        return Announcement(self.starts_on, self.announce_days, told_on)

    @property
    def days(self) -> list[dt.date]:
        count = (self.ends_on - self.starts_on).days + 1
        return [self.starts_on + dt.timedelta(days=number) for number in range(count)]

    @property
    def when(self) -> str:
        """«14.03.2023 в 15:00», «14.03.2023 – 16.03.2023»."""
        first = f"{self.starts_on:%d.%m.%Y}"
        last = f" – {self.ends_on:%d.%m.%Y}" if self.ends_on != self.starts_on else ""
        return first + last + (f" в {self.starts_at:%H:%M}" if self.starts_at else "")


class EventChange(models.Model):
    """A line of an event's history: what was, what became, who said so and why. Never altered."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «planned», «changed», «announced», «held», «cancelled» …
    before = models.JSONField(default=dict)  # field: words
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.event_id} {self.action}"


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            event__in=Event.objects.visible_to(user),
            school__in=School.objects.allowing(user, Permission.MENTORING_VIEW),
        )


class Attendance(models.Model):
    """How many of a school's staff came to an event, each person once. Who of its list did may be named besides."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="attendance")
    school = models.ForeignKey(School, models.CASCADE, related_name="attendance")
    administration = models.PositiveSmallIntegerField(GROUP_LABELS[STAFF[0]], default=0)
    teachers = models.PositiveSmallIntegerField(GROUP_LABELS[STAFF[1]], default=0)
    young = models.PositiveSmallIntegerField(GROUP_LABELS[STAFF[2]], default=0)
    specialists = models.PositiveSmallIntegerField(GROUP_LABELS[STAFF[3]], default=0)
    presented = models.PositiveSmallIntegerField("представили опыт", default=0)  # of all these
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_attendance_per_school", fields=["event", "school"]),
            models.CheckConstraint(
                name="somebody_attended",
                condition=Q(administration__gt=0) | Q(teachers__gt=0) | Q(young__gt=0) | Q(specialists__gt=0),
            ),
            models.CheckConstraint(
                name="who_presents_attends",
                condition=Q(presented__lte=F("administration") + F("teachers") + F("young") + F("specialists")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.people}"

    @property
    def numbers(self) -> tuple[int, ...]:
        """In the order of ATTENDANCE_NUMBERS."""
        return tuple(getattr(self, name) for name in ATTENDANCE_NUMBERS)

    @property
    def people(self) -> int:
        return sum(getattr(self, group) for group in STAFF)


class NamedAttendanceQuerySet(models.QuerySet["NamedAttendance"]):
    def visible_to(self, user: Any) -> Self:
        """As the teacher's name."""
        return self.filter(
            teacher__in=Teacher.objects.visible_to(user), attendance__event__in=Event.objects.visible_to(user)
        )


class NamedAttendance(models.Model):
    """A teacher of the school's list who is one of those counted. The numbers may be higher: not everybody who comes
    has an entry there."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="named")
    teacher = models.ForeignKey(Teacher, models.RESTRICT, related_name="attendance", verbose_name="учитель")
    presented = models.BooleanField("представил опыт", default=False)

    objects = NamedAttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["teacher__name", "pk"]
        constraints = [models.UniqueConstraint(name="teacher_attends_once", fields=["attendance", "teacher"])]

    def __str__(self) -> str:
        return f"{self.attendance_id}: {self.teacher_id}"
