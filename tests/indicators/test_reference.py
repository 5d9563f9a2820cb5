"""Values against printed reference values, and the rule of the summary table (Армавир)."""

from fractions import Fraction

import pytest

from indicators.calculations.reference import negative_by_rule, read_reference


@pytest.mark.parametrize(
    ("value", "reading"),
    [(Fraction(1, 1000), "positive"), (0, "negative"), (Fraction(-1, 1000), "negative"), (None, "no_data")],
)
def test_a1_has_to_exceed_nought_and_exactly_nought_does_not(value, reading):
    assert read_reference(value, 0, "exceed", "up") == reading


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (Fraction(301, 10), "negative"), (30, "neutral"), (29, "neutral"), (0, "neutral"),
        (-30, "neutral"), (Fraction(-301, 10), "positive"), (None, "no_data"),
    ],
)  # fmt: skip
def test_a2_only_a_rise_above_thirty_points_is_negative(value, reading):
    assert read_reference(value, 30, "modulus", "down") == reading


def test_a_falling_indicator_has_to_stay_below():
    assert read_reference(4, 5, "exceed", "down") == "positive"
    assert read_reference(5, 5, "exceed", "down") == "negative"


def test_without_reference_or_direction_nothing_is_read():
    assert read_reference(1, None, "exceed", "up") == "neutral"
    assert read_reference(1, 0, "exceed", "none") == "neutral"
    assert read_reference(1, 0, "", "up") == "neutral"


NEGATIVE, NEUTRAL, NO_DATA = "negative", "neutral", "no_data"


@pytest.mark.parametrize(
    ("groups", "within", "between", "answer"),
    [
        ([[NEGATIVE], [NEUTRAL, NEGATIVE]], "any", "all", True),
        ([[NEGATIVE], [NEUTRAL, NEGATIVE]], "all", "all", False),
        ([[NEGATIVE], [NEUTRAL, NEUTRAL]], "any", "all", False),
        ([[NEGATIVE], [NEUTRAL, NEUTRAL]], "any", "any", True),
        ([[NO_DATA], [NEGATIVE]], "any", "all", None),  # without ЕГЭ «and» cannot be told
        ([[NO_DATA], [NEGATIVE]], "any", "any", True),
        ([[NO_DATA], [NEUTRAL]], "any", "all", False),
        ([[NO_DATA], [NEUTRAL]], "any", "any", None),
        ([[NO_DATA, NEGATIVE]], "all", "all", True),
        ([], "any", "all", None),
    ],
)
def test_negative_by_both_or_by_one_over_all_or_any_series(groups, within, between, answer):
    assert negative_by_rule(groups, within=within, between=between) is answer
