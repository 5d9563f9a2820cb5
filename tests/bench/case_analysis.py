"""Pages of analysis at 10, 100 and 640 schools against an empty page in the same frame.

Weak topics, early warning, groups and the table of staff estimate over all results of all schools when they are asked
for, so their limits grow with the schools; the number of queries does not. In a short run there are ten schools.
"""

from collections.abc import Iterator

from django.urls import reverse

from schools.models import Municipality
from tests.bench import world
from tests.bench.frame import Row, Size
from tests.bench.pages import rows_of_pages

SCHOOLS = (10, 100, 640)
PAGES = {
    "heat map": "heat_map",
    "courses": "courses",
    "participation": "participation",
    "weak topics": "weak_topics",
    "summary table": "summary",
    "staff": "staff",
    "groups of schools": "groups",
    "early warning": "early_warning",
}
COMPARISON = "comparison of a school"
NAMES = tuple(f"{page}, {count} schools" for page in (*PAGES, COMPARISON) for count in SCHOOLS)


def rows(size: Size) -> Iterator[Row]:
    yield from rows_of_pages(
        size.pick(full=SCHOOLS, short=SCHOOLS[:1]),
        town_of,
        addresses,
        runs=size.runs,
        gets=size.pick(full=1, short=3),  # a single one of few schools is too quick to be measured
        weighed_at=size.pick(full=SCHOOLS[-1], short=None),
    )


def town_of(schools: int) -> Municipality:
    town = world.municipality(schools, with_tasks=True)
    world.add_conditions(town)
    return town


def addresses(town: Municipality) -> dict[str, str]:
    """For the last year of the world, in which all of these pages have something to say."""
    school = town.schools.order_by("pk").filter(identifications__school_year=world.LAST_YEAR)[0]
    found = {page: reverse(f"monitoring:{name}") for page, name in PAGES.items()}
    found[COMPARISON] = reverse("monitoring:school_comparison", args=[school.pk])
    return {page: f"{address}?year={world.LAST_YEAR}" for page, address in found.items()}
