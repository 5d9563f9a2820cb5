"""A sheet is begun with what the portal knows, filled, confirmed by whoever may, and taken back only with a reason; its
criteria stay as they were when it was confirmed."""

import datetime as dt

import pytest

from accounts.access import Role
from mentoring.models import ScoreEdition, ScoreSheet
from mentoring.queries.scoring import edition_of, scored_sheet, sheet_of, waiting_of
from mentoring.score_templates import score_templates
from mentoring.scores import Level, SheetKind
from mentoring.services.score_criteria import (
    CriteriaRefused,
    CriterionTold,
    EditionTold,
    begin_criteria,
    write_criteria,
)
from mentoring.services.scores import (
    MarkTold,
    ScoreRefused,
    SheetChanged,
    begin_sheets,
    confirm_sheet,
    fill_sheet,
    remove_sheet,
    renew_sheet,
    take_back_sheet,
)
from schools.models import Category
from tests.factories import IdentificationFactory

pytestmark = pytest.mark.django_db

FULL = MarkTold(score=2, why="По документам", evidence="Приказ № 5")


@pytest.fixture
def centre(town) -> ScoreSheet:
    begin_criteria(municipality=town.municipality, school_year=2021, by=town.person(Role.DEPARTMENT))
    return begin_sheets(
        municipality=town.municipality, kind=SheetKind.CENTRE, school_year=2022, by=town.person(Role.METHODIST)
    )[0]


@pytest.fixture
def of_schools(town, centre) -> list[ScoreSheet]:
    for school in (town.weak, town.other):
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    return begin_sheets(
        municipality=town.municipality, kind=SheetKind.MONITORING, school_year=2022, by=town.person(Role.METHODIST)
    )


def codes(sheet: ScoreSheet) -> list[str]:
    return [criterion.code for criterion in sheet.edition.criteria.all()]


def filled(sheet: ScoreSheet, by, **told: MarkTold) -> ScoreSheet:
    every = dict.fromkeys(codes(sheet), FULL) | told
    return fill_sheet(sheet=sheet, told=every, conclusion="Вывод", seen_version=sheet.version, by=by)


def test_the_document_has_two_sheets_of_six_criteria_and_nine_of_the_monitoring():
    sets = {sheet.kind: sheet for sheet in score_templates().sheets}
    assert [len(sets[kind].criteria) for kind in SheetKind] == [6, 6, 9]
    assert {(len(one.scale), sheet.kind) for sheet in sets.values() for one in sheet.criteria} == {
        (3, kind) for kind in SheetKind
    }
    assert (sets[SheetKind.CENTRE].middle_from, sets[SheetKind.CENTRE].high_from) == (6, 11)


def test_a_sheet_begins_with_the_proposals_of_the_portal_once(town, centre, of_schools):
    found = scored_sheet(centre)
    assert [line.mark.suggested for line in found.lines] == [0, 0, None, 0, None, None]  # no list of schools then
    assert [line.score for line in found.lines] == [line.mark.suggested for line in found.lines]
    assert found.lines[0].mark.figures == "Пар в этом учебном году не было."
    assert {sheet.school for sheet in of_schools} == {town.weak, town.other}
    again = {"municipality": town.municipality, "school_year": 2022, "by": town.person(Role.METHODIST)}
    assert begin_sheets(kind=SheetKind.MONITORING, **again) == []


def test_another_score_than_proposed_asks_why(town, centre):
    methodist = town.person(Role.METHODIST)
    with pytest.raises(ScoreRefused, match="почему") as refusal:
        filled(centre, methodist, papers=MarkTold(score=2, evidence="Приказ"))
    assert refusal.value.field == "papers-why"
    assert not centre.changes.filter(action="filled").exists()
    found = scored_sheet(filled(centre, methodist))
    assert (found.total, found.level) == (12, Level.HIGH)
    change = centre.changes.get(action="filled")
    assert change.before["papers"] == "балл 0"
    assert change.after["papers"] == "балл 2; По документам; Приказ № 5"


def test_the_department_confirms_the_centre_which_is_then_closed(town, centre):
    methodist, department = town.person(Role.METHODIST), town.person(Role.DEPARTMENT)
    sheet = filled(centre, methodist)
    with pytest.raises(ScoreRefused, match="утверждает управление"):
        confirm_sheet(sheet=sheet, seen_version=sheet.version, by=methodist)
    with pytest.raises(SheetChanged):
        confirm_sheet(sheet=sheet, seen_version=sheet.version - 1, by=department)
    sheet = confirm_sheet(sheet=sheet, seen_version=sheet.version, by=department)
    assert sheet.confirmed_on == dt.date(2023, 3, 15)
    with pytest.raises(ScoreRefused, match="Лист утверждён"):
        filled(sheet, methodist)
    with pytest.raises(ScoreRefused, match="почему лист возвращается"):
        take_back_sheet(sheet=sheet, reason=" ", seen_version=sheet.version, by=department)
    sheet = take_back_sheet(sheet=sheet, reason="Не тот год", seen_version=sheet.version, by=department)
    assert not sheet.is_confirmed
    assert sheet.changes.get(action="taken_back").reason == "Не тот год"


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (MarkTold(score=None, evidence="Приказ"), "Без балла: 3. Доступность"),
        (MarkTold(score=1), "Без подтверждения: 3. Доступность"),
    ],
)
def test_a_sheet_with_gaps_is_not_confirmed(town, centre, told, problem):
    department = town.person(Role.DEPARTMENT)
    sheet = filled(centre, department, access=told)
    with pytest.raises(ScoreRefused, match=problem):
        confirm_sheet(sheet=sheet, seen_version=sheet.version, by=department)


def test_shortcomings_are_named_and_asked_for_a_year_later(town, of_schools):
    methodist = town.person(Role.METHODIST)
    sheet = filled(of_schools[0], methodist, network=MarkTold(score=0, evidence="Пары нет"))
    with pytest.raises(ScoreRefused, match="назовите недостаток"):
        confirm_sheet(sheet=sheet, seen_version=sheet.version, by=methodist)
    lack = MarkTold(score=0, evidence="Пары нет", shortcoming="Нет школы-лидера", cause="Школы далеко")
    sheet = filled(sheet, methodist, network=lack)
    confirm_sheet(sheet=sheet, seen_version=sheet.version, by=methodist)
    IdentificationFactory(school=sheet.school, school_year=2023, category=Category.LOW_RESULTS)
    [next_year] = begin_sheets(
        municipality=town.municipality, kind=SheetKind.MONITORING, school_year=2023, by=methodist
    )
    found = scored_sheet(filled(next_year, methodist))
    assert [(line.criterion.code, line.was_to_mend) for line in found.to_have_mended] == [
        ("network", "Нет школы-лидера")
    ]
    with pytest.raises(ScoreRefused, match="устранены ли недостатки"):
        confirm_sheet(sheet=found.sheet, seen_version=found.sheet.version, by=methodist)
    mended = MarkTold(score=2, why="Пара есть", mended="yes")
    done = filled(found.sheet, methodist, network=mended)
    assert confirm_sheet(sheet=done, seen_version=done.version, by=methodist).is_confirmed


def test_a_score_that_followed_the_proposal_follows_the_new_one(town, centre):
    methodist = town.person(Role.METHODIST)
    told = {"papers": MarkTold(score=0), "pool": MarkTold(score=1, why="По спискам центра")}
    sheet = fill_sheet(sheet=centre, told=told, conclusion="", seen_version=centre.version, by=methodist)
    town.mentor(basis="Приказ № 1")
    for school in (town.weak, town.other):
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    marks = {mark.criterion.code: mark for mark in renew_sheet(
        sheet=sheet, seen_version=sheet.version, by=methodist
    ).marks.all()}  # fmt: skip
    assert (marks["pool"].suggested, marks["pool"].score) == (2, 1)  # said by a person
    assert (marks["access"].suggested, marks["access"].score) == (0, 0)  # had none, and gets the proposal


def test_a_draft_of_a_school_that_left_the_list_is_removed_but_nothing_confirmed(town, of_schools):
    methodist = town.person(Role.METHODIST)
    for sheet in of_schools:
        done = filled(sheet, methodist)
        if sheet.school == town.weak:
            confirm_sheet(sheet=done, seen_version=done.version, by=methodist)
    town.other.identifications.all().delete()
    assert waiting_of(town.municipality, 2022) == (1, 1)
    confirmed, draft = (ScoreSheet.objects.get(school=school) for school in (town.weak, town.other))
    remove_sheet(sheet=draft, seen_version=draft.version, by=methodist)
    assert waiting_of(town.municipality, 2022) == (0, 1)
    with pytest.raises(ScoreRefused, match="Лист утверждён"):
        remove_sheet(sheet=confirmed, seen_version=confirmed.version, by=methodist)


def words(edition: ScoreEdition, **changed: str) -> EditionTold:
    criteria = [
        CriterionTold(one.code, changed.get(one.code, one.text), tuple(one.steps), one.by_centre)
        for one in edition.criteria.all()
    ]
    return EditionTold(edition.middle_from, edition.high_from, edition.source, criteria)


def test_a_confirmed_sheet_keeps_its_words_and_a_draft_goes_over_to_the_new_ones(town, centre):
    department = town.person(Role.DEPARTMENT)
    sheet = filled(centre, department)
    confirm_sheet(sheet=sheet, seen_version=sheet.version, by=department)
    [draft] = begin_sheets(
        municipality=town.municipality, kind=SheetKind.CENTRE, school_year=2023, by=town.person(Role.METHODIST)
    )
    of = {"municipality": town.municipality, "kind": SheetKind.CENTRE, "seen_version": 1, "by": department}
    told = words(centre.edition, papers="Приказы и планы")
    with pytest.raises(CriteriaRefused, match="уже утверждены листы за 2022/2023"):
        write_criteria(school_year=2022, told=told, **of)
    made = write_criteria(school_year=2023, told=told, **of)
    assert (edition_of(town.municipality, SheetKind.CENTRE, 2022), made.school_year) == (centre.edition, 2023)
    first = {year: sheet_of(department, town.municipality, SheetKind.CENTRE, year).lines[0] for year in (2022, 2023)}
    assert first[2022].criterion.text == "Документационное обеспечение"
    assert first[2023].criterion.text == "Приказы и планы"
    assert first[2023].mark.figures == draft.marks.earliest("pk").figures


def test_criteria_are_the_departments_and_their_bounds_can_be_reached(town, centre):
    of = {"municipality": town.municipality, "kind": SheetKind.CENTRE, "school_year": 2022, "seen_version": 1}
    told = words(centre.edition)
    with pytest.raises(CriteriaRefused, match="Критерии меняет"):
        write_criteria(told=told, by=town.person(Role.METHODIST), **of)
    department = town.person(Role.DEPARTMENT)
    with pytest.raises(CriteriaRefused, match="можно набрать только 12"):
        write_criteria(told=EditionTold(6, 13, "", told.criteria), by=department, **of)
    shorter = EditionTold(2, 3, "", [CriterionTold("", "Свой критерий", ("нет", "почти", "да", "с запасом"))])
    made = write_criteria(told=shorter, by=department, **of)
    assert [(one.code, one.top) for one in made.criteria.all()] == [("own1", 3)]
