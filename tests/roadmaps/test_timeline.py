"""The line of time: days in per cent of its width."""

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadmaps.plans.timeline import Scale, Unit, scale_of

YEAR = scale_of(dt.date(2022, 9, 1), dt.date(2023, 8, 31))
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))


def test_school_year_is_twelve_months_of_its_365_days():
    assert (YEAR.days, YEAR.unit) == (365, Unit.MONTH)
    assert " ".join(tick.label for tick in YEAR.ticks) == "сен окт ноя дек янв фев мар апр май июн июл авг"
    assert [tick.label for tick in YEAR.years] == ["2022", "2023"]
    assert YEAR.ticks[1].at == pytest.approx(100 * 30 / 365)  # after the thirty days of September
    assert YEAR.years[1].at == pytest.approx(100 * 122 / 365)  # 30 + 31 + 30 + 31


def test_line_begins_and_ends_with_whole_months():
    scale = scale_of(dt.date(2024, 2, 10), dt.date(2024, 2, 20))
    assert (scale.first, scale.last) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))


def test_long_line_is_divided_by_quarters_unless_months_are_asked_for():
    first, last = dt.date(2021, 11, 1), dt.date(2023, 12, 31)
    assert [tick.label for tick in scale_of(first, last).ticks] == ["IV", *["I", "II", "III", "IV"] * 2]
    assert len(scale_of(first, last, Unit.MONTH).ticks) == 26


def test_time_is_as_wide_as_its_days():
    at, width = YEAR.span(dt.date(2022, 10, 1), dt.date(2022, 10, 31))
    assert at == pytest.approx(100 * 30 / 365)
    assert width == pytest.approx(100 * 31 / 365)


def test_single_day_is_seen_at_the_very_end_of_the_line():
    at, width = YEAR.span(dt.date(2023, 8, 31), dt.date(2023, 8, 31))
    assert width >= 0.5
    assert at + width <= 100


@pytest.mark.parametrize("day", [dt.date(2022, 8, 31), dt.date(2023, 9, 1)])
def test_what_lies_outside_is_not_drawn(day):
    assert YEAR.span(day, day) is None
    assert not YEAR.holds(day)


def test_line_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="кончается раньше"):
        Scale(dt.date(2023, 1, 2), dt.date(2023, 1, 1), Unit.MONTH)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=DAYS, second=DAYS, unit=st.sampled_from([None, *Unit]))
def test_parts_cover_the_whole_line_without_a_gap(first, second, unit):
    scale = scale_of(min(first, second), max(first, second), unit)
    for parts in (scale.ticks, scale.years):
        assert parts[0].at == 0
        assert sum(part.width for part in parts) == pytest.approx(100)
        assert all(after.at == pytest.approx(before.at + before.width) for before, after in itertools.pairwise(parts))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=DAYS, second=DAYS, begin=DAYS, end=DAYS)
def test_whatever_is_drawn_lies_within_the_line(first, second, begin, end):
    scale = scale_of(min(first, second), max(first, second))
    if found := scale.span(min(begin, end), max(begin, end)):
        at, width = found
        assert at >= 0
        assert width > 0
        assert at + width <= 100.0001
