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
from tests.indicators.build import (
    change,
    combined,
    indicator,
    mean_mark,
    mean_score,
    over_years,
    passed_share,
    relative,
    results,
    schools_meeting,
    share_of_schools,
    took,
)

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


# Values made of other values: Армавир's a1 and a2, and years added up.

SUBJECTS = ("russian", "mathematics_profile")
SERIES = [(subject, grade) for subject in ("russian", "mathematics") for grade in (5, 6)]


@pytest.fixture
def armavir() -> Municipality:
    """Ten schools, some without an eleventh grade, some years of an exam that nobody sat."""
    dice = random.Random(7)
    town = MunicipalityFactory()
    for place in range(10):
        school = SchoolFactory(municipality=town)
        for school_year in YEARS:
            for subject in SUBJECTS:
                if place < 7 and dice.random() < 0.8 and (subject, school_year) != ("russian", 2017):
                    sat = dice.randrange(1, 30)
                    scored = {"test_sum": dice.randrange(20 * sat, 90 * sat), "test_count": sat, "grade": 11}
                    took(school, school_year, (0, sat, 0, 0), procedure="ege", subject=subject, **scored)
            for subject, grade in SERIES:
                if dice.random() < 0.7:
                    marks = tuple(dice.randrange(6) for _ in range(4))
                    took(school, school_year, marks, procedure="vpr", subject=subject, grade=grade, wave="spring")
        if place % 2:
            for school_year in YEARS:
                IdentificationFactory(school=school, school_year=school_year)
    return town


def scores() -> pd.DataFrame:
    fields = ("school_id", "school_year", "subject", "test_sum", "test_count")
    return pd.DataFrame(list(ResultTotal.objects.filter(procedure="ege", attempt="first").values(*fields)))


def ratios(frame: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Means of rows grouped by year and subject, over those of all schools."""
    whole = of.groupby(["school_year", "subject"])[["test_sum", "test_count"]].sum()
    whole_mean = (whole["test_sum"] / whole["test_count"]).rename("whole").reset_index()
    joined = frame.merge(whole_mean, on=["school_year", "subject"])
    return joined.assign(ratio=joined["test_sum"] / joined["test_count"] / joined["whole"])


def weighted(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    """Ratios of the subjects, by participants."""
    points = frame.assign(points=frame["ratio"] * frame["test_count"]).groupby(by)[["points", "test_count"]].sum()
    return points["points"] / points["test_count"]


def steps(table: pd.DataFrame) -> pd.Series:
    """Schools × held years: each minus the last held one, at most three back."""
    held = sorted(table.columns)
    earlier = {now: max((then for then in held if now - 3 <= then < now), default=None) for now in held}
    return pd.DataFrame({now: table[now] - table[then] for now, then in earlier.items() if then}).stack()


def like_steps(frame: pd.DataFrame, held: list[int]) -> pd.Series:
    """Of both subjects together: each year minus the last held one, by the subjects that the school has in both."""
    changes = {}
    for now in held:
        then = max((year for year in held if now - 3 <= year < now), default=None)
        sides = [frame[frame["school_year"] == year] for year in (now, then)]
        shared = sides[0].merge(sides[1], on=["school_id", "subject"])[["school_id", "subject"]]
        one, other = (weighted(side.merge(shared, on=["school_id", "subject"]), ["school_id"]) for side in sides)
        changes[now] = one - other
    return pd.DataFrame(changes).stack()


def test_a1_of_one_subject_and_of_both(armavir):
    one, other = (relative(mean_score(subject=subject)) for subject in SUBJECTS)
    russian = indicator(armavir, change(one), unit="ratio", population=BY_LIST)
    both = indicator(armavir, change(combined(one, other)), unit="ratio", population=BY_LIST)
    plain = indicator(armavir, combined(one, other), unit="ratio", population=BY_LIST)
    recompute(armavir.pk)
    frame = scores()
    listed = frame[frame["school_id"].isin(frame_of_lists()["school_id"])]
    of_russian = ratios(listed, frame).query("subject == 'russian'")
    table = of_russian.pivot_table(index="school_id", columns="school_year", values="ratio")
    assert_same(stored_of_schools(russian), steps(table))
    joined = weighted(ratios(listed, frame), ["school_id", "school_year"])
    assert_same(stored_of_schools(plain), joined)
    held = sorted(frame["school_year"].unique())
    compared = like_steps(ratios(listed, frame), held)
    assert_same(stored_of_schools(both), compared)
    whole = steps(joined.unstack())
    differing = [key for key, value in compared.items() if abs(value - whole[key]) > 1e-9]
    assert differing  # some schools had both subjects one year and one the other
    pooled = listed.groupby(["school_year", "subject"])[["test_sum", "test_count"]].sum().reset_index()
    of_town = weighted(ratios(pooled, frame), ["school_year"])
    assert_same(stored_of_municipality(plain), of_town)
    of_both = like_steps(ratios(pooled.assign(school_id=0), frame), held).droplevel("school_id")
    assert_same(stored_of_municipality(both), of_both)


@pytest.mark.parametrize("rule", ["any", "all"])
def test_a2_by_its_four_series(armavir, rule):
    conditions = []
    for subject, grade in SERIES:
        exam = {"procedure": "vpr", "subject": subject, "grade": grade}
        twos = {"type": "share", "part": results("mark_2", **exam), "whole": results("participants", **exam)}
        conditions.append(share_of_schools(change(twos), "above", "5"))
    row = indicator(armavir, schools_meeting(rule, *conditions))
    recompute(armavir.pk)
    fields = ("school_id", "school_year", "subject", "grade", "mark_2", "participants")
    frame = pd.DataFrame(list(ResultTotal.objects.filter(procedure="vpr").values(*fields)))
    frame["share"] = 100 * frame["mark_2"] / frame["participants"].where(frame["participants"] > 0)
    series = []
    for (subject, grade), part in frame.groupby(["subject", "grade"]):
        table = part.pivot_table(index="school_id", columns="school_year", values="share", dropna=False)
        series.append(steps(table).rename(f"{subject}{grade}"))
    changes = pd.concat(series, axis=1).dropna(how="all")
    risen = changes > 5 + 1e-9
    met = risen.any(axis=1) if rule == "any" else risen.all(axis=1) & changes.notna().all(axis=1)
    assert_same(stored_of_schools(row), 100.0 * met)
    assert_same(stored_of_municipality(row), 100 * met.groupby(level=1).mean())


def test_three_years_together(town):
    row = indicator(town, over_years(passed_share()), population=BY_LIST)
    recompute(town.pk)
    frame = frame_of_results().set_index(["school_id", "school_year"])[["passed", "participants"]]
    sums = []
    for school_year in sorted(frame.index.unique(level=1)):
        window = frame[frame.index.get_level_values(1).isin(range(school_year - 2, school_year + 1))]
        sums.append(window.groupby(level=0).sum().assign(school_year=school_year))
    sums = pd.concat(sums).set_index("school_year", append=True)
    sums = sums[sums["participants"] > 0]
    listed = sums.loc[sums.index.intersection(pd.MultiIndex.from_frame(frame_of_lists()))]
    assert_same(stored_of_schools(row), 100 * listed["passed"] / listed["participants"])
    whole = listed.groupby(level=1).sum()
    assert_same(stored_of_municipality(row), 100 * whole["passed"] / whole["participants"])
