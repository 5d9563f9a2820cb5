"""A change of a definition is a new version: it holds for its own periods, and old values keep theirs."""

import datetime as dt
from typing import Any

import pytest

from indicators.engine import Scope, recompute
from indicators.engine.measured import BrokenIndicator, read_indicators
from indicators.engine.scope import reach
from indicators.models import Indicator, IndicatorVersion, MunicipalityValue, SchoolValue
from indicators.services.versions import keep_version
from schools.models import Municipality, School
from schools.periods import Period
from tests.factories import IdentificationFactory, MunicipalityFactory, SchoolFactory, TargetFactory
from tests.indicators.build import (
    change,
    indicator,
    mean_mark,
    of_municipality,
    of_school,
    passed_share,
    reference,
    share_of_schools,
    took,
)

pytestmark = pytest.mark.django_db

FROM_2020 = dt.date(2020, 8, 1)
GOOD_SHARE = {
    "type": "share",
    "part": {
        "type": "sum",
        "of": [
            {"type": "results", "procedure": "oge", "subject": "mathematics", "measure": measure}
            for measure in ("mark_4", "mark_5")
        ],
    },
    "whole": {"type": "results", "procedure": "oge", "subject": "mathematics", "measure": "participants"},
}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def school(town) -> School:
    """Passed 80, 60 and 90 %; marks 4 and 5: 40, 20 and 30 %."""
    school = SchoolFactory(municipality=town)
    for school_year, marks in ((2018, (2, 4, 4, 0)), (2019, (4, 4, 1, 1)), (2020, (1, 6, 2, 1))):
        took(school, school_year, marks)
    return school


def renew(row: Indicator, valid_from: dt.date | None = FROM_2020, **fields: Any) -> IndicatorVersion:
    """A new version of the indicator, as the service writes it."""
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return keep_version(row, valid_from=valid_from)


def by_year(row: Indicator, *names: str) -> dict[str, Any]:
    values = MunicipalityValue.objects.filter(indicator=row).order_by("period")
    return {value.period: tuple(getattr(value, name) for name in names) for value in values}


def test_old_values_keep_their_definition_and_their_version(town, school):
    row = indicator(town, passed_share())
    recompute(town.pk)
    moments = by_year(row, "computed_at")
    renew(row, formula=GOOD_SHARE)
    outcome = recompute(town.pk)
    assert by_year(row, "value", "version") == {"2018": (80, 1), "2019": (60, 1), "2020": (30, 2)}
    assert outcome.written == 2  # 2020, of the school and of the municipality
    assert by_year(row, "computed_at")["2019"] == moments["2019"]
    assert recompute(town.pk, check=True).differences == ()


def test_a_version_without_a_first_day_corrects_all_periods(town, school):
    row = indicator(town, passed_share())
    renew(row, None, formula=GOOD_SHARE)
    recompute(town.pk)
    assert by_year(row, "value", "version") == {"2018": (40, 2), "2019": (20, 2), "2020": (30, 2)}


def test_the_highest_number_among_those_that_hold_decides(town, school):
    """The third version begins before the second did."""
    row = indicator(town, passed_share())
    renew(row, dt.date(2020, 8, 1), formula=mean_mark(), unit="mark")
    renew(row, dt.date(2019, 8, 1), formula=GOOD_SHARE, unit="percent")
    recompute(town.pk)
    assert by_year(row, "value", "version") == {"2018": (80, 1), "2019": (20, 3), "2020": (30, 3)}


def test_a_version_holds_for_periods_that_begin_on_its_first_day_and_not_for_the_one_it_falls_into(town, school):
    row = indicator(town, passed_share(), period_kind="calendar_year")
    renew(row, dt.date(2020, 1, 2), formula=GOOD_SHARE)
    recompute(town.pk)
    assert by_year(row, "version") == {"cy2019": (1,), "cy2020": (1,), "cy2021": (2,)}
    renew(row, dt.date(2020, 1, 1), formula=passed_share())
    recompute(town.pk)
    assert by_year(row, "version") == {"cy2019": (1,), "cy2020": (3,), "cy2021": (3,)}


def test_a_change_compares_like_with_like(town, school):
    """30 % with «4» and «5» now, 20 % then by the same definition; 60 % is what the year before is stored with."""
    row = indicator(town, passed_share())
    renew(row, formula=GOOD_SHARE)
    recompute(town.pk)
    for value in (of_municipality(row), of_school(row, school)):
        assert (value.value, value.change, value.change_from) == (30, 10, "2019")
        assert "definition_changed" in value.warnings
    assert of_municipality(row, 2019).change == -20
    assert "definition_changed" not in of_municipality(row, 2019).warnings


def test_a_new_direction_or_text_alone_leaves_the_values_comparable(town, school):
    row = indicator(town, passed_share())
    renew(row, direction="down")
    recompute(town.pk)
    assert of_municipality(row).warnings == []
    assert (of_municipality(row).change, of_municipality(row).change_reading) == (30, "not_significant")
    assert (of_municipality(row).version, of_municipality(row, 2019).version) == (2, 1)


def test_a_population_changes_with_its_version_on_both_sides_of_the_change(town, school):
    other = SchoolFactory(municipality=town)
    for school_year in (2019, 2020):
        took(other, school_year, (10, 0, 0, 0))
        IdentificationFactory(school=school, school_year=school_year)
    row = indicator(town, passed_share())
    renew(row, population={"type": "categories", "categories": ["low_results"]})
    recompute(town.pk)
    assert (of_municipality(row, 2019).value, of_municipality(row).value) == (30, 90)  # 6 of 20, 9 of 10
    assert of_municipality(row).change == 30  # against 60 % of the school in the list
    assert "definition_changed" in of_municipality(row).warnings
    assert of_school(row, other, 2019).value == 0
    assert of_school(row, other) is None


def test_references_are_to_the_definition_of_the_same_period(town, school):
    share = indicator(town, passed_share(), code="share")
    rise = indicator(town, change(reference("share")), code="rise")
    rising = indicator(town, share_of_schools(change(reference("share"))), code="rising")
    renew(share, formula=GOOD_SHARE)
    recompute(town.pk)
    assert by_year(rise, "value", "version") == {"2019": (-20, 1), "2020": (10, 1)}
    assert by_year(rising, "value") == {"2019": (0,), "2020": (100,)}
    assert "definition_changed" in of_municipality(rise).warnings
    assert "definition_changed" in of_municipality(rising).warnings
    assert "definition_changed" not in of_municipality(rise, 2019).warnings


def test_an_indicator_that_begins_later_has_no_values_before(town, school):
    row = indicator(town, passed_share())
    IndicatorVersion.objects.filter(indicator=row).update(valid_from=FROM_2020)
    looking = indicator(town, change(reference(row.code)))
    recompute(town.pk)
    assert list(by_year(row, "value")) == ["2020"]
    assert of_municipality(row).change == 30  # by the definition of 2020, which 2019 has numbers for
    assert of_municipality(row).warnings == []  # and no value of another definition is shown beside it
    assert list(by_year(looking, "value")) == ["2020"]


def test_a_definition_that_refers_in_a_circle_or_has_no_version_is_told(town):
    one, two = indicator(town, passed_share(), code="one"), indicator(town, passed_share(), code="two")
    renew(one, formula=change(reference("two")))
    renew(two, dt.date(2018, 8, 1), formula=change(reference("one")))
    with pytest.raises(BrokenIndicator, match="one"):
        recompute(town.pk)
    renew(two, dt.date(2020, 8, 1), formula=passed_share())
    recompute(town.pk)  # in no period do they refer to one another
    IndicatorVersion.objects.filter(indicator=two).delete()
    with pytest.raises(BrokenIndicator, match="two: не сохранено"):
        recompute(town.pk)


def test_targets_are_read_by_the_direction_of_the_period(town, school):
    row = indicator(town, passed_share())
    for period in ("2019", "2020"):
        TargetFactory(indicator=row, period=period, value=50)
    renew(row, direction="down")
    recompute(town.pk)
    assert by_year(row, "reading") == {"2018": ("no_target",), "2019": ("reached",), "2020": ("behind",)}


def test_a_new_version_touches_its_periods_and_no_others(town, school):
    share = indicator(town, passed_share(), code="share")
    indicator(town, change(reference("share")), code="rise")
    indicator(town, passed_share(subject="russian"), code="russian")
    rows = {row.code: row for row in read_indicators(town.pk)}
    scope = Scope.of({"versions": [[share.pk, "2020-08-01"]]})

    def years_of(code: str) -> list[int]:
        held = reach(scope, rows[code], rows.values())
        return [year for year in range(2015, 2031) if held.holds(Period.of_school_year(year))]

    assert years_of("share") == years_of("rise") == list(range(2020, 2031))
    assert years_of("russian") == []
    assert reach(Scope.of({"versions": [[share.pk, ""]]}), rows["rise"], rows.values()).everything


def test_to_recompute_for_a_new_version_equals_to_recompute_all(town, school):
    share = indicator(town, passed_share(), code="share")
    indicator(town, share_of_schools(change(reference("share"))), code="rising")
    indicator(town, mean_mark(), code="mean", unit="mark")
    everything = recompute(town.pk).checked
    renew(share, formula=GOOD_SHARE)
    scope = {"versions": [[share.pk, "2020-08-01"]]}
    outcome = recompute(town.pk, scope=scope)
    assert 0 < outcome.checked < everything
    assert recompute(town.pk, check=True).differences == ()
    assert Scope.of(scope).to_json() == scope
    assert (Scope.of(scope) | Scope.of({"exams": [["oge", "russian", 9, 2020]], "schools": [1]})).schools == {1}


def test_what_is_looked_at_in_any_version_is_recomputed_when_it_changes(town, school):
    row = indicator(town, passed_share(subject="russian"))
    renew(row, formula=passed_share())
    recompute(town.pk)
    took(school, 2018, (0, 10, 0, 0), subject="russian")
    recompute(town.pk, scope={"exams": [["oge", "russian", 9, 2018]]})
    assert by_year(row, "value") == {"2018": (100,), "2020": (90,)}
    assert recompute(town.pk, check=True).differences == ()


def test_an_indicator_of_many_versions_costs_no_query_more(town, school, django_assert_num_queries):
    row = indicator(town, passed_share())
    recompute(town.pk)
    with django_assert_num_queries(1):
        read_indicators(town.pk)
    for formula in (GOOD_SHARE, passed_share()):
        renew(row, formula=formula)
    with django_assert_num_queries(1):
        read_indicators(town.pk)
    assert SchoolValue.objects.filter(school=school).exists()
