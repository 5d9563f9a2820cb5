"""A recompute of what an upload touched gives what a recompute of everything gives, whoever uploaded what before."""

from functools import reduce
from operator import or_
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Job
from indicators.engine import Scope, recompute
from indicators.models import MunicipalityValue, SchoolValue
from monitoring.jobs.touched import touched_by
from monitoring.jobs.writer import Incoming, compare, write
from monitoring.models import ResultTotal, Upload
from monitoring.services.uploads import UploadRefused, undo
from schools.models import Identification, Municipality, School
from tests.factories import MunicipalityFactory, SchoolFactory, UploadFactory
from tests.indicators.build import (
    change,
    indicator,
    mean_mark,
    over_years,
    passed_share,
    reference,
    relative,
    share_of_schools,
)

pytestmark = pytest.mark.django_db

OGE = ("oge", "mathematics", 9, "main")
BASE = ("ege", "mathematics_base", 11, "main")
VPR = ("vpr", "russian", 6, "autumn")  # written by pupils of two grades
EXAMS = (OGE, BASE, VPR)
YEARS = range(2017, 2021)
DATES = ["2018-06-20", "2019-12-01", "2020-10-20", "2021-06-10", "2021-07-01"]
DAYS = ("", "06-01", "06-15")  # of sessions, in the spring after the year begins
BY_LIST = {"type": "categories", "categories": ["low_results"]}
OF_2018 = {"type": "categories_of_year", "categories": ["low_results"], "school_year": 2018}


def town_with(schools: int) -> Municipality:
    """Indicators of every sort that looks at results, and lists that leave out a school each."""
    town = MunicipalityFactory.create()
    indicator(town, passed_share(), code="share")
    indicator(town, passed_share(), code="calendar", period_kind="calendar_year")
    indicator(town, mean_mark(attempt="best"), code="mean", unit="mark", population=BY_LIST)
    indicator(town, share_of_schools(change(reference("mean"))), code="rising", population=OF_2018)
    indicator(town, change(reference("share")), code="change")
    indicator(town, passed_share(procedure="ege"), code="union")
    indicator(town, change(relative(passed_share())), code="compared", unit="ratio", population=BY_LIST)
    indicator(town, over_years(passed_share()), code="years")
    autumn = {"procedure": "vpr", "subject": "russian", "wave": "autumn"}
    indicator(town, passed_share(**autumn, pupil_grade=7), code="seventh")
    indicator(town, change(passed_share(**autumn, grade=6)), code="sixth")
    dates = {"period_kind": "date", "measured_on": DATES}
    indicator(town, passed_share(attempt="best"), code="at dates", **dates)
    indicator(town, passed_share(**autumn, pupil_grade=7), code="seventh at dates", population=BY_LIST, **dates)
    for number in range(schools):
        school = SchoolFactory.create(municipality=town)
        for year in YEARS:
            if (number + year) % schools:
                Identification.objects.create(
                    school=school, school_year=year, category="low_results", order_date="2020-09-15"
                )
    return town


def upload(
    town: Municipality,
    places: set[int],
    year: int,
    exam: tuple[Any, ...],
    pupil_grade: int,
    mark: int,
    day: str = "",
    attempt: str = "first",
    *,
    row: str = "{}",
) -> Scope | None:
    """Marks of these schools, as a file brings them; the scope that its recompute is asked for."""
    pieces = []
    for place in places:
        marks = [mark % 3, 1 + mark % 5, place % 2, (mark + place) % 4]
        facts = dict(zip(("mark_2", "mark_3", "mark_4", "mark_5"), marks, strict=True))
        facts |= {"participants": sum(marks), "listed": sum(marks), "passed": sum(marks[1:])}
        sources = {"marks": [{"file": f"{mark}.xlsx", "sheet": "", "rows": row.format(place + 2)}]}
        session = f"{year + (exam is not VPR)}-{day if exam is not VPR else '10' + day[2:]}" if day else ""
        key = (year, *exam, attempt, session)
        pieces.append(Incoming(0, school_of(town, place).pk, key, pupil_grade, {"marks": facts}, sources, []))
    written = UploadFactory.create(municipality=town, status=Upload.Status.STORED)
    with transaction.atomic():
        plan = compare(town.pk, pieces)
        changes = write(plan, written)
        return None if plan.is_empty else Scope.of(touched_by(town.pk, changes))


def take_back(town: Municipality, place: int) -> Scope | None:
    """Undo one of the uploads, unless a later one stands on it."""
    stored = list(Upload.objects.filter(municipality=town, status=Upload.Status.STORED).order_by("pk"))
    Job.objects.all().delete()
    if not stored:
        return None
    try:
        undo(upload=stored[place % len(stored)], by=None)
    except UploadRefused:
        return None
    job = Job.objects.first()
    return Scope.of(job.scope) if job else None


def delist(town: Municipality, year: int) -> Scope:
    """Take a school off the list of that year."""
    listed = Identification.objects.filter(school__municipality=town, school_year=year)
    listed.filter(pk=listed.values("pk")[:1]).delete()
    return Scope.of({"identification": [year]})


def school_of(town: Municipality, place: int) -> School:
    return town.schools.order_by("pk")[place]


uploads = st.tuples(
    st.just(upload),
    st.sets(st.integers(0, 2), min_size=1, max_size=2),
    st.sampled_from(YEARS),
    st.sampled_from((OGE, OGE, *EXAMS)),
    st.integers(6, 7),
    st.integers(0, 7),
    st.sampled_from(DAYS),
    st.sampled_from(("first", "first", "first", "resit")),
)
steps = st.one_of(
    uploads,
    uploads,
    st.tuples(st.just(take_back), st.integers(0, 7)),
    st.tuples(st.just(delist), st.sampled_from(YEARS)),
)


@pytest.fixture
def town() -> Municipality:
    return town_with(3)


def assert_everybody_is_right(town: Municipality, scope: Scope | None) -> None:
    assert scope is not None
    recompute(town.pk, scope.to_json())
    assert recompute(town.pk, check=True).differences == ()


def test_schools_are_named_where_others_have_the_same_paper(town):
    upload(town, {0, 1, 2}, 2020, OGE, 9, 1)
    correction = upload(town, {1}, 2020, OGE, 9, 2)
    assert correction.to_json() == {
        "exams": [["oge", "mathematics", 9, 2020]],
        "schools": [school_of(town, 1).pk],
    }


def test_a_level_of_mathematics_touches_the_union_of_levels_too(town):
    upload(town, {0}, 2020, BASE, 11, 1)
    scope = upload(town, {1}, 2020, BASE, 11, 2)
    assert {exam[1] for exam in scope.exams} == {"mathematics", "mathematics_base"}
    assert scope.schools == {school_of(town, 1).pk}


def test_the_first_school_of_a_year_changes_what_all_are_compared_with(town):
    """In 2020 they were compared with 2018; now with 2019, in which only one of them was."""
    for year in (2018, 2020):
        upload(town, {0, 1, 2}, year, OGE, 9, year)
    recompute(town.pk)
    scope = upload(town, {0}, 2019, OGE, 9, 3)
    assert not scope.schools
    assert_everybody_is_right(town, scope)


def test_so_does_the_last_school_that_goes(town):
    for year in (2018, 2020):
        upload(town, {0, 1, 2}, year, OGE, 9, year)
    upload(town, {0}, 2019, OGE, 9, 3)
    recompute(town.pk)
    scope = take_back(town, 2)
    assert not scope.schools
    assert_everybody_is_right(town, scope)


@pytest.mark.parametrize("other", [OGE, ("vpr", "russian", 6, "spring"), ("vpr", "russian", 5, "autumn")])
def test_another_paper_of_the_year_is_no_company(town, other):
    upload(town, {1, 2}, 2020, other, 7, 1)
    assert not upload(town, {0}, 2020, VPR, 7, 3).schools


def test_pupils_of_another_grade_are_no_company(town):
    upload(town, {1, 2}, 2020, VPR, 6, 1)
    assert not upload(town, {0}, 2020, VPR, 7, 3).schools


@pytest.mark.parametrize(("day", "is_named"), [("06-01", False), ("06-10", True), ("06-15", True)])
def test_who_begins_the_campaign_before_the_others_changes_what_stands_for_all(town, day, is_named):
    """At a date in between, the others would have the results of the year before, and then none."""
    upload(town, {1, 2}, 2020, OGE, 9, 1, "06-10")
    recompute(town.pk)
    scope = upload(town, {0}, 2020, OGE, 9, 3, day)
    assert bool(scope.schools) == is_named
    assert_everybody_is_right(town, scope)


def test_one_upload_makes_others_keep_the_rows_that_they_have(town):
    """Only what the school itself did is worked out anew, and the sums of the municipality."""
    for year in YEARS:
        upload(town, {0, 1, 2}, year, OGE, 9, year)
    recompute(town.pk)
    mine = school_of(town, 1)
    SchoolValue.objects.filter(indicator__municipality=town).update(participants=777)
    recompute(town.pk, upload(town, {1}, 2020, OGE, 9, 5).to_json())
    found = SchoolValue.objects.filter(indicator__municipality=town, indicator__code="share", period="2020")
    assert {value.school_id for value in found.exclude(participants=777)} == {mine.pk}


def corrected(town: Municipality) -> tuple[Scope, MunicipalityValue]:
    """A school's marks in a year that all have, and the value of the municipality that is stored before it is told."""
    for year in YEARS:
        upload(town, {0, 1, 2}, year, OGE, 9, year)
    recompute(town.pk)
    scope = upload(town, {1}, 2020, OGE, 9, 5)
    assert scope is not None
    assert scope.schools
    return scope, MunicipalityValue.objects.get(indicator__code="share", indicator__municipality=town, period="2020")


def test_of_the_others_their_stored_values_are_taken_and_no_result_is_read(town):
    scope, before = corrected(town)
    mean = MunicipalityValue.objects.get(indicator__code="mean", indicator__municipality=town, period="2020")
    others = ResultTotal.objects.exclude(school=school_of(town, 1))
    assert others.update(passed=0, mark_5=99)
    recompute(town.pk, scope.to_json())
    for code, was in (("share", before.numerator), ("mean", mean.numerator)):
        after = MunicipalityValue.objects.get(indicator__code=code, indicator__municipality=town, period="2020")
        mine = SchoolValue.objects.get(school=school_of(town, 1), indicator=after.indicator, period="2020")
        of_others = SchoolValue.objects.filter(indicator=after.indicator, period="2020").exclude(pk=mine.pk)
        assert after.numerator == mine.numerator + sum(value.numerator for value in of_others)
        assert after.numerator != was


def test_means_whose_spread_was_not_kept_yet_are_worked_out_from_all_results(town):
    """As they are after an update from a version that did not keep it."""
    scope, _ = corrected(town)
    SchoolValue.objects.update(spread="")
    MunicipalityValue.objects.update(spread="")
    recompute(town.pk, scope.to_json())
    means = MunicipalityValue.objects.filter(indicator__code="mean", indicator__municipality=town, period="2020")
    fields = ("value", "low", "high", "spread", "change_reading")
    before = means.values_list(*fields).get()
    assert None not in before
    recompute(town.pk)
    assert means.values_list(*fields).get() == before


@pytest.mark.parametrize(
    "wrong", [{"numerator": 1}, {"participants": 1}, {"warnings": ["no_scale"]}, {"sources": []}, {"version": 7}]
)
def test_what_does_not_add_up_as_it_is_stored_is_worked_out_from_all_results(town, wrong):
    scope, before = corrected(town)
    MunicipalityValue.objects.filter(pk=before.pk).update(**wrong)
    assert_everybody_is_right(town, scope)


@pytest.mark.parametrize("row", ["2", "{}", "строка {}"])
def test_rows_that_others_stand_in_too_are_theirs_still(town, row):
    """The school's new file takes the place of a row that all had in common, of one of its own, and of one that is not
    told as a span and merges with others only in their order."""
    for year in YEARS:
        upload(town, {0, 1, 2}, year, OGE, 9, year, row=row)
    recompute(town.pk)
    scope = upload(town, {1}, 2020, OGE, 9, 5)
    assert scope.schools
    assert_everybody_is_right(town, scope)
    value = MunicipalityValue.objects.get(indicator__code="share", indicator__municipality=town, period="2020")
    assert len(value.sources) == 2


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(before=st.lists(uploads, max_size=8), then=st.lists(st.lists(steps, min_size=1, max_size=3), max_size=4))
def test_what_was_touched_recomputed_equals_everything_recomputed(before, then):
    """Jobs that waited for each other are done together."""
    town = town_with(3)
    for act, *arguments in before:
        act(town, *arguments)
    recompute(town.pk)
    for together in then:
        scopes = [scope for act, *arguments in together if (scope := act(town, *arguments)) is not None]
        if scopes:
            recompute(town.pk, reduce(or_, scopes).to_json())
        assert recompute(town.pk, check=True).differences == ()
