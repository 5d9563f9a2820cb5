"""What people owe and are told of besides plans: upper apps say so here when they start, and reminders, quiet hours,
digests and the log are the same for all."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.models import User
from schools.models import Municipality

if TYPE_CHECKING:
    from roadmaps.models import Notice
    from roadmaps.queries.awaited import Awaited


@dataclass(frozen=True)
class FurtherDuties:
    """Of one app. The number of queries of each may not depend on how much there is."""

    awaited: Callable[[Any, Municipality, dt.date], "list[Awaited]"]  # by a person in a municipality
    municipalities: Callable[[], "QuerySet[Any]"]  # keys of those where something is awaited
    people: Callable[[Municipality], set[int]]  # users who owe something by name, not for their role
    standing: Callable[[User, Municipality, "Sequence[Notice]"], set[int]]  # keys of its news that are still so


_further: list[FurtherDuties] = []


def register(duties: FurtherDuties) -> None:
    if duties not in _further:
        _further.append(duties)


def further() -> tuple[FurtherDuties, ...]:
    return tuple(_further)
