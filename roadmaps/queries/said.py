"""What people have said that deadlines mean. A file does not keep it; a plan that comes back from one has it again."""

import datetime as dt
from typing import Any

from roadmaps.models import Activity, Roadmap
from roadmaps.plans.deadlines import Deadline, read_deadline
from roadmaps.plans.rows import Plan
from schools.models import Municipality

Said = list[Deadline | None]


def said_of(user: Any, municipality: Municipality, plan: Plan, *, starts_on: dt.date, ends_on: dt.date) -> Said:
    """For each row, what a person has said of the same deadline in the same row of a plan of the same term, the last of
    several; None where the portal's reading of the words stands."""
    plans = Roadmap.objects.visible_to(user).filter(municipality=municipality, starts_on=starts_on, ends_on=ends_on)
    rows = Activity.objects.filter(
        roadmap__in=plans.order_by().values("pk"), removed_at__isnull=True, title__in={row.title for row in plan.rows}
    )
    found: dict[tuple[str, str], Deadline] = {}
    for title, words, means in rows.order_by("roadmap", "position").values_list("title", "deadline", "means"):
        if read_deadline(words, starts_on=starts_on, ends_on=ends_on, title=title).to_json() != means:
            found[title, words] = Deadline.from_json(means)
    return [found.get((row.title, row.deadline)) for row in plan.rows]
