"""Documents: frozen snapshots and the files drawn from them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import Job, reach_of
from schools.models import Municipality


class NoteText(models.Model):
    """What people write into the analytical note of a school year: the rest of it is computed."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="note_texts")
    school_year = models.PositiveSmallIntegerField("учебный год")
    comments = models.JSONField(default=dict)  # {indicator code: the paragraph after its sentence}
    problems = models.TextField("проблемы", blank=True)  # a paragraph a line
    next_tasks = models.TextField("задачи следующего года", blank=True)  # a task a line
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_note_text_per_year", fields=["municipality", "school_year"])]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.school_year}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> Self:
        """Documents of the municipality speak of all its schools, so they are for those who see all of it."""
        return self.filter(municipality__in=reach_of(user, Permission.REPORT_VIEW).municipalities)


class Report(models.Model):
    """A document. Its snapshot never changes: what comes out differently later is a new document."""

    class Kind(models.TextChoices):
        ANALYTICAL_NOTE = "analytical_note", "Аналитическая записка"

    kind = models.CharField(max_length=40, choices=Kind)
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="reports")
    period = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField("редакция", default=1)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="reports/", blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_report_per_number", fields=["municipality", "kind", "period", "number"]),
            models.CheckConstraint(name="drawn_report_has_checksum", condition=Q(file="") | ~Q(file_sha256="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.pk])
