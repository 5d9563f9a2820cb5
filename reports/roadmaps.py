"""Roadmaps as a document prints them, frozen: the rows of each plan and the states that they had on a day. Pure."""

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Self

from reports.snapshots import canonical
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from schools.periods import Period
from schools.wording import counted

ACTIVITIES = "мероприятие,мероприятия,мероприятий"
# Shares of the width of a page; a column of numbers stays as narrow as they are.
WIDTHS = {
    "number": 1.8, "section": 3.5, "title": 9.0, "deadline": 3.8, "responsible": 5.0, "participants": 4.0,
    "expected": 7.5, "planned": 4.5, "state": 3.4,
}  # fmt: skip
HEADS = {
    "number": "№ п/п",
    "title": "Мероприятие",
    "deadline": "Срок",
    "responsible": "Ответственные",
    "participants": "Участники",
    "expected": "Ожидаемый результат",
    "planned": "Плановое значение",
}
STATE_HEAD = "Состояние"


@dataclass(frozen=True)
class RowState:
    """How far a row was on the day of the document."""

    status: str  # in words: «выполнено»
    done: int = 0  # of its times; both are 0 where it is due once
    awaited: int = 0

    @property
    def text(self) -> str:
        return f"{self.status}, {self.done} из {self.awaited}" if self.awaited else self.status


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
    columns = columns_of(roadmap.plan)
    fields = [field for field, _ in columns]
    shares = [WIDTHS[field] for field in fields]
    return {
        "roadmap": roadmap,
        "heads": [head for _, head in columns],
        "shares": [f"{100 * share / sum(shares):.2f}%" for share in shares],
        "sections": tuple(_sections(roadmap, fields)),
        "summary": summary(roadmap, day),
    }


def columns_of(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Those of the document, then what rows have besides, then the state. Where headings stand one under another, they
    stand across the table."""
    own = {field: head for field, head in plan.columns if field in WIDTHS}
    if any(section.level > 1 or not section.rows for section in plan.sections):
        own.pop("section", None)
    needed = {field for field in HEADS if any(getattr(row, field) for row in plan.rows)} | {"title", "deadline"}
    more = {field: head for field, head in HEADS.items() if field in needed and field not in own}
    return (*own.items(), *more.items(), ("state", STATE_HEAD))


def _sections(roadmap: PrintedRoadmap, fields: list[str]) -> list[PrintedSection]:
    states = iter(roadmap.states)
    found = []
    for section in roadmap.plan.sections:
        text = f"{section.number} {section.title}".strip()
        is_beside = "section" in fields
        rows = tuple(tuple(_cell(row, next_state, fields)) for row, next_state in zip(section.rows, states, strict=False))
        found.append(PrintedSection("" if is_beside else text, section.level > 1, text if is_beside else "", rows))
    return found


def _cell(row: PlanRow, state: RowState, fields: list[str]) -> list[PrintedCell]:
    texts = {"state": state.text, "responsible": ",\n".join(row.responsible), "planned": ";\n".join(row.planned)}
    return [
        PrintedCell(tuple((texts[field] if field in texts else getattr(row, field)).split("\n")), field == "title")
        for field in fields
        if field != "section"
    ]


def summary(roadmap: PrintedRoadmap, day: str) -> str:
    """«На 31.12.2023 из 29 мероприятий: выполнено — 12, просрочено — 17.»"""
    counts = Counter(state.status for state in roadmap.states)
    rows = counted(len(roadmap.states), ACTIVITIES)
    return f"Состояние на {day}, {rows}: " + ", ".join(f"{status} — {count}" for status, count in counts.items()) + "."
