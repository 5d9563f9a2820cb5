"""Who has to report on a row: schools, and the municipality for organisations that are no school."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import Activity, ProgressUpdate, Responsible, Roadmap
from roadmaps.queries.taking_part import taking_part
from roadmaps.states import Actor
from schools.models import Municipality, School


@dataclass(frozen=True)
class Answering:
    """Keys of the schools that answer for a row, and whether somebody answers who is no school."""

    schools: frozenset[int]
    municipality: bool

    @property
    def awaited(self) -> int:
        return len(self.schools) + self.municipality

    def includes(self, school_id: int | None) -> bool:
        return self.municipality if school_id is None else school_id in self.schools


@dataclass(frozen=True)
class Hats:
    """For whom somebody reports: schools of theirs, and whole municipalities."""

    schools: frozenset[int]
    municipalities: frozenset[int]

    def may_report_for(self, school_id: int | None, municipality_id: int) -> bool:
        return municipality_id in self.municipalities if school_id is None else school_id in self.schools


def hats_of(user: Any) -> Hats:
    """A role for the whole municipality reports for the municipality, not in the place of its schools."""
    held = reach_of(user, Permission.PROGRESS_REPORT)
    branches = School.objects.filter(parent__in=held.schools).values_list("pk", flat=True) if held.schools else ()
    return Hats(held.schools | frozenset(branches), held.municipalities)


def actors_of(user: Any, report: ProgressUpdate) -> frozenset[Actor]:
    """What the user is to a report. Nobody checks what they wrote themselves."""
    municipality = report.occurrence.activity.roadmap.municipality
    found = set()
    if hats_of(user).may_report_for(report.school_id, municipality.pk):
        found.add(Actor.AUTHOR)
    if may_review(user, municipality, report.school) and report.author_id != user.pk:
        found.add(Actor.REVIEWER)
    return frozenset(found)


def may_review(user: Any, municipality: Municipality, school: School | None) -> bool:
    return (school or municipality).allows(user, Permission.PROGRESS_REVIEW)


def may_comment(user: Any, activity: Activity) -> bool:
    """Those who report or check somewhere in the municipality and look into this plan."""
    if activity.roadmap.municipality_id not in reach_of(user, Permission.PROGRESS_REPORT).touched:
        return False
    return Roadmap.objects.looked_into_by(user).filter(pk=activity.roadmap_id).exists()


def is_in_force(activity: Activity) -> bool:
    """Whether anybody has to report on it."""
    return activity.removed_at is None and activity.roadmap.state == Roadmap.State.APPROVED


def answering(activity: Activity) -> Answering:
    return answering_of([activity])[activity.pk]


def answering_of(activities: Iterable[Activity]) -> dict[int, Answering]:
    """By the key of each row, in a few queries for all of them. Rows come with their roadmaps."""
    activities = list(activities)
    rows: dict[int, list[Responsible]] = {activity.pk: [] for activity in activities}
    for row in Responsible.objects.filter(activity__in=rows):
        rows[row.activity_id].append(row)
    everybody = everybody_of({activity.roadmap for activity in activities if activity.roadmap.school_id is None})
    return {activity.pk: _answering(activity, rows[activity.pk], everybody) for activity in activities}


def _answering(activity: Activity, rows: list[Responsible], everybody: dict[int, frozenset[int]]) -> Answering:
    if (own := activity.roadmap.school_id) is not None:
        return Answering(frozenset({own}), municipality=False)
    schools = {row.school_id for row in rows if row.school_id is not None}
    if any(row.is_every_school for row in rows):
        schools |= everybody[activity.roadmap_id]
    is_of_others = any(row.school_id is None and not row.is_every_school for row in rows)
    # Where nobody is named, whoever made the plan answers for it.
    return Answering(frozenset(schools), municipality=is_of_others or not schools)


def everybody_of(roadmaps: set[Roadmap]) -> dict[int, frozenset[int]]:
    """By roadmap: the schools that take part in it."""
    found = taking_part((roadmap.municipality_id, roadmap.programme_id) for roadmap in roadmaps)
    return {roadmap.pk: found[roadmap.municipality_id, roadmap.programme_id] for roadmap in roadmaps}
