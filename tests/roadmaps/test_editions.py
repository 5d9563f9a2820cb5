"""Editions of a programme: what was approved stays readable, and what changed from one to another is told."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import Indicator
from roadmaps.models import ProgrammeEdition
from roadmaps.passport.parts import Part
from roadmaps.services import passport as services
from roadmaps.services.passport import Order
from roadmaps.states import ProgrammeState
from tests.roadmaps.test_passport import LINES, bring_to, now, place, write

__all__ = ["place"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(place: SimpleNamespace) -> Client:
    """Of a programme with two editions: the second has another date of a stage, one result less and one risk more."""
    programme = bring_to(place, ProgrammeState.AMENDED)
    write(place, Part.STAGES, [LINES[Part.STAGES][0] | {"ends_on": "2022-03-01"}])
    write(place, Part.RESULTS, LINES[Part.RESULTS][:1])
    write(place, Part.RISKS, [*LINES[Part.RISKS], {"text": "Новый риск", "mitigation": ""}])
    order = Order("31", programme.order_date, "Уточнены сроки")
    services.approve(programme=programme, order=order, seen_version=now(place).version, by=place.department)
    client = Client()
    client.force_login(place.methodist)
    return client


def page(client: Client, place: SimpleNamespace, **query: int) -> str:
    answer = client.get(reverse("roadmaps:editions", args=[place.programme.pk]), query)
    assert answer.status_code == 200
    return " ".join(answer.text.replace("\xa0", " ").split())


def test_last_edition_is_compared_with_the_one_before_it(client, place):
    shown = page(client, place)
    assert "было «15.02.2022», стало «01.03.2022»" in shown
    assert "<b>Убрано</b> (ожидаемые результаты): Разрыв сокращается" in shown
    assert "<b>Добавлено</b> (риски): Новый риск" in shown
    assert "Уточнены сроки" in shown
    assert "№ 31 от 14.01.2022" in shown


def test_any_two_are_compared_and_the_text_of_today_too(client, place):
    assert "Изменений нет." in page(client, place, before=2, after=0)
    assert "<b>Добавлено</b> (ожидаемые результаты): Разрыв сокращается" in page(client, place, before=2, after=1)
    spent = [line | {"spent": "70000.00"} for line in LINES[Part.MONEY]]
    write(place, Part.MONEY, spent)
    assert "было «40 000,25», стало «70 000,00»" in page(client, place, before=2, after=0)


@pytest.mark.parametrize("query", [{"before": 7}, {"after": 7}])
def test_edition_that_is_not_there_is_not_found(client, place, query):
    answer = client.get(reverse("roadmaps:editions", args=[place.programme.pk]), query)
    assert answer.status_code == 404


def test_edition_shows_what_was_approved_whatever_became_of_it(client, place):
    Indicator.objects.filter(code="n1").update(short_name="Переименован")
    Indicator.objects.filter(code="n2").delete()
    first = client.get(reverse("roadmaps:edition", args=[place.programme.pk, 1])).text
    assert "Разрыв сокращается" in first
    assert "Новый риск" not in first
    assert "Доля n1" in first
    assert "Доля n2" in first
    assert "Изменить" not in first


def test_programme_without_editions_says_when_the_first_comes(client, place):
    ProgrammeEdition.objects.all().delete()
    assert "Редакций пока нет" in page(client, place)


def test_page_asks_as_often_for_many_editions_as_for_two(client, place):
    page(client, place)
    with CaptureQueriesContext(connection) as two:
        page(client, place)
    kept = ProgrammeEdition.objects.get(number=2)
    for number in range(3, 40):
        ProgrammeEdition.objects.create(programme=place.programme, number=number, content=kept.content)
    with CaptureQueriesContext(connection) as many:
        page(client, place)
    assert len(many) == len(two)
