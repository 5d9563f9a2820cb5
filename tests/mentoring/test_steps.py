"""How a row of a pairing's plan follows from the days on which the pair met."""

import datetime as dt

import pytest

from mentoring.kinds import SIDES, Kind
from mentoring.plan_templates import pairing_templates
from mentoring.steps import follow, status_on
from roadmaps.plans.deadlines import read_deadline
from roadmaps.states import Status

TERM = {"starts_on": dt.date(2023, 1, 1), "ends_on": dt.date(2023, 12, 31)}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2023-{text}")


@pytest.mark.parametrize(
    ("deadline", "met", "status", "held", "due", "done"),
    [
        ("Март", [], "not_started", "0/1", "03-31", None),
        ("Март", ["02-27"], "done", "1/1", "03-31", "02-27"),  # what is due once may be held before its time
        ("Март", ["05-02", "06-01"], "done", "1/1", "03-31", "05-02"),
        ("ежеквартально", ["02-01"], "in_work", "1/4", "06-30", None),
        ("ежеквартально", ["02-01", "02-20"], "in_work", "1/4", "06-30", None),  # one more, not the next one's
        ("ежеквартально", ["04-03", "04-10"], "in_work", "2/4", "09-30", None),  # the missed one is held late
        ("ежеквартально", ["01-10", "04-10", "07-10", "12-10"], "done", "4/4", "12-31", "12-10"),
        ("постоянно", ["02-01"], "in_work", "1/0", None, None),  # a person ends it, no meeting does
        ("", [], "not_started", "0/1", None, None),  # no day is named, so nobody is late
        ("", ["02-01"], "done", "1/1", "12-31", "02-01"),
        ("по результатам ВПР", [], "not_started", "0/0", None, None),
        ("по результатам ВПР", ["10-01"], "done", "1/0", None, "10-01"),
    ],
)
def test_meetings_hold_the_times_of_a_row(deadline, met, status, held, due, done):
    found = follow(read_deadline(deadline, **TERM), met_on=map(day, met), **TERM)
    assert (found.status, f"{found.held}/{found.times}") == (status, held)
    assert (found.due_on, found.done_on) == (due and day(due), done and day(done))


def test_a_meeting_that_waits_for_its_confirmation_begins_the_row():
    found = follow(read_deadline("Март", **TERM), met_on=(), awaiting=True, **TERM)
    assert (found.status, found.held) == (Status.IN_WORK, 0)


def test_only_an_open_row_of_a_plan_in_force_is_late_and_only_after_its_day():
    due = day("03-31")
    assert status_on(Status.IN_WORK, due, day("04-01"), in_force=True) is Status.LATE
    assert status_on(Status.IN_WORK, due, due, in_force=True) is Status.IN_WORK
    assert status_on(Status.IN_WORK, due, day("04-01"), in_force=False) is Status.IN_WORK
    assert status_on(Status.IN_WORK, None, day("04-01"), in_force=True) is Status.IN_WORK
    assert status_on(Status.DONE, due, day("04-01"), in_force=True) is Status.DONE


def test_there_is_a_template_for_every_kind_that_has_a_plan_and_the_portal_understands_its_deadlines():
    templates = pairing_templates().values()
    assert {kind for one in templates for kind in one.kinds} == {kind for kind in Kind if not SIDES[kind].is_counted}
    for one in templates:
        assert one.source
        for step in one.steps:
            assert not read_deadline(step.deadline, title=step.title, **TERM).needs_person, step
