"""Topics of tasks, as methodists name them."""

from typing import Any, Self

from django.db import models

from accounts.access import Permission
from accounts.models import reach_of
from indicators.procedures import Wave
from monitoring.models.results import PROCEDURE_CHOICES, WAVE_CHOICES
from schools.models import Municipality


class TaskTopicQuerySet(models.QuerySet["TaskTopic"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(municipality__in=reach_of(user, Permission.RESULTS_VIEW).touched)


class TaskTopic(models.Model):
    """What a task of a work is about, in the words of a methodist; texts of tasks are not kept (letter No. 02-86)."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="task_topics")
    school_year = models.PositiveSmallIntegerField()
    procedure = models.CharField(max_length=20, choices=PROCEDURE_CHOICES)
    subject = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField()
    wave = models.CharField(max_length=10, choices=WAVE_CHOICES, default=Wave.MAIN)  # autumn and spring differ in tasks
    task = models.CharField(max_length=20)
    topic = models.CharField("тема", max_length=200)

    objects = TaskTopicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_topic_per_task",
                fields=["municipality", "school_year", "procedure", "subject", "grade", "wave", "task"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.topic}"
