"""What has to be published of a programme: where, by when, and where it is to be found."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roadmaps.models.programmes import Programme


class PublicationQuerySet(models.QuerySet["PublicationItem"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(programme__in=Programme.objects.visible_to(user))


class PublicationItem(models.Model):
    """One line of the checklist of a programme."""

    class Kind(models.TextChoices):
        PLAN = "plan", "план"
        ROADMAP = "roadmap", "дорожная карта"
        ANNOUNCEMENT = "announcement", "анонс"
        REPORT = "report", "отчёт"
        PRACTICE = "practice", "практика"
        DOCUMENT = "document", "документ"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="publications")
    kind = models.CharField("вид", max_length=12, choices=Kind, default=Kind.DOCUMENT)
    title = models.CharField("что", max_length=500)
    where = models.CharField("где", max_length=300, blank=True)
    deadline = models.CharField("срок, как в документе", max_length=300, blank=True)
    due_on = models.DateField("опубликовать до", null=True, blank=True)
    basis = models.CharField("откуда требование", max_length=300, blank=True)
    quote = models.TextField("слова документа", blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    published_on = models.DateField("опубликовано", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    source = models.CharField("откуда взято", max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="published_says_where", condition=Q(published_on__isnull=True) | ~Q(link="")),
        ]

    def __str__(self) -> str:
        return self.title
