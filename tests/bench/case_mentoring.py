"""Mentoring at 50 and 200 pairings, with 1 250 and 5 000 meetings, against an empty page in the same frame."""

from collections.abc import Iterator

from django.urls import reverse

from schools.models import Municipality
from tests.bench import pairs
from tests.bench.frame import Row, Size
from tests.bench.pages import rows_of_pages

SCHOOLS = (10, 40)
PAGES = {
    "pairings": "pairings",
    "meetings": "meetings",
    "meetings that wait": "meetings",
    "what waits in mentoring": "mine",
    "mentors": "pool",
    "requests for help": "requests",
    "proposal of pairs": "proposal",
    "home with mentoring": "",
}
OF_SCHOOL, FOR_SCHOOL = "pairings of a school", "proposal for a school"
NAMES = tuple(f"{page}, {count} schools" for page in (*PAGES, OF_SCHOOL, FOR_SCHOOL) for count in SCHOOLS)
GETS = 3


def rows(size: Size) -> Iterator[Row]:
    sizes = size.pick(full=SCHOOLS, short=SCHOOLS[:1])
    yield from rows_of_pages(sizes, pairs.municipality, addresses, runs=size.runs, gets=GETS, weighed_at=None)


def addresses(town: Municipality) -> dict[str, str]:
    school = town.schools.order_by("pk")[0]
    found = {page: reverse(f"mentoring:{name}") if name else reverse("home") for page, name in PAGES.items()}
    found["meetings that wait"] += "?state=logged"
    found[OF_SCHOOL] = reverse("mentoring:school", args=[school.pk])
    found[FOR_SCHOOL] = f"{reverse('mentoring:proposal')}?school={school.pk}"
    return found
