"""Schools in similar conditions."""

import pytest

from indicators.calculations.similar import similar_schools

CONDITIONS = {
    1: {"pupils": 100.0, "index": 50.0},
    2: {"pupils": 110.0, "index": 50.0},
    3: {"pupils": 100.0, "index": 55.0},
    4: {"pupils": 900.0, "index": 50.0},
    5: {"pupils": 100.0, "index": 90.0},
    6: {"pupils": 100.0},
}


def test_the_nearest_come_first_and_who_shares_too_little_is_not_compared():
    found = similar_schools(1, CONDITIONS)
    assert [neighbour.school for neighbour in found] == [2, 3, 5, 4]
    assert found[0].shared == ("index", "pupils")


def test_the_distance_is_in_standard_deviations():
    """Two features with spreads 1 and 2: differences 1 and 2 are one deviation each, the root of the mean square 1."""
    conditions = {
        1: {"a": 0.0, "b": 0.0}, 2: {"a": 2.0, "b": 4.0}, 3: {"a": 0.0, "b": 0.0}, 4: {"a": 2.0, "b": 4.0},
    }  # fmt: skip
    distances = {neighbour.school: neighbour.distance for neighbour in similar_schools(1, conditions)}
    assert distances == {3: 0.0, 2: pytest.approx(2.0), 4: pytest.approx(2.0)}


def test_five_at_most_and_none_below_three():
    many = {school: {"a": float(school), "b": float(school)} for school in range(20)}
    assert [neighbour.school for neighbour in similar_schools(0, many)] == [1, 2, 3, 4, 5]
    assert similar_schools(0, {school: many[school] for school in range(3)}) == ()


def test_unknown_conditions_have_no_neighbours():
    assert similar_schools(7, CONDITIONS) == ()
    assert similar_schools(6, CONDITIONS) == ()


def test_a_condition_in_which_all_are_alike_tells_nothing():
    alike = {school: {"a": 1.0, "b": float(school)} for school in range(8)}
    assert similar_schools(0, alike) == ()
