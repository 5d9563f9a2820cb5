"""Roadmaps for tests, through the service that makes all of them."""

import datetime as dt
import json
from typing import Any

from django.conf import settings

from roadmaps.models import Roadmap
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.plans.stored import plan_from_json
from roadmaps.services.plans import Frame, store_plan
from schools.models import Municipality

TERM = {"starts_on": dt.date(2023, 1, 1), "ends_on": dt.date(2023, 12, 31)}
PRINTED = ("megion", "vilyuysk", "surgut")


def fixture(slug: str) -> Plan:
    """The plan as it stands in the fixtures."""
    text = (settings.BASE_DIR / "fixtures" / slug / "roadmap.json").read_text(encoding="utf-8")
    return plan_from_json(json.loads(text))


def term_of(slug: str) -> dict[str, dt.date]:
    """Its term, as the fixtures have it."""
    told = json.loads((settings.BASE_DIR / "fixtures" / slug / "roadmap.json").read_text(encoding="utf-8"))
    return {name: dt.date.fromisoformat(told[name]) for name in ("starts_on", "ends_on")}


def of_rows(count: int, *, title: str = "Дорожная карта", deadline: str = "Ежегодно") -> Plan:
    """Two sections; every row has two who answer for it."""
    rows = [PlanRow(f"Семинар {place}", f"{place}.", ("ИМЦ", "ОО"), deadline=deadline) for place in range(count)]
    half = count // 2
    return Plan(
        title, (PlanSection("Первый", "1.", rows=tuple(rows[:half])), PlanSection("Второй", rows=tuple(rows[half:])))
    )


def stored(municipality: Municipality, plan: Plan, **frame: Any) -> Roadmap:
    return store_plan(municipality=municipality, plan=plan, frame=Frame(**TERM | frame))


def in_force(municipality: Municipality, plan: Plan, **frame: Any) -> Roadmap:
    """Approved: only such a plan makes anybody late."""
    return stored(municipality, plan, **{"state": Roadmap.State.APPROVED} | frame)
