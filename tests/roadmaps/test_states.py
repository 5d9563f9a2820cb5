"""What the state of a row follows from, and whom the calendar makes late."""

import datetime as dt

import pytest

from roadmaps.models import Occurrence
from roadmaps.plans.deadlines import Precision
from roadmaps.queries.tables import state_of, state_on
from roadmaps.states import ReportState, Status, seen_on, status_of_occurrence, status_of_row

NOT_STARTED, IN_WORK, DONE, LATE, CANCELLED = Status
DRAFT, SUBMITTED, ACCEPTED, RETURNED = ReportState
DUE, AFTER = dt.date(2023, 3, 31), dt.date(2023, 4, 1)


@pytest.mark.parametrize(
    ("times", "row"),
    [
        ([], NOT_STARTED),
        ([NOT_STARTED, NOT_STARTED], NOT_STARTED),
        ([DONE, NOT_STARTED], IN_WORK),
        ([IN_WORK, NOT_STARTED], IN_WORK),
        ([DONE, DONE], DONE),
        ([DONE, CANCELLED], DONE),
        ([NOT_STARTED, CANCELLED], NOT_STARTED),
        ([CANCELLED, CANCELLED], CANCELLED),
        ([DONE, LATE, NOT_STARTED], LATE),
        ([CANCELLED, LATE], LATE),
    ],
)
def test_state_of_a_row_follows_from_its_times(times, row):
    assert status_of_row(times) is row
    assert status_of_row(reversed(times)) is row


@pytest.mark.parametrize(
    ("reports", "awaited", "expected"),
    [
        ([], 1, (NOT_STARTED, 0)),
        ([(DRAFT, 100)], 1, (NOT_STARTED, 0)),
        ([(SUBMITTED, 100)], 1, (IN_WORK, 99)),
        ([(RETURNED, 100)], 1, (IN_WORK, 99)),
        ([(ACCEPTED, 50)], 1, (IN_WORK, 50)),
        ([(ACCEPTED, 100)], 1, (DONE, 100)),
        ([(ACCEPTED, 100)], 2, (IN_WORK, 50)),
        ([(ACCEPTED, 100), (ACCEPTED, 100)], 2, (DONE, 100)),
        ([(ACCEPTED, 100), (SUBMITTED, 100)], 2, (IN_WORK, 99)),
        ([(ACCEPTED, 100), (DRAFT, 100)], 1, (DONE, 100)),
        ([(ACCEPTED, 100), (ACCEPTED, 50)], 1, (IN_WORK, 75)),
    ],
)
def test_time_is_done_when_all_who_answer_for_it_are_accepted(reports, awaited, expected):
    assert status_of_occurrence(reports, awaited=awaited) == expected


@pytest.mark.parametrize("status", Status)
def test_only_what_is_open_is_late_and_only_after_its_day(status):
    is_open = status in (NOT_STARTED, IN_WORK)
    assert seen_on(status, DUE, DUE) is status
    assert seen_on(status, DUE, AFTER) is (LATE if is_open else status)


@pytest.mark.parametrize("precision", Precision)
def test_nobody_is_late_for_a_day_that_the_document_does_not_name(precision):
    expected = NOT_STARTED if precision is Precision.FUZZY else LATE
    assert state_on(NOT_STARTED, DUE, precision, dt.date(2030, 1, 1), in_force=True) is expected
    assert state_on(NOT_STARTED, DUE, precision, dt.date(2030, 1, 1), in_force=False) is NOT_STARTED


@pytest.mark.parametrize(
    ("day", "expected"),
    [(DUE, IN_WORK), (AFTER, LATE), (dt.date(2023, 4, 9), LATE), (dt.date(2023, 4, 10), DONE)],
)
def test_what_was_done_later_was_not_done_on_the_day(day, expected):
    time = Occurrence(due_on=DUE, precision=Precision.MONTH, status=DONE, done_on=dt.date(2023, 4, 10))
    assert state_of(time, day, in_force=True) is expected
