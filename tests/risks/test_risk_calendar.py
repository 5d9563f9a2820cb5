"""By when a risk is to be decided on: the rules of «Опережающее управление»."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.periods import school_year_of
from schools.risk_calendar import Due, Why, decision_due

day = dt.date


@pytest.mark.parametrize(
    ("found_on", "expected"),
    [
        (day(2022, 5, 16), Due(day(2022, 6, 30), Why.NEW_YEAR)),
        (day(2022, 6, 30), Due(day(2022, 6, 30), Why.NEW_YEAR)),
        (day(2022, 7, 1), Due(day(2022, 7, 1), Why.AT_ONCE)),
        (day(2023, 2, 10), Due(day(2023, 2, 10), Why.AT_ONCE)),
    ],
)
def test_a_risk_of_the_new_year_is_decided_by_june_and_one_found_later_at_once(found_on, expected):
    assert decision_due(school_year=2022, returns_in=None, found_on=found_on) == expected


@pytest.mark.parametrize(
    ("returns_in", "found_on", "expected"),
    [
        (9, day(2022, 5, 16), day(2022, 8, 31)),
        (9, day(2022, 9, 1), day(2023, 8, 31)),  # it is there already: the next time is a year away
        (1, day(2022, 5, 16), day(2022, 12, 31)),
        (3, day(2022, 5, 16), day(2023, 2, 28)),
        (3, day(2023, 4, 1), day(2024, 2, 29)),
        (8, day(2022, 5, 16), day(2022, 7, 31)),
    ],
)
def test_a_cyclic_risk_is_decided_before_it_comes_round(returns_in, found_on, expected):
    due = decision_due(school_year=2022, returns_in=returns_in, found_on=found_on)
    assert due == Due(expected, Why.BEFORE_IT_RETURNS)


@given(
    st.integers(2001, 2090),
    st.one_of(st.none(), st.integers(1, 12)),
    st.dates(day(2001, 1, 1), day(2090, 12, 31)),
)
def test_nobody_is_late_on_the_day_a_risk_is_found_and_a_cyclic_one_is_decided_before_its_month(year, month, found_on):
    due = decision_due(school_year=year, returns_in=month, found_on=found_on)
    assert due.on >= found_on
    assert not due.is_over(found_on)
    assert due.is_over(due.on + dt.timedelta(days=1))
    if month:
        returns = due.on + dt.timedelta(days=1)
        assert (returns.day, returns.month) == (1, month)
        assert school_year_of(returns) >= year
    elif due.why is Why.NEW_YEAR:
        assert due.on == day(year, 6, 30)
