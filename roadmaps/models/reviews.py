"""How programmes are judged: the two stages in which positive changes come."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from roadmaps.models.programmes import Programme
from roadmaps.states import StageState

STAGE_STATES = [(state.value, state.label) for state in StageState]


class OfProgrammeQuerySet(models.QuerySet["StageReview"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(programme__in=Programme.objects.visible_to(user))


class StageReview(models.Model):
    """«Мониторинг первого (второго) этапа наступления позитивных изменений» of a programme: what has changed, told by
    those who carry it out, and the verdict of those who follow it."""

    class Stage(models.IntegerChoices):
        FIRST = 1, "первый этап"
        SECOND = 2, "второй этап"

    class Verdict(models.TextChoices):
        CAME = "came", "выполнено: позитивные изменения наступили"
        PARTLY = "partly", "выполнено частично"
        NOT_YET = "not_yet", "не выполнено"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="stage_reviews")
    stage = models.PositiveSmallIntegerField("этап", choices=Stage)
    due_on = models.DateField("срок")
    state = models.CharField("состояние", max_length=10, choices=STAGE_STATES, default=StageState.AWAITED.value)
    told = models.TextField("что изменилось", blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField("заключение", max_length=10, choices=Verdict, blank=True)
    comment = models.TextField("пояснение", blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("что дополнить", max_length=1000, blank=True)  # of a return
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["stage"]
        constraints = [
            models.UniqueConstraint(name="one_review_per_stage", fields=["programme", "stage"]),
            models.CheckConstraint(name="judged_stage_has_a_verdict", condition=~Q(state="judged") | ~Q(verdict="")),
            models.CheckConstraint(name="stage_is_told_in_words", condition=Q(state="awaited") | ~Q(told="")),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:stage_review", args=[self.pk])
