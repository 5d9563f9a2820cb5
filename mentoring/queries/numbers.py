"""Pairings with how often they met and how far their plans are: counted by the database, each by itself."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from mentoring.contact import Form, MeetingState
from mentoring.models import Meeting, Pairing, PairingStep
from roadmaps.plans.calendar_words import Span
from roadmaps.states import Status


def with_numbers(pairings: QuerySet[Pairing], days: Span | None = None) -> QuerySet[Pairing]:
    """`meetings_held` without those disputed, of them `meetings_confirmed`, their `hours` and the `last_met_on`, and
    `agreed_on`, when the last one said the next would be; `plan_steps` without those cancelled, of them `plan_done`.
    Of all days, or of these: the last meeting and what is done then up to the last of them."""
    told = Meeting.objects.filter(pairing=OuterRef("pk")).exclude(state=MeetingState.DISPUTED)
    steps = PairingStep.objects.filter(plan__pairing=OuterRef("pk")).exclude(state=Status.CANCELLED)
    held, done = told, Q(state=Status.DONE)
    if days is not None:
        told, held = told.filter(on__lte=days[1]), told.filter(on__range=days)
        done &= Q(done_on__lte=days[1])
    last = told.order_by("-on", "-pk")[:1]
    return pairings.annotate(
        meetings_held=_number(held, "pairing", Count("pk")),
        meetings_confirmed=_number(held, "pairing", Count("pk", filter=Q(state=MeetingState.CONFIRMED))),
        hours=_of(held, "pairing", Sum("hours")),
        last_met_on=Subquery(last.values("on")),
        agreed_on=Subquery(last.values("next_on")),
        plan_steps=_number(steps, "plan__pairing", Count("pk")),
        plan_done=_number(steps, "plan__pairing", Count("pk", filter=done)),
    )


@dataclass(frozen=True)
class FormNumbers:
    """Meetings of one form: held without those disputed, of them confirmed, hours of all held."""

    form: Form
    held: int
    confirmed: int
    hours: Decimal
    disputed: int


def by_form(pairings: QuerySet[Pairing], days: Span) -> list[FormNumbers]:
    """Of the forms in which they met on these days, in the order of the forms; one query."""
    met = Meeting.objects.filter(pairing__in=pairings, on__range=days)
    counts = met.order_by().values("form", "state").annotate(count=Count("pk"), hours=Sum("hours"))
    found: dict[tuple[str, str], tuple[int, Decimal]] = {
        (row["form"], row["state"]): (row["count"], row["hours"]) for row in counts
    }

    def of(form: Form, *states: MeetingState) -> tuple[int, Decimal]:
        told = [found.get((form.value, state.value), (0, Decimal())) for state in states]
        return sum(count for count, _ in told), sum((hours for _, hours in told), Decimal())

    lines = []
    for form in Form:
        held, hours = of(form, MeetingState.LOGGED, MeetingState.CONFIRMED)
        confirmed, disputed = of(form, MeetingState.CONFIRMED)[0], of(form, MeetingState.DISPUTED)[0]
        lines.append(FormNumbers(form, held, confirmed, hours, disputed))
    return [line for line in lines if line.held or line.disputed]


def _of(rows: QuerySet[Any], whose: str, number: Any) -> Subquery:
    return Subquery(rows.order_by().values(whose).annotate(number=number).values("number"))


def _number(rows: QuerySet[Any], whose: str, number: Any) -> Coalesce:
    return Coalesce(_of(rows, whose, number), 0, output_field=IntegerField())
