"""Programmes: what the municipality set out to do."""

from typing import Any, Self

from django.db import models

from accounts.access import Permission
from accounts.models import reach_of
from schools.models import Municipality


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(municipality__in=reach_of(user, Permission.VALUES_VIEW).touched)


class Programme(models.Model):
    """A municipal programme with its aim and tasks, in the words of its document."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="programmes")
    title = models.TextField("название")
    background = models.TextField("чем утверждена", blank=True)  # the note's first paragraph
    aim = models.TextField("цель", blank=True)
    starts_in = models.PositiveSmallIntegerField()
    ends_in = models.PositiveSmallIntegerField()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_in", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_programme_per_start", fields=["municipality", "starts_in"]),
            models.CheckConstraint(
                name="programme_ends_after_it_starts", condition=models.Q(ends_in__gte=models.F("starts_in"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammeTask(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    text = models.TextField("задача")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_task_per_position", fields=["programme", "position"])]

    def __str__(self) -> str:
        return self.text
