"""What the cases about pages share: each page against an empty one in the same frame, for somebody logged in.

Both pass the whole stack of middleware. However many schools there are, a page asks the database as often.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from schools.models import Municipality
from tests.bench import world
from tests.bench.frame import Row, medians, peak_memory

FLOOR = "bench/empty-page"
FLOOR_IS = "an empty page in the same frame"
MORE_QUERIES = "more queries than at 10"

Addresses = Callable[[Municipality], Mapping[str, str]]  # by the names of the pages


def empty_page(request: HttpRequest) -> HttpResponse:
    """What any page of the portal costs that says nothing."""
    template = engines["django"].from_string('{% extends "base.html" %}')
    return HttpResponse(template.render({}, request))


urlpatterns = [path(FLOOR, empty_page), path("", include("config.urls"))]


def rows_of_pages(
    sizes: Sequence[int],
    make_town: Callable[[int], Municipality],
    addresses: Addresses,
    *,
    runs: int,
    gets: int,
    weighed_at: int | None,
) -> Iterator[Row]:
    """Of every page in towns of so many schools, the smallest first. `gets` of a page are one run; in the town of
    `weighed_at` schools each page is opened in a process of its own too, for its memory."""
    counted: dict[str, int] = {}
    with override_settings(ROOT_URLCONF=__name__):
        for schools in sizes:
            town = make_town(schools)
            client = Client()
            client.force_login(world.methodist(town))
            for page, address in addresses(town).items():
                queries = queries_of(client, address)
                more = queries - counted.setdefault(page, queries)
                floor, ours = medians(
                    partial(get, client, f"/{FLOOR}"),
                    partial(get, client, address),
                    runs=runs,
                    times=gets,
                    warm_up=True,
                )
                yield Row(
                    name=f"{page}, {schools} schools",
                    ours=ours,
                    floor=floor,
                    floor_is=FLOOR_IS,
                    memory_mb=peak_memory(get_as_methodist, town.pk, address) if schools == weighed_at else None,
                    counts={"queries": queries, MORE_QUERIES: more, "bytes": len(get(client, address).content)},
                )


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


def get_as_methodist(town_id: int, address: str) -> None:
    """In a child process."""
    client = Client()
    client.force_login(Municipality.objects.get(pk=town_id).memberships.get().user)
    get(client, address)
