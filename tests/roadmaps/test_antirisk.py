"""Antirisk programmes grow from activated risks; rows say which factors they work on."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from roadmaps.models import Activity, ActivityChange, Programme, Roadmap
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.queries.antirisk import risks_at_work
from roadmaps.services.antirisk import AntiriskRefused, Growing, grow_programme
from roadmaps.services.editing import ChangedMeanwhile, EditRefused, Seen
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.rows import edit_row
from schools.models import RiskFactor, SchoolRisk
from schools.services.risk_factors import take_list
from tests.factories import MunicipalityFactory

YEAR = 2021
TODAY = dt.date(2022, 4, 10)
TOLD = Growing("Антирисковая программа", "Снизить риски", dt.date(2021, 9, 1), dt.date(2022, 8, 31))
QUERY = f"?municipality=nazarovo&year={YEAR}"


@pytest.fixture
def at_risk(planned):
    """Of the first school: two activated risks, one that is not."""
    take_list(municipality=planned.municipality, school_year=YEAR, by=None)
    factors = {factor.code: factor for factor in RiskFactor.objects.all()}
    planned.factors = factors
    decided = {"decision": "activated", "decided_on": "2021-06-10"}
    of_first = {"school": planned.first, "significance": "high"}
    planned.staff = SchoolRisk.objects.create(factor=factors["staff-shortage"], **of_first, **decided)
    planned.parents = SchoolRisk.objects.create(factor=factors["parents"], **of_first, **decided)
    planned.open = SchoolRisk.objects.create(factor=factors["equipment"], **of_first)
    return planned


def grow(town, *risks, by=None, school=None):
    return grow_programme(school=school or town.first, risks=risks, told=TOLD, by=by or town.methodist)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_programme_grows_with_a_draft_roadmap_that_has_a_section_for_each_risk(at_risk):
    programme = grow(at_risk, at_risk.parents, at_risk.staff)
    assert (programme.kind, programme.school, programme.status) == ("antirisk", at_risk.first, "draft")
    assert (programme.starts_in, programme.ends_in, programme.aim) == (2021, 2022, "Снизить риски")
    assert set(programme.grew_from.all()) == {at_risk.staff, at_risk.parents}
    assert programme.changed_by == at_risk.methodist  # as any programme that somebody makes
    assert AuditEvent.objects.filter(action="programme_made", user=at_risk.methodist).count() == 1
    roadmap = programme.roadmaps.get()
    assert (roadmap.state, roadmap.school, roadmap.activities.count()) == ("draft", at_risk.first, 0)
    assert [(section.number, section.title, section.risk) for section in roadmap.sections.all()] == [
        ("1.", "Дефицит педагогических кадров", at_risk.staff),
        ("2.", "Низкий уровень вовлечённости родителей", at_risk.parents),
    ]


def test_what_cannot_grow_says_why_and_leaves_nothing(at_risk):
    before = Programme.objects.count(), Roadmap.objects.count()
    with pytest.raises(AntiriskRefused, match="не активирован"):
        grow(at_risk, at_risk.staff, at_risk.open)
    with pytest.raises(AntiriskRefused, match="хотя бы один"):
        grow(at_risk)
    with pytest.raises(AntiriskRefused, match="хотя бы один"):  # of another school
        grow(at_risk, at_risk.staff, school=at_risk.second)
    with pytest.raises(AntiriskRefused, match="составляют"):
        grow(at_risk, at_risk.staff, by=at_risk.curator)
    later = RiskFactor.objects.create(
        municipality=at_risk.municipality, school_year=YEAR + 1, code="x", position=1, title="Другой"
    )
    decided = {"decision": "activated", "decided_on": "2022-06-10"}
    other_year = SchoolRisk.objects.create(school=at_risk.first, factor=later, significance="high", **decided)
    with pytest.raises(AntiriskRefused, match="разных учебных лет"):
        grow(at_risk, at_risk.staff, other_year)
    assert (Programme.objects.count(), Roadmap.objects.count()) == before
    grow(at_risk, at_risk.staff)
    with pytest.raises(AntiriskRefused, match="уже есть"):
        grow(at_risk, at_risk.staff)


def test_rows_are_counted_by_their_section_and_by_their_factors_once(at_risk):
    programme = grow(at_risk, at_risk.staff)
    roadmap = programme.roadmaps.get()
    section = roadmap.sections.get()
    own = Activity.objects.create(roadmap=roadmap, section=section, position=1, title="Курсы")
    own.risk_factors.add(at_risk.staff.factor)
    rows = (PlanRow(title="Собрание", deadline="Март 2022"),)
    frame = Frame(starts_on=TOLD.starts_on, ends_on=TOLD.ends_on, school=at_risk.first, state="approved")
    other = store_plan(
        municipality=at_risk.municipality, plan=Plan("План", (PlanSection("", rows=rows),)), frame=frame
    ).activities.get()
    for factor in (at_risk.staff.factor, at_risk.parents.factor):
        other.risk_factors.add(factor)
    found = {one.risk: one for one in _at_work(at_risk, at_risk.curator)}
    assert {risk: [line.activity for line in one.rows] for risk, one in found.items()} == {
        at_risk.staff: [own, other],
        at_risk.parents: [other],
    }
    assert (found[at_risk.staff].late, found[at_risk.staff].done) == (1, 0)
    assert [one.programmes for one in found.values()] == [(programme,), ()]
    assert _at_work(at_risk, at_risk.neighbour) == []


def test_a_row_says_which_factors_it_works_on_and_takes_none_of_another_town(at_risk):
    row = at_risk.every.activity
    seen = Seen(version=row.version)
    foreign = RiskFactor.objects.create(
        municipality=MunicipalityFactory(), school_year=YEAR, code="x", position=1, title="Чужой"
    )
    with pytest.raises(EditRefused, match="фактор риска"):
        edit_row(activity=row, typed={"risk_factors": [foreign.pk]}, seen=seen, reason="Приказ", by=at_risk.methodist)
    typed = {"risk_factors": [at_risk.staff.factor_id]}
    edit_row(activity=row, typed=typed, seen=seen, reason="Приказ", by=at_risk.methodist)
    assert list(row.risk_factors.all()) == [at_risk.staff.factor]
    assert ActivityChange.objects.get().before == {"fields": {"risk_factors": []}}
    typed = {"risk_factors": [at_risk.parents.factor_id]}
    with pytest.raises(ChangedMeanwhile):
        edit_row(activity=row, typed=typed, seen=seen, reason="Приказ", by=at_risk.department)


def test_the_button_makes_the_programme_and_then_offers_the_rest(at_risk):
    methodist, address = browser(at_risk.methodist), reverse("roadmaps:antirisk", args=[at_risk.first.pk]) + QUERY
    assert (
        address.replace("&", "&amp;")
        in methodist.get(reverse("schools:school_risks", args=[at_risk.first.pk]) + QUERY).text
    )
    page = methodist.get(address).text
    assert page.count('name="risks"') == 2
    assert "Антирисковая программа на 2021/2022 учебный год" in page
    said = {
        "risks": [at_risk.staff.pk],
        "title": "Кадры",
        "aim": "",
        "starts_on": "2021-09-01",
        "ends_on": "2022-08-31",
    }
    assert "раньше первого" in methodist.post(address, said | {"ends_on": "2021-08-31"}).text
    page = methodist.post(address, said, follow=True).text
    assert "Проект программы создан" in page
    programme = Programme.objects.get(title="Кадры")
    assert list(programme.grew_from.all()) == [at_risk.staff]
    assert "Риски, по которым она составлена" in methodist.get(programme.get_absolute_url()).text
    page = methodist.get(address).text
    assert page.count('name="risks"') == 1
    assert methodist.post(address, said).status_code == 200  # the risk is no longer offered
    assert Programme.objects.filter(title="Кадры").count() == 1
    curator = browser(at_risk.curator).get(address).text
    assert "Кадры" in curator
    assert 'name="risks"' not in curator


def test_the_form_of_a_row_offers_the_factors_of_its_years(at_risk):
    row = at_risk.every.activity
    RiskFactor.objects.create(
        municipality=at_risk.municipality, school_year=YEAR + 5, code="x", position=1, title="Далёкий год"
    )
    page = browser(at_risk.methodist).get(reverse("roadmaps:edit_row", args=[row.pk])).text
    assert "Дефицит педагогических кадров, 2021/2022" in page
    assert "Далёкий год" not in page
    row.risk_factors.add(at_risk.staff.factor)
    assert "Дефицит педагогических кадров" in browser(at_risk.curator).get(row.get_absolute_url()).text


def test_queries_do_not_grow_with_risks_programmes_and_rows(at_risk):
    client = browser(at_risk.department)
    address = reverse("roadmaps:antirisk", args=[at_risk.first.pk]) + QUERY
    roadmap = grow(at_risk, at_risk.staff).roadmaps.get()
    Activity.objects.create(roadmap=roadmap, section=roadmap.sections.get(), position=1, title="Курсы")
    before = _queries(client, address)
    for number, code in enumerate(("motivation", "competence", "failure", "language"), start=2):
        if code not in at_risk.factors:
            continue
        risk = SchoolRisk.objects.create(
            school=at_risk.first, factor=at_risk.factors[code], significance="medium", decision="activated",
            decided_on="2021-06-10",
        )  # fmt: skip
        other = grow(at_risk, risk).roadmaps.get()
        for place in range(1, 11):
            row = Activity.objects.create(
                roadmap=other, section=other.sections.get(), position=place, title=f"{number}.{place}"
            )
            row.risk_factors.add(at_risk.staff.factor)
    assert _queries(client, address) == before


def _queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def _at_work(town, user):
    return risks_at_work(user=user, school=town.first, school_year=YEAR, today=TODAY)
