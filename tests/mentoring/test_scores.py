"""Totals, levels and proposals of score sheets, worked by hand; when the monitoring is held."""

import datetime as dt
from fractions import Fraction

import pytest

from mentoring.scores import Bounds, Held, Level, held, mean, score_of, total_of, window_of

TWELVE = Bounds(6, 11)  # of the concept of Армавир


@pytest.mark.parametrize(
    ("total", "level"),
    [(0, "low"), (5, "low"), (6, "middle"), (10, "middle"), (11, "high"), (12, "high"), (Fraction(21, 2), "middle")],
)
def test_level_at_each_bound_of_the_document(total, level):
    assert TWELVE.level(total) == level


def test_bounds_in_words_leave_no_gap():
    assert [words for _, words in TWELVE.in_words(12)] == ["0–5", "6–10", "11–12"]
    assert Bounds(1, 2).in_words(2) == [(Level.LOW, "0"), (Level.MIDDLE, "1"), (Level.HIGH, "2")]


def test_a_sheet_has_a_total_once_every_criterion_has_its_score():
    assert total_of([2, 1, 0, 2, 1, 2]) == 8
    assert total_of([2, None, 0]) is None
    assert total_of([]) is None


@pytest.mark.parametrize(
    ("share", "top", "score"),
    [
        (Fraction(0), 2, 0),
        (Fraction(1, 100), 2, 1),  # something is not nothing
        (Fraction(99, 100), 2, 1),
        (Fraction(1), 2, 2),
        (Fraction(1, 2), 1, 0),  # yes or no: half is not yet yes
        (Fraction(2, 3), 4, 2),
        (Fraction(3), 2, 2),
    ],
)
def test_what_a_share_is_worth(share, top, score):
    assert score_of(share, top) == score


def test_mean_of_totals_is_exact():
    assert mean([8, 9, 9]) == Fraction(26, 3)
    assert mean([]) is None


@pytest.mark.parametrize(
    ("day", "waiting", "confirmed", "state"),
    [
        (dt.date(2023, 9, 30), 3, 0, Held.AHEAD),
        (dt.date(2023, 10, 1), 3, 0, Held.OPEN),
        (dt.date(2023, 10, 31), 1, 2, Held.OPEN),
        (dt.date(2023, 11, 1), 1, 2, Held.MISSED),
        (dt.date(2023, 11, 1), 0, 3, Held.DONE),
        (dt.date(2023, 11, 1), 0, 0, Held.MISSED),
    ],
)
def test_the_monitoring_is_held_in_the_october_after_its_year(day, waiting, confirmed, state):
    assert (window_of(2022).opens_on, window_of(2022).closes_on) == (dt.date(2023, 10, 1), dt.date(2023, 10, 31))
    assert held(2022, waiting, confirmed, day) == state
