"""How somebody looks at plans: views kept by name, and the secret address of a calendar."""

import hashlib
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from schools.models import Municipality


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> Self:
        """One's own. What it shows is asked for anew each time, as far as the person may see it then."""
        return self.filter(user=user.pk)


class SavedView(models.Model):
    """A view over plans with what it is narrowed to, under a name of somebody's own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+")
    name = models.CharField("название", max_length=100)
    view = models.CharField(max_length=20)  # name of its address
    query = models.CharField(max_length=2000, blank=True)  # of the address, as it is written there

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_saved_view_per_name", fields=["user", "municipality", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """The secret address under which a calendar reads what somebody owes; the secret itself is not kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id}"

    @classmethod
    def find(cls, key: str) -> Self | None:
        """The feed with this key, of somebody who may still log in."""
        return cls.objects.filter(digest=digest_of(key), user__is_active=True).select_related("user").first()


def new_key() -> str:
    return secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()  # 256 random bits need no slow hash
