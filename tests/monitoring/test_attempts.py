"""First and best attempts, worked by hand from the rule "Re-sits need no identity"."""

from hypothesis import given
from hypothesis import strategies as st

from monitoring.calculations import Facts, best, total, union_best, union_first

MAIN_DAY = Facts(
    listed=50, participants=48, mark_2=9, mark_3=20, mark_4=14, mark_5=5, passed=39, primary_sum=700, primary_count=48
)


def test_reserve_day_adds_to_the_main_day() -> None:
    reserve = Facts(
        listed=2, participants=2, mark_2=1, mark_3=1, mark_4=0, mark_5=0, passed=1, primary_sum=20, primary_count=2
    )
    summed = total([MAIN_DAY, reserve])
    assert (summed.participants, summed.mark_2, summed.mark_3, summed.passed) == (50, 10, 21, 40)
    assert (summed.listed, summed.primary_sum, summed.primary_count) == (52, 720, 50)


def test_resit_moves_pupils_from_mark_2_and_changes_nothing_else() -> None:
    resit = Facts(participants=8, mark_2=2, mark_3=5, mark_4=1, mark_5=0, passed=6, primary_sum=120, primary_count=8)
    result = best(MAIN_DAY, [resit])
    assert (result.participants, result.passed) == (48, 45)
    assert (result.mark_2, result.mark_3, result.mark_4, result.mark_5) == (3, 25, 15, 5)
    assert (result.primary_sum, result.listed) == (700, 50)


def test_two_resits_of_a_summer_add_up() -> None:
    june = Facts(participants=9, mark_2=4, mark_3=5, mark_4=0, mark_5=0, passed=5)
    september = Facts(participants=4, mark_2=1, mark_3=3, mark_4=0, mark_5=0, passed=3)
    result = best(MAIN_DAY, [june, september])
    assert (result.mark_2, result.mark_3, result.passed) == (1, 28, 47)


def test_no_more_pass_a_resit_than_had_failed() -> None:
    resit = Facts(participants=11, mark_2=0, mark_3=10, mark_4=1, mark_5=0, passed=11)
    result = best(MAIN_DAY, [resit])
    assert (result.mark_2, result.mark_3, result.mark_4, result.passed) == (0, 29, 14, 48)
    assert "resits_exceed_failed" in result.warnings


def test_unknown_pass_of_a_resit_leaves_the_best_unknown() -> None:
    assert best(MAIN_DAY, [Facts(participants=3)]).passed is None


def test_a_number_missing_in_one_session_is_unknown_in_the_sum() -> None:
    assert total([MAIN_DAY, Facts(participants=3)]).mark_2 is None


def test_levels_of_mathematics_are_one_subject() -> None:
    base = Facts(listed=10, participants=10, mark_2=3, mark_3=4, mark_4=2, mark_5=1, passed=7)
    profile = Facts(listed=13, participants=12, passed=8, test_sum=500, test_count=12)
    first = union_first([base, profile])
    assert (first.participants, first.passed, first.listed) == (22, 15, 23)
    assert (first.mark_2, first.test_sum) == (None, None)


def test_who_failed_profile_may_pass_base_and_counts_in_the_union_only() -> None:
    base = Facts(listed=10, participants=10, mark_2=3, mark_3=4, mark_4=2, mark_5=1, passed=7)
    profile = Facts(listed=12, participants=12, passed=8)
    base_resit = Facts(participants=7, mark_2=1, mark_3=4, mark_4=2, mark_5=0, passed=6)
    own = best(base, [base_resit])
    assert (own.passed, own.mark_2, own.mark_3, own.mark_4) == (10, 0, 7, 2)
    assert union_best([base, profile], [base_resit]).passed == 21  # 15 at first and 6 again, of 22


def test_union_never_exceeds_its_participants() -> None:
    base = Facts(participants=5, passed=4)
    profile = Facts(participants=5, passed=5)
    assert union_best([base, profile], [Facts(participants=4, passed=3)]).passed == 10


marks = st.integers(min_value=0, max_value=60)


@given(marks, marks, marks, marks, marks, marks, marks, marks)
def test_best_marks_always_add_up_to_the_participants(
    a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int
) -> None:
    first = Facts(participants=a + b + c + d, mark_2=a, mark_3=b, mark_4=c, mark_5=d, passed=b + c + d)
    resit = Facts(participants=e + f + g + h, mark_2=e, mark_3=f, mark_4=g, mark_5=h, passed=f + g + h)
    result = best(first, [resit])
    assert result.participants == a + b + c + d
    assert sum(getattr(result, name) for name in ("mark_2", "mark_3", "mark_4", "mark_5")) == result.participants
    assert result.passed == result.participants - result.mark_2
