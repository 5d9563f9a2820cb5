"""The catalogue of a year and the profiles made of it: who writes what, and what follows."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from schools.models import RiskFactor, SchoolRisk
from schools.queries.risks import RiskFilters, factor_counts, profile_of, risk_table, undecided_risks
from schools.risk_list import factor_lists, list_of
from schools.services import risk_factors as catalogue
from schools.services.risk_factors import RiskRefused
from schools.services.risks import Assessed, ProfileChanged, RiskSettled, assess_school, check_risk, decide_risk
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.risks.conftest import YEAR

NEXT = YEAR + 1
FIELDS = {"title": "Отдалённость", "control": "unmanageable", "kind": "social", "returns_in": None, "source": ""}


def assess(town, school=None, *, by=None, seen=0, **significances) -> int:
    told = {town.factors[code.replace("_", "-")].pk: Assessed(said, seen) for code, said in significances.items()}
    return assess_school(school=school or town.first, school_year=YEAR, told=told, by=by or town.methodist)


def risk_of(town, code="staff-shortage", school=None) -> SchoolRisk:
    return SchoolRisk.objects.get(school=school or town.first, factor=town.factors[code])


def check(town, result="verified", note="", *, by=None, seen=1, risk=None):
    return check_risk(risk=risk or risk_of(town), result=result, note=note, seen_version=seen, by=by or town.curator)


def decide(town, decision="activated", text="", *, seen=1, risk=None):
    return decide_risk(risk=risk or risk_of(town), decision=decision, text=text, seen_version=seen, by=town.department)


# --- The catalogue


def test_the_lists_are_those_of_the_project_word_for_word():
    old, new = factor_lists()
    assert [factor.title for factor in old.factors] == [
        "Низкий уровень оснащения школы",
        "Дефицит педагогических кадров",
        "Недостаточная предметная и методическая компетентность педагогических работников",
        "Высокая доля обучающихся с ОВЗ",
        "Низкое качество преодоления языковых и культурных барьеров",
        "Низкая учебная мотивация обучающихся",
        "Пониженный уровень школьного благополучия",
        "Низкий уровень дисциплины в классе",
        "Высокая доля обучающихся с рисками учебной неуспешности",
        "Низкий уровень вовлечённости родителей",
    ]
    assert [factor.title for factor in new.factors if factor not in old.factors] == [
        "Риски низкой адаптивности учебного процесса",
        "Несформированность внутришкольной системы повышения квалификации",
        "Пониженный уровень качества школьной образовательной и воспитательной среды",
    ]
    assert [list_of(year) for year in (2018, 2020, 2021, 2030)] == [old, old, new, new]
    assert {factor.control for factor in new.factors} <= set(RiskFactor.Control.values)
    assert {factor.kind for factor in new.factors} <= set(RiskFactor.Kind.values)


def test_the_catalogue_of_a_year_goes_over_to_the_next_and_lives_its_own_life_there(town):
    own = catalogue.add_factor(municipality=town.municipality, school_year=YEAR, fields=FIELDS, by=town.methodist)
    taken = catalogue.take_over(municipality=town.municipality, school_year=NEXT, by=town.methodist)
    assert (taken.factors, taken.source) == (11, "2022/2023")
    rows = RiskFactor.objects.filter(school_year=NEXT)
    assert [row.code for row in rows] == [row.code for row in RiskFactor.objects.filter(school_year=YEAR)]
    fields = {**FIELDS, "title": "Отдалённость школы"}
    catalogue.correct_factor(factor=rows.last(), fields=fields, seen_version=1, by=town.methodist)
    own.refresh_from_db()
    assert (own.title, rows.last().title) == ("Отдалённость", "Отдалённость школы")
    with pytest.raises(RiskRefused, match="уже есть"):
        catalogue.take_over(municipality=town.municipality, school_year=NEXT, by=town.methodist)


def test_what_the_year_has_already_stays_when_more_is_taken(town):
    RiskFactor.objects.filter(municipality=town.municipality).exclude(code="parents").delete()
    kept = RiskFactor.objects.get(municipality=town.municipality)
    kept.control = "unmanageable"
    kept.save()
    assert catalogue.take_list(municipality=town.municipality, school_year=YEAR, by=None).factors == 9
    kept.refresh_from_db()
    assert kept.control == "unmanageable"
    assert RiskFactor.objects.filter(municipality=town.municipality).count() == 10


def test_a_town_without_earlier_years_has_nothing_to_take_over(db):
    town = MunicipalityFactory()
    with pytest.raises(RiskRefused, match="прежних лет нет"):
        catalogue.take_over(municipality=town, school_year=YEAR, by=None)


def test_risks_that_come_round_go_over_unchecked_and_undecided(town, today):
    town.staff.returns_in = 9
    town.staff.save()
    assess(town, staff_shortage="high", parents="high")
    check(town)
    decide(town, seen=2)
    today.move_to(dt.datetime(2023, 5, 15, 9, tzinfo=dt.UTC))
    taken = catalogue.take_over(municipality=town.municipality, school_year=NEXT, by=town.methodist)
    assert taken.risks == 1
    brought = SchoolRisk.objects.get(factor__school_year=NEXT)
    assert (brought.factor.code, brought.significance) == ("staff-shortage", "high")
    assert (brought.check_result, brought.decision, brought.due.on) == ("", "", dt.date(2023, 8, 31))


def test_a_factor_in_a_profile_cannot_go_and_a_wording_stands_once(town):
    assess(town, staff_shortage="high")
    with pytest.raises(RiskRefused, match="в профилях школ"):
        catalogue.remove_factor(factor=town.staff, by=town.methodist)
    catalogue.remove_factor(factor=town.parents, by=town.methodist)
    with pytest.raises(RiskRefused, match="уже есть"):
        catalogue.add_factor(
            municipality=town.municipality, school_year=YEAR, fields={**FIELDS, "title": town.staff.title}, by=None
        )
    with pytest.raises(RiskRefused, match="изменил другой"):
        catalogue.correct_factor(factor=town.staff, fields=FIELDS, seen_version=7, by=None)


# --- Profiles


def test_an_assessment_is_one_line_of_the_audit_and_twice_changes_nothing(town):
    assert assess(town, staff_shortage="high", parents="low", equipment="") == 2
    assert assess(town, seen=1, staff_shortage="high", parents="low") == 0
    assert AuditEvent.objects.filter(action="school_risks_assessed").count() == 1
    assert list(SchoolRisk.objects.values_list("significance", "version")) == [("high", 1), ("low", 1)]


def test_a_changed_significance_is_checked_anew_and_the_decision_stays(town):
    assess(town, staff_shortage="high", parents="low")
    check(town)
    decide(town, seen=2)
    check(town, risk=risk_of(town, "parents"))
    assess(town, seen=3, staff_shortage="medium")
    risk = risk_of(town)
    assert (risk.significance, risk.check_result, risk.checked_by) == ("medium", "", None)
    assert risk.is_activated
    assert risk_of(town, "parents").check_result == "verified"


def test_the_second_of_two_learns_what_the_first_has_stored(town):
    assess(town, staff_shortage="high")
    with pytest.raises(ProfileChanged) as refused:
        assess(town, staff_shortage="low", parents="low")
    assert {key: risk.significance for key, risk in refused.value.risks.items()} == {town.staff.pk: "high"}
    assert not SchoolRisk.objects.filter(factor=town.parents).exists()
    assert assess(town, staff_shortage="high") == 0  # the same answer is no conflict


def test_a_risk_leaves_the_profile_only_while_nobody_has_answered(town):
    assess(town, staff_shortage="high", parents="high")
    check(town)
    with pytest.raises(RiskSettled) as refused:
        assess(town, seen=2, staff_shortage="")
    assert refused.value.factors == {town.staff.pk}
    assert assess(town, seen=1, parents="") == 1
    assert not SchoolRisk.objects.filter(factor=town.parents).exists()


@pytest.mark.parametrize("who", ["neighbour", "methodist", "department", "viewer"])
def test_only_the_schools_own_people_check_its_risks(town, who):
    assess(town, staff_shortage="high")
    with pytest.raises(RiskRefused, match="куратор школы"):
        check(town, by=getattr(town, who))
    assert risk_of(town).check_result == ""


def test_the_curator_of_a_school_checks_its_branch_too(town):
    branch = SchoolFactory(municipality=town.municipality, parent=town.first)
    assess(town, branch, staff_shortage="high")
    assert check(town, risk=risk_of(town, school=branch)).checked_by == town.curator


def test_who_disputes_says_why_and_an_answer_to_a_dispute_says_what_was_decided(town):
    assess(town, staff_shortage="high")
    with pytest.raises(RiskRefused, match="почему"):
        check(town, "disputed", " ")
    check(town, "disputed", "Все ставки заняты")
    with pytest.raises(RiskRefused, match="оспаривает"):
        decide(town, seen=2)
    decide(town, text="Двое уходят в июне", seen=2)
    risk = risk_of(town)
    assert (risk.decision, risk.decided_by, risk.decided_on) == ("activated", town.department, dt.date(2022, 5, 16))
    assert decide(town, "", seen=3).decided_on is None


def test_an_answer_to_what_has_changed_since_is_refused(town):
    assess(town, staff_shortage="high")
    check(town)
    with pytest.raises(RiskRefused, match="изменили"):
        decide(town, seen=1)
    with pytest.raises(RiskRefused, match="изменили"):
        check(town, "disputed", "Нет", seen=1)


def test_what_must_hold_holds_in_the_database(town):
    assess(town, staff_shortage="high")
    for fields, name in (
        ({"check_result": "disputed"}, "disputed_risk_says_why"),
        ({"decision": "noted"}, "decided_risk_has_its_day"),
        ({"decided_on": "2022-05-05"}, "decided_risk_has_its_day"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SchoolRisk.objects.update(**fields)
    with pytest.raises(IntegrityError, match="risk_returns_in_a_month"), transaction.atomic():
        RiskFactor.objects.update(returns_in=13)


def test_what_is_undecided_is_told_by_urgency_and_low_risks_are_not(town, today):
    town.parents.returns_in = 9
    town.parents.save()
    assess(town, staff_shortage="high", parents="medium", equipment="low")
    assess(town, town.second, staff_shortage="medium")
    decide(town, "noted", risk=risk_of(town, school=town.second))
    of_town = {"municipality": town.municipality, "school_year": YEAR}
    lines = undecided_risks(user=town.department, **of_town, today=dt.date(2022, 7, 1))
    assert [(line.factor, line.is_late) for line in lines] == [(town.staff, True), (town.parents, False)]
    assert undecided_risks(user=town.neighbour, **of_town, today=dt.date(2022, 7, 1)) == []
    assert undecided_risks(user=town.department, **of_town | {"school_year": NEXT}, today=dt.date(2022, 7, 1)) == []


def test_the_table_counts_all_that_one_sees_and_shows_what_is_asked_for(town):
    assess(town, staff_shortage="high", parents="low")
    decide(town)
    table = _table(town, town.department, kind="staff", only_found=True)
    assert [factor.kind for factor in table.factors] == ["staff"] * 3
    assert [row.school for row in table.rows] == [town.first]
    assert (table.schools, table.with_profile, table.activated, table.undecided, table.unchecked) == (2, 1, 1, 0, 2)
    (count,) = [count for count in factor_counts(table) if count.factor == town.staff]
    assert (count.high, count.medium, count.low, count.activated) == (1, 0, 0, 1)
    of_neighbour = _table(town, town.neighbour)
    assert ([row.school for row in of_neighbour.rows], of_neighbour.activated) == ([town.second], 0)


def test_a_profile_has_every_factor_of_its_year_and_no_other(town):
    assess(town, staff_shortage="medium")
    profile = profile_of(user=town.curator, school=town.first, school_year=YEAR, today=dt.date(2022, 5, 16))
    assert (len(profile.lines), len(profile.found), profile.undecided, profile.late) == (10, 1, 1, 0)
    later = profile_of(user=town.curator, school=town.first, school_year=NEXT, today=dt.date(2022, 5, 16))
    assert later.lines == ()


def _table(town, user, **filters):
    return risk_table(
        user=user, municipality=town.municipality, school_year=YEAR, filters=RiskFilters(**filters),
        today=dt.date(2022, 5, 16),
    )  # fmt: skip
