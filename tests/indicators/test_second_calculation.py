"""The same values a second time, by pandas over the stored results and by no code of the engine."""

import random
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from indicators.engine import recompute
from indicators.models import Indicator, MunicipalityValue, SchoolValue
from monitoring.models import ResultTotal
from schools.models import Identification, Municipality
from tests.factories import IdentificationFactory, MunicipalityFactory, SchoolFactory
from tests.indicators.build import change, indicator, mean_mark, passed_share, share_of_schools, took

pytestmark = pytest.mark.django_db

BY_LIST = {"type": "categories", "categories": ["low_results"]}
YEARS = range(2014, 2021)


@pytest.fixture
def town() -> Municipality:
    """Twelve schools over seven years with holes of every sort; the same on each run."""
    dice = random.Random(20)
    town = MunicipalityFactory()
    for _ in range(12):
        school = SchoolFactory(municipality=town)
        for school_year in YEARS:
            if school_year != 2018 and dice.random() < 0.8:
                took(school, school_year, tuple(dice.randrange(4) for _ in range(4)))
            if dice.random() < 0.5:
                IdentificationFactory(school=school, school_year=school_year)
    return town


def frame_of_results() -> pd.DataFrame:
    rows = ResultTotal.objects.filter(attempt="first").values(
        "school_id", "school_year", "participants", "passed", "mark_2", "mark_3", "mark_4", "mark_5"
    )
    frame = pd.DataFrame(list(rows))
    frame["marks"] = sum(mark * frame[f"mark_{mark}"] for mark in (2, 3, 4, 5))
    return frame


def frame_of_lists() -> pd.DataFrame:
    return pd.DataFrame(list(Identification.objects.values("school_id", "school_year")))


def stored_of_municipality(row: Indicator) -> dict[int, Decimal]:
    return {int(value.period): value.value for value in MunicipalityValue.objects.filter(indicator=row)}


def stored_of_schools(row: Indicator) -> dict[tuple[int, int], Decimal]:
    return {(value.school_id, int(value.period)): value.value for value in SchoolValue.objects.filter(indicator=row)}


def assert_same(stored: dict, expected: pd.Series) -> None:
    found = {key: float(value) for key, value in expected.dropna().items()}
    assert stored.keys() == found.keys()
    assert len(found) > 3
    for key, value in found.items():
        assert float(stored[key]) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("data", "unit", "top", "bottom", "scale"),
    [(passed_share(), "percent", "passed", "participants", 100), (mean_mark(), "mark", "marks", "participants", 1)],
)
def test_shares_and_means_of_the_list(town, data, unit, top, bottom, scale):
    row = indicator(town, data, unit=unit, population=BY_LIST)
    recompute(town.pk)
    listed = frame_of_results().merge(frame_of_lists(), on=["school_id", "school_year"])
    sums = listed.groupby("school_year")[[top, bottom]].sum()
    assert_same(stored_of_municipality(row), scale * sums[top] / sums[bottom].where(sums[bottom] > 0))
    schools = listed.set_index(["school_id", "school_year"])
    assert_same(stored_of_schools(row), scale * schools[top] / schools[bottom].where(schools[bottom] > 0))


def test_changes_of_schools(town):
    row = indicator(town, change(mean_mark()), unit="mark")
    recompute(town.pk)
    assert_same(stored_of_schools(row), changes_of(frame_of_results(), lambda frame: frame["marks"]).stack())


def test_the_share_of_schools_that_rose(town):
    row = indicator(town, share_of_schools(change(passed_share())), population=BY_LIST)
    recompute(town.pk)
    changes = changes_of(frame_of_results(), lambda frame: frame["passed"]).stack().rename("change").dropna()
    listed = changes.reset_index().merge(frame_of_lists(), on=["school_id", "school_year"])
    rose = listed.assign(rose=listed["change"] > 1e-9).groupby("school_year")["rose"].mean()
    assert_same(stored_of_municipality(row), 100 * rose)


def changes_of(frame: pd.DataFrame, top: Callable[[pd.DataFrame], pd.Series]) -> pd.DataFrame:
    """Schools × years: the ratio minus that of the last year, at most three back, in which anybody sat the exam."""
    held = sorted(frame["school_year"].unique())
    ratio = top(frame) / frame["participants"].where(frame["participants"] > 0)
    table = frame.assign(ratio=ratio).pivot_table(
        index="school_id", columns="school_year", values="ratio", dropna=False
    )
    table = table.reindex(columns=held)
    changes = {}
    for school_year in held:
        earlier = [other for other in held if school_year - 3 <= other < school_year]
        if earlier:
            changes[school_year] = table[school_year] - table[max(earlier)]
    return pd.DataFrame(changes).rename_axis(columns="school_year")
