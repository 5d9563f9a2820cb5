"""School years in which a municipality has plans."""

import datetime as dt
from typing import Any

from roadmaps.models import Roadmap
from schools.models import Municipality


def year_of_plans(day: dt.date) -> int:
    """The year in which the school year began that plans count from 1 September to 31 August. A school year of results
    begins earlier, see `schools.periods`."""
    return day.year if day.month >= 9 else day.year - 1


def years_of_plans(user: Any, municipality: Municipality) -> set[int]:
    """Those that the terms of plans which the person sees touch; one query, whatever the number of plans."""
    visible = Roadmap.objects.visible_to(user).filter(municipality=municipality)
    terms = visible.order_by().values_list("starts_on", "ends_on").distinct()
    return {year for first, last in terms for year in range(year_of_plans(first), year_of_plans(last) + 1)}
