"""How a value stands to its plan, each worked by hand (ADR 14). Calendar years of 365 days unless said otherwise."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from indicators.calculations.readings import NO_PLAN, Plan, Point, read_plan
from indicators.engine import recompute
from schools.models import Municipality
from tests.factories import BaselineFactory, MunicipalityFactory, SchoolFactory, TargetFactory
from tests.indicators.build import change, indicator, of_municipality, of_school, passed_share, took, year


def plan(baseline: tuple[int, Any] | None = None, /, **targets: Any) -> Plan:
    """`plan((2020, 20), cy2023=40)`."""
    return Plan(
        targets={year(code): Decimal(value) for code, value in targets.items()},
        baseline=Point(year(f"cy{baseline[0]}"), Fraction(baseline[1])) if baseline else None,
    )


def read(value: Any, planned: Plan, at: int, direction: Any = "up", earlier: tuple[int, Any] | None = None) -> str:
    point = Point(year(f"cy{earlier[0]}"), Fraction(earlier[1])) if earlier else None
    return read_plan(value, planned, year(f"cy{at}"), direction, point)


# The target of the period itself.


@pytest.mark.parametrize(
    ("value", "direction", "reading"),
    [
        (75, "up", "reached"),
        (70, "up", "reached"),
        (Fraction(699_999, 10_000), "up", "behind"),
        (75, "down", "behind"),
        (70, "down", "reached"),
        (65, "down", "reached"),
        (75, "none", "no_target"),
        (None, "up", "no_data"),
        (None, "none", "no_data"),
    ],
)
def test_a_value_is_read_against_its_target_by_direction(value, direction, reading):
    assert read(value, plan(cy2021=70), 2021, direction) == reading


def test_where_nothing_is_planned_there_is_nothing_to_reach():
    assert read(75, NO_PLAN, 2021) == "no_target"
    assert read(75, plan((2020, 50)), 2021) == "no_target"  # a baseline alone plans nothing
    assert read(None, NO_PLAN, 2021) == "no_data"


@pytest.mark.parametrize(("value", "reading"), [(100, "reached"), (99, "behind"), (50, "behind"), (0, "behind")])
def test_half_of_what_is_planned_for_a_period_is_behind_whatever_is_planned_later(value, reading):
    """Мегион's courses: none before, all planned for 2021 and the years after; two of four were approved in 2021."""
    planned = plan((2020, 0), cy2021=100, cy2022=100, cy2023=100)
    assert read(value, planned, 2021) == reading
    assert read(value, planned, 2023) == reading


@pytest.mark.parametrize(("value", "direction"), [(29, "up"), (Fraction(299_999, 10_000), "up"), (31, "down")])
def test_the_pace_that_reaches_the_last_target_does_not_excuse_a_missed_one(value, direction):
    """From 20 in 2020 to 40 in 2023 it were at 26,7 in 2021; but 30 is planned for 2021 itself."""
    last, before = (40, 20) if direction == "up" else (20, 40)
    assert read(value, plan((2020, before), cy2021=30, cy2023=last), 2021, direction) == "behind"
    assert read(value, plan(cy2021=30, cy2023=last), 2021, direction, earlier=(2020, before)) == "behind"
    assert read(30, plan((2020, before), cy2021=30, cy2023=last), 2021, direction) == "reached"


def test_a_missed_target_is_behind_even_where_the_last_one_asks_for_less():
    assert read(55, plan((2020, 20), cy2021=60, cy2023=50), 2021) == "behind"


# The baseline is where the plan starts.


def test_the_baseline_goes_before_the_earlier_value():
    """From 30 in 2019 to 60 in 2022 it is at 50,01 in 2021; from the earlier value, 20 in 2020, it were at 40."""
    planned = plan((2019, 30), cy2022=60)
    assert read(50, planned, 2021, earlier=(2020, 20)) == "behind"  # 731 of 1096 days are gone
    assert read(51, planned, 2021, earlier=(2020, 20)) == "on_track"
    assert read(50, plan(cy2022=60), 2021, earlier=(2020, 20)) == "on_track"


def test_a_baseline_of_another_kind_of_period_starts_on_its_last_day():
    """The school year 2019/2020 ends on 31.07.2020; to 31.12.2022 are 883 days, 518 of them by the end of 2021."""
    planned = Plan(targets={year("cy2022"): Decimal(100)}, baseline=Point(year(2019), Fraction(0)))
    line = Fraction(100 * 518, 883)  # 58,66
    assert read(line, planned, 2021) == "on_track"
    assert read(line - Fraction(1, 10**6), planned, 2021) == "behind"


# A period without a target of its own.


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (40, "reached"),  # what is planned for 2023 is there already
        (30, "on_track"),
        (Fraction(80, 3), "on_track"),
        (Fraction(79, 3), "behind"),
    ],
)
def test_between_the_start_and_the_target_the_way_there_is_read(value, reading):
    assert read(value, plan((2020, 20), cy2023=40), 2021) == reading
    assert read(value, plan(cy2023=40), 2021, earlier=(2020, 20)) == reading


def test_the_way_goes_through_every_target():
    """20 in 2020, 50 in 2021, 60 in 2023: at the end of 2022 it is at 55, though straight to the last it were 46,7."""
    planned = plan((2020, 20), cy2021=50, cy2023=60)
    assert read(55, planned, 2022) == "on_track"
    assert read(54, planned, 2022) == "behind"
    assert read(50, planned, 2021) == "reached"
    assert read(49, planned, 2021) == "behind"


def test_without_a_start_two_targets_make_a_way_and_one_does_not():
    assert read(55, plan(cy2021=50, cy2023=60), 2022) == "on_track"
    assert read(54, plan(cy2021=50, cy2023=60), 2022) == "behind"
    assert read(54, plan(cy2023=60), 2022) == "no_target"
    assert read(60, plan(cy2023=60), 2022) == "no_target"


def test_before_the_plan_begins_and_after_it_ends_nothing_is_planned():
    planned = plan((2020, 20), cy2023=40)
    assert read(10, planned, 2019) == "no_target"
    assert read(45, planned, 2020) == "no_target"  # the baseline itself
    assert read(10, planned, 2024) == "no_target"


# Falling indicators, a level to be held, nought.


def test_a_falling_indicator_is_on_track_below_its_way():
    planned = plan((2020, 40), cy2023=10)  # 30 in 2021, 20 in 2022
    assert [read(value, planned, 2021, "down") for value in (31, 30, 11, 10)] == [
        "behind",
        "on_track",
        "on_track",
        "reached",
    ]
    assert read(21, planned, 2022, "down") == "behind"


@pytest.mark.parametrize(("direction", "worse"), [("up", 79), ("down", 81)])
def test_a_level_to_be_held_is_reached_or_not(direction, worse):
    planned = plan((2020, 80), cy2021=80, cy2023=80)
    assert [read(80, planned, at, direction) for at in (2021, 2022, 2023)] == ["reached"] * 3
    assert [read(worse, planned, at, direction) for at in (2021, 2022, 2023)] == ["behind"] * 3


def test_a_target_of_nought_is_a_target():
    planned = plan((2020, 4), cy2022=0)
    assert read(0, planned, 2022, "down") == "reached"
    assert read(1, planned, 2022, "down") == "behind"
    assert read(2, planned, 2021, "down") == "on_track"
    assert read(3, planned, 2021, "down") == "behind"
    assert read(0, plan(cy2021=0), 2021) == "reached"


# In the database: the municipality and each of its schools by a plan of its own.


@pytest.fixture
def town(db: None) -> Municipality:
    return MunicipalityFactory()


def test_schools_have_targets_of_their_own_and_none_of_the_municipality(town):
    row = indicator(town, passed_share())
    planned, other = (SchoolFactory(municipality=town) for _ in range(2))
    for school in (planned, other):
        took(school, marks=(1, 1, 0, 0))  # 50 %
    TargetFactory(indicator=row, value=40)
    TargetFactory(indicator=row, school=planned, value=60)
    recompute(town.pk)
    assert (of_municipality(row).target, of_municipality(row).reading) == (40, "reached")
    assert (of_school(row, planned).target, of_school(row, planned).reading) == (60, "behind")
    assert (of_school(row, other).target, of_school(row, other).reading) == (None, "no_target")


def test_a_school_is_read_from_its_own_baseline(town):
    """From 20 in 2018/2019 to 80 in 2021/2022: 1096 days, 731 of them gone, so 60,01 in 2020/2021."""
    row = indicator(town, passed_share())
    schools = [SchoolFactory(municipality=town) for _ in range(2)]
    for school, marks in zip(schools, ((2, 3, 0, 0), (39, 61, 0, 0)), strict=True):
        took(school, marks=marks)  # 60 and 61 %
        BaselineFactory(indicator=row, school=school, period="2018", value=20)
        TargetFactory(indicator=row, school=school, period="2021", value=80)
    recompute(town.pk)
    assert [of_school(row, school).reading for school in schools] == ["behind", "on_track"]
    assert of_municipality(row).reading == "no_target"


@pytest.mark.parametrize("make", [TargetFactory, BaselineFactory])
def test_a_plan_of_one_school_is_recomputed_with_its_indicator(town, make):
    row, untouched = indicator(town, passed_share()), indicator(town, passed_share(subject="russian"))
    school = SchoolFactory(municipality=town)
    for subject in ("mathematics", "russian"):
        took(school, marks=(4, 6, 0, 0), subject=subject)
    TargetFactory(indicator=row, school=school, period="2021", value=100)
    recompute(town.pk)
    before = of_school(untouched, school).computed_at
    make(indicator=row, school=school, period="2019", value=20)
    outcome = recompute(town.pk, scope={"targets": [[row.pk, "2019"]]})
    assert of_school(row, school).reading == "on_track"  # 20 in 2019/2020, 100 in 2021/2022: 60 now
    assert outcome.written == 1
    assert of_school(untouched, school).computed_at == before
    assert recompute(town.pk, check=True).differences == ()


def test_the_start_of_a_planned_change_is_an_earlier_change(town):
    """Not the value that the change is one of: 10 points in 2019/2020, 30 planned for 2021/2022, so 20 now."""
    row = indicator(town, change(passed_share()))
    school = SchoolFactory(municipality=town)
    for school_year, passed in ((2018, 40), (2019, 50), (2020, 70)):
        took(school, school_year, (100 - passed, passed, 0, 0))
    TargetFactory(indicator=row, period="2021", value=30)
    TargetFactory(indicator=row, school=school, period="2021", value=31)
    recompute(town.pk)
    assert of_municipality(row).reading == "on_track"
    assert of_school(row, school).reading == "behind"  # 20,5 now


def test_targets_of_other_periods_than_the_indicator_has_are_not_its(town):
    row = indicator(town, passed_share())
    took(SchoolFactory(municipality=town))
    TargetFactory(indicator=row, period="cy2021", value=1)
    recompute(town.pk)
    assert of_municipality(row).reading == "no_target"
