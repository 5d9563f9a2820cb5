"""What differs between two states of a passport."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.passport.changes import Verb, compare, compare_part
from roadmaps.passport.parts import FIELDS, Part


def results(*texts: str) -> list[dict]:
    return [{"text": text} for text in texts]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], []),
        (["Один"], ["Один"], []),
        (["Один"], ["Один", "Два"], [(Verb.ADDED, "Два")]),
        (["Один", "Два"], ["Два"], [(Verb.REMOVED, "Один")]),
        (["Растёт качество"], ["Растёт качество знаний"], [(Verb.CHANGED, "Растёт качество знаний")]),
        (["Один", "Два"], ["Два", "Один"], [(Verb.REORDERED, "")]),
        (["Один", "Один"], ["Один"], [(Verb.REMOVED, "Один")]),
        (["Качество"], ["Заметно другое"], [(Verb.REMOVED, "Качество"), (Verb.ADDED, "Заметно другое")]),
    ],
)  # fmt: skip
def test_lines_that_came_went_and_changed(before, after, expected):
    changes = compare_part(Part.RESULTS, results(*before), results(*after))
    assert [(change.verb, change.name) for change in changes] == expected


def test_line_of_the_same_name_says_which_fields_changed():
    stage = {"title": "Первый", "starts_on": "2022-01-11", "ends_on": "2022-02-15", "text": ""}
    (change,) = compare_part(Part.STAGES, [stage], [stage | {"ends_on": "2022-03-01"}])
    assert [(one.field, one.before, one.after) for one in change.fields] == [("ends_on", "2022-02-15", "2022-03-01")]


def test_head_is_one_line_however_much_of_it_is_rewritten():
    head = dict.fromkeys(FIELDS[Part.HEAD], "1")
    (change,) = compare({"head": [head]}, {"head": [head | {"title": "Совсем другое", "aim": ""}]})
    assert (change.verb, {one.field for one in change.fields}) == (Verb.CHANGED, {"title", "aim"})


TEXTS = st.lists(st.text("абв ", min_size=1, max_size=6), max_size=8)


@given(TEXTS, TEXTS)
def test_nothing_is_told_of_equal_states_and_something_of_any_others(before, after):
    changes = compare_part(Part.RESULTS, results(*before), results(*after))
    assert bool(changes) == (before != after)
    added = sum(change.verb is Verb.ADDED for change in changes)
    removed = sum(change.verb is Verb.REMOVED for change in changes)
    assert len(after) - len(before) == added - removed
