"""What is asked of somebody is put under control: an assignment for each who answers and each time it is due."""

import datetime as dt
from typing import Any

from roadmaps.models import Assignment, DecisionPoint, Recommendation
from roadmaps.plans.deadlines import Deadline, Kind, Precision, occurrences
from roadmaps.states import AssignmentState
from schools.models import Municipality

# Key of a school, name of whoever is no school, label of the time: day, and the person of the portal who is named.
Wanted = dict[tuple[int | None, str, str], tuple[dt.date | None, int | None]]
PERIOD_AT_MOST = dt.timedelta(days=2 * 366)  # a year, and the stub of another that is joined to it


def dues_of(
    means: Deadline, due_on: dt.date | None, starts_on: dt.date, ends_on: dt.date, *, is_open: bool = False
) -> list[tuple[str, dt.date | None]]:
    """Label and day of each time that something is asked for; no day where its words name none. `due_on` is the day
    that a person names in place of the words. `is_open`: nobody has said that it ends on that day, so a period that
    goes on beyond it is not asked for, rather than due before it is over."""
    if due_on:
        return [("", due_on)]
    if means.precision is Precision.FUZZY or means.kind not in (Kind.ONCE, Kind.RECURRING):
        return [("", None)]
    if means.kind is Kind.ONCE:
        days = sorted({last for _, last in means.spans})
        return [(f"до {day:%d.%m.%Y}" if len(days) > 1 else "", day) for day in days]
    if is_open and means.ends_on is None:
        ahead = occurrences(means, starts_on=starts_on, ends_on=ends_on + PERIOD_AT_MOST)
        times = tuple(time for time in ahead if time.due_on <= ends_on) or ahead[:1]
    else:
        times = occurrences(means, starts_on=starts_on, ends_on=ends_on)
    return [(time.label, None if time.is_fuzzy else time.due_on) for time in times]


def put_under_control(asked: DecisionPoint | Recommendation, wanted: Wanted, municipality: Municipality) -> list[int]:
    """Keys of what is asked from now on. What is no longer asked goes, unless somebody has answered it or decided on
    it."""
    left = dict(wanted)
    for row in asked.assignments.all():
        key = (row.school_id, row.name, row.label)
        if key not in left:
            if row.state == AssignmentState.AWAITED:
                row.delete()
            continue
        due_on, user_id = left.pop(key)
        if (row.due_on, row.user_id) != (due_on, user_id):
            row.due_on, row.user_id = due_on, user_id
            row.save(update_fields=["due_on", "user"])
    of: dict[str, Any] = {"point" if isinstance(asked, DecisionPoint) else "recommendation": asked}
    made = Assignment.objects.bulk_create(
        Assignment(
            municipality=municipality, school_id=school_id, name=name, label=label, due_on=due_on, user_id=user_id, **of
        )
        for (school_id, name, label), (due_on, user_id) in left.items()
    )
    return [row.pk for row in made]
