"""Views that somebody keeps by name: their own, opened by one click, with what they were narrowed to."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from roadmaps.models import SavedView
from roadmaps.services.seeing import VIEWS_AT_MOST, ViewRefused, rename_view, save_view
from tests.factories import MunicipalityFactory
from tests.roadmaps.conftest import person

pytestmark = pytest.mark.django_db
ROWS = "/roadmaps/rows/"


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def owner(town):
    return person(Role.METHODIST, town)


@pytest.fixture
def client(client, owner):
    client.force_login(owner)
    return client


def kept(owner, town, name: str = "Просроченные", **fields: str) -> SavedView:
    told = {"view": "rows", "query": "status=late&period=all"} | fields
    return save_view(municipality=town, name=name, by=owner, **told)


def test_view_is_kept_and_opens_by_one_click(client):
    data = {"name": " Просроченные  ЦРО ", "view": "board", "query": "status=late&responsible=%D0%A6%D0%A0%D0%9E"}
    answer = client.post(reverse("roadmaps:save_view"), data)
    assert (answer.status_code, answer.url) == (302, "/roadmaps/rows/board/?status=late&responsible=%D0%A6%D0%A0%D0%9E")
    assert SavedView.objects.get().name == "Просроченные ЦРО"
    assert 'href="/roadmaps/rows/board/?status=late&amp;responsible=%D0%A6%D0%A0%D0%9E"' in client.get(ROWS).text


def test_only_what_the_views_know_is_kept_of_an_address(client):
    data = {"name": "Вид", "view": "rows", "query": "status=late&page=7&next=https://example.org&municipality=sosed"}
    client.post(reverse("roadmaps:save_view"), data)
    assert SavedView.objects.get().query == "status=late"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": "", "view": "rows"}, "Обязательное поле"),
        ({"name": "просроченные", "view": "rows"}, "Вид «просроченные» уже есть"),
        ({"name": "Вид", "view": "mine"}, "Такого вида нет"),
        ({"name": "Вид", "view": "rows", "query": "q=" + "я" * 2000}, "Такого вида нет"),
        ({"name": "Вид", "view": "rows", "query": "status=zzz"}, "в отборе ошибка"),
        ({"name": "Вид", "view": "rows", "query": "since=32.13.2022"}, "в отборе ошибка"),
        ({"name": "Вид", "view": "rows", "query": "roadmap=987654"}, "в отборе ошибка"),
        ({"name": "я" * 101, "view": "rows"}, "не более 100"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client, owner, town, data, message):
    kept(owner, town)
    answer = client.post(reverse("roadmaps:save_view"), data)
    assert answer.status_code == 400
    assert message in answer.text
    assert f'value="{data["name"]}"' in answer.text or not data["name"]
    assert SavedView.objects.count() == 1


def test_view_is_renamed_and_deleted(client, owner, town):
    saved = kept(owner, town)
    client.post(reverse("roadmaps:rename_view", args=[saved.pk]), {"name": "Горит"})
    assert "Горит" in client.get(reverse("roadmaps:saved_views")).text
    client.post(reverse("roadmaps:delete_view", args=[saved.pk]))
    assert not SavedView.objects.exists()


def test_name_that_another_view_bears_is_refused_and_stays_typed(client, owner, town):
    kept(owner, town, "Первый")
    second = kept(owner, town, "Второй")
    answer = client.post(reverse("roadmaps:rename_view", args=[second.pk]), {"name": "ПЕРВЫЙ"})
    assert answer.status_code == 400
    assert "Вид «ПЕРВЫЙ» уже есть" in answer.text
    second.refresh_from_db()
    assert second.name == "Второй"


def test_view_may_keep_its_name_in_other_letters(owner, town):
    saved = kept(owner, town, "первый")
    rename_view(saved=saved, name="Первый", by=owner)
    saved.refresh_from_db()
    assert saved.name == "Первый"


def test_views_of_others_are_not_there(client, town):
    other = kept(person(Role.DEPARTMENT, town), town, "Чужой")
    assert "Чужой" not in client.get(ROWS).text
    assert "Чужой" not in client.get(reverse("roadmaps:saved_views")).text
    for name in ("rename_view", "delete_view"):
        assert client.post(reverse(f"roadmaps:{name}", args=[other.pk]), {"name": "Мой"}).status_code == 404
    assert SavedView.objects.get().name == "Чужой"


def test_two_people_may_use_one_name_but_nobody_twice(owner, town):
    kept(owner, town)
    kept(person(Role.DEPARTMENT, town), town)
    with pytest.raises(IntegrityError, match="saved"), transaction.atomic():
        SavedView.objects.create(user=owner, municipality=town, name="Просроченные", view="rows")


def test_nobody_keeps_views_without_end(owner, town):
    for number in range(VIEWS_AT_MOST):
        kept(owner, town, f"Вид {number}")
    with pytest.raises(ViewRefused, match="удалите ненужные"):
        kept(owner, town, "Ещё один")


def test_pages_ask_as_often_for_forty_kept_views_as_for_one(client, owner, town):
    addresses = (ROWS, reverse("roadmaps:saved_views"))
    kept(owner, town, "Вид")
    for address in addresses:
        client.get(address)
    before = [queries(client, address) for address in addresses]
    for number in range(39):
        kept(owner, town, f"Вид {number}")
    assert [queries(client, address) for address in addresses] == before


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)
