"""A new roadmap from another one: its rows with their deadlines moved, and what people have said of them."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from accounts.models import User
from roadmaps.models import Activity, Roadmap
from roadmaps.plans.carrying import CarriedRow, Term, carried_plan, carried_rows
from roadmaps.plans.deadlines import Deadline
from roadmaps.plans.rows import Plan
from roadmaps.queries.editing import named, standing_rows
from roadmaps.queries.plan import plan_of
from roadmaps.services.editing import EditRefused
from roadmaps.services.plans import Frame, make_occurrences, store_plan
from roadmaps.services.rows import name_responsible

CHANGED = "Дорожную карту, с которой вы начинаете, изменили: посмотрите ещё раз, что получается."


def carried(source: Roadmap, *, years: int, term: Term) -> tuple[Plan, list[CarriedRow]]:
    """What would be written."""
    before = plan_of(source)
    plan = carried_plan(before, years)
    return plan, carried_rows(before.rows, plan.rows, _said(source, standing_rows(source)), years=years, term=term)


def _said(source: Roadmap, rows: Sequence[Activity]) -> list[Deadline | None]:
    term = Term(source.starts_on, source.ends_on)
    plan = plan_of(source)
    return [
        None if term.read(row).to_json() == activity.means else Deadline.from_json(activity.means)
        for row, activity in zip(plan.rows, rows, strict=True)
    ]


@transaction.atomic
def carry_roadmap(*, source: Roadmap, years: int, seen: Plan, frame: Frame, by: User) -> Roadmap:
    """A draft of the same rows, each with its kind, its indicators, who answers for it, and what people said that its
    deadline means. `seen` is the plan that was looked at, under whatever title. Raises EditRefused when the source has
    changed since."""
    rows = standing_rows(source)
    plan, told = carried(source, years=years, term=Term(frame.starts_on, frame.ends_on))
    if replace(plan, title=seen.title) != seen:
        raise EditRefused(CHANGED)
    roadmap = store_plan(municipality=source.municipality, plan=seen, frame=frame, by=by)
    fresh = standing_rows(roadmap)
    for old, new, row in zip(rows, fresh, told, strict=True):
        new.roadmap = roadmap
        new.kind, new.means = old.kind, row.means.to_json()
        new.indicators.set(old.indicators.all())
        name_responsible(new, [named(one) for one in old.responsible.order_by("position")])
    Activity.objects.bulk_update(fresh, ["kind", "means"], batch_size=500)
    make_occurrences(roadmap, fresh)
    return roadmap
