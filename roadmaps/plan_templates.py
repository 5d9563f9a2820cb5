"""Templates of roadmaps: plans made from documents that print none. Each says what it is and where it comes from."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from roadmaps.plans.rows import Plan
from roadmaps.plans.stored import plan_from_json

FILES = {"next_year": "nazarovo/next_year.json", "directions": "armavir/directions.json"}


@dataclass(frozen=True)
class PlanTemplate:
    key: str
    plan: Plan
    source: str  # what it is made from, in whole sentences
    starts_on: dt.date | None  # of the document, where it names a term
    ends_on: dt.date | None


@cache
def plan_templates() -> dict[str, PlanTemplate]:
    """By key, in the order in which they are offered."""
    return {key: _read(key, place) for key, place in FILES.items()}


def _read(key: str, place: str) -> PlanTemplate:
    told = json.loads((settings.BASE_DIR / "fixtures" / place).read_text(encoding="utf-8"))
    return PlanTemplate(key, plan_from_json(told), told["source"], _day(told["starts_on"]), _day(told["ends_on"]))


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
