"""The list of schools, the page of one, correcting it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEvent
from schools.models import Category, School, SchoolAlias
from schools.ordering import in_natural_order
from tests.factories import (
    IdentificationFactory,
    MembershipFactory,
    MunicipalityFactory,
    SchoolAliasFactory,
    SchoolFactory,
)
from tests.pages.conftest import add_schools

LIST = "/schools/?year=2020"


def test_numbers_in_names_are_ordered_as_numbers():
    names = ["СОШ № 10", "сош №2", "Лицей «Ёлка»", "СОШ № 2 им. А. Гайдара", "Гимназия"]
    ordered = in_natural_order(School(pk=number, name=name) for number, name in enumerate(names))
    assert [school.name for school in ordered] == [
        "Гимназия",
        "Лицей «Ёлка»",
        "сош №2",
        "СОШ № 2 им. А. Гайдара",
        "СОШ № 10",
    ]


def test_a_branch_stands_under_its_parent(log_in_as):
    town = MunicipalityFactory()
    parent, other = (SchoolFactory(municipality=town, name=name) for name in ("СОШ № 1", "СОШ № 3"))
    branch = SchoolFactory(municipality=town, name="Ягодный филиал", parent=parent, kind=School.Kind.BRANCH)
    page = log_in_as(Role.VIEWER, town).get(LIST).text
    order = [page.index(f'href="{school.get_absolute_url()}"') for school in (parent, branch, other)]
    assert order == sorted(order)


def test_the_list_is_filtered_by_words_and_by_category_of_the_year(town, log_in_as):
    IdentificationFactory(school=town.small, school_year=2020, category=Category.DIFFICULT_CONDITIONS)
    client = log_in_as(Role.VIEWER, town.municipality)
    found = client.get(f"{LIST}&q=сош № 10").text
    assert town.small.get_absolute_url() in found
    assert town.big.get_absolute_url() not in found
    assert town.big.get_absolute_url() in client.get(f"{LIST}&q=EDU102").text
    found = client.get(f"{LIST}&category=difficult_conditions").text
    assert town.small.get_absolute_url() in found
    assert town.big.get_absolute_url() not in found
    assert "Ничего не найдено" in client.get("/schools/?year=2019&category=low_results").text


def test_a_curator_finds_their_own_school_and_no_neighbour(town, log_in_as):
    client = log_in_as(Role.CURATOR, town.big)
    page = client.get(LIST).text
    assert town.big.name in page
    assert town.small.name not in page
    assert client.get(town.big.get_absolute_url()).status_code == 200
    assert client.get(town.small.get_absolute_url()).status_code == 404


def test_the_list_asks_as_much_for_forty_schools_as_for_one(town, log_in_as, queries_of):
    client = log_in_as(Role.METHODIST, town.municipality)
    before = queries_of(client, LIST)
    add_schools(town.municipality, 40)
    assert queries_of(client, LIST) == before


def test_the_page_tells_names_in_files_and_categories_over_years(town, log_in_as):
    SchoolAliasFactory(school=town.big, kind=SchoolAlias.Kind.NAME, value="МОУ СОШ 2 города", key="моу сош 2 города")
    IdentificationFactory(school=town.big, school_year=2019, order_number="77-од")
    page = log_in_as(Role.VIEWER, town.municipality).get(f"{town.big.get_absolute_url()}?year=2020").text
    assert "МОУ СОШ 2 города" in page
    assert "ШНОР с 2019/2020" in page
    assert "№ 77-од" in page


def test_people_of_a_school_are_shown_to_those_who_manage_people(town, log_in_as):
    curator = MembershipFactory(role=Role.CURATOR, school=town.big).user
    address = town.big.get_absolute_url()
    assert curator.full_name in log_in_as(Role.DEPARTMENT, town.municipality).get(address).text
    assert curator.full_name not in log_in_as(Role.METHODIST, town.municipality).get(address).text


def test_the_former_code_and_name_still_lead_to_a_corrected_school(town, log_in_as):
    client = log_in_as(Role.METHODIST, town.municipality)
    said = {"name": "Гимназия № 2", "code": "202", "fisoko_login": "edu102", "kind": "school", "parent": ""}
    assert client.post(reverse("schools:edit", args=[town.big.pk]), said).status_code == 302
    school = School.objects.get(pk=town.big.pk)
    assert (school.name, school.code) == ("Гимназия № 2", "202")
    assert set(school.aliases.values_list("kind", "value")) == {
        ("name", "СОШ № 2"),
        ("name", "Гимназия № 2"),
        ("code", "102"),
        ("code", "202"),
        ("login", "edu102"),
    }
    event = AuditEvent.objects.get(action="school_corrected")
    assert event.user == client.user
    assert event.details["before"] == {"name": "СОШ № 2", "code": "102"}


def test_a_code_that_another_school_bears_or_bore_is_refused_and_the_typed_stays(town, log_in_as):
    SchoolAliasFactory(school=town.small, value="777", key="777")
    client = log_in_as(Role.METHODIST, town.municipality)
    address = reverse("schools:edit", args=[town.big.pk])
    for code in ("110", "777"):
        page = client.post(
            address, {"name": "Новое имя", "code": code, "fisoko_login": "edu102", "kind": "school"}
        ).text
        assert f"«{code}» уже принадлежит школе «СОШ № 10»" in page
        assert 'value="Новое имя"' in page
    assert School.objects.get(pk=town.big.pk).name == "СОШ № 2"


def test_a_school_of_another_town_cannot_become_a_parent(town, log_in_as):
    foreign = SchoolFactory()
    client = log_in_as(Role.METHODIST, town.municipality)
    said = {"name": "СОШ № 2", "code": "102", "fisoko_login": "", "kind": "branch", "parent": foreign.pk}
    assert "has-errors" in client.post(reverse("schools:edit", args=[town.big.pk]), said).text
    assert School.objects.get(pk=town.big.pk).parent is None


@pytest.mark.parametrize(("role", "answer"), [(Role.VIEWER, 403), (Role.CURATOR, 403), (Role.DEPARTMENT, 200)])
def test_only_department_and_methodist_correct_schools(town, log_in_as, role, answer):
    client = log_in_as(role, town.big if role is Role.CURATOR else town.municipality)
    assert client.get(reverse("schools:edit", args=[town.big.pk])).status_code == answer


def test_the_list_of_schools_can_be_brought_in_by_the_page(log_in_as):
    town = MunicipalityFactory()
    client = log_in_as(Role.METHODIST, town)
    content = "code;login;name\n0101;edu1;СОШ № 1\n".encode()
    assert client.post(reverse("schools:take_list"), {"file": SimpleUploadedFile("s.csv", content)}).status_code == 302
    assert list(town.schools.values_list("code", "name")) == [("0101", "СОШ № 1")]
    bad = b"code;login;name\n0102;;\n"
    page = client.post(reverse("schools:take_list"), {"file": SimpleUploadedFile("s.csv", bad)}).text
    assert "ничего не записано" in page
    assert "Нет названия школы" in page
    assert town.schools.count() == 1
