"""Lists of schools come page by page; what is said of all schools is said of all, whichever page is open."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import Role
from schools.models import School
from tests.factories import (
    IdentificationFactory,
    MunicipalityValueFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolValueFactory,
    result_with_total,
)
from tests.pages.conftest import add_schools

MANY = 60  # with the two of the town more than any page shows


@pytest.fixture
def many(town) -> list[School]:
    """In natural order, after the two that the town has: № 100 stands before № 159."""
    schools = [SchoolFactory(municipality=town.municipality, name=f"СОШ № {100 + number}") for number in range(MANY)]
    for school in schools:
        IdentificationFactory(school=school, school_year=2020)
        SchoolValueFactory(school=school, indicator=town.grew, numerator=1, denominator=1, participants=None)
        SchoolValueFactory(school=school, indicator=town.mean, value=4, participants=20)
    return schools


def test_the_list_of_schools_comes_page_by_page(town, many, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    first, second = (client.get(f"/schools/?year=2020&q=сош&page={number}").text for number in (1, 2))
    assert "Нашлось 62" in first.replace("\u00a0", " ")
    assert "Страница 1 из 2, всего 62" in first
    assert town.big.name in first
    assert many[-1].name not in first
    assert many[-1].name in second
    assert "q=%D1%81%D0%BE%D1%88&amp;page=2" in first  # the next page is one of the same search


def test_the_page_of_a_refused_list_leads_back_to_the_schools(town, many, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    faulty = SimpleUploadedFile("schools.csv", b"name\n")
    page = client.post(reverse("schools:take_list"), {"file": faulty}).text
    assert 'href="/schools/?page=2"' in page
    assert '<form class="filters" method="get" action="/schools/"' in page


def test_home_tells_supported_schools_page_by_page(town, many, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    first, last = client.get("/?year=2020").text, client.get("/?year=2020&page=3").text
    assert town.big.get_absolute_url() in first
    assert many[-1].get_absolute_url() not in first
    assert "page=2#supported" in first
    assert many[-1].get_absolute_url() in last
    assert "ШНОР с 2020/2021" in last


def test_the_page_of_an_indicator_tells_schools_page_by_page_and_its_file_all(town, many, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    address = f"{town.grew.get_absolute_url()}?year=2020"
    first, second = client.get(address).text, client.get(f"{address}&page=2").text
    assert "page=2#schools" in first
    for page in (first, second):
        assert "СОШ № 2, СОШ № 100, СОШ № 101" in page  # who meets the condition
        assert "и ещё 51\u00a0школа" in page
    table = first.partition('id="schools"')[2]
    assert many[40].name in table
    assert many[-1].name not in table
    assert many[-1].name in second
    rows = list(csv.reader(io.StringIO(client.get(f"{address}&format=csv").content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[-2:]] == [many[-1].name, "Назарово в целом"]
    assert len(rows) == 1 + 62 + 1


def test_few_pupils_of_one_page_are_covered_by_a_school_of_another(town, many, log_in_as):
    """The 4 of № 10 stand on the first page; the smallest of the others, whom they are hidden with, on the second."""
    values = SchoolValueFactory._meta.model.objects.filter(indicator=town.mean)
    values.filter(school=many[-1], period="2020").update(participants=19)
    MunicipalityValueFactory(indicator=town.mean, value=4, participants=20 + 4 + 59 * 20 + 19)
    client = log_in_as(Role.VIEWER, town.municipality)
    address = f"{town.mean.get_absolute_url()}?year=2020"
    assert "скрыто: менее 5 участников" in client.get(address).text
    assert "скрыто ради школы" not in client.get(address).text
    assert client.get(f"{address}&page=2").text.count("скрыто ради школы") == 1


def test_the_page_of_a_school_asks_as_much_in_a_town_of_forty(town, log_in_as, queries_of):
    client = log_in_as(Role.DEPARTMENT, town.municipality)
    ResultTotalFactory(school=town.big)
    page = town.big.get_absolute_url()
    addresses = [f"{page}{tab}?year=2020" for tab in ("", "results/", "indicators/")]
    before = [queries_of(client, address) for address in addresses]
    add_schools(town.municipality, 40, indicators=[town.grew, town.mean])
    assert [queries_of(client, address) for address in addresses] == before


@pytest.mark.parametrize("name", ["summary", "staff"])
def test_tables_of_the_analysis_come_page_by_page(town, many, log_in_as, name):
    for school in many:
        ResultTotalFactory(school=school, participants=20, mark_2=3)
    client = log_in_as(Role.METHODIST, town.municipality)
    address = reverse(f"monitoring:{name}")
    first, second = (client.get(f"{address}?year=2020&page={number}").text for number in (1, 2))
    assert "Страница 1 из 2" in first
    table = first.partition("<tbody>")[2]  # beside it the chart has them all
    assert many[0].name in table
    assert many[-1].name not in table
    assert many[-1].name in second.partition("<tbody>")[2]


def test_weak_tasks_come_page_by_page_and_seminars_name_some_of_their_schools(town, many, log_in_as):
    """In half of the schools nobody of twenty did the tasks that all of the others did."""
    for place, school in enumerate(many):
        done = 0 if place % 2 else 20
        tasks = {str(task): {"done": done, "participants": 20} for task in range(1, 3)}
        marks = {"mark_2": 0, "mark_3": 20, "mark_4": 0, "mark_5": 0, "passed": 20}
        result_with_total(school=school, tasks=tasks, participants=20, **marks)
    page = log_in_as(Role.METHODIST, town.municipality).get("/analysis/topics/?year=2020").text
    assert "60\u00a0заданий школ выполнено хуже" in page
    assert "Страница 1 из 2, всего 60" in page
    assert "page=2#by-school" in page
    assert "и ещё 18; 2020/2021" in page  # of the thirty
