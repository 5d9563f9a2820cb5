"""A school through the years, and the flow of all of them, worked by hand."""

import pytest

from accounts.access import Role
from indicators.charts import FlowColumn, flows_chart
from monitoring.identification.groups import Group
from monitoring.queries.identification_history import history_page
from reports.kinds.identification import build
from schools.list_changes import GROUPS, ListYears, Mark, school_line, since
from schools.models import Category
from schools.queries.identification import year_list
from tests.factories import (
    IdentificationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PublishedCategoryFactory,
    SchoolFactory,
)

LOW, HARD = Category.LOW_RESULTS, Category.DIFFICULT_CONDITIONS
DEPRIVED, RESILIENT = Category.DEPRIVED, Category.RESILIENT


def told(lists, categories, within=Category.values):
    """`lists` by category the years that have one."""
    years = ListYears((category, year) for category, of_list in lists.items() for year in of_list)
    return [(one.school_year, one.categories, one.mark) for one in school_line(years, categories, within)]


def test_entry_stay_exit_and_return():
    assert told({LOW: range(2018, 2024)}, {2019: [LOW], 2020: [LOW], 2023: [LOW]}) == [
        (2019, (LOW,), Mark.ENTERED),
        (2020, (LOW,), Mark.STAYED),
        (2021, (), Mark.LEFT),
        (2023, (LOW,), Mark.ENTERED),
    ]


def test_in_the_first_list_nobody_has_entered():
    assert told({LOW: [2020]}, {2020: [LOW]}) == [(2020, (LOW,), Mark.UNKNOWN)]


def test_another_category_is_a_change():
    lists = {LOW: range(2019, 2022), HARD: range(2019, 2022)}
    assert told(lists, {2019: [LOW], 2020: [HARD, LOW], 2021: [LOW, HARD]})[1:] == [
        (2020, (LOW, HARD), Mark.CHANGED),
        (2021, (LOW, HARD), Mark.STAYED),
    ]


def test_a_category_that_had_no_list_before_cannot_be_entered():
    """Be there a list of another one: who is in both lists stays in the old one and does not enter the new one."""
    lists = {LOW: [2019, 2020], HARD: [2020]}
    assert told(lists, {2020: [HARD]}) == [(2020, (HARD,), Mark.UNKNOWN)]
    assert told(lists, {2019: [LOW], 2020: [LOW, HARD]})[1:] == [(2020, (LOW, HARD), Mark.STAYED)]
    assert told(lists, {2019: [LOW], 2020: [HARD]})[1:] == [(2020, (HARD,), Mark.CHANGED)]


def test_a_category_that_has_no_list_this_year_is_not_left():
    assert told({LOW: [2019], HARD: [2019, 2020]}, {2019: [LOW]})[1:] == []
    assert told({LOW: [2019], HARD: [2019, 2020]}, {2019: [LOW, HARD]})[1:] == [(2020, (), Mark.LEFT)]


def test_groups_are_drawn_up_together():
    assert {group.value for group in Group} == GROUPS
    assert told({DEPRIVED: [2019], RESILIENT: [2020]}, {2019: [DEPRIVED], 2020: [RESILIENT]})[1:] == [
        (2020, (RESILIENT,), Mark.CHANGED)
    ]


def test_over_a_year_without_a_list_the_last_one_before_is_compared():
    lists = ListYears((LOW, year) for year in (2018, 2021, 2022))
    line = school_line(lists, {2018: [LOW], 2021: [LOW], 2022: [LOW]})
    assert [(one.mark, one.compared_with, one.over_a_gap) for one in line[1:]] == [
        (Mark.STAYED, (2018,), (2018,)),
        (Mark.STAYED, (2021,), ()),
    ]
    assert since(lists, LOW, {2018, 2021, 2022}, 2022) == 2018
    assert since(lists, LOW, {2018, 2022}, 2022) == 2022  # it left in 2021


@pytest.mark.django_db
def test_list_history_flow_rest_and_document_say_the_same_over_a_gap(log_in_as):
    """Lists of 2018 and 2020 alone: № 1 stayed, № 2 left, № 3 entered."""
    town = MunicipalityFactory()
    one, two, three = (SchoolFactory(municipality=town, name=f"Школа № {at}", code=f"{at}") for at in (1, 2, 3))
    for school, year in ((one, 2018), (two, 2018), (one, 2020), (three, 2020)):
        IdentificationFactory(school=school, school_year=year)
    client = log_in_as(Role.METHODIST, town)
    user = client.user

    (group,) = year_list(user=user, municipality=town, school_year=2020).categories
    assert [(item.identification.school, item.mark) for item in group.schools] == [
        (one, Mark.STAYED), (three, Mark.ENTERED),
    ]  # fmt: skip
    assert (group.left, group.compared_with, group.is_over_a_gap) == ((two,), 2018, True)

    page = history_page(user=user, municipality=town, view=LOW.value)
    assert [row.cells[-1].mark for row in page.rows] == [Mark.STAYED, Mark.LEFT, Mark.ENTERED]
    assert [row[1:] for row in page.chart.table.rows] == [
        ("ШНОР", "ШНОР", "1"), ("ШНОР", "нет в списке", "1"), ("нет в списке", "ШНОР", "1"),
    ]  # fmt: skip

    answer = client.get("/api/v1/identifications/?school_year=2020").json()["results"]
    assert [(row["school"], row["change"], row["change_from"]) for row in answer] == [
        ("1", "stayed", 2018), ("3", "entered", 2018),
    ]  # fmt: skip

    listed, left = (section.rows for section in build(municipality=town, period="2020").sections[:2])
    assert [(row[0], row[3]) for row in listed] == [
        ("Школа № 1", "остаётся (к списку 2018/2019)"), ("Школа № 3", "вошла (к списку 2018/2019)"),
    ]  # fmt: skip
    assert left == (("Школа № 2", "ШНОР (к списку 2018/2019)", "нет в списке"),)


@pytest.mark.django_db
def test_a_list_that_an_order_left_empty_is_a_list():
    town = MunicipalityFactory()
    school = SchoolFactory(municipality=town)
    IdentificationFactory(school=school, school_year=2019)
    user = MembershipFactory(municipality=town, role=Role.METHODIST).user
    before = year_list(user=user, municipality=town, school_year=2020)
    assert (before.categories, [(one.label, one.last) for one in before.missing]) == ((), [("ШНОР", 2019)])
    PublishedCategoryFactory(municipality=town)
    (group,) = year_list(user=user, municipality=town, school_year=2020).categories
    assert (group.schools, group.left) == ((), (school,))
    (row,) = history_page(user=user, municipality=town, view=LOW.value).rows
    assert row.cells[-1].mark is Mark.LEFT


def test_the_flow_counts_who_went_where():
    chart = flows_chart(
        title="Переходы",
        columns=[
            FlowColumn("2019/2020", {1: "ШНОР", 2: "ШНОР", 3: "нет"}),
            FlowColumn("2020/2021", {1: "ШНОР", 2: "нет", 3: "ШНОР"}),
        ],
        outside="нет",
    )
    assert chart.table.rows == (
        ("2019/2020 → 2020/2021", "ШНОР", "ШНОР", "1"),
        ("2019/2020 → 2020/2021", "ШНОР", "нет", "1"),
        ("2019/2020 → 2020/2021", "нет", "ШНОР", "1"),
    )
    assert chart.reading == "2019/2020 → 2020/2021: сменили положение 2 школы, осталась в прежнем 1 школа.".replace(
        " школ", "\u00a0школ"
    )


def test_bands_fill_their_blocks():
    """Two of three in «ШНОР»: with one gap of 4 % its block is 64 % high, and so are its bands together."""
    chart = flows_chart(
        title="Переходы",
        columns=[FlowColumn("1", {1: "A", 2: "A", 3: "B"}), FlowColumn("2", {1: "A", 2: "B", 3: "B"})],
    )
    starts = [point for point in chart.spec["data"]["values"] if point["x"] == 12 and point["state"] == "A"]
    assert round(sum(point["y2"] - point["y"] for point in starts), 6) == 0.64
