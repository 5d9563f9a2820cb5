"""Terms of pairings and how many run at once."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentoring.kinds import Standing, Term, greatest_load

FIRST = dt.date(2023, 1, 1)
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


terms = st.builds(
    lambda start, length: Term(day(start), None if length is None else day(start + length)),
    st.integers(0, 20),
    st.none() | st.integers(0, 10),
)


@patiently
@given(terms, terms)
def test_terms_meet_where_a_day_is_common(one, other):
    common = any(one.holds_on(day(number)) and other.holds_on(day(number)) for number in range(40))
    assert one.meets(other) == other.meets(one) == common


@patiently
@given(st.lists(terms, max_size=6), terms)
def test_the_greatest_load_is_that_of_the_busiest_day(others, term):
    days = [day(number) for number in range(40) if term.holds_on(day(number))]
    assert greatest_load(others, term) == 1 + max(sum(other.holds_on(one) for other in others) for one in days)


def test_a_pairing_runs_on_its_first_and_last_day():
    term = Term(day(1), day(3))
    assert [term.standing(day(number)) for number in range(5)] == [
        Standing.PLANNED, Standing.CURRENT, Standing.CURRENT, Standing.CURRENT, Standing.ENDED,
    ]  # fmt: skip
    assert Term(day(1), None).standing(day(1000)) is Standing.CURRENT
