"""The rule of identification at every edge; the expected answers are worked by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.procedures import Attempt
from monitoring.identification.parameters import (
    EXAMS_TO_CHOOSE,
    Exam,
    Mode,
    Parameters,
    default_parameters,
    default_source,
)
from monitoring.identification.rule import (
    Flag,
    ResultRow,
    Standing,
    Verdict,
    compare,
    identify,
    low_results,
)
from tests.identification.build import (
    EGE_BASE,
    EGE_PROFILE,
    EGE_RUSSIAN,
    EXAMS,
    OGE_MATHS,
    VPR_5_MATHS,
    VPR_5_RUSSIAN,
    VPR_6_MATHS,
    find,
    result,
    rule,
)

MEETS, DOES_NOT, NOT_ENOUGH = Verdict.MEETS, Verdict.DOES_NOT_MEET, Verdict.NOT_ENOUGH_DATA


def test_two_low_procedures_propose_a_school():
    found = find(result(VPR_5_MATHS, 7, 20), result(VPR_5_RUSSIAN, 8, 20))
    assert found.verdict is MEETS
    assert [(one.exam, one.low, one.share) for one in found.low] == [
        (VPR_5_RUSSIAN, 8, Fraction(2, 5)),
        (VPR_5_MATHS, 7, Fraction(7, 20)),
    ]


@pytest.mark.parametrize(
    ("low", "participants", "inclusive", "expected"),
    [
        (6, 20, True, MEETS),  # exactly 30 %
        (6, 20, False, DOES_NOT),
        (5, 20, True, DOES_NOT),  # below by one pupil
        (7, 20, False, MEETS),
        (3, 10, True, MEETS),
        (33, 110, True, MEETS),
        (32, 107, True, DOES_NOT),  # 29.907 %, which a page shows as 29.9 and whole per cents as 30
    ],
)
def test_the_threshold_is_compared_exactly(low, participants, inclusive, expected):
    rows = result(VPR_5_MATHS, low, participants), result(VPR_5_RUSSIAN, low, participants)
    assert find(*rows, inclusive=inclusive).verdict is expected


def test_one_low_procedure_is_not_enough():
    assert find(result(VPR_5_MATHS, 20, 20), result(VPR_5_RUSSIAN, 5, 20)).verdict is DOES_NOT


def test_a_procedure_that_is_low_in_both_years_counts_twice():
    rows = result(OGE_MATHS, 10, 20, year=2019), result(OGE_MATHS, 10, 20, year=2020)
    assert find(*rows).verdict is MEETS


def test_each_year_of_the_window_needs_its_own_low_procedures():
    rows = [
        result(VPR_5_MATHS, 10, 20, year=2019),
        result(VPR_5_RUSSIAN, 10, 20, year=2019),
        result(VPR_5_MATHS, 10, 20, year=2020),
        result(VPR_5_RUSSIAN, 5, 20, year=2020),
    ]
    assert find(*rows).verdict is MEETS
    assert find(*rows, mode=Mode.EACH_YEAR).verdict is DOES_NOT
    assert find(*rows, mode=Mode.EACH_YEAR, min_procedures=1).verdict is MEETS


def test_the_window_ends_with_the_year():
    rows = result(OGE_MATHS, 10, 20, year=2018), result(OGE_MATHS, 10, 20, year=2019), result(OGE_MATHS, 10, 20)
    assert {one.school_year for one in find(*rows).procedures} == {2019, 2020}
    assert find(*rows, year=2019).verdict is MEETS
    assert find(*rows, year=2021).verdict is NOT_ENOUGH  # 2020 alone is in its window
    assert find(*rows, year=2021, window_years=3).verdict is MEETS


def test_missing_is_not_zero():
    nobody = result(VPR_5_MATHS, 0, 0)
    unknown = ResultRow("A", 2020, VPR_5_RUSSIAN, 20, None, None)
    no_participants = ResultRow("A", 2020, VPR_6_MATHS, None, None, None)
    found = find(nobody, unknown, no_participants)
    assert [one.standing for one in found.procedures] == [Standing.NO_DATA] * 3
    assert [one.share for one in found.procedures] == [None] * 3
    assert found.verdict is NOT_ENOUGH


def test_too_few_participants_count_neither_for_nor_against():
    low, good = result(VPR_5_MATHS, 9, 9), result(VPR_5_RUSSIAN, 0, 9)
    assert [one.standing for one in find(low, good).procedures] == [Standing.TOO_FEW] * 2
    assert find(low, good).verdict is NOT_ENOUGH
    assert find(result(VPR_5_MATHS, 10, 10), result(VPR_5_RUSSIAN, 10, 10)).verdict is MEETS
    assert find(low, result(VPR_6_MATHS, 9, 9), min_n=9).verdict is MEETS


def test_a_result_that_is_not_objective_is_left_out_and_can_be_taken_in():
    rows = result(VPR_5_MATHS, 10, 20), result(VPR_5_RUSSIAN, 10, 20), result(OGE_MATHS, 1, 20)
    flag = Flag("A", 2020, VPR_5_MATHS)
    found = find(*rows, flags=(flag,))
    assert found.verdict is DOES_NOT
    assert [one.exam for one in found.procedures if one.excluded] == [VPR_5_MATHS]
    taken_in = find(*rows, flags=(flag,), leave_out_not_objective=False)
    assert taken_in.verdict is MEETS
    assert not any(one.excluded for one in taken_in.procedures)


@pytest.mark.parametrize(
    "flag", [Flag("B", 2020, VPR_5_MATHS), Flag("A", 2019, VPR_5_MATHS), Flag("A", 2020, VPR_6_MATHS)]
)
def test_a_flag_concerns_its_own_school_year_and_exam(flag):
    rows = result(VPR_5_MATHS, 10, 20), result(VPR_5_RUSSIAN, 10, 20)
    assert find(*rows, flags=(flag,)).verdict is MEETS


@pytest.mark.parametrize(
    ("exam", "participants", "mark_2", "passed", "expected"),
    [
        (VPR_5_MATHS, 20, 7, 13, 7),
        (VPR_5_MATHS, 20, None, 13, 7),  # marks unknown: those who did not pass
        (OGE_MATHS, 20, 3, 17, 3),
        (EGE_BASE, 20, 4, 16, 4),
        (EGE_BASE, 20, None, 16, 4),  # «Зачёт» without marks
        (EGE_RUSSIAN, 20, None, 19, 1),
        (EGE_PROFILE, 20, None, 14, 6),
        (EGE_PROFILE, 20, None, None, None),  # no threshold of that year
        (OGE_MATHS, 0, 0, 0, 0),
        (OGE_MATHS, None, None, None, None),
        (OGE_MATHS, 20, None, 21, None),  # contradicts itself: nothing is known
    ],
)
def test_what_a_low_result_is(exam, participants, mark_2, passed, expected):
    assert low_results(exam, participants, mark_2, passed) == expected


def test_exams_outside_of_the_rule_say_nothing():
    rows = result(VPR_5_MATHS, 10, 20), result(VPR_5_RUSSIAN, 10, 20)
    found = find(*rows, exams=(VPR_5_MATHS, OGE_MATHS))
    assert [one.exam for one in found.procedures] == [VPR_5_MATHS]
    assert found.verdict is NOT_ENOUGH


def test_a_school_without_results_is_named_and_not_judged():
    found = identify(schools=["A", "B"], rows=[result(OGE_MATHS, 9, 10)], flags=(), parameters=rule(), school_year=2020)
    assert list(found) == ["A", "B"]
    assert (found["B"].procedures, found["B"].verdict) == ((), NOT_ENOUGH)


def test_procedures_stand_by_year_and_in_the_order_of_the_rule():
    found = find(result(OGE_MATHS, 1, 20), result(VPR_5_MATHS, 1, 20), result(OGE_MATHS, 1, 20, year=2019))
    assert [(one.school_year, one.exam) for one in found.procedures] == [
        (2019, OGE_MATHS),
        (2020, VPR_5_MATHS),
        (2020, OGE_MATHS),
    ]


def test_one_share_of_the_school_divides_sums():
    found = find(result(VPR_5_MATHS, 10, 10), result(VPR_5_RUSSIAN, 0, 30), result(VPR_6_MATHS, 5, 5))
    assert found.pooled == (10, 40)  # five are too few to count


# --- Defaults


def test_defaults_are_the_procedures_of_the_method():
    assert [exam.code for exam in default_parameters(2020).exams] == [
        "vpr:russian:5",
        "vpr:mathematics:5",
        "vpr:russian:6",
        "vpr:mathematics:6",
        "oge:russian:9",
        "oge:mathematics:9",
        "ege:russian:11",
        "ege:mathematics_base:11",
        "ege:mathematics_profile:11",
    ]
    defaults = default_parameters(2020)
    assert (defaults.threshold, defaults.inclusive, defaults.min_procedures, defaults.window_years) == (30, True, 2, 2)
    assert (defaults.mode, defaults.attempt, defaults.min_n) == (Mode.ANY_IN_WINDOW, Attempt.FIRST, 10)


@pytest.mark.parametrize(("year", "has_vpr"), [(2023, True), (2024, False), (2025, False)])
def test_from_2024_on_vpr_is_left_out_and_the_letter_is_named(year, has_vpr):
    assert default_parameters(year).has_vpr is has_vpr
    assert ("02-86" in default_source(year)) is not has_vpr
    assert "847" in default_source(year)


def test_the_order_in_which_exams_are_chosen_is_no_other_rule():
    assert rule(exams=EXAMS) == rule(exams=tuple(reversed(EXAMS)))


def test_parameters_survive_being_stored():
    changed = Parameters(
        exams=(OGE_MATHS,), threshold=Decimal("27.5"), inclusive=False, min_procedures=3, window_years=1,
        mode=Mode.EACH_YEAR, attempt=Attempt.BEST, leave_out_not_objective=False, min_n=5,
    )  # fmt: skip
    assert Parameters.of(changed.to_json()) == changed
    assert Exam.of("vpr:mathematics:5") == VPR_5_MATHS
    assert len({exam.code for exam in EXAMS_TO_CHOOSE}) == len(EXAMS_TO_CHOOSE)


# --- Properties

ROWS = st.lists(
    st.builds(
        lambda school, exam, year, low, more: result(exam, low, low + more, year=year, school=school),
        st.sampled_from("ABC"),
        st.sampled_from(EXAMS),
        st.sampled_from([2019, 2020]),
        st.integers(0, 12),
        st.integers(0, 25),
    ),
    unique_by=lambda row: (row.school, row.exam, row.school_year),
    max_size=14,
)
RULES = st.builds(
    Parameters,
    exams=st.just(EXAMS),
    threshold=st.sampled_from([Decimal(text) for text in ("0", "12.5", "30", "33.3", "50", "100")]),
    inclusive=st.booleans(),
    min_procedures=st.integers(1, 3),
    window_years=st.integers(1, 2),
    mode=st.sampled_from(Mode),
    min_n=st.integers(1, 12),
)


def proposed(rows, parameters):
    found = identify(schools="ABC", rows=rows, flags=(), parameters=parameters, school_year=2020)
    return {school for school, finding in found.items() if finding.verdict is MEETS}


@given(ROWS, RULES, st.decimals(0, 50, places=1))
def test_a_higher_threshold_proposes_no_further_school(rows, parameters, more):
    higher = Parameters.of(parameters.to_json() | {"threshold": str(parameters.threshold + more)})
    assert proposed(rows, higher) <= proposed(rows, parameters)


@given(ROWS, RULES, st.randoms())
def test_the_order_of_rows_does_not_matter(rows, parameters, random):
    shuffled = random.sample(rows, len(rows))
    of = {"schools": "ABC", "flags": (), "parameters": parameters, "school_year": 2020}
    assert identify(rows=rows, **of) == identify(rows=shuffled, **of)


@given(ROWS, RULES)
def test_the_same_parameters_change_nobody(rows, parameters):
    found = identify(schools="ABC", rows=rows, flags=(), parameters=parameters, school_year=2020)
    difference = compare(found, found)
    assert (difference.enter, difference.leave) == ((), ())
    assert set(difference.stay) == proposed(rows, parameters)


def test_what_another_threshold_changes():
    rows = [
        result(exam, low, 20, school=school) for school, low in (("A", 6), ("B", 8), ("C", 1)) for exam in EXAMS[:2]
    ]
    of = {"schools": "ABC", "rows": rows, "flags": (), "school_year": 2020}
    at_30, at_40 = identify(parameters=rule(), **of), identify(parameters=rule(threshold=Decimal(40)), **of)
    assert compare(at_30, at_40).leave == ("A",)
    assert compare(at_40, at_30).enter == ("A",)
    assert compare(at_30, at_40).stay == ("B",)
