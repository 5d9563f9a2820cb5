"""Plans of 10 and 60 schools, 60 rows a year for three years, against an empty page in the same frame."""

from collections.abc import Iterator

from django.urls import reverse

from roadmaps.models import Roadmap
from schools.models import Municipality
from tests.bench import plans, world
from tests.bench.frame import Row, Size
from tests.bench.pages import rows_of_pages

SCHOOLS = (10, 60)
PAGES = (
    "roadmaps",
    "roadmap",
    "timeline of a roadmap",
    "rows of all plans",
    "rows of all plans and years",
    "timeline of all plans",
    "timeline of all plans and years",
    "late rows of all years",
    "calendar of plans",
    "board of plans",
)
NAMES = tuple(f"{page}, {count} schools" for page in PAGES for count in SCHOOLS)
GETS = 3


def rows(size: Size) -> Iterator[Row]:
    sizes = size.pick(full=SCHOOLS, short=SCHOOLS[:1])
    yield from rows_of_pages(sizes, plans.municipality, addresses, runs=size.runs, gets=GETS, weighed_at=None)


def addresses(town: Municipality) -> dict[str, str]:
    roadmap = Roadmap.objects.filter(municipality=town, starts_on__year=world.LAST_YEAR).order_by("pk")[0]
    rows, timeline = reverse("roadmaps:rows"), reverse("roadmaps:timeline")
    found = (
        reverse("roadmaps:list"),
        roadmap.get_absolute_url(),
        f"{timeline}?roadmap={roadmap.pk}&period=all",
        rows,
        f"{rows}?period=all",
        timeline,
        f"{timeline}?period=all",
        f"{rows}?status=late&period=all",
        f"{reverse('roadmaps:calendar')}?month={world.LAST_YEAR}-12",
        reverse("roadmaps:board"),
    )
    return {page: _in_year(address) for page, address in zip(PAGES, found, strict=True)}


def _in_year(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}year={world.LAST_YEAR}"
