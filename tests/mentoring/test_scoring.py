"""What is read from score sheets: total, level and dynamics against the sheet of the year before, the table of the
monitoring, and that its queries do not grow."""

import datetime as dt
from fractions import Fraction

import pytest

from accounts.access import Role
from mentoring.models import ScoreEdition, ScoreMark, ScoreSheet
from mentoring.queries.scoring import monitoring_of, sheet_of
from mentoring.scores import Held, Level, SheetKind
from schools.models import Category
from tests.factories import IdentificationFactory, SchoolFactory

pytestmark = pytest.mark.django_db

SCALE = "нет\nчастично\nда"
CODES = ("papers", "pool", "access", "meetings", "left_list", "managers")


def edition(town, kind="centre", year=2021, scale=SCALE, codes=CODES) -> ScoreEdition:
    made = ScoreEdition.objects.create(
        municipality=town.municipality, kind=kind, school_year=year, middle_from=6, high_from=11
    )
    for place, code in enumerate(codes, 1):
        made.criteria.create(code=code, position=place, text=f"Критерий {code}", scale=scale)
    return made


def sheet(town, of: ScoreEdition, year: int, scores, school=None, state="confirmed", **words) -> ScoreSheet:
    made = ScoreSheet.objects.create(
        municipality=town.municipality, kind=of.kind, school_year=year, school=school, edition=of, state=state,
        confirmed_on=dt.date(year + 1, 10, 20) if state == "confirmed" else None,
    )  # fmt: skip
    for criterion, score in zip(of.criteria.all(), scores, strict=True):
        ScoreMark.objects.create(sheet=made, criterion=criterion, score=score, **words)
    return made


def test_total_level_and_dynamics_of_the_centre(town):
    """2+1+0+1+2+2 = 8 against 0+1+1+1+1+1 = 5: three points and one level more."""
    of = edition(town)
    sheet(town, of, 2021, [0, 1, 1, 1, 1, 1])
    sheet(town, of, 2022, [2, 1, 0, 1, 2, 2])
    found = sheet_of(town.person(Role.VIEWER), town.municipality, SheetKind.CENTRE, 2022)
    assert (found.total, found.top, found.level, found.change, found.level_change) == (8, 12, Level.MIDDLE, 3, 1)
    assert [line.change for line in found.lines] == [2, 0, -1, 0, 1, 1]
    assert (found.before.total, found.before.level) == (5, Level.LOW)
    assert found.lines[1].meaning == "частично"


def test_years_are_compared_only_where_their_scales_are_the_same(town):
    sheet(town, edition(town), 2021, [1] * 6)
    sheet(town, edition(town, year=2022, scale="нет\nда"), 2022, [1] * 6)
    found = sheet_of(town.person(Role.DEPARTMENT), town.municipality, SheetKind.CENTRE, 2022)
    assert (found.total, found.change, [line.change for line in found.lines]) == (6, None, [None] * 6)


def test_a_draft_of_the_year_before_is_not_compared_with(town):
    of = edition(town)
    sheet(town, of, 2021, [1] * 6, state="draft")
    sheet(town, of, 2022, [1] * 6)
    assert sheet_of(town.person(Role.VIEWER), town.municipality, SheetKind.CENTRE, 2022).before is None


def test_schools_see_their_own_confirmed_row_and_mentors_none(town):
    for school in (town.weak, town.other):
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    of = edition(town, "monitoring")
    sheet(town, of, 2022, [1] * 6, school=town.weak)
    sheet(town, of, 2022, [1] * 6, school=town.other, state="draft")
    sheet(town, edition(town), 2022, [1] * 6)

    def seen(role: Role, school=None):
        user = town.person(role, school)
        rows = monitoring_of(user, town.municipality, 2022, dt.date(2023, 10, 5)).rows
        of_centre = sheet_of(user, town.municipality, SheetKind.CENTRE, 2022)
        return [(place.name, found is not None) for place, found in rows], of_centre is not None

    assert seen(Role.METHODIST) == ([("Школа № 2", True), ("Школа № 9", True)], True)
    assert seen(Role.VIEWER) == ([("Школа № 2", True), ("Школа № 9", False)], True)  # no drafts
    assert seen(Role.CURATOR, town.weak) == ([("Школа № 2", True)], False)
    assert seen(Role.CURATOR, town.other) == ([("Школа № 9", False)], False)
    assert seen(Role.MENTOR) == ([("Школа № 2", False), ("Школа № 9", False)], False)


def test_the_table_of_the_monitoring_by_hand(town, django_assert_num_queries):
    """Totals 5, 9 and 11: 25/3 together, satisfactory; against 4 and 11 of the schools with both years (5-4+9-11)/2."""
    third = SchoolFactory(municipality=town.municipality, name="Школа № 11")
    for school in (town.weak, town.other, third):
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    of = edition(town, "monitoring")
    before = {town.weak: [0, 0, 1, 1, 1, 1], town.other: [2, 2, 2, 2, 2, 1]}
    now = {town.weak: [0, 1, 1, 1, 1, 1], town.other: [2, 1, 2, 1, 2, 1], third: [2, 2, 2, 2, 2, 1]}
    for school, scores in before.items():
        sheet(town, of, 2021, scores, school=school, shortcoming="Мало встреч", cause="Не хватает людей")
    for school, scores in now.items():
        sheet(town, of, 2022, scores, school=school, mended="partly")
    user = town.person(Role.VIEWER)
    assert user.grants  # read once
    with django_assert_num_queries(10):
        found = monitoring_of(user, town.municipality, 2022, dt.date(2023, 11, 5))
    assert (found.held, found.waiting, found.level) == (Held.DONE, 0, Level.MIDDLE)
    assert found.by_level == [(Level.HIGH, 1), (Level.MIDDLE, 1), (Level.LOW, 1)]
    assert (found.average, found.change) == (Fraction(25, 3), Fraction(-1, 2))
    assert found.averages == [Fraction(sum(scores[place] for scores in now.values()), 3) for place in range(6)]
    assert sum(found.averages) == found.average  # the second way to the same sum
    weak = dict(found.rows)[town.weak]
    assert len(weak.to_have_mended) == 6
    assert (weak.lines[0].was_to_mend, weak.lines[0].was_mended) == ("Мало встреч", "устранён частично")


def test_a_monitoring_with_a_school_left_is_missed_after_october(town):
    for school in (town.weak, town.other):
        IdentificationFactory(school=school, school_year=2022, category=Category.DIFFICULT_CONDITIONS)
    sheet(town, edition(town, "monitoring"), 2022, [1] * 6, school=town.weak)
    curator = town.person(Role.CURATOR, town.weak)  # who sees but their own
    found = monitoring_of(curator, town.municipality, 2022, dt.date(2023, 11, 1))
    assert (found.held, len(found.rows)) == (Held.MISSED, 1)
