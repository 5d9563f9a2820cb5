"""The summary table: which schools are in it by reference values, and what stands beside them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEvent
from monitoring.models import SummaryRule
from monitoring.queries.analysis.summary import deciding, summary_table
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    ObjectivityFlagFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    SchoolValueFactory,
    StatisticKindFactory,
    SummaryRuleFactory,
)

ADDRESS = reverse("monitoring:summary") + "?year=2020"


@pytest.fixture
def town(db):
    """Армавир in small: a1 has to exceed nought, two series of a2 count above thirty points.

    Both: by a1 and one series of a2; first: by a1 alone; none: by neither; without: no ЕГЭ, one series of a2.
    """
    town = MunicipalityFactory(slug="armavir", name="Армавир")
    common = {"municipality": town, "reference_value": 0}
    a1 = IndicatorFactory(**common, code="a1", short_name="a1", reference_rule="exceed", unit="ratio", position=1)
    series = [
        IndicatorFactory(
            **common | {"reference_value": 30},
            code=code,
            short_name=code,
            reference_rule="modulus",
            direction="down",
            position=place,
        )
        for place, code in enumerate(("a2.1", "a2.2"), start=2)
    ]
    values = {
        "Обе": ("-0.01", 31, 5),
        "Первая": (0, 30, -40),
        "Ни одной": ("0.02", 1, 2),
        "Без ЕГЭ": (None, 50, 50),
    }
    for name, numbers in values.items():
        school = SchoolFactory(municipality=town, name=name)
        for indicator, number in zip((a1, *series), numbers, strict=True):
            if number is not None:
                SchoolValueFactory(school=school, indicator=indicator, value=Decimal(number), participants=20)
    return town


def table_of(town, **options):
    user = MembershipFactory(municipality=town).user
    return summary_table(user=user, municipality=town, school_year=2020, **options)


def names(table) -> list[str]:
    return [row.school.name for row in table.rows]


def test_only_schools_with_negative_dynamics_by_both_are_in_it(town):
    table = table_of(town)
    assert names(table) == ["Обе"]
    assert [cell.words for cell in table.rows[0].cells] == [
        "отрицательная динамика",
        "отрицательная динамика",
        "в пределах референтного значения",
    ]
    assert [school.name for school in table.unknown] == ["Без ЕГЭ"]
    assert table.others == 2


def test_exactly_nought_does_not_exceed_and_a_fall_is_positive(town):
    row = next(row for row in table_of(town, all_schools=True).rows if row.school.name == "Первая")
    assert [cell.words for cell in row.cells] == [
        "отрицательная динамика",
        "в пределах референтного значения",
        "положительная динамика",
    ]


def test_by_or_a_school_without_exams_of_grade_eleven_gets_in_too(town):
    SummaryRuleFactory(municipality=town, between="any")
    table = table_of(town)
    assert names(table) == ["Без ЕГЭ", "Обе", "Первая"]
    assert table.unknown == ()


def test_all_series_may_be_asked_for(town):
    SummaryRuleFactory(municipality=town, within="all")
    assert names(table_of(town)) == []


def test_a_series_may_be_shown_and_not_decide(town):
    SummaryRuleFactory(municipality=town, shown_only=["a2.1"])
    assert names(table_of(town)) == []
    assert len(table_of(town).indicators) == 3


def test_a_basic_indicator_that_stands_there_itself_decides_for_its_series(town):
    """ЕГЭ of one subject fell, both together rose: shown, and not in the table by it."""
    one = IndicatorFactory(
        municipality=town, code="a1.1", short_name="a1.1", reference_value=0, reference_rule="exceed", unit="ratio"
    )
    for school in town.schools.all():
        SchoolValueFactory(school=school, indicator=one, value=Decimal("-0.5"), participants=20)
    table = table_of(town)
    assert names(table) == ["Обе"]
    assert [row.code for row in table.indicators] == ["a1", "a2.1", "a2.2", "a1.1"]
    assert [row.code for row in deciding(table.indicators, table.rule)] == ["a1", "a2.1", "a2.2"]


def test_context_stands_beside_and_decides_nothing(town):
    school = town.schools.get(name="Обе")
    SchoolStatisticFactory(
        school=school, kind=StatisticKindFactory(code="social_wellbeing_index"), value=Decimal("47.3")
    )
    ObjectivityFlagFactory(school=school)
    (row,) = table_of(town).rows
    assert (row.flags, row.context_texts) == (1, ("47,3",))


def test_a_share_of_few_pupils_is_hidden_from_a_viewer_in_the_context(town):
    """3 of 400 in the risk group are 0,8 %: beside 400 that says three."""
    school = town.schools.get(name="Обе")
    for code, value in (("students", 400), ("risk_group", 3), ("social_wellbeing_index", 2)):
        kind = StatisticKindFactory(code=code, counts_pupils=code != "social_wellbeing_index")
        SchoolStatisticFactory(school=school, kind=kind, value=value)
    (row,) = table_of(town).rows
    assert row.context_texts == ("2", "400", "0,8\u00a0%")
    viewer = MembershipFactory(municipality=town, role=Role.VIEWER).user
    (row,) = summary_table(user=viewer, municipality=town, school_year=2020).rows
    assert row.context_texts == ("2", "400", "скрыто")


def test_without_reference_values_all_schools_stand_with_their_dynamics(db):
    town = MunicipalityFactory()
    indicator = IndicatorFactory(municipality=town)
    first = SchoolFactory(municipality=town, name="Первая")
    SchoolFactory(municipality=town, name="Вторая, без данных")
    SchoolValueFactory(school=first, indicator=indicator, participants=20, change_reading="worse")
    falling = IndicatorFactory(municipality=town, direction="down")  # the arrow says where the value went
    SchoolValueFactory(school=first, indicator=falling, participants=20, change_reading="worse")
    table = table_of(town)
    assert not table.is_by_reference
    (row,) = table.rows
    assert (row.school, [(cell.icon, cell.words) for cell in row.cells]) == (first, [("▼", "хуже"), ("▲", "хуже")])


def test_few_pupils_are_hidden_from_a_viewer(town, log_in_as):
    values = town.indicators.get(code="a1").schoolvalue_set
    values.filter(school__name="Обе").update(participants=4)
    page = log_in_as(Role.VIEWER, town).get(ADDRESS).text
    assert "скрыто" in page
    assert "−0,0" not in page


def test_the_rule_is_changed_on_the_page_and_kept_with_who_did_it(town, log_in_as):
    client = log_in_as(Role.METHODIST, town)
    assert client.post(ADDRESS, {"between": "any", "within": "all", "shown_only": ["a2.2"]}).status_code == 302
    rule = SummaryRule.objects.get(municipality=town)
    assert (rule.between, rule.within, rule.shown_only, rule.changed_by) == ("any", "all", ["a2.2"], client.user)
    client.post(ADDRESS, {"between": "any", "within": "all", "shown_only": ["a2.2"]})
    assert AuditEvent.objects.filter(action="summary_rule_changed").count() == 1


def test_a_rule_by_which_nothing_decides_is_refused_in_words(town, log_in_as):
    page = log_in_as(Role.METHODIST, town).post(
        ADDRESS, {"between": "any", "within": "all", "shown_only": ["a1", "a2.1", "a2.2"]}
    )
    assert "Оставьте хотя бы один показатель" in page.text
    assert not SummaryRule.objects.exists()
