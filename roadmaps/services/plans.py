"""A plan becomes a roadmap: sections, rows, who answers for them, and the times they are due."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User, audit
from roadmaps.models import Activity, Occurrence, Programme, Responsible, Roadmap, RoadmapSection
from roadmaps.plans.bounds import term_problem
from roadmaps.plans.deadlines import Deadline, Due, Kind, Precision, occurrences, read_deadline
from roadmaps.plans.rows import LONGEST_NAME, Plan, PlanRow
from roadmaps.services.counting import plan_changed
from schools.models import Municipality, School, SchoolAlias, alias_key

# «ОО», «(ОО)», «образовательные организации (ОО)»: every school that takes part.
EVERY_SCHOOL = re.compile(r"\(?(ОО|школы|образовательные (организации|учреждения)( \(ОО\))?)\)?", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """What a roadmap is besides its rows; `starts_on` and `ends_on` are its term."""

    starts_on: dt.date
    ends_on: dt.date
    school: School | None = None
    programme: Programme | None = None
    state: str = Roadmap.State.DRAFT
    order_number: str = ""
    order_date: dt.date | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """ValueError in Russian; forms have said it before."""
        if problem := term_problem(self.starts_on, self.ends_on):
            raise ValueError(problem)


@transaction.atomic
def store_plan(
    *, municipality: Municipality, plan: Plan, frame: Frame, said: Sequence[Deadline | None] = (), by: Any = None
) -> Roadmap:
    """A new roadmap with all rows in the order of the plan, each due when its deadline says, or as `said` has it: of
    each row what a person has said that its deadline means, None where the words speak for themselves."""
    roadmap = Roadmap.objects.create(
        municipality=municipality,
        school=frame.school,
        programme=frame.programme,
        title=plan.title,
        starts_on=frame.starts_on,
        ends_on=frame.ends_on,
        state=frame.state,
        order_number=frame.order_number,
        order_date=frame.order_date,
        columns=[list(column) for column in plan.columns],
        source=frame.source,
        created_by=by if isinstance(by, User) else None,
    )
    sections = RoadmapSection.objects.bulk_create(
        RoadmapSection(
            roadmap=roadmap, position=position, number=section.number, title=section.title, level=section.level
        )
        for position, section in enumerate(plan.sections, start=1)
    )
    rows = [(stored, row) for stored, section in zip(sections, plan.sections, strict=True) for row in section.rows]
    activities = Activity.objects.bulk_create(
        _activity(roadmap, section, position, row, means)
        for position, ((section, row), means) in enumerate(zip(rows, said or [None] * len(rows), strict=True), start=1)
    )
    names = schools_by_name(municipality)
    Responsible.objects.bulk_create(
        responsible
        for activity, (_, row) in zip(activities, rows, strict=True)
        for responsible in responsible_of(activity, row.responsible, names)
    )
    make_occurrences(roadmap, activities)
    plan_changed(roadmap, by)
    audit("roadmap_made", roadmap, by=by, municipality_id=municipality.pk, rows=len(activities))
    return roadmap


def _activity(
    roadmap: Roadmap, section: RoadmapSection, position: int, row: PlanRow, said: Deadline | None
) -> Activity:
    means = said or read_deadline(row.deadline, starts_on=roadmap.starts_on, ends_on=roadmap.ends_on, title=row.title)
    return Activity(
        roadmap=roadmap,
        section=section,
        position=position,
        number=row.number,
        title=row.title,
        participants=row.participants,
        deadline=row.deadline,
        means=means.to_json(),
        expected=row.expected,
        planned=list(row.planned),
    )


def responsible_of(activity: Activity, names: Iterable[str], schools: Mapping[str, School]) -> list[Responsible]:
    """Those who answer for a row, each matched to its school where the name is known."""
    return [
        Responsible(
            activity=activity,
            position=position,
            name=name[:LONGEST_NAME],
            is_every_school=is_every_school(name),
            school=school_named(name, schools),
        )
        for position, name in enumerate(names, start=1)
    ]


def is_every_school(name: str) -> bool:
    return bool(EVERY_SCHOOL.fullmatch(name.strip()))


def school_named(name: str, schools: Mapping[str, School]) -> School | None:
    """Of those that `schools_by_name` gives."""
    return schools.get(alias_key(SchoolAlias.Kind.NAME, name))


def schools_by_name(municipality: Municipality) -> dict[str, School]:
    """Schools by every name that they alone bear."""
    found: dict[str, set[School]] = {}
    aliases = SchoolAlias.objects.filter(municipality=municipality, kind=SchoolAlias.Kind.NAME).select_related("school")
    for school in municipality.schools.all():
        found.setdefault(alias_key(SchoolAlias.Kind.NAME, school.name), set()).add(school)
    for alias in aliases:
        found.setdefault(alias.key, set()).add(alias.school)
    return {key: schools.pop() for key, schools in found.items() if len(schools) == 1}


def make_occurrences(roadmap: Roadmap, activities: Iterable[Activity]) -> None:
    """Each row's times within the term. Those that are there already stay, with what was reported; those that the
    deadline no longer has go, unless somebody has reported on them. What is due once, and is put off, is the same time
    still: its reports go with it."""
    activities = list(activities)
    known: dict[int, dict[str, Occurrence]] = {activity.pk: {} for activity in activities}
    for occurrence in Occurrence.objects.filter(activity__in=known):
        known[occurrence.activity_id][occurrence.label] = occurrence
    fresh: list[Occurrence] = []
    moved: list[Occurrence] = []
    gone: list[int] = []
    for activity in activities:
        mine = known[activity.pk]
        dues = _dues(roadmap, Deadline.from_json(activity.means), mine.values())
        if len(dues) == len(mine) == 1:
            mine = {dues[0].label: next(iter(mine.values()))}
        for due in dues:
            is_known = due.label in mine
            occurrence = mine.pop(due.label) if is_known else Occurrence(activity=activity)
            occurrence.label = due.label
            occurrence.starts_on, occurrence.due_on, occurrence.precision = due.starts_on, due.due_on, due.precision
            (moved if is_known else fresh).append(occurrence)
        gone += [occurrence.pk for occurrence in mine.values()]
    Occurrence.objects.bulk_create(fresh)
    Occurrence.objects.bulk_update(moved, ["label", "starts_on", "due_on", "precision"], batch_size=500)
    Occurrence.objects.filter(pk__in=gone, reports__isnull=True).delete()


def _dues(roadmap: Roadmap, means: Deadline, known: Iterable[Occurrence]) -> tuple[Due, ...]:
    """A named day that stands after the end of the plan was set while the plan still lasted: it stays where the
    document has it. Of what recurs so only where the shortened plan has none of it; else it ends with the plan."""
    dues = occurrences(means, starts_on=roadmap.starts_on, ends_on=roadmap.ends_on)
    last = max((one.due_on for one in known if one.precision != Precision.FUZZY), default=roadmap.ends_on)
    is_named = means.kind is Kind.ONCE or (means.kind is Kind.RECURRING and all(due.is_fuzzy for due in dues))
    if is_named and last > roadmap.ends_on:
        return occurrences(means, starts_on=roadmap.starts_on, ends_on=last)
    return dues
