"""What was done: reports on occurrences, and what people say about a row."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models.roadmaps import Activity, Occurrence, Roadmap
from roadmaps.states import ReportState
from schools.models import School

REPORT_STATES = [(state.value, state.label) for state in ReportState]


class ProgressQuerySet(models.QuerySet["ProgressUpdate"]):
    def visible_to(self, user: Any) -> Self:
        """Reports on roadmaps that the user looks into; of schools only those the user may look into, and drafts only
        where the user reports: colleagues of one school write one report, and nobody's absence holds it up."""
        schools = School.objects.allowing(user, Permission.PLANS_VIEW)
        seen = self.filter(
            Q(school__isnull=True) | Q(school__in=schools),
            occurrence__activity__roadmap__in=Roadmap.objects.looked_into_by(user),
        )
        held = reach_of(user, Permission.PROGRESS_REPORT)
        own = (
            Q(school__in=held.schools)
            | Q(school__parent__in=held.schools)
            | Q(school__isnull=True, occurrence__activity__roadmap__municipality__in=held.municipalities)
        )
        return seen.filter(~Q(state=ReportState.DRAFT) | own)


class ProgressUpdate(models.Model):
    """The report of one school, or of the centre, on one occurrence; there is one for each, with its history in the
    row's changes."""

    occurrence = models.ForeignKey(Occurrence, models.CASCADE, related_name="reports")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="progress", verbose_name="школа"
    )  # whose; null for an organisation of the municipality
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField("состояние", max_length=10, choices=REPORT_STATES, default=ReportState.DRAFT.value)
    percent = models.PositiveSmallIntegerField("выполнено, %", default=100)
    text = models.TextField("что сделано", blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField("почему возвращён", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_report_per_school", fields=["occurrence", "school"], condition=Q(school__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_report_of_the_municipality", fields=["occurrence"], condition=Q(school__isnull=True)
            ),
            models.CheckConstraint(name="reported_percent_is_of_a_hundred", condition=Q(percent__lte=100)),
            models.CheckConstraint(name="returned_says_why", condition=~Q(state="returned") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.occurrence_id}: {self.get_state_display()}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(activity__roadmap__in=Roadmap.objects.looked_into_by(user))


class Comment(models.Model):
    """What somebody says about a row to all who see it, and who is asked to read it."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField("сообщение")
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.at:%d.%m.%Y}"
