"""Roadmaps as a document prints them, frozen: the rows of each plan and the states that they had on a day. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from reports.snapshots import canonical
from roadmaps.plans.columns import WIDTHS as PLAN_WIDTHS
from roadmaps.plans.columns import printed_columns
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.plans.texts import one_line
from schools.periods import Period
from schools.wording import NBSP, counted

ACTIVITIES = "мероприятие,мероприятия,мероприятий"
STATE = ("state", "Состояние")
WIDTHS = PLAN_WIDTHS | {"number": 2.2, STATE[0]: 3.4}  # shares of the width of a page


@dataclass(frozen=True)
class RowState:
    """How far a row was on the day of the document."""

    status: str  # in words: «выполнено»
    done: int = 0  # of its times; both are 0 where it is due once
    awaited: int = 0

    @property
    def text(self) -> str:
        return f"{self.status}, {self.done}{NBSP}из{NBSP}{self.awaited}" if self.awaited else self.status


@dataclass(frozen=True)
class PrintedRoadmap:
    """One roadmap with everything that stands round its table."""

    plan: Plan
    states: tuple[RowState, ...]  # one for each row of the plan, in its order
    approval: tuple[str, ...]  # «УТВЕРЖДЕНА», «приказом от 30.12.2022 № 1030»; or «ПРОЕКТ»
    term: str  # «01.01.2023 – 31.12.2023»


@dataclass(frozen=True)
class RoadmapDocument:
    """The municipality's own roadmaps, or those of a school."""

    municipality: str
    department: str
    school: str  # whose; blank: the municipality's
    period: str
    is_demo: bool
    as_of: str  # day of the states, ISO
    roadmaps: tuple[PrintedRoadmap, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored | {"roadmaps": tuple(_roadmap(one) for one in stored["roadmaps"])})

    @property
    def sha256(self) -> str:
        return hashlib.sha256(canonical(self.to_json()).encode()).hexdigest()

    @staticmethod
    def contents_of(stored: dict[str, Any]) -> str:
        """What a kept document holds, in a word."""
        maps = stored.get("roadmaps", [])
        rows = counted(sum(len(one["states"]) for one in maps), ACTIVITIES)
        return rows if len(maps) == 1 else f"{counted(len(maps), 'план,плана,планов')}, {rows}"


def _roadmap(stored: dict[str, Any]) -> PrintedRoadmap:
    told = stored["plan"]
    columns = tuple((field, head) for field, head in told["columns"])
    plan = Plan(told["title"], tuple(_section(one) for one in told["sections"]), columns)
    states = tuple(RowState(**one) for one in stored["states"])
    return PrintedRoadmap(plan, states, tuple(stored["approval"]), stored["term"])


def _section(stored: dict[str, Any]) -> PlanSection:
    return PlanSection(**stored | {"rows": tuple(PlanRow(**_tuples(row)) for row in stored["rows"])})


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}


# --- As a page: the table of the document, and a column with the state


@dataclass(frozen=True)
class PrintedCell:
    lines: tuple[str, ...]
    is_head: bool = False  # it names the row


@dataclass(frozen=True)
class PrintedSection:
    heading: str  # across the table; blank where it stands in a column, or there is none
    is_below: bool  # it is under another one
    module: str  # beside its rows
    rows: tuple[tuple[PrintedCell, ...], ...]


def roadmap_context(document: RoadmapDocument) -> dict[str, Any]:
    """All texts of the document, ready for its template."""
    day = Period.parse(document.as_of).label
    return {
        "document": document,
        "title": document.roadmaps[0].plan.title if len(document.roadmaps) == 1 else "Дорожные карты",
        "owner": document.school or document.municipality,
        "period_label": Period.parse(document.period).label,
        "tables": tuple(_table(one, day) for one in document.roadmaps),
        "day": day,
    }


def _table(roadmap: PrintedRoadmap, day: str) -> dict[str, Any]:
    columns = (*printed_columns(roadmap.plan), STATE)
    fields = [field for field, _ in columns]
    shares = [WIDTHS[field] for field in fields]
    return {
        "roadmap": roadmap,
        "heads": [head for _, head in columns],
        "shares": [f"{100 * share / sum(shares):.2f}%" for share in shares],
        "sections": _sections(roadmap.plan, roadmap.states, fields),
        "summary": summary(roadmap, day),
    }


def _sections(plan: Plan, states: Iterable[RowState], fields: list[str]) -> list[PrintedSection]:
    rest, is_beside, found = iter(states), "section" in fields, []
    for section in plan.sections:
        text = one_line(f"{section.number} {section.title}")
        rows = tuple(_cells(row, next(rest), fields) for row in section.rows)
        found.append(PrintedSection("" if is_beside else text, section.level > 1, text if is_beside else "", rows))
    return found


def _cells(row: PlanRow, state: RowState, fields: list[str]) -> tuple[PrintedCell, ...]:
    texts = {
        **{field: getattr(row, field) for field in ("number", "title", "deadline", "participants", "expected")},
        "responsible": ",\n".join(row.responsible),
        "planned": ";\n".join(row.planned),
        STATE[0]: state.text,
    }
    return tuple(
        PrintedCell(tuple(texts[field].split("\n")), is_head=field == "title") for field in fields if field != "section"
    )


def summary(roadmap: PrintedRoadmap, day: str) -> str:
    """«На 31.12.2023 из 29 мероприятий: выполнено — 12, просрочено — 17.»"""
    counts = Counter(state.status for state in roadmap.states)
    rows = counted(len(roadmap.states), ACTIVITIES)
    return f"Состояние на {day}, {rows}: " + ", ".join(f"{status} — {count}" for status, count in counts.items()) + "."
