"""A school through the years, and the flow of all of them, worked by hand."""

from indicators.charts import FlowColumn, flows_chart
from schools.models import Category
from schools.queries.identification import Mark, school_line

LOW, HARD = Category.LOW_RESULTS, Category.DIFFICULT_CONDITIONS


def told(years, categories):
    return [(one.school_year, one.categories, one.mark) for one in school_line(years, categories)]


def test_entry_stay_exit_and_return():
    assert told([2018, 2019, 2020, 2021, 2022, 2023], {2019: [LOW], 2020: [LOW], 2023: [LOW]}) == [
        (2019, (LOW,), Mark.ENTERED),
        (2020, (LOW,), Mark.STAYED),
        (2021, (), Mark.LEFT),
        (2023, (LOW,), Mark.ENTERED),
    ]


def test_in_the_first_list_nobody_has_entered():
    assert told([2020], {2020: [LOW]}) == [(2020, (LOW,), Mark.UNKNOWN)]


def test_another_category_is_a_change():
    assert told([2019, 2020, 2021], {2019: [LOW], 2020: [HARD, LOW], 2021: [LOW, HARD]})[1:] == [
        (2020, (LOW, HARD), Mark.CHANGED),
        (2021, (LOW, HARD), Mark.STAYED),
    ]


def test_a_year_without_a_list_is_passed_over():
    assert told([2018, 2021], {2018: [LOW], 2021: [LOW]})[1:] == [(2021, (LOW,), Mark.STAYED)]


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
    assert chart.reading == "2019/2020 → 2020/2021: сменили положение 2 школы, остались в прежнем 1 школа.".replace(
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
