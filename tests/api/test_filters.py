"""A filter narrows what is visible; a misspelt or nonsensical one is refused instead of answering with everything."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.access import Role
from indicators.models import Indicator, MunicipalityValue, Reading
from indicators.procedures import Attempt, Procedure, Wave
from schools.filters import period_of_kind
from schools.models import Category
from schools.periods import Period, PeriodKind
from schools.queries.periods import period_in_school_year
from tests.factories import (
    IdentificationFactory,
    IndicatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    ObjectivityFlagFactory,
    ReportFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

LISTS = ("schools", "results", "indicators", "targets", "values", "identifications", "reports")
PERIODS = [
    "2019", "2020", "2021", "cy2020", "cy2021", "cy2022", "2020q2", "2020q3", "2020q4", "2021q1", "2021q2", "2021q3",
    "2020h1", "2020h2", "2021h1", "2021h2", "2020-07-31", "2020-08-01", "2020-12-31", "2021-05-31", "2021-07-31",
    "2021-08-01",
]  # fmt: skip


@pytest.fixture
def town():
    return MunicipalityFactory(slug="nazarovo")


@pytest.fixture
def client(with_key, town):
    return with_key(Role.METHODIST, town)


@pytest.mark.parametrize("name", LISTS)
def test_a_misspelt_filter_is_refused_by_its_name(client, name):
    answer = client.get(f"/api/v1/{name}/?shcool=240101")
    assert answer.status_code == 400
    assert "Такого фильтра нет" in answer.json()["shcool"][0]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["school=", "municipality=%20", "school=1&school=2"])
def test_an_empty_or_doubled_filter_is_refused(client, name, query):
    assert client.get(f"/api/v1/{name}/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("name", "query"),
    [
        *[(name, "school_year=2020/2021") for name in LISTS],
        *[(name, "school_year=99999999999999999999") for name in LISTS],
        ("activities", "roadmap=99999999999999999999"),
        ("schools", "kind=kindergarten"),
        ("schools", "category=best"),
        ("results", "procedure=egge"),
        ("results", "subject=maths"),
        ("results", "grade=nine"),
        ("results", "grade=9.5"),
        ("results", "pupil_grade=99"),
        ("results", "wave=winter"),
        ("results", "attempt=resit"),
        ("results", "excluded=maybe"),
        ("indicators", "role=main"),
        ("indicators", "period_kind=year"),
        ("targets", "period=2020/2021"),
        ("values", "period=21"),
        ("values", "period_kind=year"),
        ("values", "reading=good"),
        ("values", "change_reading=good"),
        ("identifications", "category=best"),
        ("reports", "kind=letter"),
        ("reports", "period=now"),
    ],
)
def test_a_value_outside_the_list_is_refused_in_russian(client, name, query):
    answer = client.get(f"/api/v1/{name}/?{query}")
    assert answer.status_code == 400
    messages = answer.json()[query.partition("=")[0]]
    assert any("а" <= letter <= "я" for letter in messages[0].lower())


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["municipality=megion", "municipality=nowhere", "school=no-such", "school=foreign"])
def test_what_is_not_visible_and_what_does_not_exist_look_alike(client, name, query):
    megion = MunicipalityFactory(slug="megion")
    school = SchoolFactory(municipality=megion, code="foreign")
    indicator = IndicatorFactory(municipality=megion)
    for factory in (IdentificationFactory, ResultTotalFactory):
        factory(school=school)
    SchoolValueFactory(school=school, indicator=indicator)
    TargetFactory(indicator=indicator)
    ReportFactory(municipality=megion)
    assert client.get(f"/api/v1/{name}/?{query}").json()["results"] == []


@pytest.mark.parametrize("name", LISTS)
def test_municipality_chooses_among_those_visible(log_in_as, rows, town, name):
    towns = [town, MunicipalityFactory(slug="megion")]
    client = log_in_as(Role.METHODIST, town)
    MembershipFactory(user=client.user, role=Role.METHODIST, municipality=towns[1])
    for place in towns:
        school, indicator = SchoolFactory(municipality=place), IndicatorFactory(municipality=place)
        IdentificationFactory(school=school)
        ResultTotalFactory(school=school)
        SchoolValueFactory(school=school, indicator=indicator)
        TargetFactory(indicator=indicator)
        ReportFactory(municipality=place)
    assert {row["municipality"] for row in rows(client, name)} == {"nazarovo", "megion"}
    assert [row["municipality"] for row in rows(client, name, municipality="megion")] == ["megion"]


def test_school_is_found_by_code_and_by_login(client, rows, town):
    school = SchoolFactory(municipality=town, code="240101", fisoko_login="edu240101")
    other = SchoolFactory(municipality=town)
    indicator = IndicatorFactory(municipality=town)
    for each in (school, other):
        IdentificationFactory(school=each)
        ResultTotalFactory(school=each)
        SchoolValueFactory(school=each, indicator=indicator)
    MunicipalityValueFactory(indicator=indicator)
    for name in ("results", "identifications", "values"):
        for named in ("240101", "edu240101"):
            assert [row["school"] for row in rows(client, name, school=named)] == ["240101"], name
    assert [row["code"] for row in rows(client, "schools", code="240101")] == ["240101"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"procedure": "ege"}, {"ege"}),
        ({"subject": "russian"}, {"vpr"}),
        ({"grade": "5"}, {"vpr"}),
        ({"pupil_grade": "6"}, {"vpr"}),
        ({"wave": "autumn"}, {"vpr"}),
        ({"attempt": "best"}, {"oge"}),
        ({"school_year": "2019"}, {"kdr"}),
        ({"school_year": "2019", "procedure": "oge"}, set()),
        ({"excluded": "true"}, {"kdr"}),
        ({"excluded": "false"}, {"ege", "vpr", "oge"}),
    ],
)
def test_results(client, rows, town, query, expected):
    school = SchoolFactory(municipality=town)
    ResultTotalFactory(school=school, procedure=Procedure.EGE, grade=11)
    ResultTotalFactory(
        school=school, procedure=Procedure.VPR, subject="russian", grade=5, pupil_grade=6, wave=Wave.AUTUMN
    )
    ResultTotalFactory(school=school, procedure=Procedure.OGE, attempt=Attempt.BEST)
    ResultTotalFactory(school=school, procedure=Procedure.KDR, grade=4, school_year=2019)
    ObjectivityFlagFactory(school=school, procedure=Procedure.KDR, grade=4, school_year=2019)
    ObjectivityFlagFactory(school=school, procedure=Procedure.OGE, lifted_at=timezone.now())
    found = rows(client, "results", **query)
    assert {row["procedure"] for row in found} == expected
    assert all(row["excluded"] is (row["procedure"] == "kdr") for row in found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"period": "2020"}, 1),
        ({"school_year": "2020"}, 2),
        ({"period_kind": "calendar_year"}, 1),
        ({"indicator": "n1"}, 3),
        ({"indicator": "n2"}, 0),
        ({"reading": "behind"}, 1),
        ({"reading": "reached"}, 0),
        ({"change_from": "2018"}, 1),
        ({"change_from": "2017"}, 0),
    ],
)
def test_values(client, rows, town, query, expected):
    indicator = IndicatorFactory(municipality=town, code="n1")
    MunicipalityValueFactory(indicator=indicator, period="2020", reading=Reading.BEHIND, change_from="2018")
    MunicipalityValueFactory(indicator=indicator, period="cy2021")
    SchoolValueFactory(indicator=indicator, school=SchoolFactory(municipality=town), period="2019", participants=9)
    assert len(rows(client, "values", **query)) == expected


def test_targets(client, rows, town):
    indicator = IndicatorFactory(municipality=town, code="m1")
    for period in ("cy2020", "cy2021", "2022"):
        TargetFactory(indicator=indicator, period=period)
    assert [row["period"] for row in rows(client, "targets", school_year="2020")] == ["cy2021"]
    assert [row["period"] for row in rows(client, "targets", period="cy2020")] == ["cy2020"]
    assert [row["period"] for row in rows(client, "targets", period_kind="school_year")] == ["2022"]
    assert rows(client, "targets", indicator="m2") == []
    school = SchoolFactory(municipality=town, code="240101")
    TargetFactory(indicator=indicator, school=school, period="cy2021")
    assert [row["school"] for row in rows(client, "targets", school="240101")] == ["240101"]
    assert rows(client, "targets", school="240102") == []


def test_indicators(client, rows, town):
    of_programme = IndicatorFactory(municipality=town, code="n1", unit=Indicator.Unit.SCHOOLS)
    supporting = IndicatorFactory(municipality=town, code="n3m", role=Indicator.Role.SUPPORTING)
    school = SchoolFactory(municipality=town, code="240101")
    SchoolValueFactory(school=school, indicator=supporting, period="2018")
    MunicipalityValueFactory(indicator=of_programme, period="2020")

    def codes(**query):
        return [row["code"] for row in rows(client, "indicators", **query)]

    assert codes(role="supporting") == ["n3m"]
    assert codes(code="n1") == codes(indicator="n1") == codes(unit="schools") == ["n1"]
    assert codes(school="240101") == codes(school_year="2018") == ["n3m"]
    assert codes(school_year="2020") == ["n1"]


def test_identifications(client, rows, town):
    school = SchoolFactory(municipality=town)
    IdentificationFactory(school=school, school_year=2020)
    IdentificationFactory(school=school, school_year=2021, category=Category.DIFFICULT_CONDITIONS, order_number="7")
    assert [row["school_year"] for row in rows(client, "identifications", category="low_results")] == [2020]
    assert [row["school_year"] for row in rows(client, "identifications", school_year="2021")] == [2021]
    assert [row["school_year"] for row in rows(client, "identifications", order_number="7")] == [2021]


def test_year_and_category_choose_among_identifications_and_leave_the_schools(client, rows, town):
    listed, other = SchoolFactory(municipality=town, name="А"), SchoolFactory(municipality=town, name="Б")
    IdentificationFactory(school=listed, school_year=2020)
    IdentificationFactory(school=listed, school_year=2021)
    of_2021 = [{"school_year": 2021, "category": "low_results"}]
    assert [row["categories"] for row in rows(client, "schools", school_year="2021")] == [of_2021, []]
    assert [row["code"] for row in rows(client, "schools", category="low_results")] == [listed.code]
    assert rows(client, "schools", category="low_results", school_year="2019") == []
    assert [row["code"] for row in rows(client, "schools", code=other.code)] == [other.code]


def test_reports(client, rows, town):
    for period in ("2020", "2021"):
        ReportFactory(municipality=town, period=period)
    assert [row["period"] for row in rows(client, "reports", school_year="2020")] == ["2020"]
    assert [row["period"] for row in rows(client, "reports", period="2021", kind="analytical_note")] == ["2021"]


@pytest.fixture
def every_period():
    indicator = IndicatorFactory()
    for period in PERIODS:
        MunicipalityValueFactory(indicator=indicator, period=period)


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_school_year_of_a_row_is_that_of_its_period(every_period, year):
    found = MunicipalityValue.objects.filter(period_in_school_year(year)).values_list("period", flat=True)
    assert set(found) == {period for period in PERIODS if Period.parse(period).school_year == year}


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_kind_of_a_row_is_that_of_its_period(every_period, kind):
    found = MunicipalityValue.objects.filter(period_of_kind(kind)).values_list("period", flat=True)
    assert set(found) == {period for period in PERIODS if Period.parse(period).kind is kind}


def test_spring_of_2021_is_in_both_kinds_of_years():
    assert Period.parse("2020").school_year == Period.parse("cy2021").school_year == 2020
    assert Period.parse("2021-05-31").ends_on == dt.date(2021, 5, 31)
