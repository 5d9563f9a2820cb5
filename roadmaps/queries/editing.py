"""A row, a section and the frame of a roadmap as values that two people may change at once, and in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.models import Indicator
from roadmaps.models import Activity, ActivityChange, Responsible, Roadmap, RoadmapChange, RoadmapSection
from roadmaps.plans.deadlines import Deadline, in_words
from roadmaps.plans.merging import Past, Values
from roadmaps.queries.plan import DOCUMENT_ORDER
from schools.models import RiskFactor

FIELD_LABELS = {
    "number": "номер",
    "title": "название",
    "kind": "вид",
    "participants": "участники",
    "deadline": "срок",
    "responsible": "ответственные",
    "expected": "ожидаемый результат",
    "planned": "плановые значения",
    "indicators": "показатели",
    "risk_factors": "факторы риска",
    "place": "место в плане",
    "starts_on": "действует с",
    "ends_on": "действует по",
    "order_number": "номер приказа",
    "order_date": "дата приказа",
    "programme": "программа",
    "level": "уровень",
    "after": "место в плане",
}
ROW_TEXTS = ("number", "title", "kind", "participants", "expected")
EMPTY = "пусто"


def standing_rows(roadmap: Roadmap) -> list[Activity]:
    """In the order of the document."""
    rows = Activity.objects.filter(roadmap=roadmap, removed_at__isnull=True)
    return list(rows.select_related("section").order_by(*DOCUMENT_ORDER))


def standing_sections(roadmap: Roadmap) -> list[RoadmapSection]:
    return list(RoadmapSection.objects.filter(roadmap=roadmap, removed_at__isnull=True).order_by("position"))


def row_values(activity: Activity) -> Values:
    """All of a row that people edit, as plain JSON."""
    before = Activity.objects.filter(
        roadmap=activity.roadmap_id,
        section=activity.section_id,
        removed_at__isnull=True,
        position__lt=activity.position,
    )
    previous = before.order_by("-position").values_list("pk", flat=True).first()
    return {
        **{name: getattr(activity, name) for name in ROW_TEXTS},
        "deadline": {"text": activity.deadline, "means": activity.means},
        "planned": list(activity.planned),
        "responsible": [named(row) for row in activity.responsible.order_by("position")],
        "indicators": sorted(activity.indicators.values_list("pk", flat=True)),
        "risk_factors": sorted(activity.risk_factors.values_list("pk", flat=True)),
        "place": {"section": activity.section_id, "after": previous},
    }


def named(row: Responsible) -> dict[str, Any]:
    return {"name": row.name, "every": row.is_every_school, "school": row.school_id, "user": row.user_id}


def frame_values(roadmap: Roadmap) -> Values:
    """What a roadmap is besides its rows, as plain JSON."""
    return {
        "title": roadmap.title,
        "starts_on": roadmap.starts_on.isoformat(),
        "ends_on": roadmap.ends_on.isoformat(),
        "order_number": roadmap.order_number,
        "order_date": roadmap.order_date.isoformat() if roadmap.order_date else None,
        "programme": roadmap.programme_id,
    }


def section_values(section: RoadmapSection) -> Values:
    before = RoadmapSection.objects.filter(
        roadmap=section.roadmap_id, removed_at__isnull=True, position__lt=section.position
    )
    previous = before.order_by("-position").values_list("pk", flat=True).first()
    return {"number": section.number, "title": section.title, "level": section.level, "after": previous}


def past_of(changes: Iterable[ActivityChange | RoadmapChange]) -> list[Past]:
    return [
        Past(change.after.get("version", 0), change.before["fields"]) for change in changes if "fields" in change.before
    ]


@dataclass(frozen=True)
class Words:
    """Names of what values only number; read once for all of them."""

    indicators: Mapping[int, str]
    risk_factors: Mapping[int, str]
    sections: Mapping[int, str]
    rows: Mapping[int, str]
    programmes: Mapping[int, str]

    def of(self, name: str, value: Any) -> str:
        """«пусто» where there is nothing."""
        return self._said(name, value) or EMPTY

    def _said(self, name: str, value: Any) -> str:
        match name:
            case "deadline":
                return f"{value['text'] or EMPTY} ({in_words(Deadline.from_json(value['means']))})"
            case "responsible":
                return "; ".join(f"{one['name']}{' (все школы)' if one['every'] else ''}" for one in value)
            case "planned":
                return "; ".join(value)
            case "indicators":
                return "; ".join(self.indicators.get(key, "") for key in value)
            case "risk_factors":
                return "; ".join(self.risk_factors.get(key, "") for key in value)
            case "kind":
                return Activity.Kind(value).label
            case "programme":
                return self.programmes.get(value, "")
            case "place":
                where = self.sections.get(value["section"], "исключённый раздел")
                return f"{where}, {self._after(self.rows, value['after'])}"
            case "after":
                return self._after(self.sections, value)
            case "starts_on" | "ends_on" | "order_date":
                return ".".join(reversed(value.split("-"))) if value else ""
            case _:
                return str(value)

    def _after(self, named_by: Mapping[int, str], key: int | None) -> str:
        return "первым" if key is None else f"после «{named_by.get(key, 'исключённого')}»"


def words_for(roadmap: Roadmap) -> Words:
    """In five queries, whatever there is to say."""
    rows = Activity.objects.filter(roadmap=roadmap).values_list("pk", "number", "title")
    sections = RoadmapSection.objects.filter(roadmap=roadmap).values_list("pk", "number", "title")
    return Words(
        dict(Indicator.objects.filter(municipality=roadmap.municipality_id).values_list("pk", "short_name")),
        dict(RiskFactor.objects.filter(municipality=roadmap.municipality_id).values_list("pk", "title")),
        {pk: _short(number, title) for pk, number, title in sections},
        {pk: _short(number, title) for pk, number, title in rows},
        dict(roadmap.municipality.programmes.values_list("pk", "title")),
    )


def _short(number: str, title: str) -> str:
    words = f"{number} {title}".strip()
    return words if len(words) <= 60 else f"{words[:59]}…"
