"""The summary table as a document: what it says, and the same bytes twice in both formats."""

import io

import pytest
from django.template.loader import render_to_string
from openpyxl import load_workbook

from indicators.models import SchoolValue
from reports.formats import Format
from reports.kinds import kind_of
from reports.kinds.base import ReportRefused
from reports.rendering import draw
from reports.table_layout import table_context
from reports.tables import Number
from schools.wording import NBSP
from tests.factories import (
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    SchoolFactory,
    SchoolValueFactory,
    SummaryRuleFactory,
)

KIND = kind_of("summary_table")


@pytest.fixture
def town(db):
    town = MunicipalityFactory(name="Армавир", full_name="город Армавир")
    indicator = IndicatorFactory(
        municipality=town,
        code="a1",
        short_name="Динамика ЕГЭ",
        unit="ratio",
        reference_value=0,
        reference_rule="exceed",
    )
    MunicipalityValueFactory(indicator=indicator)
    for name, value, participants in (("Падает", "-0.0124", 20), ("Растёт", "0.02", 15), ("Мала", "-0.3", 4)):
        school = SchoolFactory(municipality=town, name=name)
        SchoolValueFactory(school=school, indicator=indicator, value=value, participants=participants)
    return town


def test_it_lists_the_schools_of_the_rule_with_value_and_sign(town):
    document = KIND.freeze(municipality=town, period="2020")
    schools, indicators = document.sections
    assert schools.rows[1] == ("Падает", "—", Number("-0.0124", "number", 3, f"{NBSP}✕"), "нет")
    assert [row[0] for row in schools.rows] == ["Мала", "Падает"]
    assert schools.notes == ("✕ — отрицательная динамика.",)
    assert indicators.rows[0][-2:] == (Number("0", "number", None), "значение должно превышать референтное")
    assert "по всем основным показателям" in document.lead[0]


def test_the_printed_page_says_of_whom_and_of_which_year_it_is(town):
    town.department_name = ""
    document = KIND.freeze(municipality=town, period="2020")
    page = render_to_string("reports/documents/_table_document.html", table_context(document))
    assert "мониторинга за 2020/2021 учебный год" in page
    assert "город Армавир" in page


def test_a_change_by_what_both_years_have_is_marked_and_explained(town):
    SchoolValue.objects.filter(school__name="Падает").update(warnings=["compared_in_part"])
    schools = KIND.freeze(municipality=town, period="2020").sections[0]
    assert schools.rows[1][2] == Number("-0.0124", "number", 3, f"{NBSP}✕*")
    assert schools.notes == ("✕ — отрицательная динамика.", "* — сравнено только то, что есть в обоих периодах.")


def test_numbers_of_fewer_than_five_pupils_are_left_out_whoever_asks(town):
    (row, _) = KIND.freeze(municipality=town, period="2020").sections[0].rows
    assert row[2] == "скрыто"


def test_the_rule_is_printed(town):
    SummaryRuleFactory(municipality=town, between="any", within="all")
    (lead,) = KIND.freeze(municipality=town, period="2020").lead
    assert "хотя бы по одному основному показателю" in lead
    assert "по всем рядам" in lead


def test_a_year_without_values_is_refused_in_words(db):
    with pytest.raises(ReportRefused, match=r"значений показателей по школам нет\. Загрузите"):
        KIND.freeze(municipality=MunicipalityFactory(), period="2020")


def test_numbers_stay_numbers_in_the_workbook(town):
    content = draw(KIND.freeze(municipality=town, period="2020"), Format.XLSX)
    values = [cell.value for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert -0.0124 in values
