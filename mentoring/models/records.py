"""What rows have in common that people write on a form and nobody may overwrite unseen."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class KeptRow(models.Model):
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
