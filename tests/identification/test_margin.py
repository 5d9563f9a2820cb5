"""How many marks separate a school from entering or leaving: by hand, and against every possible way."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.identification.margin import least_low, margin
from monitoring.identification.parameters import Mode, Parameters
from monitoring.identification.rule import Verdict
from monitoring.identification_wording import margin_in_words
from tests.identification.build import EXAMS, OGE_MATHS, VPR_5_MATHS, VPR_5_RUSSIAN, VPR_6_MATHS, find, result, rule


def told(found, **changes):
    known = margin(found, rule(**changes), 2020)
    return known and (
        known.enters,
        {(step.procedure.exam, step.procedure.school_year): step.pupils for step in known.steps},
    )


def test_a_school_below_by_one_pupil():
    found = find(result(VPR_5_MATHS, 7, 20), result(VPR_5_RUSSIAN, 5, 20))
    assert told(found) == (True, {(VPR_5_RUSSIAN, 2020): 1})


def test_the_cheapest_procedures_are_taken_to_enter():
    found = find(result(VPR_5_MATHS, 2, 20), result(VPR_5_RUSSIAN, 4, 20), result(VPR_6_MATHS, 1, 10))
    assert told(found) == (True, {(VPR_5_RUSSIAN, 2020): 2, (VPR_6_MATHS, 2020): 2})  # 4→6 of 20, 1→3 of 10


def test_a_school_at_the_threshold_leaves_by_one_pupil():
    found = find(result(VPR_5_MATHS, 6, 20), result(VPR_5_RUSSIAN, 9, 20))
    assert told(found) == (False, {(VPR_5_MATHS, 2020): 1})


def test_all_procedures_beyond_the_least_number_must_go():
    found = find(result(VPR_5_MATHS, 6, 20), result(VPR_5_RUSSIAN, 8, 20), result(VPR_6_MATHS, 20, 20))
    assert told(found) == (
        False,
        {(VPR_5_MATHS, 2020): 1, (VPR_5_RUSSIAN, 2020): 3},
    )  # one low is left, which is no two


def test_each_year_needs_its_own_and_one_year_is_enough_to_leave():
    rows = [result(OGE_MATHS, 9, 20, year=2019), result(OGE_MATHS, 6, 20)]
    per_year = {"mode": Mode.EACH_YEAR, "min_procedures": 1}
    assert told(find(*rows, **per_year), **per_year) == (False, {(OGE_MATHS, 2020): 1})
    rows = [result(OGE_MATHS, 4, 20, year=2019), result(OGE_MATHS, 5, 20)]
    assert told(find(*rows, **per_year), **per_year) == (True, {(OGE_MATHS, 2019): 2, (OGE_MATHS, 2020): 1})


def test_where_too_few_procedures_count_no_mark_brings_a_school_in():
    assert told(find(result(VPR_5_MATHS, 5, 20), result(VPR_5_RUSSIAN, 5, 9))) is None


def test_a_share_above_all_cannot_be_reached():
    high = {"threshold": Decimal(100), "inclusive": False}
    assert told(find(result(VPR_5_MATHS, 5, 20), result(VPR_5_RUSSIAN, 5, 20), **high), **high) is None


def test_nothing_is_below_nought():
    zero = {"threshold": Decimal(0)}
    assert told(find(result(VPR_5_MATHS, 0, 20), result(VPR_5_RUSSIAN, 5, 20), **zero), **zero) is None


@pytest.mark.parametrize(
    ("participants", "threshold", "inclusive", "expected"),
    [(20, "30", True, 6), (20, "30", False, 7), (10, "33.3", True, 4), (10, "0", True, 0), (7, "100", False, 8)],
)
def test_the_least_number_of_low_results(participants, threshold, inclusive, expected):
    assert least_low(participants, rule(threshold=Decimal(threshold), inclusive=inclusive)) == expected


# --- Every possible way

SMALL = st.lists(
    st.tuples(st.sampled_from(EXAMS[:3]), st.sampled_from([2019, 2020]), st.integers(0, 3), st.integers(0, 3)),
    unique_by=lambda row: row[:2],
    max_size=4,
)
RULES = st.builds(
    Parameters,
    exams=st.just(EXAMS),
    threshold=st.sampled_from([Decimal(text) for text in ("0", "30", "50", "100")]),
    inclusive=st.booleans(),
    min_procedures=st.integers(1, 3),
    mode=st.sampled_from(Mode),
    min_n=st.integers(1, 3),
)


@settings(deadline=None, max_examples=60)
@given(SMALL, RULES)
def test_no_other_way_takes_fewer_pupils(drawn, parameters):
    """All numbers of low results that the same participants could have."""
    exams = [(exam, year, min(low, people), people) for exam, year, low, people in drawn]

    def verdict(lows):
        rows = [result(exam, low, people, year=year) for (exam, year, _, people), low in zip(exams, lows, strict=True)]
        return find(*rows, **{name: getattr(parameters, name) for name in CHANGES}).verdict is Verdict.MEETS

    now = [low for _, _, low, _ in exams]
    was = verdict(now)
    ways = itertools.product(*(range(people + 1) for *_, people in exams))
    costs = [sum(abs(new - old) for new, old in zip(way, now, strict=True)) for way in ways if verdict(way) != was]
    rows = [result(exam, low, people, year=year) for exam, year, low, people in exams]
    found = find(*rows, **{name: getattr(parameters, name) for name in CHANGES})
    known = margin(found, parameters, 2020)
    assert (known.pupils if known else None) == min(costs, default=None)
    assert known is None or known.enters is not was


CHANGES = ("threshold", "inclusive", "min_procedures", "mode", "min_n")


@pytest.mark.parametrize(
    ("rows", "changes", "said"),
    [
        ([result(OGE_MATHS, 3, 20)], {}, "учтено процедур: 1, а правилу нужно не менее 2\u00a0процедур"),
        ([result(OGE_MATHS, 3, 20)], {"mode": Mode.EACH_YEAR}, "не в каждом году окна учтено не менее 2\u00a0процедур"),
        (
            [result(OGE_MATHS, 20, 20), result(VPR_5_MATHS, 20, 20)],
            {"threshold": Decimal(100), "inclusive": False},
            "порога не достичь ни при каких результатах",
        ),
        (
            [result(OGE_MATHS, 0, 20), result(VPR_5_MATHS, 0, 20)],
            {"threshold": Decimal(0)},
            "порог достигнут при любых результатах",
        ),
    ],
)
def test_where_no_results_would_do_it_is_said_why(rows, changes, said):
    finding, parameters = find(*rows, **changes), rule(**changes)
    assert margin(finding, parameters, 2020) is None
    assert said in margin_in_words(None, finding, parameters)
