"""School years in which a municipality has plans."""

from typing import Any

from roadmaps.models import Roadmap
from schools.models import Municipality
from schools.periods import year_of_plans


def years_of_plans(user: Any, municipality: Municipality) -> set[int]:
    """Those that the terms of plans which the person sees touch; one query, whatever the number of plans."""
    visible = Roadmap.objects.visible_to(user).filter(municipality=municipality)
    terms = visible.order_by().values_list("starts_on", "ends_on").distinct()
    return {year for first, last in terms for year in range(year_of_plans(first), year_of_plans(last) + 1)}
