"""The nine rules that decide whether a number is right, each worked by hand on the engine and the database."""

from decimal import Decimal

import pytest

from indicators.calculations.formulas import Results
from indicators.engine import recompute
from indicators.models import SchoolValue
from indicators.sources import Amount, Ref, register
from monitoring.sources import read_results
from schools.models import Category, Municipality
from tests.factories import (
    IdentificationFactory,
    MunicipalityFactory,
    MunicipalityStatisticFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    TargetFactory,
)
from tests.indicators.build import (
    change,
    indicator,
    mean_mark,
    mean_score,
    of_municipality,
    of_school,
    passed_share,
    reference,
    results,
    share_of_schools,
    statistic,
    statistic_share,
    took,
)

pytestmark = pytest.mark.django_db

BY_LIST = {"type": "categories", "categories": ["low_results", "difficult_conditions"]}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def school_of(town: Municipality):
    return SchoolFactory(municipality=town)


# Rule 1: sums, never a mean of percentages.


def test_rule_1_the_municipality_is_the_sum_of_numerators_over_the_sum_of_denominators(town):
    row = indicator(town, passed_share())
    took(school_of(town), marks=(1, 0, 0, 1))  # 1 of 2: 50 %
    took(school_of(town), marks=(0, 6, 2, 0))  # 8 of 8: 100 %
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator, value.value) == (9, 10, 90)  # the mean of the schools would be 75


def test_rule_1_a_mean_is_pooled_over_pupils(town):
    row = indicator(town, mean_mark(), unit="mark")
    took(school_of(town), marks=(0, 0, 0, 1))  # one pupil with 5
    took(school_of(town), marks=(0, 3, 0, 0))  # three with 3
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator, value.value) == (14, 4, Decimal("3.5"))


def test_rule_1_a_school_keeps_both_parts(town):
    row = indicator(town, passed_share())
    school = school_of(town)
    took(school, marks=(1, 1, 1, 0))
    recompute(town.pk)
    value = of_school(row, school)
    assert (value.numerator, value.denominator, value.value) == (2, 3, Decimal("66.666667"))


# Rule 2: missing is not zero.


def test_rule_2_a_school_without_results_has_no_value_and_is_named_as_missing(town):
    row = indicator(town, passed_share())
    took(school_of(town), marks=(5, 5, 0, 0))
    silent = school_of(town)
    recompute(town.pk)
    assert of_school(row, silent) is None
    assert of_municipality(row).value == 50
    assert of_municipality(row).warnings == ["missing_schools"]


def test_rule_2_nobody_in_the_denominator_is_no_value(town):
    row = indicator(town, passed_share())
    empty = school_of(town)
    took(empty, marks=(0, 0, 0, 0))
    recompute(town.pk)
    assert of_school(row, empty) is None
    assert of_municipality(row) is None


def test_rule_2_an_unknown_number_of_passed_is_not_zero(town):
    row = indicator(town, passed_share())
    took(school_of(town), marks=(5, 5, 0, 0))
    took(school_of(town), passed=None, warnings=["no_scale"])
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator) == (5, 10)
    assert value.warnings == ["missing_schools", "no_scale"]


def test_rule_2_one_of_three_where_the_fourth_school_has_no_eleventh_grade(town):
    """Назарово's 33 %: of four schools three have an 11th grade, and one of them rose."""
    row = indicator(town, share_of_schools(change(mean_mark())), population=BY_LIST)
    schools = [school_of(town) for _ in range(4)]
    for school in schools:
        IdentificationFactory(school=school, school_year=2020)
    rises, falls, stays, _without = schools
    for school, before, now in (
        (rises, (0, 2, 1, 0), (0, 1, 2, 0)),
        (falls, (0, 1, 2, 0), (0, 2, 1, 0)),
        (stays, (0, 1, 1, 0), (0, 2, 2, 0)),
    ):
        took(school, 2019, before)
        took(school, 2020, now)
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator, value.value) == (1, 3, Decimal("33.333333"))
    assert [of_school(row, school).numerator for school in (rises, falls, stays)] == [1, 0, 0]


def test_rule_2_a_statistic_that_is_not_reported_is_not_zero(town):
    row = indicator(town, share_of_schools(statistic("events")), population={"type": "all"})
    kind = StatisticKindFactory(code="events")
    SchoolStatisticFactory(school=school_of(town), kind=kind, value=2)
    SchoolStatisticFactory(school=school_of(town), kind=kind, value=0)
    school_of(town)
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator, value.value) == (1, 2, 50)


def test_rule_2_a_sum_lacks_what_a_school_has_not_reported(town):
    trained = {"type": "sum", "of": [statistic("by_centre"), statistic("by_region")]}
    row = indicator(town, {"type": "share", "part": trained, "whole": statistic("teachers")})
    kinds = {code: StatisticKindFactory(code=code) for code in ("by_centre", "by_region", "teachers")}
    complete, partial = school_of(town), school_of(town)
    for code, value in (("by_centre", 3), ("by_region", 1), ("teachers", 10)):
        SchoolStatisticFactory(school=complete, kind=kinds[code], value=value)
        if code != "by_region":
            SchoolStatisticFactory(school=partial, kind=kinds[code], value=value)
    recompute(town.pk)
    assert of_municipality(row).value == 40
    assert of_school(row, partial) is None


def test_rule_2_no_list_of_the_year_is_not_an_empty_list(town):
    formula = {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}}
    row = indicator(town, formula, unit="schools")
    school = school_of(town)
    IdentificationFactory(school=school, school_year=2019)
    IdentificationFactory(school=school, school_year=2020, category=Category.DIFFICULT_CONDITIONS)
    recompute(town.pk)
    assert of_municipality(row, 2019).value == 1
    assert of_municipality(row, 2020).value == 0
    assert of_municipality(row, 2021) is None


# Rule 3: change.


def test_rule_3_a_year_without_the_procedure_is_passed_over_and_the_other_named(town):
    """ОГЭ 2020 was cancelled: 2020/21 compares with 2018/19."""
    row = indicator(town, mean_mark(), unit="mark")
    school = school_of(town)
    took(school, 2018, (0, 200, 200, 0))
    took(school, 2020, (0, 100, 300, 0))
    recompute(town.pk)
    for value in (of_municipality(row), of_school(row, school)):
        assert (value.change, value.change_from) == (Decimal("0.25"), "2018")
        assert value.change_reading == "better"
        assert "change_over_gap" in value.warnings


def test_rule_3_a_change_from_the_year_before_is_no_gap(town):
    row = indicator(town, mean_mark(), unit="mark")
    school = school_of(town)
    took(school, 2019, (0, 12, 0, 0))
    took(school, 2020, (0, 12, 0, 0))
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.change, value.change_from, value.change_reading, value.warnings) == (0, "2019", "same", [])


def test_rule_3_a_school_that_missed_the_last_held_year_has_no_change_though_it_has_older_results(town):
    row = indicator(town, share_of_schools(change(mean_mark())))
    present, absent = school_of(town), school_of(town)
    took(absent, 2018, (0, 2, 0, 0))
    took(present, 2019, (0, 2, 0, 0))
    for school in (present, absent):
        took(school, 2020, (0, 0, 2, 0))
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator, value.change_from) == (1, 1, "2019")
    assert of_school(row, absent) is None


def test_rule_3_held_is_what_any_school_of_the_municipality_did_not_only_those_of_the_list(town):
    row = indicator(town, share_of_schools(change(mean_mark())), population=BY_LIST)
    listed, other = school_of(town), school_of(town)
    IdentificationFactory(school=listed, school_year=2020)
    took(listed, 2018, (0, 2, 0, 0))
    took(other, 2019, (0, 2, 0, 0))
    took(listed, 2020, (0, 0, 2, 0))
    recompute(town.pk)
    assert of_municipality(row) is None


def test_rule_3_another_subject_or_grade_does_not_make_the_year_a_held_one(town):
    row = indicator(town, mean_mark(), unit="mark")
    school = school_of(town)
    took(school, 2018, (0, 2, 0, 0))
    took(school, 2019, (0, 2, 0, 0), subject="russian")
    took(school, 2019, (0, 2, 0, 0), procedure="gve")
    took(school, 2020, (0, 2, 0, 0))
    recompute(town.pk)
    assert of_municipality(row).change_from == "2018"


@pytest.mark.parametrize(("earlier", "change_from"), [(2017, "2017"), (2016, "")])
def test_rule_3_no_further_than_three_years_back(town, earlier, change_from):
    row = indicator(town, mean_mark(), unit="mark")
    school = school_of(town)
    took(school, earlier, (0, 2, 0, 0))
    took(school, 2020, (0, 0, 2, 0))
    recompute(town.pk)
    value = of_municipality(row)
    assert value.change_from == change_from
    assert (value.change is None) == (change_from == "")
    assert value.change_reading == ("better" if change_from else "no_data")


def test_rule_3_a_missing_side_is_no_positive_dynamics(town):
    row = indicator(town, share_of_schools(change(mean_mark())))
    took(school_of(town), 2020, (0, 0, 2, 0))
    recompute(town.pk)
    assert of_municipality(row) is None


def test_rule_3_the_year_compared_with_is_named_even_where_the_share_itself_is_new(town):
    row = indicator(town, share_of_schools(change(mean_mark())))
    school = school_of(town)
    took(school, 2018, (0, 2, 0, 0))
    took(school, 2020, (0, 0, 2, 0))
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.value, value.change, value.change_from) == (100, None, "2018")
    assert value.change_reading == "no_data"
    assert value.warnings == ["change_over_gap"]


def test_rule_3_a_reference_stands_for_the_formula_of_the_other(town):
    indicator(town, mean_mark(), code="n3m", unit="mark", role="supporting")
    row = indicator(town, share_of_schools(change(reference("n3m"))), code="n3")
    school = school_of(town)
    took(school, 2019, (0, 2, 0, 0))
    took(school, 2020, (0, 0, 2, 0))
    recompute(town.pk)
    assert of_municipality(row).value == 100


def test_rule_3_an_indicator_that_is_a_change_is_the_difference_of_pooled_values(town):
    row = indicator(town, change(passed_share()))
    small, large = school_of(town), school_of(town)
    took(small, 2019, (1, 1, 0, 0))
    took(large, 2019, (4, 4, 0, 0))
    took(small, 2020, (0, 2, 0, 0))
    took(large, 2020, (3, 5, 0, 0))
    recompute(town.pk)
    value = of_municipality(row)
    # 7 of 10 after 5 of 10; the mean of the schools' changes would be 31,25.
    assert (value.value, value.change, value.change_from) == (20, 20, "2019")
    assert (value.numerator, value.denominator) == (None, None)
    assert value.change_reading == "not_significant"
    assert of_school(row, small).value == 50


# Rule 4: attempts.


def test_rule_4_before_resits_is_the_first_attempt_and_otherwise_the_best(town):
    first = indicator(town, passed_share(attempt="first"))
    best = indicator(town, passed_share(attempt="best"))
    school = school_of(town)
    took(school, marks=(3, 7, 0, 0), attempt="first")
    took(school, marks=(1, 9, 0, 0), attempt="best")
    recompute(town.pk)
    assert of_municipality(first).value == 70
    assert of_municipality(best).value == 90


# Rule 5: ЕГЭ mathematics is one subject, ГВЭ adds to it.


def test_rule_5_two_procedures_add_numerators_and_denominators(town):
    """v1.7: ЕГЭ and ГВЭ together; a school without ГВЭ simply has nobody there."""

    def both(measure: str):
        terms = [results(measure, "ege"), results(measure, "gve", grade=11)]
        return {"type": "sum", "of": terms}

    row = indicator(town, {"type": "share", "part": both("passed"), "whole": both("participants")})
    one, other = school_of(town), school_of(town)
    exam = {"grade": 11, "mark_2": None, "mark_3": None, "mark_4": None, "mark_5": None}
    for attempt in ("first", "best"):
        took(one, procedure="ege", participants=10, passed=8, attempt=attempt, **exam)
        took(other, procedure="ege", participants=5, passed=5, attempt=attempt, **exam)
        took(one, procedure="gve", participants=5, passed=1, attempt=attempt, **exam)
    recompute(town.pk)
    value = of_municipality(row)
    assert (value.numerator, value.denominator, value.value) == (14, 20, 70)
    assert value.participants == 20
    assert of_school(row, other).value == 100


def test_rule_5_a_procedure_whose_passes_are_unknown_makes_the_sum_unknown(town):
    def both(measure: str):
        return {"type": "sum", "of": [results(measure), results(measure, "gve", grade=9)]}

    row = indicator(town, {"type": "share", "part": both("passed"), "whole": both("participants")})
    school = school_of(town)
    took(school, marks=(0, 10, 0, 0))
    took(school, marks=(0, 5, 0, 0), procedure="gve", passed=None)
    recompute(town.pk)
    assert of_school(row, school) is None


# Rule 6: exact comparisons, rounding at the end.


def test_rule_6_a_rise_too_small_to_see_is_a_rise(town):
    row = indicator(town, share_of_schools(change(mean_mark())))
    school = school_of(town)
    took(school, 2019, (0, 2_000_000, 1_000_000, 0))
    took(school, 2020, (0, 2_000_000, 1_000_001, 0))
    recompute(town.pk)
    assert of_school(row, school).numerator == 1


def test_rule_6_a_target_is_compared_with_the_exact_value(town):
    row = indicator(town, passed_share())
    TargetFactory(indicator=row, value=Decimal("66.6667"))
    took(school_of(town), marks=(5, 10, 0, 0))  # two thirds are less
    recompute(town.pk)
    assert of_municipality(row).reading == "behind"


# Rule 7: populations.


def test_rule_7_the_list_is_that_of_the_year_not_todays(town):
    row = indicator(town, passed_share(), population=BY_LIST)
    left, came = school_of(town), school_of(town)
    IdentificationFactory(school=left, school_year=2019)
    IdentificationFactory(school=came, school_year=2020)
    for school_year in (2019, 2020):
        took(left, school_year, (10, 0, 0, 0))
        took(came, school_year, (0, 10, 0, 0))
    recompute(town.pk)
    assert (of_municipality(row, 2019).value, of_municipality(row, 2020).value) == (0, 100)
    assert of_school(row, left, 2019).value == 0  # a school that left keeps its history
    assert of_school(row, left, 2020) is None


def test_rule_7_a_school_in_two_categories_counts_once(town):
    row = indicator(town, passed_share(), population=BY_LIST)
    school = school_of(town)
    for category in (Category.LOW_RESULTS, Category.DIFFICULT_CONDITIONS):
        IdentificationFactory(school=school, school_year=2020, category=category)
    took(school, marks=(5, 5, 0, 0))
    recompute(town.pk)
    assert (of_municipality(row).numerator, of_municipality(row).denominator) == (5, 10)


def test_rule_2_a_list_that_names_nobody_in_the_category_counts_nought_and_a_year_without_a_list_nothing(town):
    row = indicator(
        town,
        {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}},
        unit="schools",
        direction="down",
        population={"type": "categories", "categories": ["low_results"]},
    )
    TargetFactory(indicator=row, value=0)
    school = school_of(town)
    IdentificationFactory(school=school, school_year=2019, category=Category.LOW_RESULTS)
    IdentificationFactory(school=school, school_year=2020, category=Category.DIFFICULT_CONDITIONS)
    recompute(town.pk)
    now = of_municipality(row)
    assert (now.value, now.numerator, now.denominator, now.reading) == (0, 0, None, "reached")
    assert (now.change, now.change_from, now.change_reading) == (-1, "2019", "better")
    assert of_school(row, school) is None
    assert of_municipality(row, 2021) is None


def test_rule_7_a_school_in_two_categories_is_one_identified_school(town):
    categories = ["low_results", "difficult_conditions"]
    row = indicator(town, {"type": "count", "of": {"type": "identified", "categories": categories}}, unit="schools")
    school = school_of(town)
    for category in categories:
        IdentificationFactory(school=school, school_year=2020, category=category)
    recompute(town.pk)
    assert of_municipality(row).value == 1


def test_rule_7_a_stated_year_keeps_its_schools(town):
    population = {"type": "categories_of_year", "categories": ["low_results"], "school_year": 2018}
    row = indicator(town, passed_share(), population=population)
    then, now = school_of(town), school_of(town)
    IdentificationFactory(school=then, school_year=2018)
    IdentificationFactory(school=now, school_year=2020)
    took(then, 2020, (5, 5, 0, 0))
    took(now, 2020, (0, 10, 0, 0))
    recompute(town.pk)
    assert of_municipality(row).value == 50


def test_rule_7_chosen_schools_go_by_code_or_by_login_until_matched(town):
    by_code = SchoolFactory(municipality=town, code="860123")
    by_login = SchoolFactory(municipality=town, code="", fisoko_login="edu240001")
    other = school_of(town)
    row = indicator(town, passed_share(), population={"type": "schools", "codes": ["860123", "edu240001"]})
    took(by_code, marks=(0, 1, 0, 0))
    took(by_login, marks=(1, 0, 0, 0))
    took(other, marks=(0, 9, 0, 0))
    recompute(town.pk)
    assert (of_municipality(row).numerator, of_municipality(row).denominator) == (1, 2)


def test_rule_7_schools_of_the_population_add_up_to_the_municipality(town):
    row = indicator(town, passed_share(), population=BY_LIST)
    for place in range(4):
        school = school_of(town)
        took(school, marks=(place, 3, 0, 0))
        if place:
            IdentificationFactory(school=school, school_year=2020)
    recompute(town.pk)
    schools = SchoolValue.objects.filter(indicator=row)
    assert schools.count() == 3
    assert sum(value.numerator for value in schools) == of_municipality(row).numerator == 9


# Rule 8: intervals and few participants.


def test_rule_8_a_share_of_pupils_has_an_interval_in_per_cent(town):
    row = indicator(town, passed_share())
    school = school_of(town)
    took(school, marks=(182, 81, 0, 0))
    recompute(town.pk)
    for value in (of_municipality(row), of_school(row, school)):
        assert (round(value.low, 2), round(value.high, 2)) == (Decimal("25.53"), Decimal("36.62"))


@pytest.mark.parametrize(("marks", "warnings"), [((0, 9, 0, 0), ["few_participants"]), ((0, 10, 0, 0), [])])
def test_rule_8_fewer_than_ten_participants_are_marked(town, marks, warnings):
    row = indicator(town, passed_share())
    took(school_of(town), marks=marks)
    recompute(town.pk)
    assert of_municipality(row).participants == sum(marks)
    assert of_municipality(row).warnings == warnings


@pytest.mark.parametrize(
    ("now", "reading"),
    [
        ((480, 520, 0, 0), "not_significant"),  # 52 % after 50 % of a thousand: intervals overlap
        ((400, 600, 0, 0), "better"),
        ((600, 400, 0, 0), "worse"),
        ((500, 500, 0, 0), "same"),
    ],
)
def test_rule_8_overlapping_intervals_are_not_significant_at_any_number(town, now, reading):
    row = indicator(town, passed_share())
    school = school_of(town)
    took(school, 2019, (500, 500, 0, 0))
    took(school, 2020, now)
    recompute(town.pk)
    assert of_municipality(row).change_reading == reading
    assert of_school(row, school).change_reading == reading


def test_rule_8_shares_of_schools_and_counts_have_no_interval(town):
    rows = [
        indicator(town, share_of_schools(passed_share(), "above", "50")),
        indicator(town, {"type": "count", "of": results("passed")}, unit="count"),
    ]
    school = school_of(town)
    took(school, 2019, (9, 1, 0, 0))
    took(school, 2020, (1, 9, 0, 0))
    recompute(town.pk)
    for row in rows:
        value = of_municipality(row)
        assert (value.low, value.high) == (None, None)
        assert value.change_reading == "better"
    assert of_municipality(rows[0]).participants is None


def test_rule_8_a_mean_of_marks_has_the_interval_of_its_bootstrap(town):
    """One of each mark: 3.5 with variance 5/4, so that means of four have excess kurtosis (656/400 − 3) / 4 = −0.34.
    z·√(5/16) = 1.095652 shrinks by 1 − (z² − 3)·0.34/24 = 0.988079 to 1.082591."""
    row = indicator(town, mean_mark(), unit="mark")
    school = school_of(town)
    took(school, marks=(1, 1, 1, 1))
    recompute(town.pk)
    for value in (of_municipality(row), of_school(row, school)):
        assert (round(value.low, 4), round(value.high, 4)) == (Decimal("2.4174"), Decimal("4.5826"))


def test_rule_8_the_interval_of_the_municipality_is_of_all_its_pupils(town):
    row = indicator(town, mean_mark(), unit="mark")
    for mark in range(4):
        took(school_of(town), marks=tuple(int(place == mark) for place in range(4)))
    recompute(town.pk)
    assert round(of_municipality(row).low, 4) == Decimal("2.4174")
    assert set(SchoolValue.objects.filter(indicator=row).values_list("low", flat=True)) == {None}


def test_rule_8_a_mean_score_has_an_interval_where_the_scores_are_known_one_by_one(town):
    row = indicator(town, mean_score(), unit="score")
    spread, summed = school_of(town), school_of(town)
    exam = {"procedure": "ege", "subject": "russian", "grade": 11, "test_sum": 14, "test_count": 4}
    took(spread, test_histogram={"2": 1, "3": 1, "4": 1, "5": 1}, **exam)
    took(summed, **exam)
    recompute(town.pk)
    assert round(of_school(row, spread).low, 4) == Decimal("2.4174")
    assert (of_school(row, summed).low, of_municipality(row).low) == (None, None)


@pytest.mark.parametrize(
    ("then", "now", "reading"),
    [
        ((0, 100, 100, 0), (0, 90, 110, 0), "not_significant"),  # 3.5 ± 0.07 and 3.55 ± 0.07
        ((0, 100, 100, 0), (0, 50, 150, 0), "better"),
        ((0, 50, 150, 0), (0, 100, 100, 0), "worse"),
        ((0, 20, 0, 0), (0, 19, 1, 0), "not_significant"),  # 3 is within 3 … 3.15
        ((0, 20, 0, 0), (0, 0, 20, 0), "better"),
        ((0, 1, 0, 0), (0, 0, 1, 0), "not_significant"),  # one pupil is no measure of a school
        ((0, 0, 1, 0), (0, 0, 30, 0), "same"),
    ],
)
def test_rule_8_a_mean_reads_its_change_as_a_share_does(town, then, now, reading):
    row = indicator(town, mean_mark(), unit="mark")
    school = school_of(town)
    took(school, 2019, then)
    took(school, 2020, now)
    recompute(town.pk)
    assert of_school(row, school).change_reading == of_municipality(row).change_reading == reading


@pytest.mark.parametrize("marks", [(0, 0, 1, 0), (0, 0, 12, 0)])
def test_rule_8_where_no_spread_is_seen_no_interval_is_told(town, marks):
    row = indicator(town, mean_mark(), unit="mark")
    took(school_of(town), marks=marks)
    recompute(town.pk)
    assert (of_municipality(row).value, of_municipality(row).low, of_municipality(row).high) == (4, None, None)


def test_rule_8_a_share_of_staff_has_no_interval_and_one_of_reported_pupils_has(town):
    staff, pupils = statistic_share("trained", "teachers"), statistic_share("admitted", "leavers")
    rows = indicator(town, staff), indicator(town, pupils)
    school = school_of(town)
    for code, value, counts_pupils in (("trained", 5, 0), ("teachers", 10, 0), ("admitted", 5, 1), ("leavers", 8, 1)):
        kind = StatisticKindFactory(code=code, counts_pupils=bool(counts_pupils))
        SchoolStatisticFactory(school=school, kind=kind, value=value)
    recompute(town.pk)
    of_staff, of_pupils = (of_municipality(row) for row in rows)
    assert (of_staff.value, of_staff.participants, of_staff.low, of_staff.warnings) == (50, None, None, [])
    assert (of_pupils.value, of_pupils.participants) == (Decimal("62.5"), 8)
    assert of_pupils.low is not None
    assert of_pupils.warnings == ["few_participants"]


# Rule 9: where it came from.


def test_rule_9_a_value_names_file_sheet_and_rows_of_both_its_periods(town):
    row = indicator(town, share_of_schools(change(mean_mark())))
    first, second = school_of(town), school_of(town)
    for school, rows in ((first, "5-8"), (second, "9-12,20")):
        for school_year, file in ((2019, "oge_2020.xlsx"), (2020, "oge_2021.xlsx")):
            source = {"file": file, "sheet": "Page 1", "rows": rows, "upload": school_year}
            took(school, school_year, sources=[source])
    recompute(town.pk)
    assert of_municipality(row).sources == [
        {"file": "oge_2020.xlsx", "sheet": "Page 1", "rows": "5-12,20", "upload": 2019},
        {"file": "oge_2021.xlsx", "sheet": "Page 1", "rows": "5-12,20", "upload": 2020},
    ]
    assert [source["rows"] for source in of_school(row, first).sources] == ["5-8", "5-8"]


def test_rule_9_a_number_from_a_form_names_the_form(town):
    row = indicator(town, {"type": "count", "of": statistic("teachers")}, unit="count")
    kind = StatisticKindFactory(code="teachers", name="Педагогов всего")
    SchoolStatisticFactory(school=school_of(town), kind=kind, source={"form": True})
    sheet = {"file": "сведения.xlsx", "sheet": "Лист1", "rows": "4"}
    SchoolStatisticFactory(school=school_of(town), kind=kind, source=sheet)
    recompute(town.pk)
    assert of_municipality(row).sources == [
        {"file": "", "sheet": "", "rows": "", "upload": None, "form": "Педагогов всего"},
        {"file": "сведения.xlsx", "sheet": "Лист1", "rows": "4", "upload": None},
    ]


def test_results_left_out_are_counted_once_and_said(town):
    """A source may leave a result out; whoever looks at part and whole of it leaves out one result, not two."""
    row = indicator(town, passed_share())
    one, flagged = school_of(town), school_of(town)

    def with_one_left_out(asked):
        return {
            leaf: {
                "2020": {
                    one.pk: Amount(10, participants=10, refs=(Ref("а.xlsx"),)),
                    flagged.pk: Amount(None, excluded=frozenset({("oge", 2020, flagged.pk)})),
                }
            }
            for leaf in asked.leaves
        }

    register(Results, with_one_left_out)
    try:
        recompute(town.pk)
    finally:
        register(Results, read_results)
    value = of_municipality(row)
    assert (value.value, value.excluded) == (100, 1)
    assert value.warnings == ["excluded_results", "missing_schools"]
    assert (of_school(row, flagged).value, of_school(row, flagged).excluded) == (None, 1)


# Words of time.


def test_spring_2021_counts_in_the_school_year_and_in_the_calendar_year(town):
    by_school_year = indicator(town, passed_share())
    by_calendar_year = indicator(town, passed_share(), period_kind="calendar_year")
    took(school_of(town), 2020, (5, 5, 0, 0))
    recompute(town.pk)
    assert of_municipality(by_school_year, "2020").value == 50
    assert of_municipality(by_calendar_year, "cy2021").value == 50
    assert of_municipality(by_calendar_year, "cy2020") is None


def test_autumn_2020_counts_in_the_calendar_year_2020(town):
    exam = {"procedure": "vpr", "subject": "russian", "grade": 5, "wave": "autumn"}
    row = indicator(town, passed_share(**exam), period_kind="calendar_year")
    took(school_of(town), 2020, (5, 5, 0, 0), **exam)
    recompute(town.pk)
    assert of_municipality(row, "cy2020").value == 50


def test_a_statistic_belongs_to_the_very_period_it_was_reported_for(town):
    kind = StatisticKindFactory(code="teachers")
    formula = {"type": "count", "of": statistic("teachers")}
    by_school_year = indicator(town, formula, unit="count")
    by_calendar_year = indicator(town, formula, unit="count", period_kind="calendar_year")
    by_quarter = indicator(town, formula, unit="count", period_kind="quarter")
    school = school_of(town)
    for period, value in (("2020", 20), ("cy2021", 21), ("2021q1", 22)):
        SchoolStatisticFactory(school=school, kind=kind, period=period, value=value)
    recompute(town.pk)
    assert of_municipality(by_school_year, "2020").value == 20
    assert of_municipality(by_calendar_year, "cy2021").value == 21
    assert of_municipality(by_quarter, "2021q1").value == 22


def test_a_number_of_the_municipality_gives_a_value_of_the_municipality_alone(town):
    row = indicator(town, statistic_share("winners", "pupils"))
    school_of(town)
    for code, value in (("winners", 14), ("pupils", 100)):
        kind = StatisticKindFactory(code=code, level="municipality")
        MunicipalityStatisticFactory(municipality=town, kind=kind, value=value)
    recompute(town.pk)
    assert (of_municipality(row).value, of_municipality(row).warnings) == (14, [])
    assert not SchoolValue.objects.exists()


def test_targets_are_those_of_the_municipality_not_of_a_school(town):
    row = indicator(town, passed_share())
    TargetFactory(indicator=row, value=50)
    school = school_of(town)
    took(school)
    recompute(town.pk)
    assert (of_municipality(row).target, of_municipality(row).reading) == (50, "reached")
    assert (of_school(row, school).target, of_school(row, school).reading) == (None, "no_target")
