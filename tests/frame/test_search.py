"""The search over schools, indicators and documents."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from tests.factories import IndicatorFactory, MunicipalityFactory, ReportFactory, SchoolFactory

pytestmark = pytest.mark.django_db


def search(client, words):
    return client.get(reverse("search"), {"q": words}).content.decode().split("<main")[1]


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.mark.parametrize("words", ["лицей", "ЛИЦЕЙ 8", "№ 8 лицей", "125008", "edu240777"])
def test_school_is_found_by_words_in_any_case_code_or_login(log_in_as, town, words):
    SchoolFactory(municipality=town, name="МБОУ «Лицей № 8»", code="125008", fisoko_login="edu240777")
    page = search(log_in_as(Role.VIEWER, town), words)
    assert "МБОУ «Лицей № 8»" in page


def test_yo_and_ye_are_one_letter(log_in_as, town):
    SchoolFactory(municipality=town, name="Берёзовская школа")
    assert "Берёзовская школа" in search(log_in_as(Role.VIEWER, town), "березовская")


def test_indicator_is_found_by_its_wording(log_in_as, town):
    IndicatorFactory(municipality=town, short_name="Динамика ОГЭ", wording="Доля школ с положительной динамикой")
    assert "Динамика ОГЭ" in search(log_in_as(Role.VIEWER, town), "положительной доля")


def test_document_is_found_by_kind_and_year(log_in_as, town):
    ReportFactory(municipality=town, period="2020", number=1)
    assert "Аналитическая записка, 2020/2021" in search(log_in_as(Role.VIEWER, town), "записка 2020")


def test_nothing_of_the_neighbours_is_found(log_in_as, town):
    foreign = MunicipalityFactory(name="Соседи")
    SchoolFactory(municipality=foreign, name="Чужая школа")
    IndicatorFactory(municipality=foreign, short_name="Чужая доля")
    ReportFactory(municipality=foreign)
    client = log_in_as(Role.DEPARTMENT, town)
    assert "Ничего не найдено" in search(client, "чужая")
    assert "Ничего не найдено" in search(client, "записка")


def test_curator_finds_the_own_school_alone(log_in_as, town):
    own = SchoolFactory(municipality=town, name="Школа своя")
    SchoolFactory(municipality=town, name="Школа другая")
    page = search(log_in_as(Role.CURATOR, own), "школа")
    assert "Школа своя" in page
    assert "Школа другая" not in page


def test_one_letter_is_too_short(log_in_as, town):
    assert "Слишком короткий запрос" in search(log_in_as(Role.VIEWER, town), "ш")


def test_what_was_searched_is_shown_as_text(log_in_as, town):
    assert "<b>школа</b>" not in search(log_in_as(Role.VIEWER, town), "<b>школа</b>")


def test_search_asks_the_database_as_often_for_forty_schools_as_for_one(log_in_as, town):
    client = log_in_as(Role.DEPARTMENT, town)
    SchoolFactory(municipality=town, name="Школа")
    with CaptureQueriesContext(connection) as with_one:
        search(client, "школа")
    SchoolFactory.create_batch(40, municipality=town, name="Школа")
    with CaptureQueriesContext(connection) as with_forty:
        page = search(client, "школа")
    assert len(with_forty) == len(with_one)
    assert "Показаны первые 30" in page
