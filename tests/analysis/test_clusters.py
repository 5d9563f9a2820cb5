"""Groups of like schools: how many, how stable, and what is said when there are none."""

import random

import pytest

from monitoring.analysis.clusters import group_schools


def town(*middles: tuple[float, float], schools: int = 8, spread: float = 1.0) -> dict[int, dict[str, float]]:
    dice = random.Random(5)
    return {
        place * schools + number: {
            "pupils": pupils + dice.gauss(0, spread * 20),
            "low": low + dice.gauss(0, spread),
        }
        for place, (pupils, low) in enumerate(middles)
        for number in range(schools)
    }


THREE = town((100, 30), (600, 30), (600, 5))


def test_three_plain_groups_are_found_and_their_number_is_explained():
    found = group_schools(THREE)
    assert found.count == 3
    assert {group.schools for group in found.groups} == {tuple(range(8)), tuple(range(8, 16)), tuple(range(16, 24))}
    assert max(found.silhouettes, key=found.silhouettes.get) == 3
    assert found.stability > 0.95


def test_a_group_is_told_by_what_sets_it_apart_the_most_striking_first():
    small = next(group for group in group_schools(THREE).groups if 0 in group.schools)
    assert [trait.feature for trait in small.notable] == ["pupils", "low"]
    assert small.notable[0].mean == pytest.approx(100, abs=20)
    assert small.notable[0].of_all == pytest.approx(433, abs=20)
    assert small.notable[0].deviation < -1


@pytest.mark.parametrize("seed", [1, 2, 3, 10])
def test_another_seed_gives_the_same_groups(seed):
    assert {group.schools for group in group_schools(THREE, seed=seed).groups} == {
        group.schools for group in group_schools(THREE, seed=1).groups
    }


def test_the_same_seed_gives_the_same_answer_whatever_the_order():
    turned = dict(reversed(THREE.items()))
    assert group_schools(turned, seed=4) == group_schools(THREE, seed=4)


def test_schools_without_a_feature_are_left_out_and_named():
    features = THREE | {99: {"pupils": 300.0}}
    found = group_schools(features)
    assert found.left_out == (99,)
    assert all(99 not in group.schools for group in found.groups)


def test_a_feature_that_few_have_or_all_have_alike_is_dropped():
    features = {school: known | {"alike": 1.0} for school, known in THREE.items()}
    features[0]["rare"] = 3.0
    found = group_schools(features)
    assert found.dropped == ("alike", "rare")
    assert found.features == ("low", "pupils")
    assert found.left_out == ()


def test_a_cloud_without_groups_is_called_none():
    dice = random.Random(1)
    cloud = {school: {name: dice.gauss(0, 1) for name in "abcdef"} for school in range(60)}
    assert group_schools(cloud).silent == "no_groups"


@pytest.mark.parametrize(
    ("features", "silent"),
    [({}, "no_features"), ({1: {}, 2: {}}, "no_features"), (town((1, 1), schools=7), "few_schools")],
)
def test_too_few_data_are_met_with_silence(features, silent):
    found = group_schools(features)
    assert (found.silent, found.groups) == (silent, ())


def test_no_group_is_a_single_school():
    features = town((100, 10), (110, 11)) | {99: {"pupils": 5000.0, "low": 90.0}}
    found = group_schools(features)
    assert all(len(group.schools) > 1 for group in found.groups)
