"""The results of a school over years."""

from decimal import Decimal

from django.urls import reverse

from accounts.access import Role
from indicators.procedures import Attempt
from monitoring.queries.school_results import school_results
from tests.factories import MembershipFactory, ResultTotalFactory, SchoolFactory


def address(school, extra: str = "") -> str:
    return reverse("monitoring:school_results", args=[school.pk]) + extra


def test_rates_and_means_are_made_of_the_counts(db):
    school = SchoolFactory()
    ResultTotalFactory(
        school=school, primary_sum=151, primary_count=10, journal_lower=3, journal_same=6, journal_higher=1
    )
    user = MembershipFactory(municipality=school.municipality).user
    (section,) = school_results(user=user, school=school).sections
    (row,) = section.rows
    assert section.title == "Математика, 9 класс"
    assert (row.pass_rate, row.quality_rate, row.mean_mark, row.mean_primary) == (
        80,
        40,
        Decimal("3.3"),
        Decimal("15.1"),
    )
    assert row.journal == (3, 6, 1)


def test_the_best_attempt_stands_apart_only_where_it_differs(db):
    school = SchoolFactory()
    for attempt in (Attempt.FIRST, Attempt.BEST):
        ResultTotalFactory(school=school, attempt=attempt, school_year=2018)
    ResultTotalFactory(school=school, attempt=Attempt.FIRST)
    ResultTotalFactory(school=school, attempt=Attempt.BEST, mark_2=0, mark_3=6, passed=10)
    user = MembershipFactory(municipality=school.municipality).user
    (section,) = school_results(user=user, school=school).sections
    assert [(row.school_year, row.attempt, row.passed) for row in section.rows] == [
        (2020, "до пересдач", 8),
        (2020, "с учётом пересдач", 10),
        (2018, "до пересдач", 8),
    ]
    assert [row[0] for row in section.chart.table.rows] == ["2018/2019", "2020/2021"]


def test_unknown_is_a_dash_and_zero_is_a_zero(db, log_in_as):
    school = SchoolFactory()
    ResultTotalFactory(school=school, mark_2=0, mark_3=6, mark_4=4, mark_5=0, passed=None, warnings=["no_scale"])
    page = log_in_as(Role.METHODIST, school.municipality).get(address(school)).text
    assert '<td class="num">0</td>' in page
    assert "Успеваемость</th>" not in page
    assert "нет шкалы или порога" in page


def test_few_pupils_are_hidden_from_a_viewer_and_shown_to_the_school(log_in_as, db):
    school = SchoolFactory()
    ResultTotalFactory(
        school=school, participants=4, mark_2=0, mark_3=1, mark_4=1, mark_5=2, passed=4, levels={"Высокий": 4}
    )
    page = log_in_as(Role.VIEWER, school.municipality).get(address(school)).text
    assert "скрыто: менее 5 участников" in page
    assert "Высокий" not in page
    assert "4,25" not in page
    page = log_in_as(Role.CURATOR, school).get(address(school)).text
    assert "4,25" in page
    assert "скрыто" not in page


def test_procedure_and_year_choose_what_is_shown(log_in_as, db):
    school = SchoolFactory()
    ResultTotalFactory(school=school, subject="russian")
    ResultTotalFactory(school=school, school_year=2018)
    ResultTotalFactory(school=school, procedure="vpr", subject="biology", grade=6, wave="spring")
    client = log_in_as(Role.VIEWER, school.municipality)
    page = client.get(address(school, "?procedure=oge")).text
    assert "Русский язык, 9 класс" in page
    assert "Математика, 9 класс" in page
    assert "Биология" not in page
    page = client.get(address(school, "?procedure=oge&year=2018")).text
    assert "Математика, 9 класс" in page
    assert "Русский язык, 9 класс" not in page
    assert "Биология, 6 класс" in client.get(address(school)).text
    assert client.get(address(school, "?year=none")).status_code == 404


def test_each_result_leads_to_its_rows(log_in_as, db):
    school = SchoolFactory()
    ResultTotalFactory(school=school, sources=[{"file": "oge 1.xlsx", "sheet": "Лист1", "rows": "7", "upload": 3}])
    link = reverse("monitoring:source") + "?upload=3&amp;file=oge%201.xlsx"
    assert link in log_in_as(Role.METHODIST, school.municipality).get(address(school)).text
    assert link in log_in_as(Role.CURATOR, school).get(address(school)).text
    page = log_in_as(Role.VIEWER, school.municipality).get(address(school)).text
    assert link not in page
    assert "oge 1.xlsx, лист «Лист1», строка 7" in page


def test_a_neighbour_has_no_results_here(log_in_as, db):
    school = SchoolFactory()
    neighbour = SchoolFactory(municipality=school.municipality)
    assert log_in_as(Role.CURATOR, neighbour).get(address(school)).status_code == 404
    assert "Результатов пока нет" in log_in_as(Role.CURATOR, school).get(address(school)).text


def test_the_page_asks_as_much_for_forty_exams_as_for_one(log_in_as, db, queries_of):
    school = SchoolFactory()
    ResultTotalFactory(school=school)
    client = log_in_as(Role.VIEWER, school.municipality)
    before = queries_of(client, address(school, "?procedure=oge"))
    for year in range(2000, 2020):
        ResultTotalFactory(school=school, school_year=year)
        ResultTotalFactory(school=school, school_year=year, subject="russian")
    assert queries_of(client, address(school, "?procedure=oge")) == before


def test_the_whole_of_mathematics_is_hidden_where_a_level_of_it_is(log_in_as, db):
    """Eleven in all and seven of base: four sat profile, and all about them would follow."""
    school = SchoolFactory()
    ege = {
        "school": school,
        "procedure": "ege",
        "grade": 11,
        "mark_2": None,
        "mark_3": None,
        "mark_4": None,
        "mark_5": None,
    }
    for subject, participants in (("mathematics", 11), ("mathematics_base", 7), ("mathematics_profile", 4)):
        ResultTotalFactory(**ege, subject=subject, participants=participants, passed=participants)
    user = MembershipFactory(municipality=school.municipality, role=Role.VIEWER).user
    rows = {section.title: section.rows[0] for section in school_results(user=user, school=school).sections}
    assert {title: row.is_hidden for title, row in rows.items()} == {
        "Математика, 11 класс": True,
        "Математика (базовый уровень), 11 класс": False,
        "Математика (профильный уровень), 11 класс": True,
    }
    assert not rows["Математика, 11 класс"].sources
