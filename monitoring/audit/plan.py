"""How a value stands to what is planned, worked out by dates (ADR 14). Pure."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from monitoring.audit.calendar import last_day
from monitoring.audit.nodes import Exact


class Start(NamedTuple):
    """The baseline, or the earlier value."""

    period: str
    value: Exact


def reading_of_plan(
    value: Exact | None, direction: str, targets: Mapping[str, Fraction], start: Start | None, period: str
) -> str:
    today = last_day(period)
    if value is None:
        return "no_data"
    if direction == "none" or all(last_day(code) < today for code in targets):
        return "no_target"
    if period in targets:  # the way is at the target itself on that day
        return "reached" if _is_as_good(value, targets[period], direction) else "behind"
    planned = _on_the_way({last_day(code): goal for code, goal in targets.items()}, start, today)
    if planned is None:
        return "no_target"
    if _is_as_good(value, targets[max(targets, key=last_day)], direction):
        return "reached"
    return "on_track" if _is_as_good(value, planned, direction) else "behind"


def _on_the_way(corners: Mapping[dt.date, Exact], start: Start | None, today: dt.date) -> Exact | None:
    """Between the corners before and after; before the first there is no way yet."""
    if start is not None:
        begins = last_day(start.period)
        if begins >= today:
            return None
        corners = {day: goal for day, goal in corners.items() if day > begins} | {begins: start.value}
    behind = [day for day in corners if day <= today]
    ahead = [day for day in corners if day >= today]
    if not behind or not ahead:
        return None
    one, other = max(behind), min(ahead)
    if one == other:
        return corners[one]
    gone = Fraction((today - one).days, (other - one).days)
    return corners[one] * (1 - gone) + corners[other] * gone


def _is_as_good(value: Exact, than: Exact, direction: str) -> bool:
    return value >= than if direction == "up" else value <= than
