"""The permission matrix: every address of the portal, every method it takes, everybody who may knock; and in no answer
anything of others.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.access.matrix import ROWS, Row, in_parts, name_of
from tests.access.seen import found_in, text_of
from tests.access.world import PEOPLE, World
from tests.conftest import forget_what_is_cached

pytestmark = pytest.mark.django_db

# Besides what belongs to logging in; metrics wants its own token, the end of letters a signed one.
OPEN_TO_ANYBODY = {"healthz", "readyz", "metrics", "roadmaps:feed", "roadmaps:unsubscribe"}

FORM, ONCE = r'<form class="form"[^>]*method="post".*?</form>', 'name="once"'


def url_names(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespaces; an address without a name would escape the matrix."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield prefix + pattern.name
        else:
            yield from url_names(pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))


def test_every_address_is_in_the_matrix_and_nothing_else():
    assert {row.name for row in ROWS} == set(url_names())


@contextmanager
def undone() -> Iterator[None]:
    """What one person changes, the next does not find changed."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    forget_what_is_cached()  # attempts to log in or to change a password are counted there


def send(client: Client, row: Row, world: World) -> tuple[Any, str]:
    """The answer, and all that can be read in it."""
    data = row.data(world) if row.data else {}
    answer = getattr(client, row.method)(row.address(world), data)
    return answer, text_of(answer)  # which reads a file to its end, so that it is closed


def what_shows_of_others(row: Row, world: World, person: str, text: str) -> list[str]:
    """What one has typed is no secret."""
    typed = set((row.data(world) if row.data else {}).values())
    return found_in(text, sorted(set(world.secrets_from(person)) - typed))


def forms_without_token(answer: Any, person: str) -> list[str]:
    """Forms that nobody could send: a part of a template that is included with `only` loses the token. The department
    has all of them."""
    if person != "department" or answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return []
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", answer.content.decode(), re.DOTALL)
    return [form[:200] for form in forms if "csrfmiddlewaretoken" not in form]


def makes_once(answer: Any) -> bool:
    """A page on which something is made (see `accounts.once`) gives a key to its form, for whoever sees one."""
    is_asked = getattr(getattr(answer.resolver_match, "func", None), "is_once", False)
    return not is_asked or all(ONCE in form for form in re.findall(FORM, answer.content.decode(), re.DOTALL))


# Who may do what is told in the same words of either database: on the servers it is enough to see that every page
# answers those of a whole town and those of one school.
KNOCKING = ("department", "curator") if settings.PRODUCTION else PEOPLE


@pytest.mark.parametrize("rows", in_parts(ROWS), ids=name_of)
def test_answers(rows, world):
    got: dict[str, dict[str, int]] = {}
    for row in rows:
        answers = got.setdefault(f"{row} {sorted(row.arguments.values())}", {})
        for person in KNOCKING:
            with undone():
                answer, text = send(world.client(person), row, world)
                answers[person] = answer.status_code
                if person == "anonymous" and answer.status_code == 302 and not row.name.startswith("account_"):
                    assert answer["Location"].startswith(reverse("account_login"))
                assert forms_without_token(answer, person) == [], row
                if answer.status_code == 200 and row.method == "get":
                    assert makes_once(answer), f"{row}: its form has no key, so a double click makes two"
                if row.can_be_read:
                    assert what_shows_of_others(row, world, person, text) == [], (row, person)
    assert got == {
        f"{row} {sorted(row.arguments.values())}": {person: row.answers[person] for person in KNOCKING} for row in rows
    }


@pytest.mark.parametrize("rows", in_parts(list({row.name: row for row in ROWS}.values())), ids=name_of)
def test_a_method_that_is_not_in_the_matrix_is_not_taken(rows, world):
    for row in rows:
        methods = {"get", "post"} if row.name.startswith("account_") else {"get", "post", "put", "patch", "delete"}
        for method in methods - {other.method for other in ROWS if other.name == row.name}:
            with undone():
                answer = getattr(world.client("department"), method)(row.address(world))
                assert answer.status_code == 405, (row, method)


@pytest.mark.parametrize("rows", in_parts([row for row in ROWS if row.method == "post"]), ids=name_of)
def test_nothing_is_changed_without_a_csrf_token(rows, world):
    for row in rows:
        client = Client(enforce_csrf_checks=True)
        client.cookies = world.client("department").cookies
        with undone():
            assert client.post(row.address(world)).status_code == 403, row


def test_strangers_reach_only_what_is_open_on_purpose():
    """Deny by default: an address that lets strangers in is named here."""
    reached = {row.name for row in ROWS if row.answers["anonymous"] not in (302, 401)}
    assert {name for name in reached if not name.startswith("account_")} == OPEN_TO_ANYBODY
