"""Charts: what they say in words and tables, and that one specification draws in both places."""

import json
import re
from decimal import Decimal as D

import pytest

from indicators.charts import (
    Course,
    HistoryPoint,
    MarksRow,
    TargetRow,
    marks_chart,
    multiples_chart,
    targets_chart,
    value_history_chart,
)
from reports.drawing import draw_svg
from schools.periods import Period


def history(*points: HistoryPoint):
    return value_history_chart(title="Порог", unit="percent", points=points)


def test_period_without_data_is_a_gap_and_says_so():
    chart = history(
        HistoryPoint("2018/2019", D("61.24")), HistoryPoint("2019/2020", None), HistoryPoint("2020/2021", D(75))
    )
    assert [row["value"] for row in chart.spec["data"]["values"]] == [61.24, None, 75.0]
    assert chart.table.rows == (
        ("2018/2019", "61,2\u00a0%"),
        ("2019/2020", "нет данных"),
        ("2020/2021", "75,0\u00a0%"),
    )
    assert chart.reading == "2020/2021: 75,0\u00a0%, 2018/2019 — 61,2\u00a0%."


def test_table_has_a_column_for_what_is_known_only():
    assert history(HistoryPoint("2020/2021", D(75))).table.header == ("Период", "Значение")
    full = history(HistoryPoint("2020/2021", D(75), D("66.5"), D(82), D(70), 136))
    assert full.table.header == ("Период", "Значение", "95-процентный интервал", "План", "Участники")
    assert full.table.rows == (("2020/2021", "75,0\u00a0%", "66,5\u00a0% – 82,0\u00a0%", "70\u00a0%", "136"),)


def test_plan_that_changes_stands_under_its_period():
    chart = history(HistoryPoint("2020", D(40), target=D(50)), HistoryPoint("2021", D(55), target=D(60)))
    assert [row["period"] for row in chart.spec["data"]["values"]] == ["2020\nплан 50\u00a0%", "2021\nплан 60\u00a0%"]


def test_targets_are_read_in_words():
    chart = targets_chart(
        title="План",
        rows=[
            TargetRow("1. ОГЭ", D(75), D(50), "План достигнут"),
            TargetRow("2. ЕГЭ", D(25), D(50), "Отстаёт", is_behind=True),
            TargetRow("3. КДР", None, D(50), "Нет данных"),
        ],
    )
    assert chart.reading == "Из 2 показателей со значением и планом отстают от плана 1."
    assert chart.table.rows[2] == ("3. КДР", "—", "50\u00a0%", "Нет данных")


def test_marks_of_a_year_fill_a_hundred_per_cent():
    chart = marks_chart(
        title="Отметки", rows=[MarksRow("2020/2021", (1, 3, 4, 2)), MarksRow("2019/2020", (0, 0, 0, 0))]
    )
    assert [(row["start"], row["end"]) for row in chart.spec["data"]["values"]] == [
        (0, 10),
        (10, 40),
        (40, 80),
        (80, 100),
    ]
    assert chart.spec["data"]["values"][0]["text"] == "«2»"  # too narrow for its share
    assert chart.table.rows == (("2020/2021", "10", "1", "3", "4", "2"), ("2019/2020", "0", "0", "0", "0", "0"))
    assert chart.reading == "2020/2021: «4» и «5» получили 60,0\u00a0% участников, «2» — 10,0\u00a0%."


def courses(*codes: str, schools: int = 2):
    values = tuple(D(50 + place) for place, _ in enumerate(codes))
    return multiples_chart(
        title="Порог",
        unit="percent",
        periods=[Period.parse(code) for code in codes],
        courses=[Course(f"СОШ № {place}", values) for place in range(schools)],
        whole=Course("Город", values),
    )


@pytest.mark.parametrize(
    ("codes", "ticks"),
    [
        (("2018", "2020", "2021"), ["18/19", "20/21", "21/22"]),
        (("cy2020", "cy2021"), ["2020", "2021"]),
        (("2021q4", "2022q1"), ["IV кв. 21", "I кв. 22"]),
        (("2021h1", "2021h2"), ["I пг. 21", "II пг. 21"]),
        (("2023-05-31", "2023-10-31", "2023-12-29"), ["31.05.23", "31.10.23", "29.12.23"]),
        (
            tuple(str(year) for year in range(1998, 2006)),
            [f"{y % 100:02d}/{(y + 1) % 100:02d}" for y in range(1998, 2006)],
        ),
    ],
)
def test_every_small_chart_names_all_its_years(codes, ticks):
    drawing = draw_svg(courses(*codes, schools=5))
    drawn = re.findall(r"<text [^>]*>([^<]+)</text>", drawing)
    assert [text for text in drawn if text in ticks] == ticks * 5


def test_years_stand_upright_only_where_they_do_not_fit_side_by_side():
    def angle(*codes: str) -> int:
        return courses(*codes).spec["spec"]["layer"][0]["encoding"]["x"]["axis"]["labelAngle"]

    assert angle("2018", "2019", "2020", "2021") == 0
    assert angle("2017", "2018", "2019", "2020", "2021") == -90


def test_values_outside_of_the_usual_frame_widen_it():
    def scale(*values: str):
        chart = history(*(HistoryPoint(str(year), D(value)) for year, value in enumerate(values, 2019)))
        return chart.spec["layer"][0]["encoding"]["y"]["scale"]

    assert scale("0", "100") == {"domain": [0, 100]}
    assert scale("50", "-12.5") == scale("50", "120") == {"zero": True, "nice": True}


def test_bar_of_more_than_all_stays_on_the_sheet():
    drawing = draw_svg(targets_chart(title="План", rows=[TargetRow("1", D(8_000_000), D("-50"), "Достигнут")]))
    assert int(re.search(r'width="(\d+)', drawing).group(1)) < 2000


def test_specification_is_plain_json():
    chart = history(HistoryPoint("2020/2021", D(75), D(66), D(82), D(70), 12))
    assert json.loads(json.dumps(chart.spec)) == chart.spec
