"""When a letter may go: quiet hours and digests, by the clock of the person's municipality."""

import datetime as dt
from dataclasses import dataclass

from roadmaps.notices.kinds import Rhythm

MORNING = 8  # digests go at this hour, or when the quiet hours end after it
MONDAY = 0


@dataclass(frozen=True)
class Habits:
    """When somebody wants letters. From `quiet_from` until `quiet_to` (hours of the day) none; equal hours are no quiet
    hours."""

    rhythm: Rhythm = Rhythm.AT_ONCE
    quiet_from: int = 20
    quiet_to: int = 8

    def is_quiet(self, local: dt.datetime) -> bool:
        first, end = self.quiet_from, self.quiet_to
        if first <= end:
            return first <= local.hour < end
        return local.hour >= first or local.hour < end

    def made_before(self, local: dt.datetime) -> dt.datetime | None:
        """Notices made before this moment may go now; None when none may."""
        if self.rhythm is Rhythm.NEVER or self.is_quiet(local):
            return None
        if self.rhythm is Rhythm.AT_ONCE:
            return local + dt.timedelta(seconds=1)
        morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        if morning > local:
            morning -= dt.timedelta(days=1)
        if self.rhythm is Rhythm.WEEKLY:
            morning -= dt.timedelta(days=(morning.weekday() - MONDAY) % 7)
        return morning
