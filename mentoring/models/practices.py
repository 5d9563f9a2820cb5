"""The bank of practices: proposed by a school, reviewed by the centre, published and found again."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.models.events import Event
from mentoring.models.people import Teacher, themselves
from mentoring.sharing import PRACTICE_LABELS, PracticeState
from roadmaps.models.files import AttachedFile
from schools.models import Municipality, School

PRACTICE_STATES = [(state.value, label) for state, label in PRACTICE_LABELS.items()]


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: Any) -> Self:
        """What is published, for everybody who looks into mentoring in the municipality; the rest for its school, the
        centre, and the teacher whose it is."""
        seen = reach_of(user, Permission.MENTORING_VIEW).touched
        read = reach_of(user, Permission.MENTORING_READ)
        own = Q(school__in=read.schools) | Q(school__parent__in=read.schools)
        return self.filter(
            Q(municipality__in=seen, state=PracticeState.PUBLISHED.value)
            | Q(municipality__in=read.municipalities)
            | own
            | themselves(user, "teacher__user", "municipality")
        )


class Practice(models.Model):
    """What a school does well and others may take over."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="practices")
    school = models.ForeignKey(School, models.CASCADE, related_name="practices", verbose_name="школа")
    teacher = models.ForeignKey(
        Teacher, models.SET_NULL, null=True, blank=True, related_name="practices", verbose_name="чья практика"
    )
    title = models.CharField("название", max_length=300)
    subject = models.CharField("предмет или направление", max_length=200, blank=True)
    audience = models.CharField("кому пригодится", max_length=300, blank=True)
    text = models.TextField("в чём практика")
    effect = models.TextField("что она дала", blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    events = models.ManyToManyField(Event, related_name="practices", blank=True)  # at which it was shown
    state = models.CharField("состояние", max_length=10, choices=PRACTICE_STATES, default=PracticeState.PROPOSED.value)
    reason = models.CharField("почему возвращена", max_length=1000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField("опубликована", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="returned_practice_says_why", condition=~Q(state="returned") | ~Q(reason="")),
            models.CheckConstraint(
                name="published_practice_says_when",
                condition=Q(state="published", published_on__isnull=False)
                | (~Q(state="published") & Q(published_on=None)),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("mentoring:practice", args=[self.pk])


class PracticeFileQuerySet(models.QuerySet["PracticeFile"]):
    def visible_to(self, user: Any) -> Self:
        """Experts open those of the practices that are assigned to them."""
        assigned = themselves(user, "practice__reviews__expert", "practice__municipality")
        own = self.model.objects.filter(assigned).values("pk")
        return self.filter(Q(practice__in=Practice.objects.visible_to(user)) | Q(pk__in=own))


class PracticeFile(AttachedFile):
    """A document or photograph of a practice; whoever reads the practice opens it."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="files")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = PracticeFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
