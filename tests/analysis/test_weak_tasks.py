"""Weak topics: beyond chance, against all others, and quiet about few pupils."""

import random

import pytest

from monitoring.analysis import weak_tasks as room
from monitoring.analysis.weak_tasks import Task, TaskResults, Weakness

Row = tuple[Task, int, int, int]


def weak_tasks(rows: list[Row]) -> Weakness:
    return room.weak_tasks(TaskResults.of(rows))


def task(school: int, done: int, participants: int, name: str = "1") -> Row:
    return Task("vpr", name), school, done, participants


def test_a_task_far_below_the_others_is_weak_with_its_shares():
    """8 of 40 against 140 of 200 of the others: 20 % against 70 %."""
    (found,) = weak_tasks([task(1, 8, 40), task(2, 70, 100), task(3, 70, 100)]).weak
    assert (found.school, found.share, found.share_of_others, found.change) == (1, 20.0, 70.0, -50.0)
    assert found.p_value < 1e-6


def test_the_p_value_worked_by_hand():
    """15 of 30 against 36 of 50: pooled 51/80, z = −0.22 / √(0.6375·0.3625·(1/30 + 1/50)) = −1.98, p = 0.0239."""
    (found,) = weak_tasks([task(1, 15, 30), task(2, 36, 50)]).weak
    assert found.p_value == pytest.approx(0.0239, abs=2e-4)


def test_a_difference_that_chance_makes_is_not_weak():
    assert weak_tasks([task(1, 13, 30), task(2, 52, 100)]).weak == ()


def test_among_hundreds_of_tasks_a_small_p_value_alone_is_not_enough():
    """The very task that is weak by itself is not among two hundred that do not differ."""
    same = [row for place in range(200) for row in (task(1, 15, 30, f"t{place}"), task(2, 25, 50, f"t{place}"))]
    alone = [task(1, 15, 30, "x"), task(2, 36, 50, "x")]
    assert weak_tasks(alone).weak != ()
    assert weak_tasks([*same, *alone]).weak == ()


def test_of_a_town_where_all_are_alike_nearly_nothing_is_called_weak():
    dice = random.Random(2)
    rows = [
        task(school, sum(dice.random() < 0.6 for _ in range(25)), 25, str(name))
        for school in range(30)
        for name in range(20)
    ]
    assert len(weak_tasks(rows).weak) <= 2


def test_few_pupils_tell_nothing_and_are_counted():
    found = weak_tasks([task(1, 0, 4), task(2, 70, 100), task(3, 65, 100)])
    assert [row.school for row in found.weak] == []
    assert (found.compared, found.too_few) == (2, 1)


def test_a_school_alone_has_nobody_to_be_compared_with():
    found = weak_tasks([task(1, 1, 40)])
    assert (found.weak, found.compared) == ((), 0)


def test_nothing_handed_in_gives_nothing():
    assert weak_tasks([]).weak == ()
