"""Staff as statistics: hours are summed, the forecast does what it says, who sees it."""

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Role
from mentoring.forecast import Hours
from mentoring.models import SubjectStaffing
from mentoring.queries.staffing import reported_years, staffing_of
from tests.factories import SchoolFactory, SchoolStatisticFactory, StatisticKindFactory
from tests.mentoring.test_pairing_pages import address, browser

pytestmark = pytest.mark.django_db


def staff(school, subject: str = "mathematics", year: int = 2022, **numbers: object) -> SubjectStaffing:
    known = {"wanted": 40, "covered": 36, "teachers": 2, "vacancies": "0.5", "leaving": 1} | numbers
    return SubjectStaffing.objects.create(school=school, subject=subject, school_year=year, **known)


@pytest.mark.parametrize(
    ("numbers", "lacking", "lacking_next"),
    [
        # wanted, covered, teachers, leaving, arriving, wanted next year
        ((40, 36, 2, 0, 0, None), 4, 4),
        ((40, 36, 2, 1, 0, None), 4, 22),  # takes along 18 of the 36
        ((40, 36, 2, 1, 1, None), 4, 4),  # and 18 come
        ((60, 60, 2, 0, 1, None), 0, 0),  # more than is wanted is not less than nothing
        ((60, 60, 2, 0, 1, 90), 0, 12),
        ((40, 36, 2, 1, 0, 0), 4, 0),
        ((10, 0, 0, 0, 0, None), 10, 10),
        ((50, 40, 3, 1, 0, None), 10, Fraction(70, 3)),  # 50 − (40 − 40/3)
    ],
)
def test_the_forecast_does_what_it_says(numbers, lacking, lacking_next):
    wanted, covered, teachers, leaving, arriving, wanted_next = numbers
    hours = Hours(Fraction(wanted), Fraction(covered), teachers, leaving, arriving, wanted_next)
    assert (hours.lacking, hours.lacking_next) == (lacking, lacking_next)


def test_hours_are_summed_and_one_school_helps_no_other(town):
    staff(town.weak)
    staff(town.other, wanted=60, covered=60, vacancies=0, leaving=0, arriving=1)
    staff(town.other, "physics", wanted=20, covered=5, teachers=1, leaving=0, vacancies=1)
    staff(town.other, year=2021)
    found = staffing_of(town.person(Role.METHODIST), town.municipality, 2022)
    mathematics, physics = found.by_subject
    assert (mathematics.title, mathematics.provision, mathematics.load) == ("Математика", 96, 24)
    assert (mathematics.lacking, mathematics.lacking_next) == (4, 22)
    assert mathematics.positions_next == Fraction(22, 18)
    assert (physics.provision, physics.lacking_next) == (25, 15)
    assert (found.all.provision, found.all.vacancies) == (Fraction(101 * 100, 120), Fraction("1.5"))
    assert [(line.title, line.is_overloaded) for line in found.by_school] == [
        ("Школа № 2", False),
        ("Школа № 9", False),
    ]
    assert [school.name for school in found.silent] == ["Школа № 10"]


def test_the_page_says_where_teachers_lack_and_who_has_not_told(town):
    client = browser(town.person(Role.DEPARTMENT))
    empty = client.get(address("staffing")).text
    assert "сведений нет" in empty
    staff(town.weak)
    staff(town.other, "physics", wanted=30, covered=30, teachers=1, leaving=0, vacancies=0)
    page = client.get(address("staffing")).text.replace("\u00a0", " ")
    for words in (
        "обеспечено 94,3 % часов", "Не хватает учителей по предметам: математика.", "Без сведений: 1 школа",
        "22 ч", "1,2 ставки", "перегрузка", "не предсказание",
    ):  # fmt: skip
        assert words in page, words
    table = client.get(address("staffing", format="csv")).content.decode("utf-8-sig")
    assert "Школа № 2;Математика;40;36;90;2;18;0,5;22" in table.replace("\u00a0", " ")


def test_a_school_tells_its_numbers_and_hears_what_is_wrong(town):
    client = browser(town.person(Role.CURATOR, town.weak))
    new = address("new_staffing", town.weak.pk, year=2022)
    told = {"subject": "physics", "wanted": "34,5", "covered": "17", "teachers": 1, "vacancies": "0,5"}
    told |= {"leaving": 0, "arriving": 0, "version": 0}
    wrong = {
        "Больше, чем по учебному плану": {"covered": "35"},
        "а учителей нет": {"teachers": 0},
        "Уходит больше": {"leaving": 2},
        "Впишите число больше нуля": {"wanted": "0", "covered": "0"},
    }
    for words, change in wrong.items():
        page = client.post(new, told | change).text
        assert words in page, words
        assert 'value="0,5"' in page
    assert client.post(new, told).status_code == 302
    row = SubjectStaffing.objects.get()
    assert (row.school_year, float(row.wanted), float(row.vacancies)) == (2022, 34.5, 0.5)
    assert 'value="physics"' not in client.get(new).text
    edit = address("edit_staffing", row.pk)
    assert 'value="34,5"' in client.get(edit).text
    SubjectStaffing.objects.update(version=2, teachers=3)
    assert "изменил другой человек" in client.post(edit, told | {"version": 1}).text
    assert client.post(edit, told | {"version": 2}).status_code == 302
    client.post(address("remove_staffing", row.pk), {"version": 3})
    assert not SubjectStaffing.objects.exists()
    assert client.get(address("school_staffing", town.other.pk)).status_code == 404


def test_a_year_begins_with_the_subjects_of_the_last(town):
    client, copy = browser(town.person(Role.CURATOR, town.weak)), address("copy_staffing", town.weak.pk, year=2022)
    assert "за прошлый учебный год" in client.post(copy, follow=True).text.lower()
    staff(town.weak, year=2021, wanted_next=30)
    client.post(copy)
    row = SubjectStaffing.objects.get(school_year=2022)
    assert (row.wanted, row.covered, row.teachers, row.leaving, row.wanted_next) == (30, 30, 2, 0, None)
    assert "уже внесены" in client.post(copy, follow=True).text


def test_collected_numbers_stand_by_year_with_the_latest_of_each(town):
    kind = StatisticKindFactory(code="staff_filled")
    for school, period, value in (
        (town.weak, "cy2022", 10), (town.weak, "cy2023", 11), (town.other, "cy2023", 20), (town.weak, "2023-07-01", 12)
    ):  # fmt: skip
        SchoolStatisticFactory(school=school, kind=kind, period=period, value=value)
    user = town.person(Role.METHODIST)
    years, (line,) = reported_years(user, town.municipality)
    assert (years, line.sums) == ([2021, 2022], [(10, 1), (31, 2)])  # the year 2023 ends after the first of July
    assert reported_years(user, town.municipality, town.other)[1][0].sums == [(20, 1)]


def test_staffing_is_for_the_school_and_the_centre(town):
    staff(town.weak)
    seen = {
        Role.DEPARTMENT: True, Role.METHODIST: True, Role.VIEWER: False, Role.MENTOR: False,
    }  # fmt: skip
    for role, sees in seen.items():
        person = town.person(role)
        assert ("Школа № 2" in browser(person).get(address("staffing")).text) is sees, role
        assert SubjectStaffing.objects.visible_to(person).exists() is sees, role
    neighbour = town.person(Role.CURATOR, town.other)
    assert "Школа № 2" not in browser(neighbour).get(address("staffing")).text


def test_the_page_asks_the_database_as_often_for_many_as_for_few(town):
    client = browser(town.person(Role.METHODIST))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address("staffing")).status_code == 200
        return len(found)

    staff(town.weak)
    queries()  # the first visit is remembered in the session
    few = queries()
    for _ in range(5):
        school = SchoolFactory(municipality=town.municipality)
        staff(school)
        staff(school, "physics")
    assert queries() == few
