"""Pages at 10, 100 and 640 schools against an empty page in the same frame, for somebody logged in.

Both pass the whole stack of middleware. However many schools there are, a page asks the database as often.
"""

from collections.abc import Iterator
from functools import partial

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from schools.models import Municipality
from tests.bench import world
from tests.bench.frame import Row, Size, medians, peak_memory

FLOOR = "bench/empty-page"
FLOOR_IS = "an empty page in the same frame"
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
MORE_QUERIES = "more queries than at 10"


def empty_page(request: HttpRequest) -> HttpResponse:
    """What any page of the portal costs that says nothing."""
    template = engines["django"].from_string('{% extends "base.html" %}')
    return HttpResponse(template.render({}, request))


urlpatterns = [path(FLOOR, empty_page), path("", include("config.urls"))]


def rows(size: Size) -> Iterator[Row]:
    sizes = size.pick(full=SCHOOLS, short=SCHOOLS[:2])
    counted: dict[str, int] = {}
    with override_settings(ROOT_URLCONF=__name__):
        for schools in sizes:
            town = world.municipality(schools)
            client = Client()
            client.force_login(world.methodist(town))
            for page, address in addresses(town).items():
                queries = queries_of(client, address)
                more = queries - counted.setdefault(page, queries)
                floor, ours = medians(
                    partial(get, client, f"/{FLOOR}"),
                    partial(get, client, address),
                    runs=size.runs,
                    times=GETS,
                    warm_up=True,
                )
                yield Row(
                    name=f"{page}, {schools} schools",
                    ours=ours,
                    floor=floor,
                    floor_is=FLOOR_IS,
                    memory_mb=peak_memory(get_page, town.pk, page) if schools == sizes[-1] else None,
                    counts={"queries": queries, MORE_QUERIES: more, "bytes": len(get(client, address).content)},
                )


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


def queries_of(client: Client, address: str) -> int:
    get(client, address)  # what a process or a session reads once
    with CaptureQueriesContext(connection) as queries:
        get(client, address)
    return len(queries)


def get(client: Client, address: str) -> HttpResponse:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered with {answer.status_code}")
    return answer


def get_page(town_id: int, page: str) -> None:
    """In a child process, for its memory."""
    town = Municipality.objects.get(pk=town_id)
    client = Client()
    client.force_login(town.memberships.get().user)
    get(client, addresses(town)[page])
