"""The states of a programme, of a row and of a report on it, and which follow from which. Nothing else in the portal
knows it."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from accounts.access import Permission


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
    """What somebody is to a report or an assignment: who reports, or who checks."""

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


class ProgrammeState(StrEnum):
    """Of a programme; its words stand with the model."""

    DRAFT = "draft"
    AGREED = "agreed"
    APPROVED = "approved"
    AMENDED = "amended"


# From, to: what one must be allowed in its place. What is not here nobody may. What an order approved changes only as
# an amendment, which an order ends; or those who approve give the amendment up, and the edition in force stands again.
PROGRAMME_MOVES: dict[tuple[ProgrammeState, ProgrammeState], Permission] = {
    (ProgrammeState.DRAFT, ProgrammeState.AGREED): Permission.PLANS_EDIT,
    (ProgrammeState.AGREED, ProgrammeState.DRAFT): Permission.PLANS_EDIT,  # there is something to put right
    (ProgrammeState.AGREED, ProgrammeState.APPROVED): Permission.PLANS_APPROVE,
    (ProgrammeState.APPROVED, ProgrammeState.AMENDED): Permission.PLANS_EDIT,
    (ProgrammeState.AMENDED, ProgrammeState.APPROVED): Permission.PLANS_APPROVE,
}
WRITABLE_PROGRAMMES = frozenset({ProgrammeState.DRAFT, ProgrammeState.AMENDED})


class PlanState(StrEnum):
    """Of a roadmap: reports are taken on one that an order has approved, and on no other."""

    DRAFT = "draft"
    APPROVED = "approved"
    CLOSED = "closed"


# From, to: what it takes. What is not here nobody may.
PLAN_MOVES: dict[tuple[PlanState, PlanState], Permission] = {
    (PlanState.DRAFT, PlanState.APPROVED): Permission.PLANS_APPROVE,
    (PlanState.APPROVED, PlanState.CLOSED): Permission.PLANS_APPROVE,
    (PlanState.CLOSED, PlanState.APPROVED): Permission.PLANS_APPROVE,  # it was closed by mistake, or too early
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


class AssignmentState(StrEnum):
    """Of what a decision or recommendation asks of one school or organisation."""

    AWAITED = "awaited"
    BEGUN = "begun"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return ASSIGNMENT_LABELS[self]


ASSIGNMENT_LABELS = {
    AssignmentState.AWAITED: "не начато",
    AssignmentState.BEGUN: "в работе",
    AssignmentState.ANSWERED: "на проверке",
    AssignmentState.ACCEPTED: "исполнено",
    AssignmentState.RETURNED: "возвращено",
    AssignmentState.WITHDRAWN: "снято с контроля",
}

# From, to: who may. What is not here nobody may.
ASSIGNMENT_MOVES: dict[tuple[AssignmentState, AssignmentState], frozenset[Actor]] = {
    (AssignmentState.AWAITED, AssignmentState.BEGUN): frozenset({Actor.AUTHOR}),
    (AssignmentState.AWAITED, AssignmentState.ANSWERED): frozenset({Actor.AUTHOR}),
    (AssignmentState.BEGUN, AssignmentState.BEGUN): frozenset({Actor.AUTHOR}),  # more is done, not yet all
    (AssignmentState.BEGUN, AssignmentState.ANSWERED): frozenset({Actor.AUTHOR}),
    (AssignmentState.ANSWERED, AssignmentState.BEGUN): frozenset({Actor.AUTHOR}),  # taken back before it is judged
    (AssignmentState.ANSWERED, AssignmentState.ACCEPTED): frozenset({Actor.REVIEWER}),
    (AssignmentState.ANSWERED, AssignmentState.RETURNED): frozenset({Actor.REVIEWER}),
    (AssignmentState.RETURNED, AssignmentState.ANSWERED): frozenset({Actor.AUTHOR}),
    (AssignmentState.ACCEPTED, AssignmentState.RETURNED): frozenset({Actor.REVIEWER}),  # something has come out since
    **{
        (state, AssignmentState.WITHDRAWN): frozenset({Actor.REVIEWER})
        for state in (
            AssignmentState.AWAITED,
            AssignmentState.BEGUN,
            AssignmentState.ANSWERED,
            AssignmentState.RETURNED,
        )
    },
    (AssignmentState.WITHDRAWN, AssignmentState.AWAITED): frozenset({Actor.REVIEWER}),
}


def assignment_may_move(before: AssignmentState, after: AssignmentState, actors: Iterable[Actor]) -> bool:
    return not ASSIGNMENT_MOVES.get((before, after), frozenset()).isdisjoint(actors)


OWING = (AssignmentState.AWAITED, AssignmentState.BEGUN, AssignmentState.RETURNED)  # whom the calendar makes late
STATUS_OF_ASSIGNMENT = {
    AssignmentState.AWAITED: Status.NOT_STARTED,
    AssignmentState.BEGUN: Status.IN_WORK,
    AssignmentState.ANSWERED: Status.IN_WORK,
    AssignmentState.ACCEPTED: Status.DONE,
    AssignmentState.RETURNED: Status.IN_WORK,
    AssignmentState.WITHDRAWN: Status.CANCELLED,
}


def status_of_assignment(state: AssignmentState, due_on: dt.date | None, today: dt.date) -> Status:
    """What waits for its check is not late: whoever answered in time cannot hurry the check. Without a day nobody is
    late."""
    if state in OWING and due_on is not None and due_on < today:
        return Status.LATE
    return STATUS_OF_ASSIGNMENT[state]


class StageState(StrEnum):
    """Of the review of one of the two stages of positive changes: somebody tells what has changed, somebody else
    judges."""

    AWAITED = "awaited"
    TOLD = "told"
    JUDGED = "judged"

    @property
    def label(self) -> str:
        return STAGE_LABELS[self]


STAGE_LABELS = {
    StageState.AWAITED: "ждёт отчёта",
    StageState.TOLD: "на рассмотрении",
    StageState.JUDGED: "рассмотрен",
}

# From, to: who may. What is not here nobody may.
STAGE_MOVES: dict[tuple[StageState, StageState], frozenset[Actor]] = {
    (StageState.AWAITED, StageState.TOLD): frozenset({Actor.AUTHOR}),
    # Taken back by whoever told it, or returned by whoever judges.
    (StageState.TOLD, StageState.AWAITED): frozenset({Actor.AUTHOR, Actor.REVIEWER}),
    (StageState.TOLD, StageState.JUDGED): frozenset({Actor.REVIEWER}),
    (StageState.JUDGED, StageState.TOLD): frozenset({Actor.REVIEWER}),  # something has come out since
}


def stage_may_move(before: StageState, after: StageState, actors: Iterable[Actor]) -> bool:
    return not STAGE_MOVES.get((before, after), frozenset()).isdisjoint(actors)


class PublicationState(StrEnum):
    """Of what has to be published. None is stored: they follow from the link and the calendar."""

    OPEN = "open"
    PUBLISHED = "published"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        return PUBLICATION_LABELS[self]


PUBLICATION_LABELS = {
    PublicationState.OPEN: "не опубликовано",
    PublicationState.PUBLISHED: "опубликовано",
    PublicationState.OVERDUE: "просрочено",
}


def publication_state(published_on: dt.date | None, due_on: dt.date | None, today: dt.date) -> PublicationState:
    if published_on is not None:
        return PublicationState.PUBLISHED
    return PublicationState.OVERDUE if due_on is not None and due_on < today else PublicationState.OPEN


class ReviewState(StrEnum):
    """Of an expert's assessment: the expert writes and submits it, whoever assigned it accepts it or asks for more."""

    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return REVIEW_LABELS[self]


REVIEW_LABELS = {
    ReviewState.ASSIGNED: "назначена",
    ReviewState.SUBMITTED: "на проверке",
    ReviewState.ACCEPTED: "принята",
    ReviewState.RETURNED: "возвращена",
    ReviewState.DECLINED: "эксперт отказался",
}

# From, to: who may; the author is the expert. What is not here nobody may.
REVIEW_MOVES: dict[tuple[ReviewState, ReviewState], frozenset[Actor]] = {
    (ReviewState.ASSIGNED, ReviewState.SUBMITTED): frozenset({Actor.AUTHOR}),
    (ReviewState.ASSIGNED, ReviewState.DECLINED): frozenset({Actor.AUTHOR}),
    (ReviewState.RETURNED, ReviewState.SUBMITTED): frozenset({Actor.AUTHOR}),
    (ReviewState.RETURNED, ReviewState.DECLINED): frozenset({Actor.AUTHOR}),
    (ReviewState.SUBMITTED, ReviewState.ASSIGNED): frozenset({Actor.AUTHOR}),  # taken back before it is judged
    (ReviewState.SUBMITTED, ReviewState.ACCEPTED): frozenset({Actor.REVIEWER}),
    (ReviewState.SUBMITTED, ReviewState.RETURNED): frozenset({Actor.REVIEWER}),
    (ReviewState.ACCEPTED, ReviewState.RETURNED): frozenset({Actor.REVIEWER}),  # something has come out since
    (ReviewState.DECLINED, ReviewState.ASSIGNED): frozenset({Actor.REVIEWER}),  # asked once more
}
WRITABLE_REVIEWS = frozenset({ReviewState.ASSIGNED, ReviewState.RETURNED})


def review_may_move(before: ReviewState, after: ReviewState, actors: Iterable[Actor]) -> bool:
    return not REVIEW_MOVES.get((before, after), frozenset()).isdisjoint(actors)
