"""The standing seminar: the centre's offers for half a school year, the schools' requests, and the programme that each
school gets from them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.gatherings import EventKind, Presence
from mentoring.models.events import EVENT_KINDS, PRESENCES, Event
from roadmaps.plans.calendar_words import Span, half_school_year, half_year_of
from schools.models import Municipality, School

HALVES = [(1, "первое (сентябрь – декабрь)"), (2, "второе (январь – август)")]


class SeminarQuerySet(models.QuerySet["Seminar"]):
    def visible_to(self, user: Any) -> Self:
        """The centre publishes what it offers."""
        return self.filter(municipality__in=reach_of(user, Permission.MENTORING_VIEW).touched)


class Seminar(models.Model):
    """Of one half of a school year."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="seminars")
    school_year = models.PositiveSmallIntegerField("учебный год")  # that it begins in
    half = models.PositiveSmallIntegerField("полугодие", choices=HALVES)
    requests_until = models.DateField("заявки принимаются по")
    note = models.TextField("что сообщаем школам", blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = SeminarQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "-half"]
        constraints = [
            models.UniqueConstraint(name="one_seminar_a_half_year", fields=["municipality", "school_year", "half"]),
            models.CheckConstraint(name="seminar_is_of_a_half", condition=Q(half__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return f"Постоянно действующий семинар, {half_year_of(*self.days)}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:seminar", args=[self.pk])

    @property
    def days(self) -> Span:
        return half_school_year(self.school_year, self.half)


class OfferQuerySet(models.QuerySet["SeminarOffer"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(seminar__in=Seminar.objects.visible_to(user))


class SeminarOffer(models.Model):
    """A topic that schools may ask for."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="offers")
    title = models.CharField("тема", max_length=500)
    kind = models.CharField("вид", max_length=20, choices=EVENT_KINDS, default=EventKind.SEMINAR.value)
    audience = models.CharField("для кого", max_length=500, blank=True)
    hours = models.DecimalField("сколько часов", max_digits=5, decimal_places=1, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class OfReadersQuerySet(models.QuerySet[Any]):
    """What a school asks for tells what it lacks: for the school and the centre."""

    def visible_to(self, user: Any) -> Self:
        read = reach_of(user, Permission.MENTORING_READ)
        own = Q(school__in=read.schools) | Q(school__parent__in=read.schools)
        return self.filter(Q(seminar__municipality__in=read.municipalities) | own)


class SeminarRequest(models.Model):
    """One topic that a school asks for: an offered one or its own."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="requests")
    school = models.ForeignKey(School, models.CASCADE, related_name="seminar_requests")
    offer = models.ForeignKey(SeminarOffer, models.CASCADE, null=True, blank=True, related_name="requests")
    topic = models.CharField("своя тема", max_length=500, blank=True)
    people = models.PositiveSmallIntegerField("сколько человек", null=True, blank=True)
    wish = models.CharField("пожелания", max_length=500, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    objects = OfReadersQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="request_names_an_offer_or_a_topic",
                condition=Q(offer__isnull=False, topic="") | (Q(offer=None) & ~Q(topic="")),
            ),
            models.UniqueConstraint(
                name="offer_is_asked_for_once", fields=["offer", "school"], condition=Q(offer__isnull=False)
            ),
            models.UniqueConstraint(
                name="topic_is_asked_for_once", fields=["seminar", "school", "topic"], condition=Q(offer=None)
            ),
        ]

    def __str__(self) -> str:
        return self.topic or str(self.offer)


class ProgrammeQuerySet(OfReadersQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Schools see theirs once it is approved."""
        kept = reach_of(user, Permission.MENTORING_EDIT).municipalities
        return super().visible_to(user).filter(Q(state="approved") | Q(seminar__municipality__in=kept))


class SeminarProgramme(models.Model):
    """What a school takes part in during the half-year. Once approved, its sessions are events, which say what becomes
    of them."""

    class State(models.TextChoices):
        DRAFT = "draft", "проект"
        APPROVED = "approved", "утверждена"

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="programmes")
    school = models.ForeignKey(School, models.CASCADE, related_name="seminar_programmes")
    state = models.CharField("состояние", max_length=10, choices=State, default=State.DRAFT)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approved_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # with its sessions; who saves says which one was seen

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_seminar_programme_per_school", fields=["seminar", "school"]),
            models.CheckConstraint(
                name="approved_seminar_programme_says_when",
                condition=Q(state="approved", approved_on__isnull=False) | Q(state="draft", approved_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:seminar_programme", args=[self.pk])


class SessionQuerySet(models.QuerySet["SeminarSession"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(programme__in=SeminarProgramme.objects.visible_to(user))


class SeminarSession(models.Model):
    """A line of a programme."""

    programme = models.ForeignKey(SeminarProgramme, models.CASCADE, related_name="sessions")
    position = models.PositiveSmallIntegerField()
    offer = models.ForeignKey(SeminarOffer, models.SET_NULL, null=True, blank=True, related_name="sessions")
    title = models.CharField("тема", max_length=500)
    kind = models.CharField("вид", max_length=20, choices=EVENT_KINDS, default=EventKind.WEBINAR.value)
    on = models.DateField("дата", null=True, blank=True)
    starts_at = models.TimeField("начало", null=True, blank=True)
    hours = models.DecimalField("часов", max_digits=5, decimal_places=1, null=True, blank=True)
    presence = models.CharField("форма", max_length=10, choices=PRESENCES, default=Presence.REMOTE.value)
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="sessions")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
