"""Indicators that are measured on dates: what stands there, of which day it is, and what it is compared with."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.calculations import describe, parse_formula, to_json
from indicators.calculations.checks import check_periods
from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from monitoring.audit.comparison import audit
from monitoring.jobs.totals import group_of, refresh_totals
from monitoring.models import Result
from schools.models import Municipality, School
from schools.periods import PeriodKind
from tests.factories import (
    IdentificationFactory,
    MunicipalityFactory,
    ObjectivityFlagFactory,
    ResultFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
)
from tests.indicators.build import (
    Json,
    change,
    indicator,
    mean_score,
    of_municipality,
    of_school,
    over_years,
    passed_share,
    share_of_schools,
    statistic,
    statistic_share,
)

pytestmark = pytest.mark.django_db

MAY, OCTOBER, DECEMBER = DATES = ("2023-05-31", "2023-10-31", "2023-12-29")
INTERIM = {"procedure": "interim", "subject": "mathematics", "grade": 8}
VPR = {"procedure": "vpr", "subject": "russian", "grade": 5}


@pytest.fixture
def town() -> Iterator[Municipality]:
    """Whatever a test does in it, the second calculation, which shares no code with the first, comes to the same."""
    town = MunicipalityFactory()
    yield town
    assert audit(town.pk).differences == ()


def school_of(town: Municipality) -> School:
    return SchoolFactory(municipality=town)


def measured(town: Municipality, data: Json, dates: tuple[str, ...] = DATES, **fields: Any) -> Indicator:
    return indicator(town, data, period_kind="date", measured_on=list(dates), **fields)


def sat(school: School, session: str, passed: int, of: int = 10, **fields: Any) -> Result:
    """A session; its school year is that of its day unless said otherwise."""
    day = dt.date.fromisoformat(session) if session else None
    year = fields.pop("school_year", None)
    if year is None and day is not None:
        year = day.year if day.month > 7 else day.year - 1
    marks = {"mark_2": of - passed, "mark_3": passed, "mark_4": 0, "mark_5": 0}
    source = {"marks": {"places": [{"file": f"{session}.xlsx", "sheet": "", "rows": "2", "upload": 1}]}}
    common = {"participants": of, "passed": passed, "sources": source, **marks}
    return ResultFactory(school=school, school_year=year, session=session, **common, **fields)


def told(row: Indicator, school: School | None = None) -> dict[str, tuple[int, str]]:
    """By date the value and the day it is of."""
    values = SchoolValue.objects.filter(school=school) if school else MunicipalityValue.objects.all()
    return {value.period: (int(value.value), value.as_of) for value in values.filter(indicator=row)}


# What stands at a date.


def test_of_works_with_days_of_their_own_the_latest_session_of_each_school_stands(town):
    row = measured(town, passed_share(**INTERIM))
    one, other = school_of(town), school_of(town)
    sat(one, "2023-03-24", 4, **INTERIM)
    sat(one, "2023-05-26", 5, **INTERIM)
    sat(one, "2023-10-27", 7, **INTERIM)
    sat(other, "2023-05-31", 9, **INTERIM)
    recompute(town.pk)
    assert told(row, one) == {MAY: (50, "2023-05-26"), OCTOBER: (70, "2023-10-27"), DECEMBER: (70, "2023-10-27")}
    assert told(row, other) == {MAY: (90, ""), OCTOBER: (90, MAY), DECEMBER: (90, MAY)}
    assert told(row) == {MAY: (70, ""), OCTOBER: (80, "2023-10-27"), DECEMBER: (80, "2023-10-27")}


def test_of_gia_the_sessions_of_the_last_year_up_to_the_day_are_added(town):
    row = measured(town, passed_share(), ("2023-05-20", *DATES))
    school = school_of(town)
    sat(school, "2022-05-27", 3)
    sat(school, "2023-05-29", 5)
    sat(school, "2023-06-06", 4, of=5)
    recompute(town.pk)
    assert told(row, school) == {
        "2023-05-20": (30, "2022-05-27"),
        MAY: (50, "2023-05-29"),
        OCTOBER: (60, "2023-06-06"),  # 9 of 15
        DECEMBER: (60, "2023-06-06"),
    }


def test_a_school_that_nobody_of_sat_the_exam_this_year_does_not_stand_with_last_years(town):
    row = measured(town, passed_share())
    present, absent = school_of(town), school_of(town)
    sat(absent, "2022-05-27", 10)
    sat(present, "2023-06-06", 5)
    recompute(town.pk)
    assert told(row, absent) == {MAY: (100, "2022-05-27")}
    assert told(row) == {MAY: (100, "2022-05-27"), OCTOBER: (50, "2023-06-06"), DECEMBER: (50, "2023-06-06")}


def test_a_resit_counts_from_its_own_day(town):
    best = measured(town, passed_share(attempt="best"), ("2023-07-01", OCTOBER))
    first = measured(town, passed_share(), ("2023-07-01", OCTOBER))
    school = school_of(town)
    sat(school, "2023-06-06", 6)
    sat(school, "2023-09-08", 3, of=4, attempt="resit", school_year=2022)
    recompute(town.pk)
    assert told(best, school) == {"2023-07-01": (60, "2023-06-06"), OCTOBER: (90, "2023-09-08")}
    assert told(first, school)[OCTOBER][0] == 60


def test_a_resit_alone_begins_no_year(town):
    row = measured(town, passed_share(attempt="best"), (OCTOBER,))
    school = school_of(town)
    sat(school, "2022-06-06", 6)
    sat(school, "2023-09-08", 3, of=4, attempt="resit", school_year=2022)
    recompute(town.pk)
    assert told(row, school) == {OCTOBER: (60, "2022-06-06")}


def test_a_wave_of_vpr_without_a_day_stands_from_its_end(town):
    """Spring from 31 May, autumn from 31 October."""
    spring, autumn = (measured(town, passed_share(**VPR, wave=wave)) for wave in ("spring", "autumn"))
    school = school_of(town)
    sat(school, "", 4, **VPR, wave="spring", school_year=2022)
    sat(school, "", 6, **VPR, wave="autumn", school_year=2023)
    recompute(town.pk)
    assert told(spring, school) == {MAY: (40, ""), OCTOBER: (40, MAY), DECEMBER: (40, MAY)}
    assert told(autumn, school) == {OCTOBER: (60, ""), DECEMBER: (60, OCTOBER)}


def test_levels_of_mathematics_are_one_subject_at_a_date_too(town):
    row = measured(town, passed_share(procedure="ege"))
    school = school_of(town)
    base = {"procedure": "ege", "subject": "mathematics_base", "grade": 11}
    profile = {"procedure": "ege", "subject": "mathematics_profile", "grade": 11}
    sat(school, "2023-05-30", 8, **base)
    sat(school, "2023-06-01", 3, **profile)
    recompute(town.pk)
    assert told(row, school) == {MAY: (80, "2023-05-30"), OCTOBER: (55, "2023-06-01"), DECEMBER: (55, "2023-06-01")}


def test_results_older_than_three_years_do_not_stand(town):
    row = measured(town, passed_share(), ("2021-10-31", OCTOBER))
    sat(school_of(town), "2019-05-24", 5)
    recompute(town.pk)
    assert told(row) == {"2021-10-31": (50, "2019-05-24")}


def test_a_result_that_is_left_out_leaves_the_date_empty_and_no_older_one_takes_its_place(town):
    row = measured(town, passed_share(**VPR))
    school, other = school_of(town), school_of(town)
    for year, passed in ((2021, 9), (2022, 4)):
        for each in (school, other):
            sat(each, "", passed, **VPR, wave="spring", school_year=year)
    ObjectivityFlagFactory(school=school, school_year=2022, **VPR)
    recompute(town.pk)
    assert [value.value for value in SchoolValue.objects.filter(school=school)] == [None] * 3
    assert told(row) == {MAY: (40, ""), OCTOBER: (40, MAY), DECEMBER: (40, MAY)}


def test_of_statistics_stands_the_last_one_whose_period_is_over(town):
    row = measured(town, statistic_share("innovators", "teachers"))
    school = school_of(town)
    kinds = {code: StatisticKindFactory(code=code) for code in ("innovators", "teachers")}
    for period, innovators in (("cy2022", 2), ("2023q1", 3), ("2022", 5), ("2023-10-31", 6), ("cy2023", 9)):
        for code, value in (("innovators", innovators), ("teachers", 10)):
            SchoolStatisticFactory(school=school, kind=kinds[code], period=period, value=value)
    recompute(town.pk)
    # The school year 2022/2023 is over on 31 July, the calendar year 2023 only two days after the last date.
    assert told(row, school) == {MAY: (30, "2023q1"), OCTOBER: (60, ""), DECEMBER: (60, OCTOBER)}


def test_a_list_stands_at_the_dates_of_its_school_year(town):
    row = measured(town, {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}}, unit="schools")
    for school_year in (2022, 2022, 2023):
        IdentificationFactory(school=school_of(town), school_year=school_year)
    recompute(town.pk)
    assert told(row) == {MAY: (2, ""), OCTOBER: (1, ""), DECEMBER: (1, "")}


def test_other_dates_and_years_have_no_value(town):
    row, without = measured(town, passed_share(), (MAY,)), measured(town, passed_share(), ())
    measured(town, passed_share(), (OCTOBER,))
    sat(school_of(town), "2023-05-29", 5)
    recompute(town.pk)
    assert set(told(row)) == {MAY}
    assert told(without) == {}


# What it is compared with.


def test_a_value_is_compared_with_the_first_date(town):
    row = measured(town, passed_share(**INTERIM))
    school = school_of(town)
    for session, passed in (("2023-05-26", 200), ("2023-10-27", 150), ("2023-12-27", 350)):
        sat(school, session, passed, of=400, **INTERIM)
    recompute(town.pk)
    for value in (of_school(row, school, DECEMBER), of_municipality(row, DECEMBER)):
        assert (value.change, value.change_from, value.change_reading) == (Decimal("37.5"), MAY, "better")
        assert value.warnings == []
    assert (of_school(row, school, MAY).change, of_school(row, school, MAY).change_from) == (None, "")


def test_where_nothing_came_since_nothing_is_said_of_a_change(town):
    row = measured(town, passed_share(**INTERIM))
    rising = measured(town, share_of_schools(change(passed_share(**INTERIM))))
    moves, silent = school_of(town), school_of(town)
    sat(moves, "2023-05-26", 5, **INTERIM)
    sat(moves, "2023-10-27", 7, **INTERIM)
    sat(silent, "2023-05-26", 5, **INTERIM)
    recompute(town.pk)
    assert (of_school(row, silent, OCTOBER).change, of_school(row, silent, OCTOBER).change_reading) == (None, "no_data")
    assert (of_municipality(rising, OCTOBER).numerator, of_municipality(rising, OCTOBER).denominator) == (1, 1)


def test_the_same_value_of_another_day_is_no_change_at_all(town):
    row = measured(town, passed_share(**INTERIM))
    school = school_of(town)
    sat(school, "2023-05-26", 5, **INTERIM)
    sat(school, "2023-10-27", 5, **INTERIM)
    recompute(town.pk)
    assert (of_school(row, school, OCTOBER).change, of_school(row, school, OCTOBER).change_reading) == (0, "same")


@pytest.mark.parametrize(("since", "value", "change_from"), [("start", 20, MAY), ("previous", 50, OCTOBER)])
def test_a_formula_says_itself_what_its_change_is_from(town, since, value, change_from):
    row = measured(town, {**change(passed_share(**INTERIM)), "since": since})
    school = school_of(town)
    for session, passed in (("2023-05-26", 5), ("2023-10-27", 2), ("2023-12-27", 7)):
        sat(school, session, passed, **INTERIM)
    recompute(town.pk)
    found = of_school(row, school, DECEMBER)
    assert (found.value, found.change_from, found.as_of) == (value, change_from, "2023-12-27")
    assert of_municipality(row, DECEMBER).value == value


def test_the_start_is_the_first_date_at_which_anything_stands(town):
    row = measured(town, passed_share(**INTERIM))
    school = school_of(town)
    sat(school, "2023-10-27", 5, **INTERIM)
    sat(school, "2023-12-27", 8, **INTERIM)
    recompute(town.pk)
    assert (of_school(row, school, DECEMBER).change, of_school(row, school, DECEMBER).change_from) == (30, OCTOBER)


def test_since_survives_the_way_to_json_and_is_told():
    data = {**change(passed_share()), "since": "start"}
    written = to_json(parse_formula(data))
    assert (written["since"], "since" in to_json(parse_formula(change(passed_share())))) == ("start", False)
    assert describe(parse_formula(data)).endswith("к первой дате измерения")
    assert "к первой дате измерения больше 0" in describe(parse_formula(share_of_schools(data)))


@pytest.mark.parametrize(
    ("data", "kind", "dates", "path"),
    [
        (passed_share(), PeriodKind.DATE, [], "n.measured_on"),
        (passed_share(), PeriodKind.DATE, ["2023"], "n.measured_on"),
        (passed_share(), PeriodKind.DATE, ["31.05.2023"], "n.measured_on"),
        (passed_share(), PeriodKind.SCHOOL_YEAR, [MAY], "n.measured_on"),
        (over_years(passed_share()), PeriodKind.DATE, [MAY], "n.formula"),
        ({**change(passed_share()), "since": "start"}, PeriodKind.SCHOOL_YEAR, [], "n.formula"),
    ],
)
def test_what_dates_and_years_do_not_have_is_refused(data, kind, dates, path):
    assert [problem.path for problem in check_periods(parse_formula(data), kind, dates, "n")] == [path]
    assert not list(check_periods(parse_formula(change(passed_share())), PeriodKind.DATE, list(DATES), "n"))


# Recomputing.


def test_a_part_of_the_recompute_equals_all_of_it(town):
    """The first session of a year changes what stands for everybody."""
    measured(town, passed_share())
    measured(town, share_of_schools({**change(passed_share(**INTERIM)), "since": "start"}), ("2021-05-31", *DATES))
    indicator(town, passed_share(), code="yearly")
    schools = [school_of(town) for _ in range(3)]
    for school in schools:
        sat(school, "2022-05-27", 5)
        sat(school, "2021-05-27", 4, **INTERIM)
    refresh_totals(group_of(result) for result in Result.objects.all())
    recompute(town.pk)
    sat(schools[0], "2023-05-26", 7)
    sat(schools[1], "2023-10-27", 9, **INTERIM)
    refresh_totals(group_of(result) for result in Result.objects.all())
    exams = [["oge", "mathematics", 9, 2022], ["interim", "mathematics", 8, 2023]]
    partly = recompute(town.pk, scope={"exams": exams})
    assert partly.written + partly.deleted > 0
    assert recompute(town.pk, check=True).differences == ()


def test_a_number_that_is_reported_moves_the_dates_after_its_period(town):
    row = measured(town, {"type": "count", "of": statistic("teachers")}, unit="count")
    kind, school = StatisticKindFactory(code="teachers"), school_of(town)
    SchoolStatisticFactory(school=school, kind=kind, period="cy2022", value=20)
    recompute(town.pk)
    SchoolStatisticFactory(school=school, kind=kind, period="2023q2", value=22)
    outcome = recompute(town.pk, scope={"statistics": [["teachers", "2023q2"]]})
    assert told(row, school) == {MAY: (20, "cy2022"), OCTOBER: (22, "2023q2"), DECEMBER: (22, "2023q2")}
    assert outcome.checked == 4  # two dates, of the school and of the municipality
    assert recompute(town.pk, check=True).differences == ()


def test_queries_do_not_grow_with_schools_and_dates():
    counts = []
    for schools, dates in ((1, DATES[:1]), (20, DATES)):
        town = MunicipalityFactory()
        measured(town, passed_share(), dates)
        measured(town, mean_score(), dates, unit="score")
        for _ in range(schools):
            sat(school_of(town), "2023-05-29", 5)
        recompute(town.pk)
        with CaptureQueriesContext(connection) as queries:
            recompute(town.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_same_a_second_time_by_pandas(town):
    """Random sessions of two kinds of works, and by no code of the engine: who had what last on each day."""
    dice = random.Random(11)
    gia, interim = measured(town, passed_share()), measured(town, passed_share(**INTERIM))
    rows = []
    for _ in range(9):
        school = school_of(town)
        for day in pd.date_range("2020-05-25", "2023-12-25", freq="17D"):
            of = dice.randrange(1, 12)
            passed = dice.randrange(of + 1)
            is_summer = day.month in (5, 6)
            if dice.random() < 0.15:
                sat(school, f"{day:%Y-%m-%d}", passed, of, **INTERIM)
                rows.append(("interim", school.pk, day, passed, of))
            if is_summer and dice.random() < 0.4:
                sat(school, f"{day:%Y-%m-%d}", passed, of)
                rows.append(("oge", school.pk, day, passed, of))
    recompute(town.pk)
    frame = pd.DataFrame(rows, columns=["procedure", "school", "day", "passed", "of"])
    for date in DATES:
        known = frame[frame["day"] <= date]
        ours = known[known["procedure"] == "oge"]
        summer = ours[ours["day"].dt.year == ours["day"].dt.year.max()].groupby("school")[["passed", "of"]].sum()
        works = known[known["procedure"] == "interim"]
        last = works.sort_values("day").groupby("school").last()
        for row, expected in ((gia, summer), (interim, last)):
            stored = SchoolValue.objects.filter(indicator=row, period=date).values_list("school", "value")
            shares = (100 * expected["passed"] / expected["of"]).to_dict()
            assert {school: float(value) for school, value in stored} == pytest.approx(shares, abs=1e-6)
            whole = 100 * expected["passed"].sum() / expected["of"].sum()
            assert float(of_municipality(row, date).value) == pytest.approx(whole, abs=1e-6)
