"""Early warning: what is foretold, how it is tried, and when nothing is said."""

import math
import random

import numpy as np
import pytest

from monitoring.analysis import forecast
from monitoring.analysis.forecast import Observations, Settings, warn

Row = tuple[str, int, int, int, int]  # exam, school, year, low results, pupils


def foretold(rows: list[Row]) -> forecast.Warnings:
    return warn(Observations.of(rows), threshold=0.3)


def pairs_of(*rows: Row) -> forecast._Pairs:
    """Those whose next year is still to come."""
    table = forecast._Table(Observations.of(rows))
    return forecast._pairs(table, len(table.years))


def parameters(pairs: forecast._Pairs, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    return forecast._parameters(pairs, settings, forecast._faded(pairs, settings.memory))


def town(schools: int, years: range, share, *, n: int = 30, seed: int = 1) -> list[Row]:
    """Every school sits one exam each year; `share` gives its true share of low results."""
    dice = random.Random(seed)
    return [
        ("oge", school, year, sum(dice.random() < share(school, year) for _ in range(n)), n)
        for school in range(schools)
        for year in years
    ]


def split_town(**options) -> list[Row]:
    """Half of the schools are weak every year."""
    return town(24, range(2018, 2022), lambda school, year: 0.45 if school % 2 else 0.08, **options)


def test_schools_that_were_low_each_year_are_warned_of_and_the_others_not():
    found = foretold(split_town())
    assert found.silent == ""
    by_school = {row.school: row for row in found.forecasts}
    assert len(by_school) == 24
    assert min(by_school[school].probability for school in range(1, 24, 2)) > 0.6
    assert max(by_school[school].probability for school in range(0, 24, 2)) < 0.2


def test_the_probability_is_that_of_the_beta_binomial_worked_by_hand():
    """Two pupils, a = b = 1: 0, 1 or 2 low results are equally likely, so half of them or more is 2/3."""
    pairs = pairs_of(("x", 1, 2020, 1, 2))
    settings = Settings(prior=0.0, memory=1.0, certainty=1e9)
    assert [column.tolist() for column in parameters(pairs, settings)] == [[1.0], [1.0]]
    chances = forecast._distributions(pairs, settings)
    assert chances.tolist() == [pytest.approx([1 / 3, 1 / 3, 1 / 3])]
    (probability,) = forecast._probabilities(pairs, chances, 0.5, True)
    assert probability == pytest.approx(2 / 3)
    (above,) = forecast._probabilities(pairs, chances, 0.5, False)
    assert above == pytest.approx(1 / 3)


def test_years_fade_and_certainty_is_capped():
    """prior 10 × 0.2 = 2 low and 8 not; 2019 counts half: + 0.5·4, + 0.5·6; 2020: + 1, + 9; then 40 → 20."""
    pairs = pairs_of(("x", 1, 2019, 4, 10), ("x", 1, 2020, 1, 10), ("x", 2, 2020, 3, 10))
    a, b = parameters(pairs, Settings(prior=10, memory=0.5, certainty=1e9))
    assert (a[0], b[0]) == (pytest.approx(5.0), pytest.approx(20.0))
    a, b = parameters(pairs, Settings(prior=10, memory=0.5, certainty=5))
    assert (a[0], b[0]) == (pytest.approx(1.0), pytest.approx(4.0))


def test_the_threshold_is_reached_by_exactly_so_many_pupils():
    n = np.array([10.0, 20.0, 7.0])
    assert forecast._least(n, 0.3, True).tolist() == [3, 6, 3]
    assert forecast._least(n, 0.3, False).tolist() == [4, 7, 3]


def tables_until_2020(rows: list[Row]) -> tuple:
    """All years lie in the table, and those up to 2020 are tried."""
    table = forecast._Table(Observations.of(rows))
    known = [forecast._pairs(table, target) for target in (1, 2)]
    table.years = table.years[:3]
    return table, known, [forecast._likelihoods(pairs) for pairs in known]


def test_the_trial_knows_nothing_of_the_year_it_foretells():
    """Had it looked ahead, another last year would change what it said of the year before."""
    known = split_town()
    changed = [row if row[2] < 2021 else (*row[:2], 2021, 30, 30) for row in known]
    so_far = foretold([row for row in known if row[2] <= 2020]).trial
    said = [forecast._try_on_held_back(*tried, 0.3, True) for tried in map(tables_until_2020, (known, changed))]
    assert said == [so_far, so_far]
    full = foretold(known).trial
    assert full is not None
    assert full.years == (2020, 2021)
    assert full.pairs == 48
    assert full.brier < full.plain
    assert sum(bin.count for bin in full.bins) == 48


def test_where_schools_do_not_differ_nothing_is_foretold():
    """A forecast that does not beat the same risk for everybody beyond chance is kept back."""
    found = foretold(town(30, range(2017, 2022), lambda school, year: 0.25, n=25, seed=7))
    assert (found.silent, found.forecasts) == ("no_skill", ())


@pytest.mark.parametrize(
    ("known", "silent"),
    [
        ([], "few_years"),
        (town(30, range(2020, 2022), lambda school, year: 0.3), "few_years"),
        (town(5, range(2018, 2021), lambda school, year: 0.3), "few_pairs"),
        (town(30, range(2018, 2021), lambda school, year: 0.0), "no_events"),
    ],
)
def test_too_few_data_are_met_with_silence(known, silent):
    found = foretold(known)
    assert (found.silent, found.forecasts) == (silent, ())


def test_a_year_without_the_exam_is_stepped_over():
    """Spring 2020 was not held: 2021 is foretold from 2019."""
    known = [row for row in split_town() if row[2] != 2020] + [
        ("oge", school, 2017, low, n) for _, school, year, low, n in split_town() if year == 2018
    ]
    found = foretold(known)
    assert found.trial is not None
    assert found.trial.years == (2019, 2021)


def test_order_of_rows_does_not_matter():
    known = split_town()
    shuffled = known[:]
    random.Random(3).shuffle(shuffled)
    assert foretold(known) == foretold(shuffled)


def test_the_interval_holds_four_fifths_of_what_may_come():
    (row,) = [row for row in foretold(split_town()).forecasts if row.school == 1]
    assert 0 <= row.low < row.high <= 1
    assert row.high - row.low < 0.6
    assert math.isclose(row.low * row.n, round(row.low * row.n), abs_tol=1e-9)


def test_more_low_results_than_pupils_are_refused():
    with pytest.raises(ValueError, match="5 low results of 4"):
        Observations.of([("x", 1, 2020, 5, 4)])


def test_of_a_handful_of_pupils_nothing_is_foretold():
    few = [("oge", 99, year, 2, 4) for year in range(2018, 2022)]
    found = foretold([*split_town(), *few])
    assert 99 not in {row.school for row in found.forecasts}
