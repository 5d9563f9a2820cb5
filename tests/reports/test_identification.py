"""The document about the identification of a year: what it says of a published list, one by hand, and a draft."""

import datetime as dt

import pytest

from accounts.access import Role
from monitoring.queries.identification_draft import draft_of
from monitoring.services.identification import Said, decide, publish
from reports.formats import Format
from reports.kinds.base import ReportRefused
from reports.kinds.identification import KIND, build, periods
from reports.models import Report
from schools.models import Category
from tests.factories import IdentificationFactory, MunicipalityFactory, ReportFactory, ResultTotalFactory, SchoolFactory

pytestmark = pytest.mark.django_db
LOW = Category.LOW_RESULTS.value


def oge(school, low, *, people=20, subject="mathematics"):
    marks = {"mark_2": low, "mark_3": people - low, "mark_4": 0, "mark_5": 0, "passed": people - low}
    ResultTotalFactory(school=school, subject=subject, participants=people, **marks)


@pytest.fixture
def town():
    """№ 1 meets the rule, № 2 does not, № 3 was in last year's list."""
    municipality = MunicipalityFactory()
    schools = [SchoolFactory(municipality=municipality, name=f"Школа № {number}") for number in (1, 2, 3)]
    for school, low in zip(schools, (7, 5, 1), strict=True):
        oge(school, low)
        oge(school, 10, subject="russian")
    IdentificationFactory(school=schools[2], school_year=2019)
    return municipality


def section(document, sheet):
    (found,) = [one for one in document.sections if one.sheet == sheet]
    return found


def publish_with_decision(town):
    school = town.schools.get(name="Школа № 2")
    said = [Said(school, LOW, True, "Снижение второй год", 0)]
    decide(municipality=town, school_year=2020, said=said, by=None)
    publish(
        municipality=town,
        school_year=2020,
        order_number="45-п",
        order_date=dt.date(2021, 9, 15),
        seen=draft_of(town, 2020).seen_beside(0),
        by=None,
    )


def test_a_published_list_stands_with_its_order_entries_and_exits(town):
    publish_with_decision(town)
    document = build(municipality=town, period="2020")
    assert section(document, "Список").rows == (
        ("Школа № 1", "ШНОР", "№ 45-п от 15.09.2021", "вошла", ""),
        ("Школа № 2", "ШНОР", "№ 45-п от 15.09.2021", "вошла", "Снижение второй год"),
    )
    assert section(document, "Вышли").rows == (("Школа № 3", "ШНОР", "нет в списке"),)
    assert section(document, "Решения").rows == (("Школа № 2", "не включать", "ШНОР", "Снижение второй год"),)
    assert "приказом № 45-п от 15.09.2021, редакция 1" in document.lead[0]


def test_the_rule_stands_with_its_source_and_the_proposal_in_words(town):
    document = build(municipality=town, period="2020")
    rule = dict(section(document, "Правило").rows)
    assert "№ 847" in rule["Источник"]
    assert rule["Порог"] == "не менее 30\u00a0% участников с низким результатом"
    first = section(document, "Предложение").rows[0]
    assert first[:2] == ("Школа № 1", "отвечает правилу")
    assert "ОГЭ 9 кл., математика, 2020/2021: 7 из 20 (35,0\u00a0%)" in first[2]


def test_what_was_published_stays_in_the_document_when_results_change(town):
    publish_with_decision(town)
    before = build(municipality=town, period="2020")
    town.schools.get(name="Школа № 1").result_totals.all().delete()
    assert build(municipality=town, period="2020") == before


def test_without_a_list_it_is_a_draft_and_says_so(town):
    document = build(municipality=town, period="2020")
    assert document.lead[0].startswith("Проект: список ещё не опубликован")
    assert [row[:3] for row in section(document, "Список").rows] == [("Школа № 1", "ШНОР", "—")]


def test_a_list_by_hand_is_printed_as_it_is(town):
    IdentificationFactory(school=town.schools.get(name="Школа № 3"), category=Category.DIFFICULT_CONDITIONS)
    document = build(municipality=town, period="2020")
    assert "внесён на портал вручную" in document.lead[0]
    assert section(document, "Список").rows == (
        ("Школа № 3", "ШНСУ", "№ 123-п от 15.09.2020", "сравнить не с чем", ""),
    )
    assert section(document, "Вышли").rows == ()  # the year has no list of ШНОР, so nobody has left it


def test_few_pupils_are_in_no_document(town):
    school = SchoolFactory(municipality=town, name="Школа № 4")
    oge(school, 3, people=4)
    town.identification_rules.create(
        school_year=2020,
        number=1,
        parameters=draft_of(town, 2020).list.rule.parameters.to_json() | {"min_n": 1, "min_procedures": 1},
        source="Приказ",
    )
    row = section(build(municipality=town, period="2020"), "Предложение").rows[3]
    assert row[2] == "ОГЭ 9 кл., математика, 2020/2021: меньше 5 участников, числа скрыты"


def test_a_calendar_year_is_that_of_its_spring(town):
    assert section(build(municipality=town, period="cy2021"), "Список").rows[0][0] == "Школа № 1"


def test_with_neither_list_nor_results_it_is_refused():
    with pytest.raises(ReportRefused, match="ни списка школ, ни результатов"):
        build(municipality=MunicipalityFactory(), period="2020")


def test_years_with_a_list_or_results_are_offered(town):
    assert periods(town) == ["2020", "2019"]
    assert KIND.formats == (Format.PDF, Format.XLSX)


def test_drafts_are_not_for_those_who_only_look(town, log_in_as):
    report = ReportFactory(
        kind=Report.Kind.IDENTIFICATION,
        municipality=town,
        snapshot=build(municipality=town, period="2020").to_json(),
    )
    assert log_in_as(Role.METHODIST, town).get(report.get_absolute_url()).status_code == 200
    assert log_in_as(Role.VIEWER, town).get(report.get_absolute_url()).status_code == 404
