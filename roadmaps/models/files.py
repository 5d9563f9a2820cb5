"""What rows remember of files that people attach, and files that wait for the row they are for."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from roadmaps.evidence.kinds import Kind
from roadmaps.evidence_files import KeptFile


class AttachedFile(models.Model):
    """A file in the storage, made safe (`roadmaps.evidence_files`)."""

    file = models.FileField(max_length=200, blank=True)  # its place in the storage tells nothing
    preview = models.FileField(max_length=200, blank=True)
    name = models.CharField("имя файла", max_length=255, blank=True)  # as it was given
    media_type = models.CharField(max_length=100, blank=True)  # by its content
    size = models.PositiveIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)  # of the content; tells a file that was sent twice

    class Meta:
        abstract = True

    @property
    def extension(self) -> str:
        return (self.file.name or "").rpartition(".")[2]

    @property
    def kind_label(self) -> str:
        return Kind(self.extension).label

    @property
    def places(self) -> tuple[str, str]:
        """In the storage, to be discarded when the row is gone."""
        return self.file.name or "", self.preview.name or ""


class HeldQuerySet(models.QuerySet["HeldFile"]):
    def visible_to(self, user: Any) -> Self:
        """One's own: a draft may be read by colleagues, what is not yet in it by nobody else."""
        return self.filter(by=user.pk)


class HeldFile(AttachedFile):
    """A file chosen in a form that was refused. It waits for the form to be sent again, so that nobody sends a
    photograph over a telephone twice; what waits for too long is swept (`roadmaps.jobs`)."""

    DAYS = 14

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=100)  # which form of which row, see `form_key`
    at = models.DateTimeField(default=timezone.now)

    objects = HeldQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="held_once", fields=["by", "form", "sha256"])]

    def __str__(self) -> str:
        return self.name

    @property
    def kept(self) -> KeptFile:
        """As it was when it was taken, for the row that it goes to."""
        return KeptFile(*self.places, self.name, Kind(self.extension), self.size, self.sha256)


def form_key(kind: str, *rows: models.Model | None) -> str:
    """Names a form of these rows, «report:12:-» where there is no second."""
    return ":".join([kind, *(str(row.pk) if row is not None else "-" for row in rows)])
