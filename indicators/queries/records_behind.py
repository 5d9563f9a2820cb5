"""The records that a school's value counts, one by one."""

from dataclasses import dataclass
from typing import Any

from indicators.calculations.formulas import Records
from indicators.calculations.tracing import Step
from indicators.records import Listed, Stretch, counted_up_to, days_of, keeper_of
from schools.models import School
from schools.periods import Period


@dataclass(frozen=True)
class RecordsBehind:
    """Of one kind in one period."""

    kind: str  # in words
    period: Period
    columns: tuple[str, ...]  # what the fields of a row are called
    rows: tuple[Listed, ...]
    others: int  # that this person may not look into


def records_behind(user: Any, school: School, step: Step) -> tuple[RecordsBehind, ...]:
    """All that the steps of the value look at, each once; in a few queries for each kind and period."""
    asked = {
        (one.node.kind, one.period)
        for one in step.walk()
        if isinstance(one.node, Records) and one.place == school.pk and one.outcome is not None
    }
    up_to = counted_up_to(school.municipality_id) if asked else None
    found = []
    for kind, period in sorted(asked, key=lambda pair: (pair[0], -pair[1].ends_on.toordinal())):
        if up_to is not None:
            words, keeper = keeper_of(kind)
            days = days_of(period)
            behind = keeper.behind(user, school, Stretch(days.first, min(days.last, up_to)))
            found.append(RecordsBehind(words.name, period, keeper.columns, behind.rows, behind.others))
    return tuple(found)
