"""The history of a plan: what became of its frame, its sections and its rows, without what was reported on them."""

from dataclasses import dataclass

from django.db.models import CharField, QuerySet, Value

from roadmaps.models import ActivityChange, Roadmap, RoadmapChange
from roadmaps.queries.editing import words_for
from roadmaps.queries.reports import ACTIONS, FieldChange, changed_fields

OF_ROWS = ("edited", "added", "removed", "put_back")
PLAN_ACTIONS = {
    "edited": "изменены сведения о дорожной карте",
    "approved": "дорожная карта утверждена",
    "closed": "дорожная карта завершена",
    "reopened": "дорожная карта снова действует",
    "section_added": "добавлен раздел",
    "section_edited": "изменён раздел",
    "section_removed": "исключён раздел",
}


@dataclass(frozen=True)
class Amendment:
    """A line of the plan's history."""

    line: RoadmapChange | ActivityChange
    what: str
    about: str
    link: str
    fields: tuple[FieldChange, ...]


def amendments_of(roadmap: Roadmap) -> QuerySet:
    """Keys of the lines, the latest first, to be shown page by page with `in_words`."""
    of_plan = RoadmapChange.objects.filter(roadmap=roadmap)
    of_rows = ActivityChange.objects.filter(activity__roadmap=roadmap, action__in=OF_ROWS)
    parts = [
        lines.order_by().annotate(kind=Value(kind, CharField())).values_list("at", "pk", "kind")
        for kind, lines in (("plan", of_plan), ("row", of_rows))
    ]
    return parts[0].union(parts[1], all=True).order_by("-at", "-pk")


def in_words(roadmap: Roadmap, keys: list[tuple]) -> list[Amendment]:
    """In a few queries, however many lines a page has."""
    words = words_for(roadmap)
    of_plan = RoadmapChange.objects.select_related("by").in_bulk([pk for _, pk, kind in keys if kind == "plan"])
    of_rows = ActivityChange.objects.select_related("by", "activity").in_bulk(
        [pk for _, pk, kind in keys if kind == "row"]
    )
    found: list[Amendment] = []
    for _, pk, kind in keys:
        if kind == "plan":
            plan_line = of_plan[pk]
            what, about = PLAN_ACTIONS[plan_line.action], plan_line.after.get("name", "")
            found.append(Amendment(plan_line, what, about, "", changed_fields(plan_line, words)))
        else:
            line = of_rows[pk]
            row = line.activity
            found.append(
                Amendment(line, ACTIONS[line.action], str(row), row.get_absolute_url(), changed_fields(line, words))
            )
    return found
