"""Documents: frozen snapshots and the files drawn from them."""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import Job, reach_of
from reports.access import SEEN_WITH
from reports.formats import FORMAT_CHOICES
from schools.models import Municipality, School


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
        usual = _where(user, Permission.REPORT_VIEW) & ~Q(kind__in=SEEN_WITH)
        special = (_where(user, permission) & Q(kind=kind) for kind, permission in SEEN_WITH.items())
        return self.filter(reduce(or_, special, usual))


def _where(user: Any, permission: Permission) -> Q:
    """Documents of whole municipalities and those about single schools, where the permission holds."""
    whole = Q(municipality__in=reach_of(user, permission).municipalities)
    return whole | Q(school__in=School.objects.allowing(user, permission))


class Report(models.Model):
    """A document. Its snapshot never changes: what comes out differently later is a new document."""

    class Kind(models.TextChoices):
        """All kinds that have a name; which of them the portal prepares is said in `reports.kinds`."""

        ANALYTICAL_NOTE = "analytical_note", "Аналитическая записка"
        SCHOOL_PASSPORT = "school_passport", "Паспорт школы"
        SUMMARY_TABLE = "summary_table", "Сводная таблица"
        TARGETS_TABLE = "targets_table", "Таблица плановых значений"
        ROADMAP = "roadmap", "Дорожная карта"
        PROJECT_REPORT = "project_report", "Отчёт о проекте"
        MENTORING = "mentoring", "Отчёт о наставничестве"
        IDENTIFICATION = "identification", "Результаты идентификации"
        CAMPAIGN = "campaign", "Результаты мониторинга"
        EFFECTS = "effects", "Что сделано и что изменилось"

    kind = models.CharField(max_length=40, choices=Kind)
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="reports")
    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="reports")  # whom alone it is about
    period = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField("редакция", default=1)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_report_per_number",
                fields=["municipality", "kind", "period", "number"],
                condition=Q(school__isnull=True),
            ),
            models.UniqueConstraint(
                name="one_report_per_number_about_school",
                fields=["school", "kind", "period", "number"],
                condition=Q(school__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.pk])

    @property
    def title(self) -> str:
        """Its kind, and the school where it is about one."""
        return f"{self.get_kind_display()}: {self.school.name}" if self.school else self.get_kind_display()

    @property
    def drawn(self) -> "list[ReportFile]":
        """Its files, the main one first: all of them once the worker is done, none before."""
        return list(self.files.all())

    def file_as(self, format: str) -> "ReportFile | None":
        """Of this format; a blank one is the main file."""
        return next((one for one in self.drawn if format in ("", one.format)), None)


class ReportFile(models.Model):
    """A document as a file of one format; drawn once from the snapshot, it stays as it is."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    format = models.CharField(max_length=10, choices=FORMAT_CHOICES)
    file = models.FileField(upload_to="reports/")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]  # as the kind of the document names its formats
        constraints = [
            models.UniqueConstraint(name="one_file_per_format", fields=["report", "format"]),
            models.CheckConstraint(name="drawn_file_has_checksum", condition=~Q(file="") & ~Q(sha256="")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.format}"

    def get_absolute_url(self) -> str:
        return f"{reverse('reports:file', args=[self.report_id])}?as={self.format}"
