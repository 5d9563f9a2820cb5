"""What surrounds every page."""

import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from tests.factories import (
    IdentificationFactory,
    MembershipFactory,
    MunicipalityFactory,
    ResultTotalFactory,
    SchoolFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return MunicipalityFactory(name="Назарово", slug="nazarovo")


def sections_of(page: str) -> list[str]:
    nav = page.split('id="sections"')[1].split("</nav>")[0]
    return [part.split(">")[1].split("<")[0] for part in nav.split("<a ")[1:]]


READ = "Главная Школы Показатели Идентификация Дорожные карты Наставничество Экспертиза Мониторинг"
OWES = READ.replace(" Наставничество", " Что я должен Наставничество")
WORKED_ON = f"{OWES} Документы Данные Объективность Собираемые сведения"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.DEPARTMENT, f"{WORKED_ON} Люди Справка"),
        (Role.METHODIST, f"{WORKED_ON} Справка"),
        (Role.VIEWER, f"{READ} Документы Справка"),
    ],
)
def test_navigation_shows_what_the_role_opens(log_in_as, town, role, expected):
    page = log_in_as(role, town).get(reverse("accounts:help")).content.decode()
    assert " ".join(sections_of(page)) == expected


def test_curator_of_a_school_sees_no_documents_of_the_municipality(log_in_as, town):
    page = log_in_as(Role.CURATOR, SchoolFactory(municipality=town)).get(reverse("accounts:help")).content.decode()
    assert sections_of(page) == [
        "Главная",
        "Школы",
        "Показатели",
        "Идентификация",
        "Дорожные карты",
        "Что я должен",
        "Наставничество",
        "Экспертиза",
        "Мониторинг",
        "Собираемые сведения",
        "Справка",
    ]


def test_current_section_is_marked_for_screen_readers(log_in_as, town):
    page = log_in_as(Role.VIEWER, town).get(reverse("accounts:help")).content.decode()
    assert page.count('aria-current="page"') == 1
    assert '<a href="/help/" aria-current="page">Справка</a>' in page


def test_only_the_nearest_section_is_marked_where_one_stands_under_another(log_in_as, town):
    page = log_in_as(Role.METHODIST, town).get("/roadmaps/mine/").content.decode().split('id="sections"')[1]
    assert page.split("</nav>")[0].count("aria-current") == 1
    assert '<a href="/roadmaps/mine/" aria-current="page">Что я должен</a>' in page


def test_year_switch_keeps_the_rest_of_the_address(log_in_as, town):
    page = log_in_as(Role.VIEWER, town).get("/search/?q=лицей&year=2019&page=3").content.decode()
    switch = page.split('name="year"')[1].split("</form>")[0]
    assert '<input type="hidden" name="q" value="лицей">' in switch
    assert 'name="page"' not in switch
    assert '<option value="2019" selected>2019/2020</option>' in switch


def test_municipality_switch_only_for_people_of_several(log_in_as, town):
    client = log_in_as(Role.VIEWER, town)
    assert 'name="municipality"' not in client.get(reverse("accounts:help")).content.decode()
    MembershipFactory(user=client.user, role=Role.VIEWER, municipality=MunicipalityFactory(name="Мегион"))
    page = client.get(reverse("accounts:help")).content.decode()
    assert 'name="municipality"' in page
    assert "Мегион" in page


@pytest.mark.parametrize("is_demo", [True, False])
def test_invented_data_are_said_to_be_invented(log_in_as, is_demo):
    page = log_in_as(Role.VIEWER, MunicipalityFactory(is_demo=is_demo)).get(reverse("accounts:help")).content.decode()
    assert ("Демонстрационные данные: школы и результаты вымышлены" in page) is is_demo


def test_a_page_about_one_thing_stands_in_the_frame_of_its_municipality(log_in_as, town):
    school = SchoolFactory(municipality=town)
    other = MunicipalityFactory(name="Ачинск", slug="achinsk", is_demo=True)
    client = log_in_as(Role.METHODIST, other)
    MembershipFactory(user=client.user, role=Role.METHODIST, municipality=town)
    assert '<option value="achinsk" selected>' in client.get("/").text
    page = client.get(school.get_absolute_url()).text
    assert '<option value="nazarovo" selected>' in page
    assert "вымышлены" not in page
    assert '<option value="nazarovo" selected>' in client.get(reverse("schools:list")).text


@pytest.mark.parametrize("name", ["monitoring:uploads", "schools:list", "reports:texts"])
def test_a_form_is_about_the_municipality_it_was_shown_for(log_in_as, town, name):
    """Whatever was chosen in another tab in the meantime."""
    client = log_in_as(Role.METHODIST, town)
    assert re.search(
        r'<form[^>]* method="post"[^>]* action="[^"]*\?municipality=nazarovo', client.get(reverse(name)).text
    )


@pytest.mark.parametrize("address", ["/", "/help/", "/schools/", "/accounts/login/", "/nowhere/", "/api/v1/schools/"])
def test_nothing_is_kept_by_browsers_and_proxies(log_in_as, town, address):
    said = log_in_as(Role.VIEWER, town).get(address)["Cache-Control"]
    assert "private" in said
    assert "no-store" in said


def test_frame_asks_the_database_as_often_for_one_school_as_for_forty(log_in_as, town):
    client = log_in_as(Role.DEPARTMENT, town)
    with CaptureQueriesContext(connection) as with_none:
        client.get(reverse("accounts:help"))
    for school in SchoolFactory.create_batch(40, municipality=town):
        IdentificationFactory(school=school)
        ResultTotalFactory(school=school)
    with CaptureQueriesContext(connection) as with_forty:
        client.get(reverse("accounts:help"))
    assert len(with_forty) == len(with_none)


def test_page_has_one_heading_landmarks_and_a_way_past_the_navigation(log_in_as, town):
    page = log_in_as(Role.DEPARTMENT, town).get(reverse("accounts:help")).content.decode()
    assert page.count("<h1") == 1
    assert '<html lang="ru">' in page
    assert page.index('href="#content"') < page.index("<header") < page.index("<nav") < page.index('<main id="content"')


def test_no_inline_script_or_style_anywhere(log_in_as, town):
    page = log_in_as(Role.DEPARTMENT, town).get(reverse("accounts:help")).content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert "onclick" not in page


def test_somebody_without_a_role_is_told_whom_to_ask(client):
    client.force_login(UserFactory())
    answer = client.get("/schools/")
    assert answer.status_code == 404
    assert "Вам пока не открыт ни один муниципалитет" in answer.content.decode()


def test_unknown_address_answers_in_russian_with_a_way_on(client):
    answer = client.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.content.decode()


def test_foreign_municipality_in_the_address_is_a_page_of_its_own(log_in_as, town):
    MunicipalityFactory(slug="foreign", name="Чужой")
    answer = log_in_as(Role.VIEWER, town).get("/schools/?municipality=foreign")
    assert answer.status_code == 404
    assert "Чужой" not in answer.content.decode()


def test_forbidden_names_the_role_and_whom_to_ask(log_in_as, town):
    answer = log_in_as(Role.METHODIST, town).get(reverse("accounts:people"))
    assert answer.status_code == 403
    assert "ваша — «Методист ЦРО»" in answer.content.decode()


@pytest.mark.parametrize("name", ["500.html", "503.html", "507.html", "403_csrf.html"])
def test_pages_for_a_broken_portal_need_no_context(name):
    page = render_to_string(name)
    assert "<h1>" in page
    assert "На главную" in page
