"""A form that is sent twice makes one thing, and leads the second time to what the first has made."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.access import Role
from accounts.models import SentForm
from roadmaps.models import Expertise
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory
from tests.roadmaps.conftest import person

TYPED = {
    "once": "key of the form", "kind": "programmes", "title": "Экспертиза", "due_on": "2022-03-31", "max_mark": "2",
    "criteria": "Цель",
}  # fmt: skip

NOTHING_MADE = {"roadmaps:new"}  # what is read of a file is shown; `roadmaps:store` makes it


def views_by_name(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback
        else:
            yield from views_by_name(
                pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else "")
            )


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, **typed: str) -> str:
    return client.post(reverse("roadmaps:new_expertise"), TYPED | typed).headers.get("Location", "refused")


@pytest.mark.django_db
def test_the_same_form_makes_one_thing_a_changed_one_another_a_refused_one_may_be_sent_again():
    user = person(Role.METHODIST, MunicipalityFactory())
    client = logged_in(user)
    assert send(client, criteria="") == "refused"
    first = send(client)
    assert send(client) == first
    assert send(logged_in(user)) == first  # wherever the person comes from
    assert Expertise.objects.count() == 1
    assert send(client, title="Другая") != first
    assert send(client, once="another form") != first
    assert Expertise.objects.count() == 3
    SentForm.objects.update(at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    send(client, once="a new one")
    assert SentForm.objects.count() == 1  # old ones are not kept


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_the_second_waits_and_is_led_to_what_the_first_made():
    user = person(Role.METHODIST, MunicipalityFactory())
    one, two = logged_in(user), logged_in(user)
    answers = []
    with transaction.atomic():
        answers.append(send(one))
        thread = in_a_thread(lambda: answers.append(send(two)))
        until_somebody_waits_for_a_lock()
    thread.join()
    assert answers == [Expertise.objects.get().get_absolute_url()] * 2


def test_every_page_on_which_something_is_made_makes_it_once():
    made = {name: view for name, view in views_by_name() if name.rpartition(":")[2].startswith("new")}
    assert len(made) > 25
    assert {name for name, view in made.items() if not getattr(view, "is_once", False)} == NOTHING_MADE
