"""A plan as JSON keeps it: the plans of `fixtures/`, and templates."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from roadmaps.plans.rows import Plan, PlanRow, PlanSection

_TEXTS = ("title", "number", "participants", "deadline", "expected")
_LISTS = ("responsible", "planned")


def plan_from_json(told: Mapping[str, Any]) -> Plan:
    """The plan with its rows; ValueError in Russian names what is missing or unknown.

    Its term, its order and where a template comes from are not the plan's: whoever stores it takes them from there.
    """
    try:
        sections = tuple(_section(section) for section in told["sections"])
        return Plan(title=told["title"], sections=sections, columns=tuple(told.get("columns", {}).items()))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("План записан неверно: нет названия, разделов или строк.") from error


def _section(told: Mapping[str, Any]) -> PlanSection:
    rows = tuple(_row(row) for row in told["rows"])
    return PlanSection(title=told["title"], number=told.get("number", ""), level=told.get("level", 1), rows=rows)


def _row(told: Mapping[str, Any]) -> PlanRow:
    if unknown := set(told) - {*_TEXTS, *_LISTS}:
        raise ValueError(f"В строке плана «{told.get('title', '')}» лишнее поле: {', '.join(sorted(unknown))}.")
    texts = {name: told[name] for name in _TEXTS if name in told}
    lists: dict[str, Any] = {name: tuple(told[name]) for name in _LISTS if name in told}
    return PlanRow(**texts, **lists)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """What `plan_from_json` reads; what is empty is left out."""
    return {"title": plan.title, "columns": dict(plan.columns), "sections": [_told(row) for row in plan.sections]}


def _told(section: PlanSection) -> dict[str, Any]:
    rows = [{name: value for name, value in asdict(row).items() if value} for row in section.rows]
    return {
        "title": section.title,
        "number": section.number,
        "level": section.level,
        "rows": [{"title": "", **row} for row in rows],
    }
