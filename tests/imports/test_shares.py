from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.imports.shares import as_counts, split


@pytest.mark.parametrize(
    ("shares", "participants", "counts"),
    [
        ([12.36, 52.81, 26.97, 7.87], 89, [11, 47, 24, 7]),  # adds up to 100.01
        ([33.33, 33.33, 33.33, 0], 3, [1, 1, 1, 0]),
        ([13.57, 46.9, 33.65, 5.88], 3162, [429, 1483, 1064, 186]),  # the zero of 46.90 is lost
        ([0.25, 0.5, 0.25, 0], 8, [2, 4, 2, 0]),  # a percent cell of Excel
        ([2, 4, 2, 0], 8, [2, 4, 2, 0]),  # numbers of pupils
        ([0, 0, 0, 100], 1, [0, 0, 0, 1]),
    ],
)
def test_shares_become_numbers_of_pupils(shares, participants, counts):
    assert as_counts(shares, participants) == counts


@pytest.mark.parametrize("shares", [[12, 52, 27, 7], [50, 60, 0, 0], [-1, 51, 25, 25], [0, 0, 0, 0]])
def test_shares_that_do_not_add_up_are_refused(shares):
    assert as_counts(shares, 89) is None


@given(st.lists(st.integers(0, 400), min_size=4, max_size=4).filter(any))
def test_rounded_percents_give_back_the_very_counts(counts):
    total = sum(counts)
    percents = [round(100 * count / total, 2) for count in counts]
    assert as_counts(percents, total) == counts


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=40).filter(any), st.integers(0, 100_000))
def test_counts_always_add_up_and_stay_within_one_of_exact(shares, participants):
    counts = split(shares, participants)
    total = sum(shares, Decimal(0))
    assert sum(counts) == participants
    assert all(abs(count - share * participants / total) < 1 for count, share in zip(counts, shares, strict=True))
