"""A form that is sent twice makes one thing, and leads the second time to what the first has made."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

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
