"""What experts say of a practice before the centre publishes or returns it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.models.people import themselves
from mentoring.models.practices import Practice
from mentoring.models.records import KeptRow


class PracticeReviewQuerySet(models.QuerySet["PracticeReview"]):
    def visible_to(self, user: Any) -> Self:
        """An expert sees what is assigned to them and no other; the centre, that assigns, sees all."""
        kept = reach_of(user, Permission.MENTORING_EDIT).municipalities
        own = themselves(user, "expert", "practice__municipality")
        return self.filter(own | Q(practice__municipality__in=kept))


class PracticeReview(KeptRow):
    """One expert's word on one practice."""

    class Verdict(models.TextChoices):
        PUBLISH = "publish", "можно опубликовать"
        IMPROVE = "improve", "нужно доработать"
        REFUSE = "refuse", "публиковать не стоит"

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="reviews")
    expert = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="practice_reviews", verbose_name="эксперт"
    )
    due_on = models.DateField("срок заключения")
    assigned_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField("заключение", max_length=10, choices=Verdict, blank=True)
    conclusion = models.TextField("что говорит эксперт", blank=True)
    given_on = models.DateField(null=True, blank=True)

    objects = PracticeReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_review_of_practice_per_expert", fields=["practice", "expert"]),
            models.CheckConstraint(
                name="review_of_practice_says_what_and_when",
                condition=Q(verdict="", given_on=None)
                | (~Q(verdict="") & ~Q(conclusion="") & Q(given_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice}: {self.expert}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:practice_review", args=[self.pk])

    @property
    def municipality_id(self) -> int:
        return self.practice.municipality_id
