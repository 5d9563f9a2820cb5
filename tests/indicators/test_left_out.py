"""Results that people marked as not objective are left out of every indicator until the mark is lifted."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.engine import recompute
from indicators.engine.evaluate import VALUE_FIELDS
from indicators.models import MunicipalityValue, SchoolValue
from monitoring.jobs.touched import touched_by_flags
from monitoring.models import ObjectivityFlag
from schools.models import Municipality, School
from tests.factories import (
    MunicipalityFactory,
    ObjectivityFlagFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    TargetFactory,
)
from tests.indicators.build import (
    change,
    combined,
    indicator,
    mean_mark,
    of_municipality,
    of_school,
    over_years,
    passed_share,
    reference,
    relative,
    results,
    share_of_schools,
    statistic,
    took,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def schools_of(town: Municipality, count: int) -> list[School]:
    return [SchoolFactory(municipality=town) for _ in range(count)]


def stored() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """All values, without ids and moments."""
    schools = SchoolValue.objects.values_list("indicator__code", "period", "school_id", *VALUE_FIELDS)
    whole = MunicipalityValue.objects.values_list("indicator__code", "period", "indicator_id", *VALUE_FIELDS)
    return {row[:3]: row[3:] for rows in (schools, whole) for row in rows}


def lift(flag: ObjectivityFlag) -> None:
    flag.lifted_at = timezone.now()
    flag.save()


def numbers(value: SchoolValue | MunicipalityValue) -> tuple[Any, ...]:
    return value.value, value.numerator, value.denominator, value.participants, value.excluded


def test_the_school_keeps_an_empty_row_and_the_municipality_counts_without_it(town):
    row = indicator(town, passed_share())
    TargetFactory(indicator=row, period="2020", value=80)
    honest, doubted = schools_of(town, 2)
    took(honest, marks=(1, 2, 1, 0))  # 3 of 4
    took(doubted, marks=(0, 0, 2, 4))  # 6 of 6
    ObjectivityFlagFactory(school=doubted)
    recompute(town.pk)
    assert numbers(of_municipality(row)) == (75, 3, 4, 4, 1)  # 9 of 10 with the doubted
    assert of_municipality(row).reading == "behind"
    assert of_municipality(row).warnings == ["excluded_results", "few_participants", "missing_schools"]
    empty = of_school(row, doubted)
    assert numbers(empty) == (None, None, None, None, 1)
    assert (empty.low, empty.sources, empty.reading, empty.change_reading) == (None, [], "no_data", "no_data")
    assert empty.warnings == ["excluded_results"]
    assert numbers(of_school(row, honest)) == (75, 3, 4, 4, 0)


def test_where_all_was_left_out_the_municipality_says_so(town):
    row = indicator(town, passed_share())
    doubted, silent = schools_of(town, 2)
    took(doubted)
    ObjectivityFlagFactory(school=doubted)
    recompute(town.pk)
    assert numbers(of_municipality(row)) == (None, None, None, None, 1)
    assert of_municipality(row).reading == "no_data"
    assert of_school(row, silent) is None  # it has nothing to leave out


def test_a_lifted_flag_leaves_nothing_out(town):
    row = indicator(town, passed_share())
    (school,) = schools_of(town, 1)
    took(school)
    lift(ObjectivityFlagFactory(school=school))
    recompute(town.pk)
    assert of_school(row, school).excluded == 0
    assert of_school(row, school).value == 80


def test_a_flag_is_of_one_school_year_procedure_subject_and_grade(town):
    row = indicator(town, passed_share())
    school, other = schools_of(town, 2)
    took(school)
    for flag in (
        {"school": other},
        {"school": school, "school_year": 2019},
        {"school": school, "procedure": "gve"},
        {"school": school, "subject": "russian"},
        {"school": school, "grade": 8},
    ):
        ObjectivityFlagFactory(**flag)
    recompute(town.pk)
    assert of_school(row, school).excluded == 0


def test_a_change_with_a_left_out_side_is_no_change(town):
    share = indicator(town, passed_share(), code="share")
    rise = indicator(town, change(reference("share")))
    before, now, honest = schools_of(town, 3)
    for school in (before, now, honest):
        took(school, 2019, (2, 2, 0, 0))
        took(school, 2020, (1, 3, 0, 0))
    ObjectivityFlagFactory(school=before, school_year=2019)
    ObjectivityFlagFactory(school=now, school_year=2020)
    recompute(town.pk)
    assert (of_school(share, before).value, of_school(share, before).change) == (75, None)
    assert of_school(share, honest).change == 25
    assert [of_school(rise, school).value for school in (before, now, honest)] == [None, None, 25]
    assert [of_school(rise, school).excluded for school in (before, now, honest)] == [1, 1, 0]
    # 2019: now and honest, 4 of 8; 2020: before and honest, 6 of 8.
    assert of_municipality(share).change == 25


def test_the_exam_counts_as_held_where_all_of_it_was_left_out(town):
    row = indicator(town, passed_share())
    (school,) = schools_of(town, 1)
    for school_year in (2018, 2019, 2020):
        took(school, school_year)
    ObjectivityFlagFactory(school=school, school_year=2019)
    recompute(town.pk)
    assert of_school(row, school).change is None  # and none against 2018
    assert of_school(row, school, 2019).excluded == 1


def test_a_left_out_school_drops_out_of_the_share_of_schools(town):
    row = indicator(town, share_of_schools(change(mean_mark())))
    rises, falls, doubted = schools_of(town, 3)
    for school, now in ((rises, (0, 1, 3, 0)), (falls, (1, 3, 0, 0)), (doubted, (0, 0, 0, 4))):
        took(school, 2019, (0, 4, 0, 0))
        took(school, 2020, now)
    ObjectivityFlagFactory(school=doubted)
    recompute(town.pk)
    assert numbers(of_municipality(row)) == (50, 1, 2, None, 1)  # with the doubted 2 of 3
    assert numbers(of_school(row, doubted)) == (None, None, None, None, 1)


def test_a_left_out_term_of_a_sum_is_as_if_the_school_had_nobody_there(town):
    exams = (("ege", {}), ("gve", {"grade": 11}))
    both = {
        "type": "share",
        "part": {"type": "sum", "of": [results("passed", procedure=name, **grade) for name, grade in exams]},
        "whole": {"type": "sum", "of": [results("participants", procedure=name, **grade) for name, grade in exams]},
    }
    row = indicator(town, both)
    one, two = schools_of(town, 2)
    for school in (one, two):
        took(school, marks=(2, 4, 0, 0), procedure="ege", grade=11, pupil_grade=11)
        took(school, marks=(0, 3, 0, 0), procedure="gve", grade=11, pupil_grade=11)
        ObjectivityFlagFactory(school=school, procedure="ege", grade=11)
    ObjectivityFlagFactory(school=two, procedure="gve", grade=11)
    recompute(town.pk)
    assert numbers(of_school(row, one)) == (100, 3, 3, 3, 1)
    assert numbers(of_school(row, two)) == (None, None, None, None, 2)
    assert numbers(of_municipality(row)) == (100, 3, 3, 3, 3)


def test_what_is_left_out_does_not_make_an_unknown_number_known(town):
    """A number that the school has not reported is not nobody."""
    kind = StatisticKindFactory(code="olympiad")
    row = indicator(town, {"type": "count", "of": {"type": "sum", "of": [results("passed"), statistic("olympiad")]}})
    told, silent = schools_of(town, 2)
    for school in (told, silent):
        took(school)
        ObjectivityFlagFactory(school=school)
    SchoolStatisticFactory(school=told, kind=kind, value=7)
    recompute(town.pk)
    assert of_school(row, told).value == 7
    assert of_school(row, silent).value is None


def test_a_doubted_level_of_mathematics_leaves_the_union_out_and_the_other_level_in(town):
    subjects = ("mathematics", "mathematics_base", "mathematics_profile")
    rows = {name: indicator(town, passed_share(procedure="ege", subject=name)) for name in subjects}
    of_level, of_union = schools_of(town, 2)
    for school in (of_level, of_union):
        for name in subjects:
            took(school, procedure="ege", subject=name, grade=11, pupil_grade=11)
    ObjectivityFlagFactory(school=of_level, procedure="ege", subject="mathematics_base", grade=11)
    ObjectivityFlagFactory(school=of_union, procedure="ege", subject="mathematics", grade=11)
    recompute(town.pk)
    assert [of_school(rows[name], of_level).excluded for name in subjects] == [1, 1, 0]
    assert [of_school(rows[name], of_union).excluded for name in subjects] == [1, 1, 1]


def test_a_result_is_counted_once_however_many_of_its_numbers_are_looked_at(town):
    good = {"type": "sum", "of": [results("mark_4"), results("mark_5", attempt="best")]}
    row = indicator(town, {"type": "share", "part": good, "whole": results("participants")})
    (school,) = schools_of(town, 1)
    took(school)
    ObjectivityFlagFactory(school=school)
    recompute(town.pk)
    assert of_school(row, school).excluded == 1


def test_of_pupils_who_wrote_papers_of_two_grades_only_the_doubted_paper_is_left_out(town):
    work = {"procedure": "vpr", "subject": "russian"}
    row = indicator(town, passed_share(**work, pupil_grade=8))
    (school,) = schools_of(town, 1)
    for grade, marks in ((7, (0, 1, 0, 0)), (8, (1, 1, 0, 0))):
        took(school, marks=marks, **work, grade=grade, pupil_grade=8, wave="spring")
    ObjectivityFlagFactory(school=school, **work, grade=7)
    recompute(town.pk)
    assert numbers(of_school(row, school)) == (50, 1, 2, 2, 1)


def test_values_made_of_values_take_the_parts_that_are_left(town):
    rows = {
        "combined": indicator(town, combined(mean_mark(), mean_mark(subject="russian")), unit="mark"),
        "over_years": indicator(town, over_years(passed_share(), 2)),
        "relative": indicator(town, relative(mean_mark()), unit="ratio"),
    }
    doubted, honest = schools_of(town, 2)
    took(doubted, marks=(0, 0, 0, 4))
    took(doubted, marks=(0, 2, 0, 0), subject="russian")
    took(doubted, 2019, marks=(1, 1, 0, 0))
    took(honest, marks=(0, 2, 2, 0))
    ObjectivityFlagFactory(school=doubted)
    recompute(town.pk)
    assert numbers(of_school(rows["combined"], doubted)) == (3, 6, 2, 2, 1)  # of Russian alone
    assert numbers(of_school(rows["over_years"], doubted)) == (50, 1, 2, 2, 1)  # of 2019 alone
    assert of_school(rows["relative"], doubted).value is None
    # The municipality is the honest school; that its mean lacks a result is said with every value made of it.
    assert numbers(of_school(rows["relative"], honest)) == (1, Decimal("3.5"), Decimal("3.5"), 4, 1)


def town_of_every_sort(town: Municipality) -> list[School]:
    share, mean = indicator(town, passed_share(), code="share"), indicator(town, mean_mark(), code="mean", unit="mark")
    indicator(town, share_of_schools(change(reference("mean"))), code="rising")
    indicator(town, passed_share(), code="calendar", period_kind="calendar_year")
    indicator(town, {"type": "count", "of": results("passed")}, code="count", unit="count")
    TargetFactory(indicator=share, period="2020", value=90)
    TargetFactory(indicator=mean, period="2021", value=Decimal("3.5"))
    schools = schools_of(town, 4)
    for place, school in enumerate(schools):
        for school_year in range(2017, 2022):
            took(school, school_year, (place % 3, 4 + school_year % 2, 3, place % 2))
    return schools


def test_to_lift_the_flag_gives_back_the_very_values(town):
    doubted, *_ = town_of_every_sort(town)
    recompute(town.pk)
    before = stored()
    flag = ObjectivityFlagFactory(school=doubted, school_year=2019)
    partly = recompute(town.pk, scope=touched_by_flags([flag]))
    without = stored()
    assert recompute(town.pk, check=True).differences == ()
    lift(flag)
    recompute(town.pk, scope=touched_by_flags([flag]))
    assert without != before
    assert 0 < partly.written < len(before)
    assert stored() == before
    assert recompute(town.pk, check=True).differences == ()


def test_flags_cost_one_query_however_many(town):
    schools = town_of_every_sort(town)
    counts = []
    for school in schools[:2]:
        ObjectivityFlagFactory(school=school)
        recompute(town.pk)
        with CaptureQueriesContext(connection) as queries:
            recompute(town.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_flags_of_another_municipality_leave_nothing_out_here(town):
    school, *_ = town_of_every_sort(town)
    ObjectivityFlagFactory(school=SchoolFactory())
    recompute(town.pk)
    assert not SchoolValue.objects.filter(school=school, excluded__gt=0).exists()
