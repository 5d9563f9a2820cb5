"""The rooms of mentoring: every page says where it is, and nobody is offered what is not theirs."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from mentoring.templatetags.mentoring_tabs import ROOMS

pytestmark = pytest.mark.django_db


def rooms_seen_by(user, view: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(f"mentoring:{view}"))
    assert answer.status_code == 200, view
    return answer.text.partition('<nav class="tabs" aria-label="Наставничество">')[2].partition("</main>")[0]


def test_every_page_stands_in_its_room_and_there_are_no_more_than_five(town):
    department = town.person(Role.DEPARTMENT)
    assert len(ROOMS) <= 5
    for room in ROOMS:
        for page in room.pages:
            seen = rooms_seen_by(department, page.view)
            mark = 'aria-current="page">'
            assert f"{mark}{page.title if len(room.pages) > 1 else room.title}</a>" in seen, page
            assert seen.count(mark) == 1, page


def test_pages_of_sides_are_offered_to_those_who_can_be_one(town):
    assert "Мои пары" in rooms_seen_by(town.person(Role.MENTOR), "pairings")
    assert "Мои пары" not in rooms_seen_by(town.person(Role.VIEWER), "pairings")
