"""A stored roadmap back as the plan that it was made of, as far as people have left it so."""

from collections import defaultdict
from collections.abc import Iterable

from roadmaps.models import Activity, Responsible, Roadmap, RoadmapSection
from roadmaps.plans.rows import Plan, PlanRow, PlanSection

DOCUMENT_ORDER = ("section__position", "position")  # of the rows of a roadmap


def plan_of(roadmap: Roadmap) -> Plan:
    """What `store_plan` took comes out as it was; rows that an amendment took out are left out."""
    return plans_of([roadmap])[roadmap.pk]


def plans_of(roadmaps: Iterable[Roadmap]) -> dict[int, Plan]:
    """By roadmap, in three queries however many there are."""
    by_key = {roadmap.pk: roadmap for roadmap in roadmaps}
    names: dict[int, list[str]] = defaultdict(list)
    for key, name in (
        Responsible.objects.filter(activity__roadmap__in=by_key)
        .order_by("activity", "position")
        .values_list("activity_id", "name")
    ):
        names[key].append(name)
    rows: dict[int, list[PlanRow]] = defaultdict(list)
    standing = Activity.objects.filter(roadmap__in=by_key, removed_at__isnull=True)
    for activity in standing.order_by(*DOCUMENT_ORDER):
        rows[activity.section_id].append(_row(activity, names[activity.pk]))
    sections: dict[int, list[PlanSection]] = defaultdict(list)
    headings = RoadmapSection.objects.filter(roadmap__in=by_key, removed_at__isnull=True)
    for section in headings.order_by("position"):
        told = PlanSection(section.title, section.number, section.level, tuple(rows[section.pk]))
        sections[section.roadmap_id].append(told)
    return {
        key: Plan(roadmap.title, tuple(sections[key]), tuple((field, head) for field, head in roadmap.columns))
        for key, roadmap in by_key.items()
    }


def _row(activity: Activity, names: Iterable[str]) -> PlanRow:
    return PlanRow(
        title=activity.title,
        number=activity.number,
        responsible=tuple(names),
        participants=activity.participants,
        deadline=activity.deadline,
        expected=activity.expected,
        planned=tuple(activity.planned),
    )
