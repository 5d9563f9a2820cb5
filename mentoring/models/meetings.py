"""Meetings of a pairing: one side writes it down, the other confirms it. That it took place is no secret; its text, the
sheet of the lesson and the files are for both sides and the centre."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mentoring.contact import FORM_LABELS, GROUP_LABELS, STATE_LABELS, Form, Group, MeetingState, Side
from mentoring.models.pairings import Pairing
from mentoring.models.plans import PairingStep
from roadmaps.models.files import AttachedFile

FORMS = [(form.value, label) for form, label in FORM_LABELS.items()]
STATES = [(state.value, label) for state, label in STATE_LABELS.items()]
SIDES = [(side.value, side.label) for side in Side]


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Any) -> Self:
        """That they took place: as the pairing."""
        return self.filter(pairing__in=Pairing.objects.visible_to(user))

    def open_to(self, user: Any) -> Self:
        """With their texts."""
        return self.filter(pairing__in=Pairing.objects.open_to(user))

    def with_sides(self) -> Self:
        """With all that their words need, and the question who may do what with them."""
        sides = ("school", "helping_school", "mentor__school", "helping_teacher__school", "teacher")
        return self.select_related("logged_by", "confirmed_by", "step", *(f"pairing__{side}" for side in sides))


class Meeting(models.Model):
    """One contact of a pairing."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="meetings")
    step = models.ForeignKey(
        PairingStep, models.SET_NULL, null=True, blank=True, related_name="meetings", verbose_name="строка плана"
    )
    on = models.DateField("дата")
    form = models.CharField("форма", max_length=20, choices=FORMS, default=Form.CONSULTATION.value)
    topic = models.CharField("тема", max_length=500)
    hours = models.DecimalField("сколько часов", max_digits=4, decimal_places=1)
    audience = models.JSONField("участники", default=dict)  # group: how many
    result = models.TextField("результат", blank=True)
    next_step = models.TextField("что дальше", blank=True)
    next_on = models.DateField("следующая встреча", null=True, blank=True)
    state = models.CharField("состояние", max_length=10, choices=STATES, default=MeetingState.LOGGED.value)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    logged_side = models.CharField("кто записал", max_length=10, choices=SIDES)
    logged_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("почему оспорена", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(name="meeting_takes_time", condition=Q(hours__gt=0, hours__lte=24)),
            models.CheckConstraint(
                name="confirmed_meeting_says_when", condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False)
            ),
            models.CheckConstraint(name="disputed_meeting_says_why", condition=~Q(state="disputed") | ~Q(reason="")),
        ]
        indexes = [models.Index(fields=["pairing", "-on"])]

    def __str__(self) -> str:
        return f"{self.get_form_display().capitalize()} {self.on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:meeting", args=[self.pk])

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Participants in words, in the order of the groups."""
        return [(GROUP_LABELS[group], self.audience[group]) for group in Group if self.audience.get(group)]

    @property
    def participants(self) -> int:
        return sum(self.audience.values())


class MeetingChange(models.Model):
    """A line of a meeting's history: what was, what became, who said so and why. Never altered."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «logged», «corrected», «confirmed», «disputed», «sheet», «file» …
    before = models.JSONField(default=dict)  # field: words
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.action}"


class OfMeetingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(meeting__in=Meeting.objects.open_to(user))


class LessonAnalysis(models.Model):
    """The sheet of a lesson that was visited; no pupil is named in it."""

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="lesson")
    subject = models.CharField("предмет", max_length=200)
    grade = models.CharField("класс", max_length=20)
    topic = models.CharField("тема урока", max_length=500)
    marks = models.JSONField(default=dict)  # aspect: 0, 1 or 2
    strengths = models.TextField("что удалось", blank=True)
    advice = models.TextField("рекомендации", blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    objects = OfMeetingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.topic


class MeetingFile(AttachedFile):
    """A photograph or document of a meeting; whoever reads its text opens it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="files")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
