"""Fewer than five pupils: the row stays, its numbers do not, and nothing else in the answer gives them away."""

import pytest

from accounts.access import Role
from accounts.models import Membership
from indicators.models import ChangeReading, Reading, SchoolValue
from schools.models import School
from schools.small_numbers import SmallNumbers, hidden_from
from tests.factories import (
    IndicatorFactory,
    MembershipFactory,
    MunicipalityFactory,
    MunicipalityValueFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolValueFactory,
)

pytestmark = pytest.mark.django_db

RESULT_NUMBERS = (
    "listed", "participants", "mark_2", "mark_3", "mark_4", "mark_5", "levels", "passed", "primary_sum", "test_sum",
    "mean_primary_score", "mean_test_score", "journal_lower", "journal_same", "journal_higher",
)  # fmt: skip
VALUE_NUMBERS = ("numerator", "denominator", "value", "participants", "interval", "target", "change", "excluded")


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def school(town):
    return SchoolFactory(municipality=town, code="240101")


def small_result(school, **fields):
    return ResultTotalFactory(
        school=school,
        **{
            "listed": 5, "participants": 4, "mark_2": 1, "mark_3": 1, "mark_4": 1, "mark_5": 1, "passed": 3,
            "levels": {"базовый": 4}, "primary_sum": 40, "primary_count": 4, "test_sum": 200, "test_count": 4,
            "journal_lower": 1, "journal_same": 3, "journal_higher": 0, "warnings": ["no_scale"],
        }
        | fields,
    )  # fmt: skip


def small_value(school, **fields):
    return SchoolValueFactory(
        school=school,
        **{
            "participants": 4, "low": 30, "high": 95, "target": 80, "reading": Reading.BEHIND, "change": 5,
            "change_from": "2019", "change_reading": ChangeReading.BETTER, "excluded": 1,
            "sources": [{"file": "f.xlsx", "sheet": "1", "rows": "5-8", "upload": 1}], "warnings": [],
        }
        | fields,
    )  # fmt: skip


def test_result_keeps_its_row_and_loses_every_number(with_key, rows, town, school):
    small_result(school)
    row = rows(with_key(Role.VIEWER, town), "results")[0]
    assert {name: row[name] for name in RESULT_NUMBERS} == dict.fromkeys(RESULT_NUMBERS)
    assert row["warnings"] == ["no_scale", "hidden_small"]
    assert (row["school"], row["procedure"], row["school_year"]) == ("240101", "oge", 2020)


def test_the_whole_of_mathematics_is_hidden_where_a_level_of_it_is(with_key, rows, town, school):
    """Eleven in all less seven of base are the four of profile."""
    for subject, participants in (("mathematics", 11), ("mathematics_base", 7), ("mathematics_profile", 4)):
        small_result(school, procedure="ege", grade=11, subject=subject, participants=participants)
    told = {row["subject"]: row["participants"] for row in rows(with_key(Role.VIEWER, town), "results")}
    assert told == {"mathematics": None, "mathematics_base": 7, "mathematics_profile": None}
    told = {row["subject"]: row["participants"] for row in rows(with_key(Role.METHODIST, town), "results")}
    assert told == {"mathematics": 11, "mathematics_base": 7, "mathematics_profile": 4}


def test_value_keeps_its_row_and_loses_every_number_and_reading(with_key, rows, town, school):
    small_value(school)
    row = rows(with_key(Role.VIEWER, town), "values")[0]
    assert {name: row[name] for name in VALUE_NUMBERS} == dict.fromkeys(VALUE_NUMBERS)
    assert (row["reading"], row["change_reading"]) == ("no_data", "no_data")
    assert row["sources"] == []  # the rows of a file can be counted
    assert row["warnings"] == ["hidden_small"]


@pytest.mark.parametrize(
    ("role", "whole", "shown"),
    [
        (Role.DEPARTMENT, True, True),
        (Role.METHODIST, True, True),
        (Role.CURATOR, False, True),
        (Role.MENTOR, True, False),
        (Role.MENTOR, False, False),
        (Role.VIEWER, True, False),
        (Role.VIEWER, False, False),
    ],
)
def test_who_sees_small_numbers(with_key, rows, town, school, role, whole, shown):
    small_result(school)
    small_value(school)
    client = with_key(role, town if whole else school)
    assert (rows(client, "results")[0]["participants"] == 4) is shown
    assert (rows(client, "values")[0]["value"] == "75") is shown
    assert ("hidden_small" in rows(client, "values")[0]["warnings"]) is not shown


@pytest.mark.parametrize(("participants", "shown"), [(0, False), (1, False), (4, False), (5, True), (6, True)])
def test_five_is_enough(with_key, rows, town, school, participants, shown):
    small_result(school, participants=participants, mark_2=participants, mark_3=0, mark_4=0, mark_5=0)
    small_value(school, participants=participants, change=None, change_from="")
    client = with_key(Role.VIEWER, town)
    assert (rows(client, "results")[0]["mark_2"] == participants) is shown
    assert (rows(client, "values")[0]["participants"] == participants) is shown


def test_journal_of_few_pupils_is_hidden_where_participants_are_unknown(with_key, rows, town, school):
    unknown = dict.fromkeys(("listed", "participants", "mark_2", "mark_3", "mark_4", "mark_5", "passed"))
    ResultTotalFactory(school=school, **unknown, journal_lower=1, journal_same=2, journal_higher=1)
    row = rows(with_key(Role.VIEWER, town), "results")[0]
    assert row["journal_same"] is None
    assert row["warnings"] == ["hidden_small"]


def test_indicator_that_counts_no_pupils_has_nothing_to_hide(with_key, rows, town, school):
    small_value(school, participants=None)
    row = rows(with_key(Role.VIEWER, town), "values")[0]
    assert (row["value"], row["change"], row["warnings"]) == ("75", "5", [])


def test_sum_of_the_municipality_stays_whole(with_key, rows, town, school):
    MunicipalityValueFactory(indicator=IndicatorFactory(municipality=town), participants=3)
    row = rows(with_key(Role.VIEWER, town), "values")[0]
    assert (row["value"], row["participants"], row["warnings"]) == ("75", 3, [])


@pytest.mark.parametrize("pupils_before", [4, None])
def test_change_against_few_pupils_is_hidden(with_key, rows, town, school, pupils_before):
    """Value and change together would give the earlier value away; so would a change against nobody knows whom."""
    small_value(school, participants=20, participants_before=pupils_before)
    row = rows(with_key(Role.VIEWER, town), "values", period="2020")[0]
    assert (row["value"], row["participants"], row["reading"]) == ("75", 20, "behind")
    assert (row["change"], row["change_reading"], row["warnings"]) == (None, "no_data", ["hidden_small"])
    assert rows(with_key(Role.METHODIST, town), "values", period="2020")[0]["change"] == "5"


def test_change_against_enough_pupils_is_shown(with_key, rows, town, school):
    small_value(school, participants=20, participants_before=5)
    row = rows(with_key(Role.VIEWER, town), "values")[0]
    assert (row["change"], row["change_reading"], row["warnings"]) == ("5", "better", [])


@pytest.mark.parametrize("pupils_before", [4, None])
def test_a_value_that_is_itself_a_change_against_few_pupils_is_hidden(with_key, rows, town, school, pupils_before):
    small_value(school, value=5, change=5, participants=20, participants_before=pupils_before)
    row = rows(with_key(Role.VIEWER, town), "values")[0]
    assert (row["value"], row["change"], row["reading"]) == (None, None, "no_data")
    assert rows(with_key(Role.METHODIST, town), "values")[0]["value"] == "5"


def test_filter_does_not_tell_a_hidden_reading(with_key, rows, town, school):
    small_value(school)
    viewer = with_key(Role.VIEWER, town)
    assert rows(viewer, "values", reading="behind") == []
    assert rows(viewer, "values", change_reading="better") == []
    assert len(rows(viewer, "values", reading="no_data", change_reading="no_data")) == 1
    assert len(rows(with_key(Role.METHODIST, town), "values", reading="behind", change_reading="better")) == 1


def test_rule_for_rows_and_rule_for_querysets_agree(town, school):
    """Pages ask row by row, lists ask the database: for every kind of person both hide the same."""
    branch = SchoolFactory(municipality=town, parent=school)
    indicator = IndicatorFactory(municipality=town)
    for place in (school, branch, SchoolFactory(municipality=town), SchoolFactory()):
        for period, participants in (("2018", None), ("2019", 4), ("2020", 5)):
            SchoolValueFactory(school=place, indicator=indicator, period=period, participants=participants)
    places = [(role, {"municipality": town, "school": None}) for role in (Role.DEPARTMENT, Role.MENTOR, Role.VIEWER)]
    places += [(Role.CURATOR, {"school": one, "municipality": town}) for one in (school, branch)]
    for role, place in places:
        user = Membership.objects.get(pk=MembershipFactory(role=role, **place).pk).user
        by_rows = {
            value.pk
            for value in SchoolValue.objects.select_related("school")
            if SmallNumbers.seen_by(user).hides(value.participants, value.school)
        }
        by_query = set(SchoolValue.objects.filter(hidden_from(user)).values_list("pk", flat=True))
        assert by_rows == by_query, (role, place)
    assert School.objects.count() == 4
