"""In October the centre is reminded of the monitoring of help, until a sheet of every school is confirmed."""

import datetime as dt

import pytest

from accounts.access import Role
from mentoring.queries.score_duty import DUTIES
from roadmaps.jobs.reminders import remind
from roadmaps.models import Notice
from schools.models import Category
from tests.factories import IdentificationFactory
from tests.mentoring.test_scoring import edition, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def owing(town):
    for school in (town.weak, town.other):
        IdentificationFactory(school=school, school_year=2022, category=Category.LOW_RESULTS)
    return edition(town, "monitoring")


def test_it_is_owed_from_the_first_of_october_by_those_who_fill_it(town, owing):
    def due(role: Role, day: dt.date, school=None) -> list[dt.date]:
        return [one.due_on for one in DUTIES.awaited(town.person(role, school), town.municipality, day)]

    first, late = dt.date(2023, 10, 1), dt.date(2023, 11, 30)
    assert due(Role.METHODIST, dt.date(2023, 9, 30)) == []
    assert due(Role.METHODIST, first) == due(Role.DEPARTMENT, late) == [dt.date(2023, 10, 31)]
    assert due(Role.VIEWER, first) == due(Role.CURATOR, first, town.weak) == []
    sheet(town, owing, 2022, [1] * 6, school=town.weak)
    assert due(Role.METHODIST, late) == [dt.date(2023, 10, 31)]
    sheet(town, owing, 2022, [1] * 6, school=town.other)
    assert due(Role.METHODIST, late) == []


def test_it_is_told_when_it_opens_and_when_it_was_not_held(town, owing):
    methodist = town.person(Role.METHODIST)
    for day in (dt.datetime(2023, 10, 1, 9, tzinfo=dt.UTC), dt.datetime(2023, 11, 1, 9, tzinfo=dt.UTC)):
        remind(town.municipality, day)
    told = Notice.objects.filter(user=methodist).order_by("pk")
    assert [(one.kind, one.subject) for one in told] == [
        (
            "scoring_ahead",
            "Провести до 31.10.2023: Мониторинг по оказанию методической помощи, 2022/2023 учебный год",
        ),
        (
            "scoring_late",
            "Не проведён, просрочено на 1 день: Мониторинг по оказанию методической помощи, 2022/2023 учебный год",
        ),
    ]
    assert told[0].link.startswith("/mentoring/scores/monitoring/?municipality=surgut&year=2022")
