"""Assignments move as the table of moves says and no other way, whoever tries; the calendar makes some of them late."""

import datetime as dt
import itertools
import random

import pytest

from roadmaps.models import Assignment, AssignmentChange
from roadmaps.queries.control import actors_on, moves_of
from roadmaps.services import assignments
from roadmaps.services.assignments import Answer, AssignmentRefused
from roadmaps.services.decisions import DecisionTold, PointTold, register_decision
from roadmaps.states import (
    OWING,
    Actor,
    AssignmentState,
    Status,
    assignment_may_move,
    status_of_assignment,
)

S = AssignmentState
DUE = dt.date(2022, 3, 31)
PEOPLE = ("curator", "neighbour", "outsider", "methodist", "department", "viewer")
AUTHOR, REVIEWER = Actor.AUTHOR, Actor.REVIEWER
ALLOWED = {
    (S.AWAITED, S.BEGUN, AUTHOR), (S.AWAITED, S.ANSWERED, AUTHOR), (S.BEGUN, S.BEGUN, AUTHOR),
    (S.BEGUN, S.ANSWERED, AUTHOR), (S.ANSWERED, S.BEGUN, AUTHOR), (S.RETURNED, S.ANSWERED, AUTHOR),
    (S.ANSWERED, S.ACCEPTED, REVIEWER), (S.ANSWERED, S.RETURNED, REVIEWER), (S.ACCEPTED, S.RETURNED, REVIEWER),
    (S.AWAITED, S.WITHDRAWN, REVIEWER), (S.BEGUN, S.WITHDRAWN, REVIEWER), (S.ANSWERED, S.WITHDRAWN, REVIEWER),
    (S.RETURNED, S.WITHDRAWN, REVIEWER), (S.WITHDRAWN, S.AWAITED, REVIEWER),
}  # fmt: skip
MOVES = {
    S.BEGUN: lambda row, by: assignments.answer(
        assignment=row, said=Answer("Делаем"), is_whole=False, seen_version=row.version, by=by
    ),
    S.ANSWERED: lambda row, by: assignments.answer(
        assignment=row, said=Answer("Сделали"), is_whole=True, seen_version=row.version, by=by
    ),
    S.ACCEPTED: lambda row, by: assignments.accept(assignment=row, seen_version=row.version, by=by),
    S.RETURNED: lambda row, by: assignments.give_back(assignment=row, reason="Нет", seen_version=row.version, by=by),
    S.WITHDRAWN: lambda row, by: assignments.withdraw(assignment=row, reason="Нет", seen_version=row.version, by=by),
    S.AWAITED: lambda row, by: assignments.restore(assignment=row, seen_version=row.version, by=by),
}


@pytest.fixture
def asked(planned):
    """Of the first school, and of the centre."""
    point = PointTold("Провести самоанализ", "1.", "до 31.03.2022", responsible=("СОШ № 1", "ЦРО"))
    day = {"date": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}
    told = DecisionTold(kind="order", number="5", title="О мерах", points=[point], **day)
    register_decision(municipality=planned.municipality, told=told, by=planned.methodist)
    planned.of_school, planned.of_centre = (
        Assignment.objects.get(school=planned.first),
        Assignment.objects.get(school=None),
    )
    return planned


def stand_in(row: Assignment, state: AssignmentState, by=None) -> Assignment:
    reason = "Нет протокола" if state in (S.RETURNED, S.WITHDRAWN) else ""
    Assignment.objects.filter(pk=row.pk).update(state=state.value, reason=reason, text="Сделали", answered_by=by)
    return Assignment.objects.get(pk=row.pk)


def test_the_table_of_moves_is_complete():
    for before, after, actor in itertools.product(S, S, Actor):
        assert assignment_may_move(before, after, {actor}) is ((before, after, actor) in ALLOWED), (
            before,
            after,
            actor,
        )
        assert not assignment_may_move(before, after, ())


@pytest.mark.django_db
@pytest.mark.parametrize("before", S)
def test_every_pair_by_everybody(asked, before):
    """What the table does not let through leaves the assignment as it was."""
    for after, who in itertools.product(S, PEOPLE):
        row = stand_in(asked.of_school, before, asked.curator if before is not S.AWAITED else None)
        by = getattr(asked, who)
        actor = {"curator": AUTHOR, "methodist": REVIEWER, "department": REVIEWER}.get(who)
        # Handing in what was handed in, or saying «ещё в работе» of it, is not what «взять обратно» does.
        allowed = (before, after, actor) in ALLOWED
        if allowed:
            MOVES[after](row, by)
        else:
            with pytest.raises(AssignmentRefused):
                MOVES[after](row, by)
        row.refresh_from_db()
        assert row.state == (after if allowed else before).value, (before, after, who)


@pytest.mark.django_db
def test_taking_back_is_of_what_waits_for_its_check(asked):
    for state in S:
        row = stand_in(asked.of_school, state, asked.curator)
        if state is S.ANSWERED:
            taken = assignments.take_back(assignment=row, seen_version=row.version, by=asked.curator)
            assert (taken.state, taken.text) == ("begun", "Сделали")
        else:
            with pytest.raises(AssignmentRefused):
                assignments.take_back(assignment=row, seen_version=row.version, by=asked.curator)


@pytest.mark.django_db
def test_nobody_checks_their_own_answer(asked):
    row = MOVES[S.ANSWERED](asked.of_centre, asked.methodist)
    for after in (S.ACCEPTED, S.RETURNED, S.WITHDRAWN):
        with pytest.raises(AssignmentRefused, match="другой человек"):
            MOVES[after](row, asked.methodist)
    assert MOVES[S.ACCEPTED](row, asked.department).state == "accepted"


@pytest.mark.django_db
def test_a_person_who_is_named_answers(asked):
    Assignment.objects.filter(pk=asked.of_centre.pk).update(user=asked.viewer)
    row = Assignment.objects.get(pk=asked.of_centre.pk)
    assert actors_on(asked.viewer, row) == {AUTHOR}
    assert MOVES[S.ANSWERED](row, asked.viewer).answered_by == asked.viewer


@pytest.mark.django_db
def test_an_answer_needs_words_and_a_return_its_reason(asked):
    row = asked.of_school
    with pytest.raises(AssignmentRefused, match="Напишите, что сделано"):
        assignments.answer(assignment=row, said=Answer("  "), is_whole=True, seen_version=1, by=asked.curator)
    assignments.answer(assignment=row, said=Answer(""), is_whole=False, seen_version=1, by=asked.curator)
    with pytest.raises(AssignmentRefused, match="Напишите причину"):
        assignments.withdraw(assignment=row, reason=" ", seen_version=2, by=asked.methodist)


@pytest.mark.django_db
def test_the_second_of_two_is_told(asked):
    row = MOVES[S.ANSWERED](asked.of_school, asked.curator)
    assignments.accept(assignment=row, seen_version=row.version, by=asked.methodist)
    with pytest.raises(AssignmentRefused, match="теперь оно «исполнено»"):
        assignments.give_back(assignment=row, reason="Нет", seen_version=row.version, by=asked.department)


@pytest.mark.django_db
def test_every_move_is_a_line_of_the_history(asked):
    row = MOVES[S.ANSWERED](asked.of_school, asked.curator)
    row = MOVES[S.RETURNED](row, asked.methodist)
    lines = AssignmentChange.objects.filter(assignment=row)
    assert [(line.before, line.after, line.text, line.by) for line in lines] == [
        ("awaited", "answered", "Сделали", asked.curator),
        ("answered", "returned", "Нет", asked.methodist),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_random_people_never_make_a_forbidden_move(asked, seed):
    chance, row = random.Random(seed), asked.of_school
    for _ in range(40):
        who, after = chance.choice(PEOPLE), chance.choice(list(S))
        before, by = S(row.state), getattr(asked, who)
        actors = actors_on(by, row)
        try:
            row = MOVES[after](row, by)
        except AssignmentRefused:
            assert Assignment.objects.get(pk=row.pk).state == before.value
        else:
            assert any((before, after, actor) in ALLOWED for actor in actors), (before, after, who)


@pytest.mark.django_db
@pytest.mark.parametrize("state", S)
def test_buttons_are_those_the_table_allows(asked, state):
    row = stand_in(asked.of_school, state, asked.curator)
    offered = moves_of(asked.curator, row)
    assert offered.can_answer is ((state, S.ANSWERED, AUTHOR) in ALLOWED)
    assert offered.can_take_back is (state is S.ANSWERED)
    offered = moves_of(asked.methodist, row)
    assert offered.can_accept is ((state, S.ACCEPTED, REVIEWER) in ALLOWED)
    assert offered.can_return is ((state, S.RETURNED, REVIEWER) in ALLOWED)
    assert offered.can_withdraw is ((state, S.WITHDRAWN, REVIEWER) in ALLOWED)
    assert offered.can_restore is (state is S.WITHDRAWN)
    assert not any(vars(moves_of(asked.viewer, row)).values())


@pytest.mark.parametrize("state", S)
def test_only_what_is_owed_is_late_and_only_after_its_day(state):
    after = DUE + dt.timedelta(days=1)
    assert status_of_assignment(state, DUE, DUE) is not Status.LATE
    assert (status_of_assignment(state, DUE, after) is Status.LATE) is (state in OWING)
    assert status_of_assignment(state, None, after) is not Status.LATE
