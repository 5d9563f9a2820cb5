"""All that somebody is reminded of, whatever it is: a report, the answer to an assignment, an expert's conclusion, and
what upper apps await."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from roadmaps.further_duties import further
from roadmaps.models import Assignment, Review
from roadmaps.notice_facts import facts_of, facts_of_assignment, facts_of_review
from roadmaps.notices.kinds import REPORTS, REVIEWS, TASKS, Ladder
from roadmaps.plans.deadlines import Precision
from roadmaps.queries.control import owed_assignments
from roadmaps.queries.expertise import reviews_to_write
from roadmaps.queries.owed import Owed, owed_by
from schools.models import Municipality, School


@dataclass(frozen=True)
class Awaited:
    """Something that somebody has to do, by a day where one is named.

    `key` names it with its day among all that people are told of: what is moved is told of anew. `about` are the rows
    or the page that a notice of it points to.
    """

    ladder: Ladder
    key: str
    due_on: dt.date | None
    asked_at: dt.datetime  # when it came into the portal
    facts: dict[str, Any]
    school: School | None = None
    is_undated: bool = False  # the document names no day: that of the portal makes nobody late
    about: dict[str, Any] = field(default_factory=dict)


def awaited_by(user: Any, municipality: Municipality, today: dt.date) -> list[Awaited]:
    """What this person has still to do there, as far as they may look into it. The number of queries does not depend on
    how much it is."""
    return [
        *(_report(owed, municipality) for owed in owed_by(user, municipality, today)),
        *(awaited_answer(row) for row in owed_assignments(user, municipality)),
        *(awaited_conclusion(row) for row in reviews_to_write(user, municipality)),
        *(one for duties in further() for one in duties.awaited(user, municipality, today)),
    ]


def further_reviews(user: Any, today: dt.date) -> list[Awaited]:
    """What this person is to assess in upper apps, wherever they belong; the nearest first."""
    towns = Municipality.objects.filter(pk__in={grant.municipality_id for grant in getattr(user, "grants", ())})
    found = [
        one
        for municipality in towns
        for duties in further()
        for one in duties.awaited(user, municipality, today)
        if one.ladder is REVIEWS
    ]
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or today, one.key))


def _report(owed: Owed, municipality: Municipality) -> Awaited:
    occurrence, school = owed.occurrence, owed.school
    roadmap = occurrence.activity.roadmap
    roadmap.municipality = municipality
    return Awaited(
        REPORTS,
        f"owed:{occurrence.pk}:{school.pk if school else 0}:{occurrence.due_on}",
        occurrence.due_on,
        roadmap.created_at,
        facts_of(occurrence, school),
        school,
        is_undated=occurrence.precision == Precision.FUZZY,
        about={"occurrence": occurrence},
    )


def awaited_answer(row: Assignment, times: int = 1) -> Awaited:
    """It comes with its school and what it is an assignment of. `times` are told where it is the first of several."""
    key = f"task:{row.pk}:{row.due_on or ''}"
    return Awaited(
        TASKS, key, row.due_on, row.created_at, facts_of_assignment(row, times), row.school, about={"assignment": row}
    )


def awaited_conclusion(row: Review) -> Awaited:
    """It comes with its round and programme. Whose programme it is opens nothing to the expert, so the notice is no
    matter of a school."""
    due_on = row.expertise.due_on
    key = f"review:{row.pk}:{due_on}"
    return Awaited(REVIEWS, key, due_on, row.assigned_at, facts_of_review(row), about={"review": row})
