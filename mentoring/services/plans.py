"""Plans of interaction are made from a template or empty; their rows are added, changed, moved, taken out, and their
state is set by a person who says why. Each is a line of the pairing's history."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, audit
from mentoring.contact import MeetingState
from mentoring.models import Pairing, PairingChange, PairingPlan, PairingStep
from mentoring.plan_templates import PairingTemplate
from mentoring.steps import follow
from roadmaps.plans.deadlines import Deadline, read_deadline
from roadmaps.services.changed import COMPARE, ChangedSince
from roadmaps.states import Status

CHANGED = f"Пока вы правили, план изменил другой человек. {COMPARE}"
HAS_PLAN = "У пары уже есть план: откройте его и измените."
CLOSED = "План завершён: чтобы изменить его строки, сначала верните его в работу."
NO_REASON = "Напишите причину: она останется в истории пары."
NO_TITLE = "Напишите, что пара делает."
COUNTED = "Пары с учениками только считаются: плана у них нет."
STEP_TEXTS = ("number", "title", "deadline", "responsible", "expected")


class PlanRefused(Exception):
    """Nothing is changed; the text is for people and says why."""


class PlanChanged(PlanRefused, ChangedSince):
    """Somebody has changed it since the person looked at it."""


@dataclass(frozen=True)
class PlanTold:
    title: str
    starts_on: dt.date
    ends_on: dt.date
    state: str = PairingPlan.State.DRAFT


@dataclass(frozen=True)
class StepTold:
    """A row as somebody writes it; `means` is what its deadline means."""

    title: str
    number: str = ""
    deadline: str = ""
    responsible: str = ""
    expected: str = ""
    means: Mapping[str, Any] | None = None  # as a person says it; else as the words are read


@transaction.atomic
def make_plan(
    *, pairing: Pairing, told: PlanTold, template: PairingTemplate | None = None, by: Any = None
) -> PairingPlan:
    """Raises PlanRefused."""
    _lock(pairing)
    if pairing.count is not None:
        raise PlanRefused(COUNTED)
    if PairingPlan.objects.filter(pairing=pairing).exists():
        raise PlanRefused(HAS_PLAN)
    plan = PairingPlan(pairing=pairing, source=template.source if template else "")
    _set_frame(plan, told)
    plan.save()
    for position, row in enumerate(template.steps if template else (), start=1):
        texts = {name: getattr(row, name) for name in STEP_TEXTS}
        _write(PairingStep(plan=plan, position=position), StepTold(**texts))
    _note(plan, "plan_made", by, after={"plan": plan.title})
    audit("pairing_plan_made", plan, by=by, municipality_id=pairing.municipality_id)
    return plan


@transaction.atomic
def change_plan(*, plan: PairingPlan, told: PlanTold, seen_version: int, by: User) -> PairingPlan:
    """Its title, term and state. Raises PlanRefused."""
    plan = _locked_plan(plan)
    if plan.version != seen_version:
        raise PlanChanged(CHANGED)
    before = _frame_words(plan)
    term = plan.starts_on, plan.ends_on
    _set_frame(plan, told)
    after = _frame_words(plan)
    if after == before:
        return plan
    plan.version += 1
    plan.save()
    if (plan.starts_on, plan.ends_on) != term:
        for step in plan.steps.select_related("plan"):
            _follow_term(step, term)
    _note(plan, "plan_changed", by, before=_differing(before, after), after=_differing(after, before))
    audit("pairing_plan_changed", plan, by=by, municipality_id=plan.pairing.municipality_id)
    return plan


@transaction.atomic
def add_step(*, plan: PairingPlan, told: StepTold, by: Any) -> PairingStep:
    """At the end. Raises PlanRefused."""
    plan = _writable(plan)
    last = plan.steps.order_by("-position").values_list("position", flat=True).first()
    step = _write(PairingStep(plan=plan, position=(last or 0) + 1), told)
    _note(plan, "step_added", by, after={"step": str(step)})
    return step


@transaction.atomic
def change_step(*, step: PairingStep, told: StepTold, seen_version: int, by: User) -> PairingStep:
    """Raises PlanRefused."""
    step = _locked_step(step, seen_version)
    before = _step_words(step)
    step.version += 1
    _write(step, told)
    after = _step_words(step)
    if after != before:
        named = {"step": str(step)}
        _note(step.plan, "step_changed", by, before=_differing(before, after), after=named | _differing(after, before))
    return step


@transaction.atomic
def move_step(*, step: PairingStep, up: bool, by: User) -> None:
    """One place up or down; at the edge nothing happens. Raises PlanRefused."""
    plan = _writable(step.plan)
    rows = list(plan.steps.order_by("position", "pk"))
    place = next((index for index, row in enumerate(rows) if row.pk == step.pk), None)
    if place is None:
        raise PlanRefused("Строки в плане больше нет.")
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position
    PairingStep.objects.bulk_update(rows, ["position"])
    _note(plan, "step_moved", by, after={"step": str(step)})


@transaction.atomic
def remove_step(*, step: PairingStep, seen_version: int, by: User) -> None:
    """Raises PlanRefused."""
    step = _locked_step(step, seen_version)
    _note(step.plan, "step_removed", by, before={"step": str(step)} | _step_words(step))
    step.delete()


@transaction.atomic
def overrule_step(*, step: PairingStep, state: Status | None, reason: str, seen_version: int, by: User) -> PairingStep:
    """A person says how the row stands, whatever meetings say; None lets meetings say it again. Raises PlanRefused."""
    step = _locked_step(step, seen_version)
    if not reason.strip():
        raise PlanRefused(NO_REASON)
    before = {"state": Status(step.state).label}
    step.reason, step.overruled_by = (reason.strip(), by) if state else ("", None)
    if state:
        step.state = state
        step.done_on = timezone.localdate() if state is Status.DONE else None
    step.version += 1
    follow_step(step)
    after = {"step": str(step), "state": Status(step.state).label}
    _note(step.plan, "step_overruled", by, before=before, after=after, reason=reason.strip())
    return step


def follow_step(step: PairingStep) -> None:
    """Store what the meetings make of a row, which comes with its plan; what a person has judged keeps its state."""
    plan = step.plan
    meetings = list(step.meetings.values_list("on", "state")) if step.pk else []
    found = follow(
        Deadline.from_json(step.means),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        met_on=[on for on, state in meetings if state == MeetingState.CONFIRMED],
        awaiting=any(state == MeetingState.LOGGED for _, state in meetings),
    )
    step.times, step.held, step.due_on = found.times, found.held, found.due_on
    if not step.reason:
        step.state, step.done_on = found.status, found.done_on
    step.save()


def _write(step: PairingStep, told: StepTold) -> PairingStep:
    if not told.title.strip():
        raise PlanRefused(NO_TITLE)
    for name in STEP_TEXTS:
        setattr(step, name, getattr(told, name).strip())
    step.means = dict(told.means) if told.means else _read(step).to_json()
    follow_step(step)
    return step


def _read(step: PairingStep, term: tuple[dt.date, dt.date] | None = None) -> Deadline:
    starts_on, ends_on = term or (step.plan.starts_on, step.plan.ends_on)
    return read_deadline(step.deadline, starts_on=starts_on, ends_on=ends_on, title=step.title)


def _follow_term(step: PairingStep, before: tuple[dt.date, dt.date]) -> None:
    """The plan has another term. What the portal has read in the words it reads anew; what a person has said of them
    stays."""
    if step.means == _read(step, before).to_json():
        step.means = _read(step).to_json()
    follow_step(step)


def _set_frame(plan: PairingPlan, told: PlanTold) -> None:
    plan.title, plan.state = told.title.strip(), told.state
    plan.starts_on, plan.ends_on = told.starts_on, told.ends_on


def _frame_words(plan: PairingPlan) -> dict[str, str]:
    return {
        "plan": plan.title,
        "plan_starts_on": plan.starts_on.isoformat(),
        "plan_ends_on": plan.ends_on.isoformat(),
        "plan_state": plan.get_state_display(),
    }


def _step_words(step: PairingStep) -> dict[str, str]:
    return {name: value for name in STEP_TEXTS[1:] if (value := getattr(step, name))}


def _differing(some: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in some.items() if others.get(name) != value}


def _lock(pairing: Pairing) -> None:
    """Whoever else writes the pairing or its plan waits."""
    Pairing.objects.select_for_update(no_key=True).values_list("pk").get(pk=pairing.pk)


def _locked_plan(plan: PairingPlan) -> PairingPlan:
    _lock(plan.pairing)
    return PairingPlan.objects.select_related("pairing").get(pk=plan.pk)


def _writable(plan: PairingPlan) -> PairingPlan:
    plan = _locked_plan(plan)
    if plan.state == PairingPlan.State.CLOSED:
        raise PlanRefused(CLOSED)
    return plan


def _locked_step(step: PairingStep, seen_version: int) -> PairingStep:
    plan = _writable(step.plan)
    found = PairingStep.objects.filter(pk=step.pk).first()
    if found is None or found.version != seen_version:
        raise PlanChanged(CHANGED)
    found.plan = plan
    return found


def _note(
    plan: PairingPlan,
    action: str,
    by: Any,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    reason: str = "",
) -> None:
    PairingChange.objects.create(
        pairing=plan.pairing,
        action=action,
        by=by if isinstance(by, User) else None,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )
