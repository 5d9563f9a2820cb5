"""The control of execution: what is asked of whom, how it stands, and who may do what about it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.models import Assignment, AssignmentChange, Decision, DecisionPoint, Recommendation
from roadmaps.queries.answering import hats_of, may_review
from roadmaps.queries.owed import DAYS_AHEAD
from roadmaps.states import (
    OWING,
    Actor,
    AssignmentState,
    Status,
    assignment_may_move,
    status_of_assignment,
    status_of_row,
)
from schools.models import Municipality

WITH = ("school", "point__decision", "recommendation")  # what a line of the list is told from
OPEN = (*OWING, AssignmentState.ANSWERED)
# What the list is narrowed to: word for people.
STATES = {
    "open": "На контроле",
    "late": "Просрочено",
    "answered": "Ждёт проверки",
    "done": "Исполнено",
    "withdrawn": "Снято с контроля",
    "all": "Все",
}


@dataclass(frozen=True)
class ControlFilters:
    """`responsible` is the key of a school after «s», or the name of whoever is no school."""

    state: str = "open"
    responsible: str = ""

    @property
    def is_empty(self) -> bool:
        return self.state == "open" and not self.responsible


@dataclass(frozen=True)
class ControlLine:
    """An assignment as people see it on a day."""

    assignment: Assignment
    status: Status
    today: dt.date

    @property
    def late_days(self) -> int:
        due_on = self.assignment.due_on
        return (self.today - due_on).days if due_on and self.status is Status.LATE else 0

    @property
    def word(self) -> str:
        """«исполнено» and «возвращено» say more than the state of a row does."""
        return Status.LATE.label if self.status is Status.LATE else AssignmentState(self.assignment.state).label


@dataclass(frozen=True)
class Moves:
    """What the person who looks may do now."""

    can_answer: bool
    can_begin: bool
    can_take_back: bool
    can_accept: bool
    can_return: bool
    can_withdraw: bool
    can_restore: bool


@dataclass(frozen=True)
class PointLine:
    """A point of a decision with what became of it; None when it asks nothing of anybody."""

    point: DecisionPoint
    status: Status | None
    lines: tuple[ControlLine, ...]

    @property
    def done(self) -> int:
        return sum(line.status is Status.DONE for line in self.lines)


@dataclass(frozen=True)
class DecisionLine:
    """A decision in the list, with how many of its assignments are done and late."""

    decision: Decision
    awaited: int
    done: int
    late: int


def line_of(assignment: Assignment, today: dt.date) -> ControlLine:
    status = status_of_assignment(AssignmentState(assignment.state), assignment.due_on, today)
    return ControlLine(assignment, status, today)


def late_on(today: dt.date) -> Q:
    return Q(state__in=OWING, due_on__lt=today)


def control_list(
    user: Any, municipality: Municipality, filters: ControlFilters, today: dt.date
) -> QuerySet[Assignment]:
    """What the person may see, the longest overdue first; what has no day comes last."""
    states = {
        "open": Q(state__in=OPEN),
        "late": late_on(today),
        "answered": Q(state=AssignmentState.ANSWERED),
        "done": Q(state=AssignmentState.ACCEPTED),
        "withdrawn": Q(state=AssignmentState.WITHDRAWN),
    }
    found = _seen(user, municipality).filter(states.get(filters.state, Q()))
    if filters.responsible.startswith("s") and filters.responsible[1:].isdecimal():
        found = found.filter(school=int(filters.responsible[1:]))
    elif filters.responsible:
        found = found.filter(school__isnull=True, name=filters.responsible)
    return found.select_related(*WITH).order_by(F("due_on").asc(nulls_last=True), "pk")


def counts_of(user: Any, municipality: Municipality, today: dt.date) -> dict[str, int]:
    """How many are on control, late, and waiting for their check."""
    return _seen(user, municipality).aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        late=Count("pk", filter=late_on(today)),
        answered=Count("pk", filter=Q(state=AssignmentState.ANSWERED)),
        done=Count("pk", filter=Q(state=AssignmentState.ACCEPTED)),
        withdrawn=Count("pk", filter=Q(state=AssignmentState.WITHDRAWN)),
        all=Count("pk"),
    )


def responsible_of(user: Any, municipality: Municipality) -> list[tuple[str, str]]:
    """Whom the list can be narrowed to: value and name."""
    rows = _seen(user, municipality).order_by().values_list("school", "school__name", "name").distinct()
    found = {(f"s{school}", name) if school else (other, other) for school, name, other in rows if school or other}
    return sorted(found, key=lambda one: one[1])


def _seen(user: Any, municipality: Municipality) -> QuerySet[Assignment]:
    return Assignment.objects.visible_to(user).filter(municipality=municipality)


def actors_on(user: Any, assignment: Assignment) -> frozenset[Actor]:
    """What the user is to an assignment. Nobody checks what they answered themselves."""
    found = set()
    is_named = assignment.user_id is not None and assignment.user_id == user.pk
    if is_named or hats_of(user).may_report_for(assignment.school_id, assignment.municipality_id):
        found.add(Actor.AUTHOR)
    if may_review(user, assignment.municipality, assignment.school) and assignment.answered_by_id != user.pk:
        found.add(Actor.REVIEWER)
    return frozenset(found)


def moves_of(user: Any, assignment: Assignment) -> Moves:
    state, actors = AssignmentState(assignment.state), actors_on(user, assignment)

    def may(after: AssignmentState) -> bool:
        return assignment_may_move(state, after, actors)

    is_answered = state is AssignmentState.ANSWERED
    return Moves(
        can_answer=may(AssignmentState.ANSWERED),
        can_begin=may(AssignmentState.BEGUN) and not is_answered,
        can_take_back=may(AssignmentState.BEGUN) and is_answered,
        can_accept=may(AssignmentState.ACCEPTED),
        can_return=may(AssignmentState.RETURNED),
        can_withdraw=may(AssignmentState.WITHDRAWN),
        can_restore=may(AssignmentState.AWAITED),
    )


def history_of(assignment: Assignment) -> QuerySet[AssignmentChange]:
    """The latest first."""
    return assignment.changes.select_related("by").order_by("-at", "-pk")


def point_lines(user: Any, decision: Decision, today: dt.date) -> list[PointLine]:
    """The points in their order; of the assignments those that the person may see, in four queries."""
    seen = Assignment.objects.visible_to(user).select_related("school").order_by("due_on", "school__name", "name", "pk")
    points = decision.points.prefetch_related("responsible__school", Prefetch("assignments", queryset=seen))
    lines = []
    for point in points.order_by("position"):
        of_point = tuple(line_of(row, today) for row in point.assignments.all())
        status = status_of_row(line.status for line in of_point) if of_point else None
        lines.append(PointLine(point, status, of_point))
    return lines


def decision_lines(user: Any, decisions: Iterable[Decision], today: dt.date) -> list[DecisionLine]:
    """In one query more."""
    decisions = list(decisions)
    standing = Assignment.objects.visible_to(user).exclude(state=AssignmentState.WITHDRAWN)
    counts = {
        row["point__decision"]: row
        for row in standing.filter(point__decision__in=decisions)
        .order_by()
        .values("point__decision")
        .annotate(
            awaited=Count("pk"),
            done=Count("pk", filter=Q(state=AssignmentState.ACCEPTED)),
            late=Count("pk", filter=late_on(today)),
        )
    }
    empty = {"awaited": 0, "done": 0, "late": 0}
    found = [(decision, counts.get(decision.pk, empty)) for decision in decisions]
    return [DecisionLine(decision, row["awaited"], row["done"], row["late"]) for decision, row in found]


@dataclass(frozen=True)
class RecommendationLine:
    """A recommendation with its addressees whom the person may see."""

    recommendation: Recommendation
    lines: tuple[ControlLine, ...]
    status: Status

    @property
    def done(self) -> int:
        return sum(line.status is Status.DONE for line in self.lines)

    @property
    def whom(self) -> list[str]:
        """Each once, however often they answer."""
        return list(dict.fromkeys(line.assignment.who for line in self.lines))

    @property
    def due_on(self) -> dt.date | None:
        """The day of all, where there is one."""
        days = {line.assignment.due_on for line in self.lines}
        return days.pop() if len(days) == 1 else None


def recommendation_lines(
    user: Any, recommendations: Iterable[Recommendation], today: dt.date
) -> list[RecommendationLine]:
    """In two queries more."""
    recommendations = list(recommendations)
    rows: dict[int, list[ControlLine]] = {one.pk: [] for one in recommendations}
    seen = Assignment.objects.visible_to(user).filter(recommendation__in=rows).select_related("school")
    for row in seen.order_by("school__name", "name", F("due_on").asc(nulls_last=True), "pk"):
        assert row.recommendation_id is not None
        rows[row.recommendation_id].append(line_of(row, today))
    return [
        RecommendationLine(one, tuple(rows[one.pk]), status_of_row(line.status for line in rows[one.pk]))
        for one in recommendations
    ]


def may_register(user: Any, municipality: Municipality) -> bool:
    return municipality.allows(user, Permission.PLANS_EDIT)


def owed_assignments(user: Any, municipality: Municipality) -> QuerySet[Assignment]:
    """What this person has still to answer, for «Что я должен»."""
    hats = hats_of(user)
    schools = reach_of(user, Permission.PROGRESS_REPORT).schools | hats.schools
    mine = Q(school__in=schools) | Q(user=user.pk)
    if municipality.pk in hats.municipalities:
        mine |= Q(school__isnull=True)
    owed = _seen(user, municipality).filter(mine, state__in=OWING)
    return owed.select_related(*WITH).order_by(F("due_on").asc(nulls_last=True), "pk")


def is_due_soon(assignment: Assignment, today: dt.date) -> bool:
    """Whether it is to be shown to whoever owes the answer: as with reports, what has its day, or had it, or none is
    named, and what was begun or sent back."""
    is_near = assignment.due_on is None or assignment.due_on <= today + dt.timedelta(days=DAYS_AHEAD)
    return is_near or assignment.state != AssignmentState.AWAITED
