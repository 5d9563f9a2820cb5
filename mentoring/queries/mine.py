"""What a mentor or a curator finds when they open their pairings: what is next, what waits for them, where nobody has
met for long. Queries do not depend on the number of pairings and meetings."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from mentoring.contact import Actor, MeetingState, Silence
from mentoring.kinds import COUNTED
from mentoring.models import Meeting, Pairing, PairingPlan, PairingStep
from mentoring.queries.addressees import that_nobody_answers
from mentoring.queries.meetings import MeetingLine, meeting_lines
from mentoring.queries.pairings import PairingLine, lines_of, may_edit
from mentoring.queries.plans import PlanView, StepLine
from mentoring.queries.requests import RequestLine, owed_by, told_to_school
from mentoring.queries.requests import lines_of as lines_of_requests
from mentoring.queries.sides import of_sides
from schools.models import Municipality
from schools.ordering import natural_key

FOR_OTHERS = 30  # meetings that one page tells the centre of
REQUESTS = 20  # that are shown here; the others are on the page of requests


@dataclass(frozen=True)
class MinePairing:
    line: PairingLine
    view: PlanView | None
    last: Meeting | None  # that nobody disputes

    @property
    def next_line(self) -> StepLine | None:
        return self.view.next_line if self.view else None

    @property
    def silence(self) -> Silence:
        on, agreed_on = (self.last.on, self.last.next_on) if self.last else (None, None)
        return Silence(self.line.pairing.starts_on, on, agreed_on, self.line.today)


@dataclass(frozen=True)
class Mine:
    pairings: list[MinePairing]
    to_confirm: list[MeetingLine]
    to_confirm_for_others: list[MeetingLine]  # by the centre; the oldest of them
    to_correct: list[MeetingLine]
    waiting: int  # for the other side
    requests: list[RequestLine]  # for help, that this person is to answer; the nearest by their day
    further_requests: int
    answers: list[RequestLine]  # what became of their school's own

    @property
    def left(self) -> int:
        return sum(one.silence.is_long for one in self.pairings)


def pairings_of(user: Any, municipality: Municipality) -> Any:
    """Of which the person is a side, without those that are counted."""
    own = Pairing.objects.filter(of_sides(user), municipality=municipality)
    return own.exclude(kind__in=COUNTED)


def mine(user: Any, municipality: Municipality, today: dt.date) -> Mine:
    own = pairings_of(user, municipality)
    last = Meeting.objects.filter(pairing=OuterRef("pk")).exclude(state=MeetingState.DISPUTED).order_by("-on", "-pk")
    steps = Prefetch("plan__steps", queryset=PairingStep.objects.order_by("position", "pk"))
    running = own.running_on(today).with_sides().annotate(last=Subquery(last.values("pk")[:1]))
    lines = lines_of(user, running.select_related("plan").prefetch_related(steps), today)
    lines.sort(key=lambda line: (natural_key(line.helped), line.pairing.pk))
    lasts = {line.pairing.pk: getattr(line.pairing, "last", None) for line in lines}
    meetings = Meeting.objects.in_bulk([key for key in lasts.values() if key is not None])
    found = [MinePairing(line, _plan(line, today), meetings.get(lasts[line.pairing.pk] or 0)) for line in lines]
    unsettled, owed = _unsettled(user, own), owed_by(user, municipality)
    asked = lines_of_requests(user, owed[: REQUESTS + 1], today)
    return Mine(
        pairings=found,
        to_confirm=unsettled[Actor.OTHER, MeetingState.LOGGED],
        to_confirm_for_others=meeting_lines(user, for_others(user, municipality)[:FOR_OTHERS]),
        to_correct=unsettled[Actor.AUTHOR, MeetingState.DISPUTED],
        waiting=len(unsettled[Actor.AUTHOR, MeetingState.LOGGED]),
        requests=asked[:REQUESTS],
        further_requests=owed.count() - REQUESTS if len(asked) > REQUESTS else 0,
        answers=lines_of_requests(user, told_to_school(user, municipality), today),
    )


def _plan(line: PairingLine, today: dt.date) -> PlanView | None:
    plan: PairingPlan | None = getattr(line.pairing, "plan", None)
    if plan is None or plan.state != PairingPlan.State.ACTIVE:
        return None
    steps = list(plan.steps.all())
    for step in steps:
        step.plan = plan
    return PlanView(plan, [StepLine(step, step.status(today), today) for step in steps])


def _unsettled(user: Any, own: Any) -> dict[tuple[Actor, MeetingState], list[MeetingLine]]:
    """Meetings that wait for somebody, by what the person is to them and their state; the oldest first."""
    waiting = Meeting.objects.filter(~Q(state=MeetingState.CONFIRMED), pairing__in=own).with_sides()
    found: dict[tuple[Actor, MeetingState], list[MeetingLine]] = defaultdict(list)
    for line in meeting_lines(user, waiting.order_by("on", "pk")):
        for actor in line.actors:
            found[actor, line.state].append(line)
    return found


def to_confirm(user: Any, municipality: Municipality) -> list[MeetingLine]:
    """What the other side has written down and this person has not yet confirmed."""
    return _unsettled(user, pairings_of(user, municipality))[Actor.OTHER, MeetingState.LOGGED]


def for_others(user: Any, municipality: Municipality) -> QuerySet[Meeting]:
    """What the centre is to confirm in place of those who have no login; the oldest first."""
    if not may_edit(user, municipality):
        return Meeting.objects.none()
    logged = Meeting.objects.visible_to(user).filter(pairing__municipality=municipality, state=MeetingState.LOGGED)
    return that_nobody_answers(logged.exclude(logged_by=user).with_sides()).order_by("on", "pk")
