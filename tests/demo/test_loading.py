"""Loading adds what is missing and never overwrites what people have changed."""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from accounts.access import Role
from config.programmes.fixtures import Fixtures
from config.programmes.loading import Loaded, load_programme
from indicators.calculations.planned import Cell, PlanEntry
from indicators.models import MunicipalityValue, SchoolStatistic, Target
from indicators.note_templates import template_problems
from indicators.services.definitions import Definition, remove_indicator, revise_indicator, state_of
from indicators.services.plan import Basis, set_plan
from monitoring.demo.cases import read_results
from monitoring.models import Result, Upload
from reports.models import NoteText
from schools.models import Category, Identification, Municipality
from tests.factories import MembershipFactory

FIXTURES = Fixtures("nazarovo")


def test_what_people_changed_stays(nazarovo: Municipality):
    statistic = SchoolStatistic.objects.get(school__code="270021", kind__code="teachers", period="2020")
    target = Target.objects.get(indicator__municipality=nazarovo, indicator__code="n3", period="2020")
    text = NoteText.objects.get(municipality=nazarovo, school_year=2020)
    listed = Identification.objects.get(school__code="270021", school_year=2020)
    SchoolStatistic.objects.filter(pk=statistic.pk).update(value=Decimal(40))
    Target.objects.filter(pk=target.pk).update(value=Decimal(90))
    NoteText.objects.filter(pk=text.pk).update(problems="Другие проблемы")
    listed.delete()
    nazarovo.schools.filter(code="270022").update(name="Гимназия")

    loaded = load_programme("nazarovo")

    assert not any(loaded.added.values())
    statistic.refresh_from_db()
    target.refresh_from_db()
    text.refresh_from_db()
    assert (statistic.value, target.value, text.problems) == (40, 90, "Другие проблемы")
    assert not Identification.objects.filter(school__code="270021", school_year=2020).exists()
    assert nazarovo.schools.get(code="270022").name == "Гимназия"


def test_a_target_that_people_took_away_stays_away(nazarovo: Municipality):
    target = Target.objects.get(indicator__municipality=nazarovo, indicator__code="n3", period="2020")
    cell = Cell(target.indicator_id, None, "2020")
    entry = PlanEntry(cell, None, shown="70")
    set_plan(municipality=nazarovo, entries=[entry], basis=Basis(reason="Показатель снят с контроля"))
    load_programme("nazarovo")
    assert not Target.objects.filter(pk=target.pk).exists()
    assert not Target.objects.filter(indicator=target.indicator_id, period="2020").exists()


def test_what_people_changed_in_the_catalogue_or_took_away_stays(nazarovo: Municipality):
    person = MembershipFactory(role=Role.METHODIST, municipality=nazarovo).user
    remove_indicator(indicator=nazarovo.indicators.get(code="n1"), by=person)
    indicator = nazarovo.indicators.get(code="n2")
    texts = {name: getattr(indicator, name) for name in ("code", "wording", "short_name", "unit", "period_kind")}
    definition = Definition(texts | {"method": "Как решил методист"}, indicator.formula, indicator.population)
    revise_indicator(indicator=indicator, definition=definition, seen=state_of(indicator), by=person)
    assert not any(load_programme("nazarovo").added.values())
    assert not nazarovo.indicators.filter(code="n1").exists()
    assert nazarovo.indicators.get(code="n2").method == "Как решил методист"


def test_values_follow_the_changed_numbers(nazarovo: Municipality):
    """40 teachers instead of 32: 96 of 108."""
    SchoolStatistic.objects.filter(school__code="270021", kind__code="teachers", period="2020").update(value=40)
    load_programme("nazarovo")
    value = MunicipalityValue.objects.get(indicator__municipality=nazarovo, indicator__code="n10", period="2020")
    assert (value.numerator, value.denominator) == (96, 108)


def test_results_that_were_taken_back_come_again(nazarovo: Municipality):
    uploads = Upload.objects.filter(municipality=nazarovo)
    assert uploads.count() == 1
    uploads.update(status=Upload.Status.UNDONE)
    assert load_programme("nazarovo").added["spreadsheets"] == 33
    assert uploads.count() == 2


def test_without_results_there_are_only_the_collected_numbers(nazarovo: Municipality):
    Result.objects.filter(school__municipality=nazarovo).delete()
    Municipality.objects.filter(pk=nazarovo.pk).delete()
    assert not load_programme("nazarovo", with_results=False).problem
    codes = set(MunicipalityValue.objects.filter(period="2020").values_list("indicator__code", flat=True))
    assert codes == {"n1", "n2", "n10", "n11", "n12", "n13"}


def test_a_school_in_two_categories_is_listed_in_both(nazarovo: Municipality):
    listed = Identification.objects.filter(school__code="270024", school_year=2020).values_list("category", flat=True)
    assert set(listed) == {Category.LOW_RESULTS, Category.DIFFICULT_CONDITIONS}


def test_all_is_all_five(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("config.management.commands.load_programme.load_programme", lambda slug, **_: Loaded(slug))
    call_command("load_programme", "all", json=True)
    told = json.loads(capsys.readouterr().out)["programmes"]
    assert [row["programme"] for row in told] == ["megion", "vilyuysk", "nazarovo", "surgut", "armavir"]
    assert all(row["loaded"] for row in told)


@pytest.mark.parametrize("kind", ["sentence", "sentence_all"])
def test_sentences_of_the_note_are_well_formed(kind: str):
    for row in FIXTURES.read("indicators"):
        assert not template_problems(row.get(kind, "")), row["code"]


def test_marks_and_journal_of_a_work_are_about_the_same_pupils():
    for work in read_results(FIXTURES.folder).vpr:
        for school, marks in work.marks.items():
            assert sum(marks) == sum(work.journal[school]), (work.subject, work.grade, work.year, school)


def test_nobody_is_named_in_the_fixtures():
    """Schools are numbers that the town does not have; people appear by position only."""
    assert all("(демо)" in school["name"] for school in FIXTURES.read("schools"))
    assert FIXTURES.read("municipality")["is_demo"] is True
