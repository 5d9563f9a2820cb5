"""Keeping the rule, deciding and publishing: versions, drafts that nobody overwrites, editions that stay."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import AuditEvent, Job
from indicators.engine import recompute
from indicators.models import MunicipalityValue
from monitoring.audit.comparison import audit
from monitoring.identification.edition import YearOfList
from monitoring.identification.groups import Cut, CutKind, GroupSettings
from monitoring.identification.parameters import default_parameters
from monitoring.models import IdentificationDecision, IdentificationEdition
from monitoring.queries.identification_draft import draft_of
from monitoring.queries.identification_edition import publication_of
from monitoring.queries.identification_rule import rule_in_force
from monitoring.services.identification import (
    AlreadyPublished,
    ListChanged,
    NothingChanged,
    Said,
    Unexplained,
    decide,
    keep_rule,
    publish,
)
from schools.models import Category, Identification
from schools.services import identify_school
from tests.factories import (
    IdentificationEditionFactory,
    IdentificationFactory,
    IndicatorFactory,
    MunicipalityFactory,
    PublishedCategoryFactory,
    ResultTotalFactory,
    SchoolFactory,
    SchoolStatisticFactory,
    StatisticKindFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LOW = Category.LOW_RESULTS
ORDER = {"order_number": "45-п", "order_date": dt.date(2021, 9, 15)}


def oge(school, low, *, people=20, subject="mathematics", year=2020):
    marks = {"mark_2": low, "mark_3": people - low, "mark_4": 0, "mark_5": 0, "passed": people - low}
    return ResultTotalFactory(school=school, subject=subject, school_year=year, participants=people, **marks)


@pytest.fixture
def town():
    """Школа № 1 meets the rule, № 2 does not by one mark, № 3 has no results."""
    municipality = MunicipalityFactory()
    for name, low in (("Школа № 1", 6), ("Школа № 2", 5)):
        school = SchoolFactory(municipality=municipality, name=name)
        oge(school, low)
        oge(school, 10, subject="russian")
    SchoolFactory(municipality=municipality, name="Школа № 3")
    return municipality


def school_of(town, number):
    return town.schools.get(name=f"Школа № {number}")


def say(town, number, is_included, reason="Решение комиссии", *, seen=0, category=LOW.value, by=None):
    said = Said(school_of(town, number), category, is_included, reason, seen)
    return decide(municipality=town, school_year=2020, said=[said], by=by)


def seen_of(town):
    return publication_of(town, 2020).seen


def publish_now(town, **order):
    return publish(municipality=town, school_year=2020, by=None, **({"seen": seen_of(town)} | ORDER | order))


def listed(town):
    rows = Identification.objects.filter(school__municipality=town, school_year=2020)
    return sorted(rows.values_list("school__name", "category"))


def kept(town, parameters, **changes):
    fields = {"municipality": town, "school_year": 2020, "groups": None, "source": "Приказ", "by": None}
    return keep_rule(parameters=parameters, **(fields | changes))


# --- The rule


def test_each_change_of_the_rule_is_a_version(town):
    defaults = default_parameters(2020)
    stricter = replace(defaults, threshold=Decimal(40))
    assert [kept(town, defaults).number, kept(town, stricter).number] == [1, 2]
    assert rule_in_force(town, 2020).parameters == stricter
    assert rule_in_force(town, 2021).number is None
    assert town.identification_rules.get(number=1).parameters["threshold"] == "30"
    assert AuditEvent.objects.filter(action="identification_rule_kept").count() == 2


def test_the_same_rule_is_no_version_but_another_source_is(town):
    defaults = default_parameters(2020)
    kept(town, defaults)
    with pytest.raises(NothingChanged):
        kept(town, defaults)
    assert kept(town, defaults, source="Другой приказ").number == 2


# --- The draft


def test_without_decisions_the_proposal_stands(town):
    draft = draft_of(town, 2020)
    assert [(one.name, one.proposed, one.included) for one in draft.list.schools] == [
        ("Школа № 1", ("low_results",), ("low_results",)),
        ("Школа № 2", (), ()),
        ("Школа № 3", (), ()),
    ]
    assert not listed(town)


def test_a_decision_goes_before_the_proposal_and_stays_a_draft(town):
    by = UserFactory()
    assert say(town, 2, True, "Снижение второй год", by=by) == []
    one = draft_of(town, 2020).list.schools[1]
    assert (one.included, one.differs, one.reasons) == (
        ("low_results",),
        ("low_results",),
        {LOW: "Снижение второй год"},
    )
    row = IdentificationDecision.objects.get()
    assert (row.version, row.decided_by) == (1, by)
    assert AuditEvent.objects.get(action="identification_decided").details["reason"] == "Снижение второй год"
    assert not listed(town)


def test_what_another_has_decided_meanwhile_is_not_overwritten(town):
    say(town, 2, True, "Первый")
    (other,) = say(town, 2, False, "Второй", seen=0)
    assert (other.is_included, other.reason) == (True, "Первый")
    assert IdentificationDecision.objects.get().reason == "Первый"
    assert say(town, 2, False, "Второй", seen=1) == []
    row = IdentificationDecision.objects.get()
    assert (row.is_included, row.reason, row.version) == (False, "Второй", 2)


def test_one_conflict_keeps_none_of_the_decisions(town):
    say(town, 2, True, "Первый")
    said = [Said(school_of(town, number), LOW.value, True, "Второй", 0) for number in (1, 2)]
    assert decide(municipality=town, school_year=2020, said=said, by=None)
    assert IdentificationDecision.objects.count() == 1


def test_the_same_decision_again_is_no_other_version(town):
    say(town, 2, True)
    say(town, 2, True, seen=1)
    assert IdentificationDecision.objects.get().version == 1


# --- Publishing


def test_publishing_makes_the_list_and_asks_for_a_recompute(town):
    say(town, 2, True, "Снижение второй год")
    edition = publish_now(town)
    assert listed(town) == [("Школа № 1", "low_results"), ("Школа № 2", "low_results")]
    rows = Identification.objects.order_by("school__name")
    assert [(row.order_number, row.order_date, row.proposed, row.reason, row.source) for row in rows] == [
        ("45-п", dt.date(2021, 9, 15), True, "", {"edition": 1}),
        ("45-п", dt.date(2021, 9, 15), False, "Снижение второй год", {"edition": 1}),
    ]
    assert Job.objects.get(kind=Job.Kind.RECOMPUTE).scope == {"identification": [2020]}
    assert AuditEvent.objects.get(action="identification_published").details["order_number"] == "45-п"
    assert edition.number == 1


def test_a_decision_against_the_proposal_needs_a_reason_to_be_published(town):
    say(town, 1, False, " ")
    with pytest.raises(Unexplained, match="Школа № 1"):
        publish_now(town)
    assert not listed(town)
    assert not IdentificationEdition.objects.exists()


def test_a_list_that_nobody_has_looked_at_is_not_published(town):
    seen = seen_of(town)
    oge(school_of(town, 3), 10)
    with pytest.raises(ListChanged):
        publish_now(town, seen=seen)
    assert not IdentificationEdition.objects.exists()


def test_what_somebody_has_put_into_the_list_by_hand_meanwhile_is_not_replaced_unseen(town):
    seen = seen_of(town)
    IdentificationFactory(school=school_of(town, 3))
    with pytest.raises(ListChanged):
        publish_now(town, seen=seen)
    assert listed(town) == [("Школа № 3", "low_results")]


@pytest.mark.parametrize("amended", [False, True])
def test_a_draft_that_is_published_already_is_not_published_twice(town, amended):
    """Not even where the draft is the same: the second has not seen that there is an edition."""
    seen = seen_of(town)
    first = publish_now(town)
    if amended:
        say(town, 2, True)
    with pytest.raises(AlreadyPublished) as refused:
        publish_now(town, seen=seen, order_number="46-п")
    assert (refused.value.edition, IdentificationEdition.objects.get()) == (first, first)
    assert publish_now(town, order_number="46-п").number == 2  # having seen it


def test_an_edition_stays_when_everything_else_changes(town):
    first = publish_now(town)
    frozen = first.snapshot
    kept(town, replace(default_parameters(2020), threshold=Decimal(60)))
    school = school_of(town, 1)
    school.result_totals.all().delete()
    school.name = "Школа № 1 имени героя"
    school.save()
    second = publish_now(town, order_number="50-п")
    first.refresh_from_db()
    assert first.snapshot == frozen
    was, now = (YearOfList.of(edition.snapshot) for edition in (first, second))
    assert [one.name for one in was.included(LOW)] == ["Школа № 1"]
    assert [procedure.low for procedure in was.schools[0].procedures] == [10, 6]
    assert (was.rule.number, now.rule.number, second.number) == (None, 1, 2)
    assert not now.included(LOW)
    assert not listed(town)


def test_what_is_read_back_is_what_was_kept(town):
    year = draft_of(town, 2020).list
    assert YearOfList.of(publish_now(town).snapshot) == year


def test_publishing_replaces_what_was_listed_by_hand_in_its_categories_alone(town):
    by_hand = {"school_year": 2020, "order_number": "1", "order_date": None, "by": None}
    identify_school(school=school_of(town, 3), category=LOW, **by_hand)
    identify_school(school=school_of(town, 3), category=Category.DIFFICULT_CONDITIONS, **by_hand)
    IdentificationFactory(school=school_of(town, 3), school_year=2019)
    publish_now(town)
    assert listed(town) == [("Школа № 1", "low_results"), ("Школа № 3", "difficult_conditions")]
    assert Identification.objects.filter(school_year=2019).exists()


def test_a_list_that_nobody_is_in_is_published_all_the_same(town):
    """The year has a list then, in which indicators count nought schools, and everybody has left."""
    indicator = IndicatorFactory(
        municipality=town, formula={"type": "count", "of": {"type": "identified", "categories": ["low_results"]}}
    )
    IdentificationFactory(school=school_of(town, 1), school_year=2019)
    school_of(town, 1).result_totals.all().delete()
    PublishedCategoryFactory(municipality=town, category=LOW, is_by_hand=True, order_number="1-од")
    publish_now(town)
    assert not listed(town)
    published = town.published_categories.values_list("school_year", "category", "is_by_hand", "order_number")
    assert list(published) == [(2020, "low_results", False, "")]
    recompute(town.pk)
    assert MunicipalityValue.objects.get(indicator=indicator, period="2020").value == 0
    assert audit(town.pk).differences == ()


def test_categories_of_editions_published_before_are_kept_by_the_migration(town):
    snapshot = draft_of(town, 2020).list.to_json()
    for number in (1, 2):
        IdentificationEditionFactory(municipality=town, number=number, snapshot=snapshot)
    import_module("monitoring.migrations.0010_categories_of_editions").note(apps, None)
    assert list(town.published_categories.values_list("school_year", "category")) == [(2020, "low_results")]


def test_correcting_by_hand_forgets_what_the_edition_said(town):
    publish_now(town)
    fields = {"school_year": 2020, "category": LOW, "order_number": "46-п", "order_date": None, "by": None}
    row = identify_school(school=school_of(town, 1), **fields)
    assert (row.proposed, row.reason, row.source) == (None, "", {"form": True})


def test_entries_and_exits_are_those_against_the_year_before(town):
    IdentificationFactory(school=school_of(town, 3), school_year=2019)
    year = draft_of(town, 2020).list
    assert [one.name for one in year.entered(LOW)] == ["Школа № 1"]
    assert [one.name for one in year.left(LOW)] == ["Школа № 3"]


def test_over_a_year_without_a_list_the_last_one_before_is_compared(town):
    IdentificationFactory(school=school_of(town, 3), school_year=2018)
    IdentificationFactory(school=school_of(town, 1), school_year=2016)
    year = draft_of(town, 2020).list
    assert year.compared == {"low_results": 2018}
    assert [one.name for one in year.entered(LOW)] == ["Школа № 1"]
    assert [one.name for one in year.left(LOW)] == ["Школа № 3"]


def test_an_edition_that_names_categories_alone_compared_with_the_year_before(town):
    stored = draft_of(town, 2020).list.to_json() | {"compared": ["low_results"]}
    assert YearOfList.of(stored).compared == {"low_results": 2019}


def test_without_a_list_of_the_year_before_nobody_has_entered(town):
    year = draft_of(town, 2020).list
    assert (year.compared, year.entered(LOW)) == ({}, ())


# --- Groups


def test_in_groups_that_the_year_before_had_not_nobody_has_entered(grouped):
    IdentificationFactory(school=school_of(grouped, 3), school_year=2019)
    year = draft_of(grouped, 2020).list
    assert year.included("deprived")
    assert (year.compared, year.entered("deprived")) == ({"low_results": 2019}, ())
    IdentificationFactory(school=school_of(grouped, 3), school_year=2019, category="resilient")
    assert [one.name for one in draft_of(grouped, 2020).list.entered("deprived")] == ["Школа № 1"]


@pytest.fixture
def grouped(town):
    """By a fixed line of 30 % low results and an index of 50: № 1 and № 2 have 40 and 37.5 % in bad conditions."""
    kind = StatisticKindFactory(code="index")
    for number, index in ((1, 40), (2, 60), (3, 60)):
        SchoolStatisticFactory(school=school_of(town, number), kind=kind, value=index)
    cut = {"kind": CutKind.FIXED}
    kept(
        town,
        default_parameters(2020),
        groups=GroupSettings(
            statistic="index",
            result_cut=Cut(low=Decimal(30), high=Decimal(30), **cut),
            condition_cut=Cut(low=Decimal(50), high=Decimal(50), **cut),
        ),
    )
    return town


def test_groups_are_proposed_beside_the_list(grouped):
    assert [one.proposed for one in draft_of(grouped, 2020).list.schools] == [
        ("low_results", "deprived"),
        ("not_coping",),
        (),  # without results it is in no group
    ]


def test_a_group_decided_upon_is_the_only_one(grouped):
    say(grouped, 2, True, category="resilient")
    assert draft_of(grouped, 2020).list.schools[1].included == ("resilient",)
    publish_now_reason = draft_of(grouped, 2020).list.schools[1]
    assert publish_now_reason.differs == ("not_coping", "resilient")


def test_groups_are_published_with_the_list(grouped):
    publish_now(grouped)
    assert listed(grouped) == [
        ("Школа № 1", "deprived"),
        ("Школа № 1", "low_results"),
        ("Школа № 2", "not_coping"),
    ]


def test_a_calendar_year_stands_in_for_the_school_year(grouped):
    school = school_of(grouped, 3)
    oge(school, 0)
    school.statistics.update(period="cy2021")
    assert draft_of(grouped, 2020).list.schools[2].proposed == ("effective",)
