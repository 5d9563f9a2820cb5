"""Pages at 10, 100 and 640 schools against an empty page in the same frame."""

from collections.abc import Iterator

from schools.models import Municipality
from tests.bench import world
from tests.bench.frame import Row, Size
from tests.bench.pages import rows_of_pages

SCHOOLS = (10, 100, 640)
PAGES = (
    "home",
    "schools",
    "school",
    "results of a school",
    "indicators of a school",
    "indicators",
    "indicator that counts schools",
    "indicator that sums schools",
)
NAMES = tuple(f"{page}, {count} schools" for page in PAGES for count in SCHOOLS)
GETS = 5  # of each page in one run: a single one is too quick to be measured


def rows(size: Size) -> Iterator[Row]:
    sizes = size.pick(full=SCHOOLS, short=SCHOOLS[:2])
    yield from rows_of_pages(sizes, world.municipality, addresses, runs=size.runs, gets=GETS, weighed_at=sizes[-1])


def addresses(town: Municipality) -> dict[str, str]:
    """Where each of `PAGES` lies, for the year that the plans are about."""
    indicators = {row.code: row for row in town.indicators.all()}
    school = town.schools.order_by("pk").filter(identifications__school_year=world.LAST_YEAR)[0].get_absolute_url()
    found = (
        "/",
        "/schools/",
        school,
        f"{school}results/",
        f"{school}indicators/",
        "/indicators/",
        indicators["n3"].get_absolute_url(),
        indicators["n3m"].get_absolute_url(),
    )
    return {page: f"{address}?year={world.LAST_YEAR}" for page, address in zip(PAGES, found, strict=True)}
