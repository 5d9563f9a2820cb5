"""Exact numbers, the Wilson interval, readings and merged sources, against cases worked by hand."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from indicators.calculations.intervals import Interval, wilson
from indicators.calculations.numbers import to_decimal
from indicators.calculations.provenance import Ref, compact, left_behind, merge_spans
from indicators.calculations.readings import read_change


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(1, 2_000_000), "0.000001"),  # exactly half a place: away from zero
        (Fraction(-1, 2_000_000), "-0.000001"),
        (Fraction(999_999_999, 2_000_000_000), "0.500000"),
        (75, "75.000000"),
        (0, "0.000000"),
    ],
)
def test_numbers_are_rounded_once_and_half_away_from_zero(number: Fraction | int, stored: str):
    assert str(to_decimal(number)) == stored


# Newcombe, Statistics in Medicine 17 (1998), table I, the score method without continuity correction.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, "25.53", "36.62"),
        (15, 148, "6.24", "16.05"),
        (0, 20, "0.00", "16.11"),
        (1, 29, "0.61", "17.18"),
    ],
)
def test_wilson_interval_is_the_published_one(part: int, whole: int, low: str, high: str):
    interval = wilson(part, whole)
    assert interval is not None
    assert (str(to_decimal(Fraction(interval.low), 2)), str(to_decimal(Fraction(interval.high), 2))) == (low, high)


def test_wilson_interval_of_one_of_two_by_hand():
    """z² = 3.841459: middle 50, half width 50·z/√(2 + z²) = 97.998199 / 2.416910 = 40.546879."""
    interval = wilson(1, 2)
    assert interval is not None
    assert (to_decimal(Fraction(interval.low)), to_decimal(Fraction(interval.high))) == (
        Decimal("9.453121"),
        Decimal("90.546879"),
    )


def test_wilson_interval_touches_the_edges_exactly():
    nobody, everybody = wilson(0, 7), wilson(7, 7)
    assert nobody is not None
    assert everybody is not None
    assert nobody.low == 0
    assert everybody.high == 100
    assert round(nobody.high + everybody.low, 20) == 100


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 2), (-1, 2)])
def test_where_there_is_no_share_there_is_no_interval(part: int, whole: int):
    assert wilson(part, whole) is None


APART = Interval(Decimal(10), Decimal(20)), Interval(Decimal(21), Decimal(30))
OVERLAPPING = Interval(Decimal(10), Decimal(20)), Interval(Decimal(20), Decimal(30))


@pytest.mark.parametrize(
    ("change", "direction", "intervals", "reading"),
    [
        (None, "up", (None, None), "no_data"),
        (1, "up", (None, None), "better"),
        (1, "down", (None, None), "worse"),
        (-1, "up", (None, None), "worse"),
        (-1, "down", (None, None), "better"),
        (Fraction(1, 10**9), "up", (None, None), "better"),  # compared exactly
        (0, "up", (None, None), "same"),
        (0, "up", OVERLAPPING, "same"),
        (5, "up", OVERLAPPING, "not_significant"),
        (5, "none", OVERLAPPING, "not_significant"),
        (5, "up", APART, "better"),
        (5, "down", APART, "worse"),
        (5, "up", (APART[0], None), "better"),  # only one side counts pupils: no interval to compare
        (5, "none", APART, "no_data"),  # no direction is good: shown, without a verdict
        (0, "none", (None, None), "same"),
    ],
)
def test_a_change_is_read_by_sign_direction_and_intervals(change: Any, direction: Any, intervals: Any, reading: str):
    assert read_change(change, direction, *intervals) == reading


@pytest.mark.parametrize(
    ("texts", "merged"),
    [
        (["6-8", "9", "15"], "6-9,15"),
        (["6-12", "8-10"], "6-12"),
        (["15", "6-7,8"], "6-8,15"),
        (["", "5"], "5"),
        (["5", "5"], "5"),
        (["A5", "6"], "6,A5"),
        ([], ""),
    ],
)
def test_rows_are_merged_into_spans(texts: list[str], merged: str):
    assert merge_spans(texts) == merged


@pytest.mark.parametrize(
    ("after", "is_left"),
    [("6-12", False), ("1-20", False), ("6-9,10-12", False), ("6-11", True), ("20", True), ("", True), (None, True)],
)
def test_a_sheet_is_left_behind_with_any_of_its_rows(after: str | None, is_left: bool):
    before, other = Ref("а.xlsx", "Лист1", "6-12", 1), Ref("а.xlsx", "Лист2", "6-12", 1)
    now = [other] if after is None else [other, before._replace(rows=after)]
    assert left_behind([before], now) == ({before.in_sheet} if is_left else set())


def test_sources_are_one_entry_a_sheet():
    refs = (
        Ref("б.xlsx", "Лист1", "9-12", 2),
        Ref("а.xlsx", "Лист1", "5-8", 1),
        Ref("б.xlsx", "Лист1", "5-8", 2),
        Ref(form="Педагогов всего"),
    )
    assert list(compact(refs)) == [
        {"file": "", "sheet": "", "rows": "", "upload": None, "form": "Педагогов всего"},
        {"file": "а.xlsx", "sheet": "Лист1", "rows": "5-8", "upload": 1},
        {"file": "б.xlsx", "sheet": "Лист1", "rows": "5-12", "upload": 2},
    ]
