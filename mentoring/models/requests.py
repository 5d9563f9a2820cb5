"""Requests for help: what a school or a teacher asks, who answers by when, and what came of it."""

import datetime as dt
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.asking import STATE_LABELS, RequestState
from mentoring.contact import FORM_LABELS
from mentoring.models.events import Event
from mentoring.models.meetings import Meeting
from mentoring.models.pairings import Pairing
from mentoring.models.people import Mentor, Teacher, themselves
from schools.models import Municipality, School

FORMS = [(form.value, label) for form, label in FORM_LABELS.items()]
STATES = [(state.value, label) for state, label in STATE_LABELS.items()]
CENTRE = "методический центр"
_SOMEBODY = Q(mentor__isnull=False) | Q(helping_school__isnull=False) | Q(by_centre=True)
_ONE_ANSWERS = reduce(
    or_,
    (
        Q(mentor__isnull=not mentor, helping_school__isnull=not school, by_centre=centre)
        for mentor, school, centre in (
            (False, False, False), (True, False, False), (False, True, False), (False, False, True),
        )
    ),
)  # fmt: skip


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def visible_to(self, user: Any) -> Self:
        """For the school and the teacher who ask, for whoever answers, and for the centre."""
        held = reach_of(user, Permission.MENTORING_READ)
        places = ("school", "school__parent", "helping_school", "helping_school__parent")
        people = (themselves(user, field, "municipality") for field in ("mentor__user", "teacher__user"))
        own = (Q(**{f"{place}__in": held.schools}) for place in places)
        return self.filter(reduce(or_, (*own, *people), Q(municipality__in=held.municipalities)))

    def awaited(self) -> Self:
        """That somebody owes an answer to."""
        return self.filter(state__in=[state for state in RequestState if state.is_awaited])

    def with_people(self) -> Self:
        """With all that their words need, and the question who may do what with them."""
        return self.select_related(
            "school", "teacher", "mentor__school", "helping_school", "asked_by", "answered_by", "municipality"
        )


class HelpRequest(models.Model):
    """One request. It is never removed: what was asked by mistake is withdrawn."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="help_requests")
    school = models.ForeignKey(School, models.CASCADE, related_name="help_requests", verbose_name="школа")
    teacher = models.ForeignKey(
        Teacher, models.RESTRICT, null=True, blank=True, related_name="help_requests", verbose_name="учитель"
    )  # whom it is about; None: the school as a whole
    subject = models.CharField("предмет или направление", max_length=200, blank=True)
    topic = models.CharField("с чем нужна помощь", max_length=300)
    text = models.TextField("подробнее", blank=True)
    wanted_form = models.CharField("какая помощь нужна", max_length=20, choices=FORMS, blank=True)
    wanted_by = models.DateField("к какому дню", null=True, blank=True)
    state = models.CharField("состояние", max_length=10, choices=STATES, default=RequestState.ASKED.value)
    mentor = models.ForeignKey(Mentor, models.RESTRICT, null=True, blank=True, related_name="help_requests")
    helping_school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="helping_requests")
    by_centre = models.BooleanField(default=False)
    due_on = models.DateField("ответить до", null=True, blank=True)
    answer = models.TextField("ответ", blank=True)
    answered_on = models.DateField("когда ответили", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    pairing = models.ForeignKey(
        Pairing, models.SET_NULL, null=True, blank=True, related_name="help_requests", verbose_name="пара"
    )
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="help_requests", verbose_name="встреча"
    )
    event = models.ForeignKey(
        Event, models.SET_NULL, null=True, blank=True, related_name="help_requests", verbose_name="мероприятие"
    )
    reason = models.CharField("причина", max_length=500, blank=True)  # of the last move that needed one
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    waits_since = models.DateTimeField(default=timezone.now)  # for whoever owes the answer now
    version = models.PositiveIntegerField(default=1)  # grows with every change; who saves says which one was seen

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="one_answers_a_request", condition=_ONE_ANSWERS),
            models.CheckConstraint(
                name="assigned_request_says_who_and_when",
                condition=~Q(state="assigned") | (_SOMEBODY & Q(due_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="answered_request_has_its_answer",
                condition=~Q(state__in=["answered", "closed"]) | (Q(answered_on__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.topic

    def get_absolute_url(self) -> str:
        return reverse("mentoring:request", args=[self.pk])

    @property
    def deadline(self) -> dt.date | None:
        """By when an answer is owed: as was said to whoever answers, before that as the school wishes."""
        return self.due_on or self.wanted_by

    @property
    def is_answered_late(self) -> bool:
        return self.answered_on is not None and self.deadline is not None and self.answered_on > self.deadline

    def late_days(self, today: dt.date) -> int:
        """0 where nobody is late."""
        if not RequestState(self.state).is_awaited or self.deadline is None:
            return 0
        return max((today - self.deadline).days, 0)

    @property
    def whose(self) -> str:
        """Who asks."""
        return f"{self.school.name}, {self.teacher.name}" if self.teacher else self.school.name

    @property
    def answerer(self) -> str:
        """Who answers; empty as long as nobody is named."""
        if self.mentor:
            return f"{self.mentor.name}, {self.mentor.position}"
        if self.helping_school:
            return self.helping_school.name
        return CENTRE if self.by_centre else ""


class HelpRequestChange(models.Model):
    """A line of a request's history: what was, what became, who said so and why. Never altered."""

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=30)  # «ask», or a `Move`
    before = models.JSONField(default=dict)  # field: words
    after = models.JSONField(default=dict)
    reason = models.CharField("причина", max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.action}"
