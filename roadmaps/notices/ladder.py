"""The steps at which somebody is reminded of what they owe."""

import datetime as dt
from dataclasses import dataclass

from roadmaps.notices.kinds import REPORTS, Kind, Ladder

BEFORE, AFTER = (30, 7, 1), (1, 7, 30)  # days before and after what is due
BEFORE_UNDATED = (30, 7)  # the day is the portal's own, so nothing becomes urgent and nobody late


@dataclass(frozen=True)
class Step:
    """So many days before the day that something is due; below 0 after it."""

    kind: Kind
    days: int

    def reached_on(self, due_on: dt.date) -> dt.date:
        """The first day of the step."""
        return due_on - dt.timedelta(days=self.days)


def newest_step(days: int, *, is_undated: bool, ladder: Ladder = REPORTS) -> Step | None:
    """The last step that has been reached `days` before something is due: what a portal that was down has missed is
    told once, not step after step."""
    if days < 0:
        reached = [after for after in AFTER if after <= -days]
        return None if is_undated or not reached else Step(ladder.late, -max(reached))
    kind, steps = (ladder.undated, BEFORE_UNDATED) if is_undated else (ladder.ahead, BEFORE)
    reached = [before for before in steps if before >= days]
    return Step(kind, min(reached)) if kind and reached else None
