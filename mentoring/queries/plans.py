"""A pairing's plan as people see it on a day."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from mentoring.models import Pairing, PairingPlan, PairingStep
from roadmaps.plans.deadlines import Deadline, Kind, in_words
from roadmaps.states import Status

PLAIN = frozenset({Kind.ONCE, Kind.RECURRING})  # whose meaning adds something to the words


@dataclass(frozen=True)
class StepLine:
    step: PairingStep
    status: Status
    today: dt.date

    @property
    def meaning(self) -> str:
        """How the portal understands the deadline; empty where the words say it all."""
        means = Deadline.from_json(self.step.means)
        return in_words(means) if means.kind in PLAIN else ""

    @property
    def late_days(self) -> int:
        return (self.today - self.step.due_on).days if self.status is Status.LATE and self.step.due_on else 0

    @property
    def is_open(self) -> bool:
        return self.status not in (Status.DONE, Status.CANCELLED)


@dataclass(frozen=True)
class PlanView:
    plan: PairingPlan
    lines: list[StepLine]

    @property
    def counts(self) -> Counter[Status]:
        return Counter(line.status for line in self.lines)

    @property
    def awaited(self) -> int:
        return len(self.lines) - self.counts[Status.CANCELLED]

    @property
    def done(self) -> int:
        return self.counts[Status.DONE]

    @property
    def late(self) -> int:
        return self.counts[Status.LATE]

    @property
    def next_line(self) -> StepLine | None:
        """What is to be done next: the open row whose day comes first; of those without a day the first."""
        rows = [line for line in self.lines if line.is_open]
        return min(rows, key=lambda line: (line.step.due_on or dt.date.max, line.step.position), default=None)


def plan_of(pairing: Pairing, today: dt.date) -> PlanView | None:
    plan = PairingPlan.objects.filter(pairing=pairing).first()
    if plan is None:
        return None
    steps = list(plan.steps.order_by("position", "pk"))
    for step in steps:
        step.plan = plan
    return PlanView(plan, [StepLine(step, step.status(today), today) for step in steps])
