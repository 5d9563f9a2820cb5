"""The groups over results and conditions, with lines worked by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from monitoring.identification.groups import Axis, Cut, CutKind, Group, GroupSettings, classify, composite


def axis(values, kind=CutKind.MEDIAN, *, more_is_better=True, **lines):
    return Axis({school: Fraction(value) for school, value in values.items()}, Cut(kind, **lines), more_is_better)


def between(low, high):
    return {"kind": CutKind.FIXED, "low": Decimal(low), "high": Decimal(high)}


FIXED = between(40, 60)
GOOD_AND_BAD = {"GG": (70, 70), "GB": (70, 30), "BB": (30, 30), "BG": (30, 70), "MG": (50, 70), "GM": (70, 50)}


def group_of(found):
    return {place.school: place.group for place in found.places}


def groups(places, **cut):
    found = classify(
        schools=list(places),
        results=axis({school: place[0] for school, place in places.items()}, **cut),
        conditions=axis({school: place[1] for school, place in places.items()}, **cut),
    )
    return group_of(found)


def test_four_corners_and_the_band_between():
    assert groups(GOOD_AND_BAD, **FIXED) == {
        "GG": Group.EFFECTIVE,
        "GB": Group.RESILIENT,
        "BB": Group.DEPRIVED,
        "BG": Group.NOT_COPING,
        "MG": Group.RISK_ZONE,
        "GM": Group.RISK_ZONE,
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [(60, Group.EFFECTIVE), (59, Group.RISK_ZONE), (40, Group.RISK_ZONE), (39, Group.NOT_COPING)],
)
def test_a_value_on_a_line_belongs_to_the_better_side(value, expected):
    assert groups({"A": (value, 100)}, **FIXED)["A"] is expected


def test_fewer_low_results_are_better():
    found = classify(
        schools=["A", "B", "C", "D"],
        results=axis({"A": 10, "B": 30, "C": 35, "D": 60}, more_is_better=False, **between(30, 35)),
        conditions=axis(dict.fromkeys("ABCD", 50), **between(40, 40)),
    )
    assert group_of(found) == {
        "A": Group.EFFECTIVE,
        "B": Group.EFFECTIVE,  # on the better line
        "C": Group.RISK_ZONE,  # on the worse line: not beyond it
        "D": Group.NOT_COPING,
    }


def test_the_median_with_a_band():
    places = {"A": (10, 90), "B": (20, 90), "C": (30, 90), "D": (60, 90)}  # median 25, band 15…35
    found = classify(
        schools=list(places),
        results=axis({school: place[0] for school, place in places.items()}, band=Decimal(10)),
        conditions=axis(dict.fromkeys(places, 90)),
    )
    assert found.result_lines == (15, 35)
    assert found.condition_lines == (90, 90)
    assert found.n == 4
    assert group_of(found) == {
        "A": Group.NOT_COPING,
        "B": Group.RISK_ZONE,
        "C": Group.RISK_ZONE,
        "D": Group.EFFECTIVE,
    }


def test_the_quartiles():
    values = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}
    found = classify(
        schools=list(values),
        results=axis(values, CutKind.QUARTILES),
        conditions=axis(dict.fromkeys(values, 7), **between(5, 5)),
    )
    assert found.result_lines == (2, 4)
    assert list(group_of(found).values()) == [
        Group.NOT_COPING, Group.RISK_ZONE, Group.RISK_ZONE, Group.EFFECTIVE, Group.EFFECTIVE,
    ]  # fmt: skip


def test_schools_without_a_number_are_named_and_not_guessed():
    found = classify(
        schools=["A", "B", "C", "D"],
        results=axis({"A": 70, "B": 70, "D": 70}, **FIXED),
        conditions=axis({"A": 70, "C": 70}, **FIXED),
    )
    assert group_of(found) == {"A": Group.EFFECTIVE}
    assert found.without_result == ("C",)
    assert found.without_condition == ("B", "D")


def test_lines_are_drawn_over_the_schools_with_both_numbers():
    found = classify(
        schools=["A", "B", "C", "D", "E"],
        results=axis({"A": 10, "B": 20, "C": 30, "D": 40, "E": 1000}),
        conditions=axis({"A": 1, "B": 2, "C": 3, "D": 4}),
    )
    assert found.result_lines == (25, 25)


def test_three_schools_are_no_measure_of_each_other():
    found = classify(
        schools=["A", "B", "C"], results=axis({"A": 1, "B": 2, "C": 3}), conditions=axis({"A": 1, "B": 2, "C": 3})
    )
    assert (found.places, found.result_lines, found.n) == ((), None, 3)


def test_one_number_of_several():
    """From worst to best: 20 → 0, 40 → 50, 60 → 100; low results the other way: 0 → 100, 10 → 50, 20 → 0."""
    first = {"A": Fraction(20), "B": Fraction(40), "C": Fraction(60), "D": Fraction(999)}
    second = {"A": Fraction(0), "B": Fraction(10), "C": Fraction(20)}
    assert composite([(first, True), (second, False)]) == {"A": 50, "B": 50, "C": 50}
    assert composite([(first, True), (dict.fromkeys("ABC", Fraction(3)), True)]) == {"A": 25, "B": 50, "C": 75}
    assert composite([]) == {}


def test_settings_survive_being_stored():
    settings = GroupSettings(
        indicators=("n3",),
        statistic="teachers",
        more_is_better=False,
        condition_cut=Cut(**FIXED),
        labels={"deprived": "зона поддержки"},
    )
    assert GroupSettings.of(settings.to_json()) == settings
