"""The state of rows worked out by the database, for lists of thousands; `tables.line_of` says the same of one row."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from roadmaps.models import Activity, Occurrence, Roadmap
from roadmaps.plans.deadlines import Precision
from roadmaps.states import Status

OPEN = [Status.NOT_STARTED.value, Status.IN_WORK.value]


def is_late(today: dt.date, *, times: str = "", plan: str = "activity__roadmap__") -> Q:
    """Of times, with the ways to them and to their plan: nobody is late for a day that the document does not name, nor
    by a plan that nobody has approved or that is over."""
    asked = Q(**{f"{times}due_on__lt": today, f"{times}status__in": OPEN, f"{plan}state": Roadmap.State.APPROVED.value})
    return asked & ~Q(**{f"{times}precision": Precision.FUZZY.value})


def with_state(activities: QuerySet[Activity], today: dt.date) -> QuerySet[Any]:
    """Key and plan of each row, and `seen`, the state that people see today; `times`, how often it is due. Nothing else
    is read: ten thousand rows are grouped by their keys."""
    of = "occurrences__"
    keys = activities.order_by().values("pk", "roadmap_id", "overruled")
    counted = keys.annotate(
        times=Count("occurrences"),
        open=Count("occurrences", filter=Q(**{f"{of}status__in": OPEN})),
        begun=Count("occurrences", filter=Q(**{f"{of}status": Status.IN_WORK})),
        done=Count("occurrences", filter=Q(**{f"{of}status": Status.DONE})),
        late=Count("occurrences", filter=is_late(today, times=of, plan="roadmap__")),
    )
    states = [
        When(overruled__gt="", then=F("overruled")),
        When(times=0, then=Value(Status.NOT_STARTED.value)),
        When(late__gt=0, then=Value(Status.LATE.value)),
        When(open=0, done=0, then=Value(Status.CANCELLED.value)),
        When(open=0, then=Value(Status.DONE.value)),
        When(begun=0, done=0, then=Value(Status.NOT_STARTED.value)),
    ]
    rest = Value(Status.IN_WORK.value)
    return counted.annotate(seen=Case(*states, default=rest, output_field=CharField()))


def late_rows(activities: QuerySet[Activity], today: dt.date) -> QuerySet[Any]:
    """Those that are late, without working out the state of any other."""
    late = Occurrence.objects.filter(is_late(today)).order_by().values("activity_id")
    return activities.filter(overruled="", pk__in=late)


def counts_by_plan(rows: QuerySet[Any]) -> Iterator[tuple[int, Status, int]]:
    """Plan, state and how many rows of it are in it, of rows `with_state`."""
    for plan, state, count in _counted(rows, "SELECT roadmap_id, seen, COUNT(*) FROM ({rows}) AS told GROUP BY 1, 2"):
        yield plan, Status(state), count


def counts_by_name(rows: QuerySet[Any]) -> Iterator[tuple[str, Status, int]]:
    """Who answers as printed, state, and how many rows, of rows `with_state`; a row counts for each of its names, and
    one without any for «»."""
    statement = """
        SELECT COALESCE(roadmaps_responsible.name, ''), told.seen, COUNT(*) FROM ({rows}) AS told
        LEFT JOIN roadmaps_responsible ON roadmaps_responsible.activity_id = told.pk GROUP BY 1, 2
    """
    for name, state, count in _counted(rows, statement):
        yield name, Status(state), count


def _counted(rows: QuerySet[Any], statement: str) -> list[tuple[Any, ...]]:
    """The database counts what it has counted: to Django an aggregate of an aggregate has no groups, so its own
    statement is put into another one. Django makes none where it knows that there can be no row."""
    try:
        inner, parameters = rows.values("pk", "roadmap_id", "seen").query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return []
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement.format(rows=inner), parameters)
        return cursor.fetchall()
