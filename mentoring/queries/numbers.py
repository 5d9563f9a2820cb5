"""Pairings with how often they met and how far their plans are: counted by the database, each by itself."""

from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from mentoring.contact import MeetingState
from mentoring.models import Meeting, Pairing, PairingStep
from roadmaps.states import Status


def with_numbers(pairings: QuerySet[Pairing]) -> QuerySet[Pairing]:
    """`meetings_held` without those disputed, of them `meetings_confirmed`, their `hours` and the `last_met_on`;
    `plan_steps` without those cancelled, of them `plan_done`."""
    held = Meeting.objects.filter(pairing=OuterRef("pk")).exclude(state=MeetingState.DISPUTED)
    steps = PairingStep.objects.filter(plan__pairing=OuterRef("pk")).exclude(state=Status.CANCELLED)
    return pairings.annotate(
        meetings_held=_number(held, "pairing", Count("pk")),
        meetings_confirmed=_number(held, "pairing", Count("pk", filter=Q(state=MeetingState.CONFIRMED))),
        hours=_of(held, "pairing", Sum("hours")),
        last_met_on=_of(held, "pairing", Max("on")),
        plan_steps=_number(steps, "plan__pairing", Count("pk")),
        plan_done=_number(steps, "plan__pairing", Count("pk", filter=Q(state=Status.DONE))),
    )


def _of(rows: QuerySet[Any], whose: str, number: Any) -> Subquery:
    return Subquery(rows.order_by().values(whose).annotate(number=number).values("number"))


def _number(rows: QuerySet[Any], whose: str, number: Any) -> Coalesce:
    return Coalesce(_of(rows, whose, number), 0, output_field=IntegerField())
