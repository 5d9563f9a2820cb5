"""Values that are made of other values: relative to the municipality, combined, over years, schools that meet several
conditions. Every number here is worked by hand."""

from fractions import Fraction

import pytest

from indicators.calculations.evaluation import Evaluation
from indicators.calculations.figures import Figure, Figures
from indicators.calculations.formulas import Formula, Statistic, lookback
from indicators.calculations.numbers import Amount, Columns
from indicators.calculations.outcomes import Outcome
from indicators.calculations.problems import Vocabulary
from indicators.calculations.provenance import Ref
from indicators.calculations.readings import NO_PLAN
from indicators.models import Indicator
from indicators.queries.passport import passport_of
from tests.indicators.build import (
    Json,
    change,
    column,
    combined,
    formula,
    leaf,
    mean_score,
    over_years,
    passed_share,
    relative,
    schools_meeting,
    share_of_schools,
    year,
)

RUSSIAN = {"procedure": "ege", "subject": "russian"}
PROFILE = {"procedure": "ege", "subject": "mathematics_profile"}
Scores = dict[int, dict[int, tuple[int, int]]]  # year → school → sum of scores, pupils


def scores(russian: Scores, profile: Scores | None = None) -> Columns:
    columns = {}
    for exam, by_year in ((RUSSIAN, russian), (PROFILE, profile or {})):
        for measure, place in (("test_sum", 0), ("test_count", 1)):
            columns[leaf(measure, **exam)] = {
                str(held): {
                    school: Amount(parts[place], participants=parts[1], refs=(Ref(f"{held}.xlsx", "", str(school)),))
                    for school, parts in schools.items()
                }
                for held, schools in by_year.items()
            }
    return columns


def values(data: Json, columns: Columns, period: int = 2020) -> dict[int | None, Fraction | int | None]:
    outcomes = Evaluation(columns).outcomes(formula(data), year(period))
    return {place: outcome.value for place, outcome in outcomes.items()}


def total(data: Json, columns: Columns, *schools: int, period: int = 2020) -> Outcome | None:
    return Evaluation(columns).total(formula(data), year(period), lambda at: frozenset(schools))


A, B, C = 1, 2, 3
# Means 60, 70, 55; all three together (600 + 700 + 1100) / 40 = 60.
THREE: Scores = {2020: {A: (600, 10), B: (700, 10), C: (1100, 20)}}


# Relative to the municipality.


def test_a_school_is_divided_by_all_schools_of_the_municipality_together():
    assert values(relative(mean_score()), scores(THREE)) == {A: 1, B: Fraction(7, 6), C: Fraction(11, 12)}


def test_the_population_is_divided_by_all_schools_not_by_itself():
    outcome = total(relative(mean_score()), scores(THREE), A, B)
    assert (outcome.value, outcome.numerator, outcome.denominator) == (Fraction(65, 60), 65, 60)
    assert outcome.participants == 20
    assert total(relative(mean_score()), scores(THREE), A, B, C).value == 1


def test_a_school_of_the_population_without_the_value_is_missing():
    assert total(relative(mean_score()), scores(THREE), A, 9).warnings == {"missing_schools"}
    assert total(relative(mean_score()), scores(THREE), 9) is None
    assert total(relative(mean_score()), scores({}), A) is None


def test_a_municipality_of_noughts_has_nothing_to_divide_by():
    columns = scores({2020: {A: (0, 10), B: (0, 5)}})
    assert values(relative(mean_score()), columns) == {}
    assert total(relative(mean_score()), columns, A) is None


def test_a_school_with_nobody_is_not_compared_and_does_not_count_in_the_whole():
    assert values(relative(mean_score()), scores({2020: {A: (600, 10), B: (0, 0)}})) == {A: 1}


def test_a_school_names_its_own_results_and_the_municipality_those_of_all_schools():
    outcome = Evaluation(scores(THREE)).outcomes(formula(relative(mean_score())), year(2020))[A]
    assert [ref.rows for ref in outcome.refs] == ["1"]
    assert outcome.interval is None
    assert {ref.rows for ref in total(relative(mean_score()), scores(THREE), A, B).refs} == {"1", "2", "3"}


def test_what_is_left_out_of_the_whole_is_left_out_of_every_school():
    columns = scores(THREE)
    left_out = Amount(None, excluded=frozenset({"C"}))
    for measure in ("test_sum", "test_count"):
        columns[leaf(measure, **RUSSIAN)]["2020"][C] = left_out
    outcomes = Evaluation(columns).outcomes(formula(relative(mean_score())), year(2020))
    assert outcomes[A].value == Fraction(60, 65)
    assert outcomes[A].excluded == {"C"}


REGION = Statistic("of_region")


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({None: Amount(50)}, {A: Fraction(6, 5), B: Fraction(7, 5), C: Fraction(11, 10)}),
        ({None: Amount(0)}, {}),
        ({}, {}),
    ],
)
def test_a_school_is_divided_by_the_number_of_the_region(reported, expected):
    columns = {**scores(THREE), REGION: {"2020": reported}}
    assert values(relative(mean_score(), "of_region"), columns) == expected
    whole = total(relative(mean_score(), "of_region"), columns, A, B)
    assert (whole.value if whole else None) == (Fraction(65, 50) if expected else None)


def test_a_year_without_the_number_of_the_region_is_still_one_in_which_the_exam_was_held():
    held = {held: {A: (600, 10)} for held in (2018, 2019, 2020)}
    reported = {"2018": {None: Amount(50)}, "2020": {None: Amount(50)}}
    columns = {**scores(held), REGION: reported}
    assert values(change(relative(mean_score(), "of_region")), columns) == {}  # not compared with 2018


# Армавир, a1: the change of it.


def test_a1_is_the_difference_of_the_ratios_of_two_years():
    two_years = THREE | {2019: {A: (500, 10), B: (400, 10), C: (600, 10)}}  # 50 in all: ratios 1, 0.8, 1.2
    changes = values(change(relative(mean_score())), scores(two_years))
    assert changes == {A: 0, B: Fraction(7, 6) - Fraction(4, 5), C: Fraction(11, 12) - Fraction(6, 5)}
    assert total(change(relative(mean_score())), scores(two_years), A, B).value == Fraction(65, 60) - Fraction(45, 50)


def test_a1_skips_the_year_in_which_nobody_sat_the_exam_and_names_the_other():
    gap = {2020: {A: (600, 10), B: (600, 10)}, 2018: {A: (400, 10), B: (600, 10)}}  # 1 after 0.8
    figure = Figures(Evaluation(scores(gap)), formula(change(relative(mean_score()))), "up", year(2020)).of_schools(
        frozenset({A})
    )[A]
    assert (figure.outcome.value, figure.change_from) == (Fraction(1, 5), "2018")
    assert (figure.change_reading, figure.warnings) == ("better", ("change_over_gap",))


def test_a_school_without_the_year_before_has_no_a1():
    two_years = THREE | {2019: {A: (500, 10)}}
    assert set(values(change(relative(mean_score())), scores(two_years))) == {A}


# Combined.

BOTH = combined(mean_score(), mean_score(subject="mathematics_profile"))
BOTH_RELATIVE = combined(relative(mean_score()), relative(mean_score(subject="mathematics_profile")))
# Profile mathematics: 50 of 4 pupils in A, 30 of 6 in C; together (200 + 180) / 10 = 38.
FEW_SAT: Scores = {2020: {A: (200, 4), C: (180, 6)}}


def test_values_are_joined_by_how_many_pupils_are_behind_them():
    assert values(BOTH, scores(THREE, FEW_SAT)) == {
        A: Fraction(600 + 200, 14),
        B: 70,  # of the other alone
        C: Fraction(1100 + 180, 26),
    }


def test_combined_ratios_of_a1():
    joined = values(BOTH_RELATIVE, scores(THREE, FEW_SAT))
    assert joined[A] == (10 * Fraction(1) + 4 * Fraction(50, 38)) / 14
    assert joined[B] == Fraction(7, 6)
    assert (
        total(BOTH_RELATIVE, scores(THREE, FEW_SAT), A, B).value == (20 * Fraction(65, 60) + 4 * Fraction(50, 38)) / 24
    )


def test_the_municipality_combined_is_the_sum_of_its_schools():
    columns = scores(THREE, FEW_SAT)
    outcomes = Evaluation(columns).outcomes(formula(BOTH), year(2020))
    whole = total(BOTH, columns, A, B, C)
    assert whole.numerator == sum(outcome.numerator for outcome in outcomes.values()) == 600 + 700 + 1100 + 200 + 180
    assert whole.denominator == sum(outcome.denominator for outcome in outcomes.values()) == 50
    assert whole.warnings == set()  # B lacks a part, but not the value


# Combined, and what a change of it compares: like with like.

# The year before: Russian 50 of 10 in A and 40 of 10 in B, 45 together; mathematics 40 of 4 in B and 60 of 4 in C, 50.
BEFORE: Scores = {2019: {A: (500, 10), B: (400, 10)}}
BEFORE_SAT: Scores = {2019: {B: (160, 4), C: (240, 4)}}
COMPARED = scores(THREE | BEFORE, FEW_SAT | BEFORE_SAT)


def figures(data: Json, columns: Columns, *schools: int, period: int = 2020) -> dict[int, Figure]:
    return Figures(Evaluation(columns), formula(data), "up", year(period)).of_schools(frozenset(schools))


def test_a_subject_that_one_year_lacks_is_not_compared():
    """A had mathematics now alone, B before alone: by Russian A went from 50 : 45 to 60 : 60, B from 40 : 45 to
    70 : 60. C had mathematics in both years, 60 : 50 and 30 : 38, and Russian now alone."""
    changes = values(change(BOTH_RELATIVE), COMPARED)
    assert changes == {
        A: 1 - Fraction(50, 45),
        B: Fraction(70, 60) - Fraction(40, 45),
        C: Fraction(30, 38) - Fraction(60, 50),
    }
    outcomes = Evaluation(COMPARED).outcomes(formula(change(BOTH_RELATIVE)), year(2020))
    assert {outcome.warnings for outcome in outcomes.values()} == {frozenset({"compared_in_part"})}
    assert [outcomes[school].participants for school in (A, B, C)] == [10, 10, 6]  # of what is compared
    assert {ref.rows for ref in outcomes[A].refs} == {"1"}


def test_the_change_beside_a_joined_value_compares_like_with_like_too():
    """A now: (10 × 1 + 4 × 50 : 38) : 14, and 50 : 45 before; what differs is Russian alone."""
    figure = figures(BOTH_RELATIVE, COMPARED, A)[A]
    assert figure.outcome.value == (10 + 4 * Fraction(50, 38)) / 14
    assert (figure.change, figure.change_from, figure.participants_before) == (1 - Fraction(50, 45), "2019", 10)
    assert figure.warnings == ("compared_in_part", "few_participants")
    whole = figures(BOTH_RELATIVE, scores(THREE | {2019: THREE[2020]}, FEW_SAT | {2019: FEW_SAT[2020]}), A, B)
    assert [whole[school].change for school in (A, B)] == [0, 0]
    assert "compared_in_part" not in {*whole[A].warnings, *whole[B].warnings}  # B never had mathematics


def test_years_without_a_subject_in_common_are_not_compared():
    columns = scores({2020: {A: (600, 10)}, 2019: {B: (400, 10)}}, {2020: {B: (180, 6)}, 2019: {A: (160, 4)}})
    assert values(change(BOTH), columns) == {}
    figure = figures(BOTH, columns, A)[A]
    assert (figure.change, figure.change_from, figure.change_reading) == (None, "", "no_data")
    assert figure.warnings == ("not_comparable",)
    assert values(share_of_schools(change(BOTH)), columns) == {}


def test_a_subject_that_was_left_out_is_not_compared_and_is_told():
    columns = scores(THREE | BEFORE, FEW_SAT | {2019: {A: (160, 4)}})
    for measure in ("test_sum", "test_count"):
        columns[leaf(measure, **PROFILE)]["2019"][A] = Amount(None, excluded=frozenset({"A"}))
    outcome = Evaluation(columns).outcomes(formula(change(BOTH)), year(2020))[A]
    assert (outcome.value, outcome.excluded) == (60 - 50, {"A"})
    assert outcome.warnings == {"compared_in_part"}


def test_a_subject_that_nobody_in_the_municipality_sat_is_not_compared_there_either():
    columns = scores(THREE | BEFORE, FEW_SAT)
    outcome = total(change(BOTH), columns, A, B)
    assert outcome.value == 65 - 45
    assert (outcome.participants, outcome.warnings) == (20, {"compared_in_part"})
    figure = Figures(Evaluation(columns), formula(BOTH), "up", year(2020)).of_municipality(lambda at: {A, B}, NO_PLAN)
    assert (figure.outcome.value, figure.change) == (Fraction(600 + 700 + 200, 24), 20)
    assert figure.warnings == ("compared_in_part",)


def test_a_joined_value_within_another_is_compared_by_the_same_parts():
    """Russian alone of A: 60 of 60 after 50 of 45. Over two years: 60 now, with 50 before (600 + 500) / 20 = 55, and
    50 before that year alone; mathematics is of this year only."""
    columns = scores(THREE | BEFORE, FEW_SAT)
    assert values(change(relative(BOTH)), columns)[A] == 1 - Fraction(50, 45)
    assert values(change(over_years(BOTH, 2)), columns)[A] == 55 - 50
    assert values(change(combined(relative(BOTH), relative(mean_score()))), columns)[A] == 1 - Fraction(50, 45)


def test_what_is_not_known_leaves_no_change_whatever_else_is_in_common():
    columns = scores(THREE | BEFORE, FEW_SAT)
    columns[leaf("test_sum", **PROFILE)]["2020"][A] = Amount(None, participants=4)
    assert values(change(BOTH), columns)[A] is None


def test_a_school_without_any_part_is_missing():
    assert total(BOTH, scores(THREE, FEW_SAT), A, 9).warnings == {"missing_schools"}


def test_a_combined_value_tells_no_more_pupils_than_its_smallest_part_and_has_no_interval():
    outcome = Evaluation(scores(THREE, FEW_SAT)).outcomes(formula(BOTH), year(2020))[A]
    assert (outcome.participants, outcome.interval) == (4, None)


def test_a_part_that_is_not_known_makes_the_combined_value_unknown():
    columns = scores(THREE, FEW_SAT)
    columns[leaf("test_sum", **PROFILE)]["2020"][A] = Amount(None, participants=4, warnings=frozenset({"no_scale"}))
    outcome = Evaluation(columns).outcomes(formula(BOTH), year(2020))[A]
    assert (outcome.value, outcome.warnings) == (None, {"no_scale"})
    assert total(BOTH, columns, A, B).warnings == {"missing_schools", "no_scale"}


def test_changes_are_joined_by_the_pupils_of_now():
    before: Scores = {2019: {A: (500, 10), B: (600, 10)}}
    both = combined(change(mean_score()), change(mean_score(subject="mathematics_profile")))
    columns = scores(THREE | before, FEW_SAT | {2019: {A: (80, 2)}})
    assert values(both, columns) == {A: Fraction(10 * 10 + 10 * 4, 14), B: 10}
    # 10 p. (65 after 55) by 20 pupils, and 50 after 40 by 4.
    assert total(both, columns, A, B).value == Fraction(10 * 20 + 10 * 4, 24)


def test_combined_shares_are_in_per_cent():
    data = combined(passed_share(), passed_share(subject="russian"))
    columns = {
        leaf("passed"): {"2020": column({A: 3})},
        leaf("participants"): {"2020": column({A: 4})},
        leaf("passed", subject="russian"): {"2020": column({A: 6})},
        leaf("participants", subject="russian"): {"2020": column({A: 8})},
    }
    outcome = Evaluation(columns).outcomes(formula(data), year(2020))[A]
    assert (outcome.value, outcome.numerator, outcome.denominator) == (75, 9, 12)


# Over years.


def shares(by_year: dict[int, dict[int, tuple[int | None, int]]]) -> Columns:
    return {
        leaf("passed"): {
            str(held): {school: Amount(parts[0], participants=parts[1]) for school, parts in schools.items()}
            for held, schools in by_year.items()
        },
        leaf("participants"): {
            str(held): column({school: parts[1] for school, parts in schools.items()})
            for held, schools in by_year.items()
        },
    }


def test_three_years_are_added_up_not_averaged():
    columns = shares({2017: {A: (9, 9)}, 2018: {A: (1, 10)}, 2019: {A: (20, 20)}, 2020: {A: (9, 10)}})
    outcome = Evaluation(columns).outcomes(formula(over_years(passed_share())), year(2020))[A]
    assert (outcome.value, outcome.numerator, outcome.denominator) == (75, 30, 40)  # 2017 is too long ago
    assert outcome.interval is not None
    assert outcome.participants == 10  # no single year has fewer


def test_a_year_without_the_procedure_adds_nothing_and_has_no_value_of_its_own():
    columns = shares({2018: {A: (1, 10)}, 2020: {A: (9, 10)}, 2021: {B: (1, 1)}})
    assert values(over_years(passed_share()), columns) == {A: 50}
    assert values(over_years(passed_share()), columns, 2019) == {}
    assert values(over_years(passed_share()), columns, 2021) == {A: 90, B: 100}


def test_a_year_of_which_passes_are_unknown_makes_the_years_unknown():
    columns = shares({2019: {A: (None, 10), B: (5, 10)}, 2020: {A: (9, 10), B: (10, 10)}})
    assert values(over_years(passed_share()), columns) == {A: None, B: 75}
    whole = total(over_years(passed_share()), columns, A, B)
    assert (whole.numerator, whole.denominator, whole.warnings) == (15, 20, {"missing_schools"})


def test_the_municipality_over_years_is_the_sum_of_its_schools_of_this_year():
    columns = shares({2019: {A: (5, 10), C: (0, 10)}, 2020: {A: (5, 10), B: (10, 10)}})
    whole = total(over_years(passed_share(), 2), columns, A, B)
    assert (whole.numerator, whole.denominator) == (20, 30)


def test_how_far_back_values_look():
    looks_back: list[tuple[Json, int]] = [
        (over_years(passed_share(), 3), 2),
        (change(over_years(passed_share(), 3)), 5),
        (change(relative(mean_score())), 3),
        (combined(mean_score(), mean_score(subject="history")), 0),
    ]
    assert [lookback(formula(data)) for data, _ in looks_back] == [years for _, years in looks_back]


# Schools that meet several conditions: Армавир, a2 and its table.


def risen(subject: str, grade: int) -> Json:
    exam = {"procedure": "vpr", "subject": subject, "grade": grade}
    twos = {"type": "share", "part": leaf_json("mark_2", exam), "whole": leaf_json("participants", exam)}
    return share_of_schools(change(twos), "above", "30")


def leaf_json(measure: str, exam: Json) -> Json:
    return {"type": "results", "measure": measure, **exam}


SERIES = [("russian", 5), ("mathematics", 5)]
# «2» of ten pupils, before and now: from 2 to 5 is exactly 30 п. п., which is not above it.
TWOS = {
    ("russian", 5): {A: (0, 4), B: (2, 5), C: (0, 10)},
    ("mathematics", 5): {A: (0, 3), B: (9, 1)},
}


def twos() -> Columns:
    columns: dict = {}
    for (subject, grade), schools in TWOS.items():
        exam = {"procedure": "vpr", "subject": subject, "grade": grade}
        columns[leaf("mark_2", **exam)] = {
            "2019": column({school: both[0] for school, both in schools.items()}),
            "2020": column({school: both[1] for school, both in schools.items()}),
        }
        columns[leaf("participants", **exam)] = {held: column(dict.fromkeys(schools, 10)) for held in ("2019", "2020")}
    return columns


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        ("any", {A: 100, B: 0, C: 100}),  # a fall by 80 п. п. is not what is looked for
        ("all", {A: 0, B: 0, C: 0}),  # who has no mathematics never meets all
    ],
)
def test_a2_by_any_or_all_of_its_series(rule, met):
    data = schools_meeting(rule, *(risen(*series) for series in SERIES))
    assert values(data, twos()) == met
    whole = total(data, twos(), A, B, C, 9)
    assert (whole.numerator, whole.denominator) == (sum(met.values()) // 100, 3)
    assert "missing_schools" in whole.warnings


def test_all_conditions_are_met_where_each_is():
    fell = share_of_schools(change(passed_share()), "below")
    rose = share_of_schools(change(passed_share()), "at_least", "-100")
    columns = shares({2019: {A: (5, 10)}, 2020: {A: (4, 10)}})
    assert values(schools_meeting("all", fell, rose), columns) == {A: 100}


def test_conditions_may_be_nested():
    fell = share_of_schools(change(passed_share()), "below")
    few = share_of_schools(passed_share(), "below", "50")
    many = share_of_schools(passed_share(), "above", "90")
    columns = shares({2019: {A: (5, 10), B: (10, 10)}, 2020: {A: (4, 10), B: (8, 10)}})
    data = schools_meeting("all", fell, schools_meeting("any", few, many))
    assert values(data, columns) == {A: 100, B: 0}


def test_a_condition_of_an_unknown_value_is_not_met_and_where_none_is_known_there_is_no_value():
    columns = shares({2020: {A: (None, 10), B: (10, 10)}})
    high = share_of_schools(passed_share(), "above", "50")
    full = share_of_schools(passed_share(), "at_least", "100")
    assert values(schools_meeting("all", high, full), columns) == {A: None, B: 100}


def test_the_order_of_parts_does_not_matter():
    turned: Formula = formula(combined(*reversed(BOTH["of"])))
    one = Evaluation(scores(THREE, FEW_SAT)).outcomes(formula(BOTH), year(2020))
    other = Evaluation(scores(THREE, FEW_SAT)).outcomes(turned, year(2020))
    assert {place: outcome.value for place, outcome in one.items()} == {
        place: outcome.value for place, outcome in other.items()
    }


@pytest.mark.parametrize(
    ("data", "numerator", "denominator"),
    [
        (relative(mean_score()), "Сравниваемое значение", "По всем школам муниципалитета"),
        (relative(mean_score(), "of_region"), "Сравниваемое значение", "Средний балл региона"),
        (BOTH, "Сумма по участникам", "Участники"),
        (over_years(passed_share()), "Преодолели порог", "Участники"),
        (
            schools_meeting("any", share_of_schools(passed_share()), share_of_schools(mean_score())),
            "Условие выполнено",
            "Школы с данными",
        ),
    ],
)
def test_a_passport_names_the_two_parts(data: Json, numerator: str, denominator: str):
    words = Vocabulary(statistics={"of_region": "Средний балл региона"})
    passport = passport_of(Indicator(formula=data, population={"type": "all"}), words)
    assert (passport.numerator, passport.denominator) == (numerator, denominator)
