"""Files and links that show what was done, as open as the row they belong to."""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roadmaps.models.decisions import Assignment
from roadmaps.models.files import AttachedFile
from roadmaps.models.progress import ProgressUpdate
from roadmaps.models.registers import Agreement


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            Q(report__in=ProgressUpdate.objects.visible_to(user))
            | Q(assignment__in=Assignment.objects.visible_to(user))
            | Q(agreement__in=Agreement.objects.visible_to(user))
        )


OWNERS = ("report", "assignment", "agreement")  # it belongs to one of them


def _is_of(owner: str) -> Q:
    return Q(**{f"{one}__isnull": one != owner for one in OWNERS})


class Evidence(AttachedFile):
    """A file or a link that shows what was done or agreed; whoever sees the row sees it."""

    report = models.ForeignKey(ProgressUpdate, models.CASCADE, null=True, blank=True, related_name="evidence")
    assignment = models.ForeignKey(Assignment, models.CASCADE, null=True, blank=True, related_name="evidence")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, blank=True, related_name="evidence")
    title = models.CharField("название", max_length=300, blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_link", condition=Q(link="", file__gt="") | Q(file="", link__gt="")
            ),
            models.CheckConstraint(
                name="evidence_is_of_one_row", condition=reduce(or_, (_is_of(owner) for owner in OWNERS))
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.name or self.link
