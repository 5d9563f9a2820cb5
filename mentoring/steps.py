"""How a row of a pairing's plan stands, from the days on which the pair met about it. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roadmaps.plans.deadlines import Deadline, Due, Kind, Precision, occurrences
from roadmaps.states import Status

# «Постоянно», «по запросу»: they last as long as the plan, so no meeting ends them; a person does.
ENDLESS = frozenset({Kind.CONTINUOUS, Kind.ON_REQUEST, Kind.BY_OTHER_PLAN})


@dataclass(frozen=True)
class Followed:
    """`times` is how often the row asks for a meeting, 0 where it does not say; `due_on` the day of the first that has
    not been held, None where no day is named."""

    status: Status
    times: int
    held: int
    due_on: dt.date | None
    done_on: dt.date | None


def follow(
    deadline: Deadline, *, starts_on: dt.date, ends_on: dt.date, met_on: Iterable[dt.date], awaiting: bool = False
) -> Followed:
    """`met_on` are the days of confirmed meetings; `awaiting` says that others wait for their confirmation."""
    days = sorted(met_on)
    begun = Status.IN_WORK if days or awaiting else Status.NOT_STARTED
    if deadline.kind in ENDLESS:
        return Followed(begun, 0, len(days), None, None)
    dues = occurrences(deadline, starts_on=starts_on, ends_on=ends_on)
    if not dues:  # what waits for an event whose day nobody knows is done by the first meeting
        return Followed(Status.DONE if days else begun, 0, len(days), None, days[0] if days else None)
    open_dues, last = _unheld(dues, days)
    if not open_dues:
        return Followed(Status.DONE, len(dues), len(dues), dues[-1].due_on, last)
    first = open_dues[0]
    due_on = None if first.precision is Precision.FUZZY else first.due_on
    return Followed(begun, len(dues), len(dues) - len(open_dues), due_on, None)


def _unheld(dues: Sequence[Due], days: Sequence[dt.date]) -> tuple[list[Due], dt.date | None]:
    """Which times are left, and the day that held the last of the others. A meeting holds the earliest time that has
    begun; what is due once may be held before its time, of what recurs a second meeting in one period is one more and
    not the next one's."""
    left, last = list(dues), None
    for day in days:
        held = next((due for due in left if due.starts_on <= day or len(dues) == 1), None)
        if held:
            left.remove(held)
            last = day
    return left, last


def status_on(stored: Status, due_on: dt.date | None, today: dt.date, *, in_force: bool) -> Status:
    """What the calendar makes of it. Nobody is late by a plan that is not in force."""
    if in_force and stored in (Status.NOT_STARTED, Status.IN_WORK) and due_on is not None and due_on < today:
        return Status.LATE
    return stored
