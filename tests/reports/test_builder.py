"""The frozen note on numbers: what it takes from the database, and that it stays as it was frozen."""

import datetime as dt
from decimal import Decimal

import pytest

from indicators.models import ChangeReading, Indicator, Reading
from reports.queries import build_analytical_note, periods_with_values
from roadmaps.models import Programme, ProgrammeTask
from schools.models import Category, Municipality
from tests.factories import (
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    NoteTextFactory,
    SchoolFactory,
    SchoolValueFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
DYNAMICS = {
    "type": "share_of_schools",
    "of": {"type": "change", "of": {"type": "indicator", "code": "mean"}},
    "is": "above",
    "than": "0",
}
LISTED = {"type": "categories", "categories": ["low_results"]}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory(full_name="город Тестовый", department_name="Управление образования")


def test_value_comes_with_both_parts_plan_and_reading(town: Municipality):
    indicator = IndicatorFactory(municipality=town, code="p1", method="доля")
    MunicipalityValueFactory(
        indicator=indicator,
        numerator=1,
        denominator=3,
        value=Decimal("33.333333"),
        target=Decimal("60.0000"),
        reading=Reading.BEHIND,
        change=Decimal("-8.5"),
        change_from="2019",
        change_reading=ChangeReading.WORSE,
        warnings=["few_participants"],
    )
    TargetFactory(indicator=indicator, value=60, is_demo=True)
    (row,) = build_analytical_note(municipality=town, period="2020").indicators
    assert (row.value, row.numerator, row.denominator) == ("33.333333", "1", "3")
    assert (row.target, row.target_is_demo, row.reading) == ("60", True, "behind")
    assert (row.change, row.change_from, row.change_reading) == ("-8.5", "2019", "worse")
    assert row.warnings == ("few_participants",)
    assert row.compared_with == ""  # the value is no dynamics itself


def test_indicator_without_a_value_stays_with_its_plan(town: Municipality):
    TargetFactory(indicator=IndicatorFactory(municipality=town), value=Decimal("70.5"))
    (row,) = build_analytical_note(municipality=town, period="2020").indicators
    assert (row.value, row.reading, row.target) == (None, "no_data", "70.5")


def test_only_indicators_of_the_programme_and_of_this_kind_of_period(town: Municipality):
    IndicatorFactory(municipality=town, code="own", position=1)
    IndicatorFactory(municipality=town, code="mean", role=Indicator.Role.SUPPORTING)
    IndicatorFactory(municipality=town, code="calendar", period_kind="calendar_year")
    IndicatorFactory(code="foreign")
    note = build_analytical_note(municipality=town, period="2020")
    assert [row.code for row in note.indicators] == ["own"]


def test_dynamics_name_the_year_compared_with_and_the_years_stepped_over(town: Municipality):
    indicator = IndicatorFactory(municipality=town, formula=DYNAMICS, population=LISTED)
    MunicipalityValueFactory(indicator=indicator, change_from="2018")
    (row,) = build_analytical_note(municipality=town, period="2020").indicators
    assert row.compared_with == "2018"
    assert row.without_results == ("2019",)


def test_schools_behind_a_share_and_those_without_data(town: Municipality):
    indicator = IndicatorFactory(municipality=town, formula=DYNAMICS, population=LISTED)
    better, worse, silent = (SchoolFactory(municipality=town, name=name) for name in ("Школа 1", "Школа 2", "Школа 3"))
    SchoolFactory(municipality=town, name="Школа 4")  # not in the list of the year
    for school in (better, worse, silent):
        IdentificationFactory(school=school, category=Category.LOW_RESULTS, school_year=2020)
    SchoolValueFactory(indicator=indicator, school=better, numerator=1, denominator=1, value=100)
    SchoolValueFactory(indicator=indicator, school=worse, numerator=0, denominator=1, value=0)
    (row,) = build_analytical_note(municipality=town, period="2020").indicators
    assert (row.schools_yes, row.schools_no, row.schools_unknown) == (("Школа 1",), ("Школа 2",), ("Школа 3",))


def test_schools_of_one_name_are_told_apart_by_code(town: Municipality):
    indicator = IndicatorFactory(municipality=town, formula=DYNAMICS, population={"type": "all"})
    SchoolFactory(municipality=town, name="СОШ № 1", code="101")
    SchoolFactory(municipality=town, name="СОШ № 1", code="102")
    MunicipalityValueFactory(indicator=indicator)
    (row,) = build_analytical_note(municipality=town, period="2020").indicators
    assert row.schools_unknown == ("СОШ № 1 (101)", "СОШ № 1 (102)")


def test_texts_of_people_go_line_by_line_and_only_those_of_the_year(town: Municipality):
    IndicatorFactory(municipality=town, code="p1")
    NoteTextFactory(municipality=town, problems="Первая.\n\n Вторая. ", next_tasks="Задача.", comments={"p1": " Да. "})
    NoteTextFactory(municipality=town, school_year=2021, problems="Чужого года.")
    note = build_analytical_note(municipality=town, period="2020")
    assert note.problems == ("Первая.", "Вторая.")
    assert note.next_tasks == ("Задача.",)
    assert note.indicators[0].comment == "Да."


def test_programme_is_the_one_that_runs_in_the_year(town: Municipality):
    old = Programme.objects.create(municipality=town, title="Прежняя", aim="цель", starts_in=2017, ends_in=2020)
    Programme.objects.create(municipality=town, title="Новая", starts_in=2021, ends_in=2025)
    ProgrammeTask.objects.create(programme=old, position=2, text="Вторая")
    ProgrammeTask.objects.create(programme=old, position=1, text="Первая")
    assert build_analytical_note(municipality=town, period="2020").programme == "Прежняя"
    assert build_analytical_note(municipality=town, period="2020").tasks == ("Первая", "Вторая")
    assert build_analytical_note(municipality=town, period="2022").programme == "Новая"


def test_note_does_not_depend_on_the_day_on_which_values_were_worked_out(town: Municipality):
    value = MunicipalityValueFactory(indicator=IndicatorFactory(municipality=town))
    first = build_analytical_note(municipality=town, period="2020")
    type(value).objects.filter(pk=value.pk).update(computed_at=dt.datetime(2021, 8, 19, 12, tzinfo=dt.UTC))
    assert build_analytical_note(municipality=town, period="2020") == first


def test_note_is_the_same_until_something_changes(town: Municipality):
    value = MunicipalityValueFactory(indicator=IndicatorFactory(municipality=town))
    first = build_analytical_note(municipality=town, period="2020")
    assert build_analytical_note(municipality=town, period="2020").sha256 == first.sha256
    type(value).objects.filter(pk=value.pk).update(value=74)
    assert build_analytical_note(municipality=town, period="2020").sha256 != first.sha256


def test_periods_offered_are_those_with_values_latest_first(town: Municipality):
    indicator = IndicatorFactory(municipality=town)
    for period in ("2019", "2020"):
        MunicipalityValueFactory(indicator=indicator, period=period)
    MunicipalityValueFactory(indicator=indicator, period="2021", value=None)
    MunicipalityValueFactory(period="2018")
    assert periods_with_values(town) == ["2020", "2019"]


def test_queries_do_not_grow_with_indicators_and_schools(town: Municipality, django_assert_max_num_queries):
    for _ in range(12):
        indicator = IndicatorFactory(municipality=town, formula=DYNAMICS, population={"type": "all"})
        MunicipalityValueFactory(indicator=indicator)
        SchoolValueFactory(indicator=indicator, school=SchoolFactory(municipality=town))
    with django_assert_max_num_queries(12):
        build_analytical_note(municipality=town, period="2020")
