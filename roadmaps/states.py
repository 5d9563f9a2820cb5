"""The states of a row and of a report on it, and which follow from which. Nothing else in the portal knows it."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """Of an occurrence, and of a row made of its occurrences. `LATE` is never stored: the calendar makes it."""

    NOT_STARTED = "not_started"
    IN_WORK = "in_work"
    DONE = "done"
    LATE = "late"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.NOT_STARTED: "не начато",
    Status.IN_WORK: "в работе",
    Status.DONE: "выполнено",
    Status.LATE: "просрочено",
    Status.CANCELLED: "отменено",
}


class ReportState(StrEnum):
    """Of a progress report: a draft is for those alone who report."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return REPORT_LABELS[self]


REPORT_LABELS = {
    ReportState.DRAFT: "черновик",
    ReportState.SUBMITTED: "на проверке",
    ReportState.ACCEPTED: "принят",
    ReportState.RETURNED: "возвращён",
}


class Actor(StrEnum):
    """What somebody is to a report: who reports, or who checks."""

    AUTHOR = "author"
    REVIEWER = "reviewer"


# From, to: who may. What is not here nobody may.
REPORT_MOVES: dict[tuple[ReportState, ReportState], frozenset[Actor]] = {
    (ReportState.DRAFT, ReportState.SUBMITTED): frozenset({Actor.AUTHOR}),
    (ReportState.SUBMITTED, ReportState.DRAFT): frozenset({Actor.AUTHOR}),  # taken back before anybody has judged
    (ReportState.SUBMITTED, ReportState.ACCEPTED): frozenset({Actor.REVIEWER}),
    (ReportState.SUBMITTED, ReportState.RETURNED): frozenset({Actor.REVIEWER}),
    (ReportState.RETURNED, ReportState.SUBMITTED): frozenset({Actor.AUTHOR}),
    (ReportState.ACCEPTED, ReportState.RETURNED): frozenset({Actor.REVIEWER}),  # something has come out since
    (ReportState.ACCEPTED, ReportState.SUBMITTED): frozenset({Actor.AUTHOR}),  # of what was not yet whole: more is done
}


def may_move(before: ReportState, after: ReportState, actors: Iterable[Actor]) -> bool:
    return not REPORT_MOVES.get((before, after), frozenset()).isdisjoint(actors)


def status_of_occurrence(reports: Iterable[tuple[ReportState, int]], *, awaited: int = 1) -> tuple[Status, int]:
    """Status and percent of what is due once, from the last report of each of those who answer for it.

    `reports` are state and percent, one of each who has reported; drafts count for nothing. `awaited` is how many have
    to report. Done is what all of them report at 100 per cent and somebody has accepted.
    """
    told = [(state, percent) for state, percent in reports if state is not ReportState.DRAFT]
    if not told:
        return Status.NOT_STARTED, 0
    awaited = max(awaited, len(told))
    done = [percent for state, percent in told if state is ReportState.ACCEPTED and percent == 100]
    if len(done) == awaited:
        return Status.DONE, 100
    # What waits for its check, or was returned, is not done, whatever it says of itself.
    percent = sum(percent if state is ReportState.ACCEPTED else min(percent, 99) for state, percent in told) // awaited
    return Status.IN_WORK, min(percent, 99)


def status_of_row(statuses: Iterable[Status]) -> Status:
    """Of its occurrences: late when one is late, done when all that were not cancelled are done, begun when any is."""
    found = list(statuses)
    standing = [status for status in found if status is not Status.CANCELLED]
    if not standing:
        return Status.CANCELLED if found else Status.NOT_STARTED
    if Status.LATE in standing:
        return Status.LATE
    if all(status is Status.DONE for status in standing):
        return Status.DONE
    return Status.NOT_STARTED if all(status is Status.NOT_STARTED for status in standing) else Status.IN_WORK


def seen_on(status: Status, due_on: dt.date, today: dt.date) -> Status:
    """As people see it on a day."""
    return Status.LATE if status in (Status.NOT_STARTED, Status.IN_WORK) and due_on < today else status
