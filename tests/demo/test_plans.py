"""The demonstration's plans: whoever logs in finds something to do, and nothing invented looks like a document."""

import datetime as dt
import json

import pytest

from accounts.models import User
from config.demo_events import load_demo_events
from config.demo_pairings import load_demo_pairings
from config.demo_people import DEMO_LOGINS, load_people
from config.demo_plans import load_demo_plans, plans_around
from config.demo_scores import load_demo_scores
from config.programmes.fixtures import PROGRAMMES
from config.programmes.loading import load_programme
from mentoring.models import Pairing
from mentoring.queries.mine import mine
from roadmaps.models import Occurrence, Programme, ProgressUpdate, Roadmap
from roadmaps.plans.deadlines import Precision, occurrences, read_deadline
from roadmaps.queries.owed import Why, owed_by, waiting_for
from schools.models import Municipality

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 28)


@pytest.fixture
def nazarovo() -> Municipality:
    """Without results: plans need none of them."""
    assert not load_programme("nazarovo", with_results=False).problem
    for slug in ("megion", "vilyuysk", "surgut", "armavir"):
        Municipality.objects.create(slug=slug, name=slug)  # for the logins of the neighbours
    load_people()
    assert load_demo_plans(TODAY) == 2
    return Municipality.objects.get(slug="nazarovo")


def person(username: str) -> User:
    return User.objects.get(username=username)


def test_curator_owes_something_of_every_kind(nazarovo):
    owed = owed_by(person("curator"), nazarovo, TODAY)
    found = [(one.occurrence.activity.number, one.why, one.report.state if one.report else "") for one in owed]
    assert found == [
        ("2.1", Why.RETURNED, "returned"),
        ("3.1", Why.LATE, ""),
        ("2.3", Why.SOON, "draft"),
        ("2.4", Why.SOON, ""),
    ]


def test_centre_owes_and_checks(nazarovo):
    owed = [(one.occurrence.activity.number, one.why) for one in owed_by(person("methodist"), nazarovo, TODAY)]
    assert owed == [("2.2", Why.LATE)]
    assert [row.occurrence.activity.number for row in waiting_for(person("methodist"), nazarovo)] == ["3.2"]


def test_department_checks_the_centre_and_has_a_programme_to_approve(nazarovo):
    waiting = {row.occurrence.activity.number for row in waiting_for(person("department"), nazarovo)}
    assert waiting == {"2.4", "3.2"}
    assert Programme.objects.visible_to(person("department")).get(status="agreed").kind == "antirisk"


def test_reports_are_in_every_state_and_rows_follow(nazarovo):
    assert {report.state for report in ProgressUpdate.objects.all()} == {"draft", "submitted", "accepted", "returned"}
    done = Occurrence.objects.filter(status="done").values_list("activity__number", flat=True)
    assert set(done) == {"1.1", "1.2"}


def test_everything_says_that_it_is_invented(nazarovo):
    made = [*Programme.objects.exclude(kind="municipal"), *Roadmap.objects.all()]
    assert len(made) == 3
    for row in made:
        assert "вымышлен" in row.title
        assert row.source.startswith("Вымышлено для демонстрации")
    assert all("ымышлен" in report.text for report in ProgressUpdate.objects.all())


def test_loading_again_changes_nothing(nazarovo):
    def counts() -> list[int]:
        return [table.objects.count() for table in (Programme, Roadmap, Occurrence, ProgressUpdate)]

    before = counts()
    assert load_demo_plans(TODAY + dt.timedelta(days=40)) == 0
    assert counts() == before


@pytest.mark.parametrize(
    "today",
    [dt.date(2026, 1, 1), dt.date(2026, 1, 31), dt.date(2028, 2, 29), dt.date(2026, 9, 1), dt.date(2026, 12, 31)],
)
def test_on_any_day_something_is_late_something_soon_and_nothing_falls_out_of_the_term(today):
    told = plans_around(today)
    assert "@" not in json.dumps(told)
    term = {"starts_on": _first(today, -3), "ends_on": _first(today, 7) - dt.timedelta(days=1)}
    due = {}
    for section in told["roadmap"]["sections"]:
        for row in section["rows"]:
            (time,) = occurrences(read_deadline(row["deadline"], **term), **term)
            assert time.precision is Precision.MONTH
            due[row["number"]] = time.due_on
    assert all(due[number] < today for number in ("1.1", "1.2", "2.1", "2.2", "3.1"))
    assert all(0 <= (due[number] - today).days <= 30 for number in ("2.3", "2.4", "3.2"))


def _first(today: dt.date, months: int) -> dt.date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def test_every_login_sees_pairings_and_the_mentor_is_one_of_a_pair():
    for slug in PROGRAMMES:
        assert not load_programme(slug, with_results=False).problem
    load_people()
    assert load_demo_pairings(TODAY) == 14
    assert load_demo_pairings(TODAY) == 0
    assert [load_demo_events(TODAY), load_demo_events(TODAY)] == [4, 0]
    assert [load_demo_scores(), load_demo_scores()] == [31, 0]
    for login in DEMO_LOGINS:
        seen = Pairing.objects.visible_to(person(login.username)).filter(municipality__slug=login.municipality)
        assert seen.exists(), login
        assert login.municipality == "surgut" or seen.running_on(TODAY).exists(), login
    own = Pairing.objects.open_to(person("mentor"))
    assert {pairing.kind for pairing in own} == {"mentor_team", "mentor_young"}
    for login in ("mentor", "curator"):
        found = mine(person(login), own[0].municipality, TODAY)
        assert len(found.to_confirm) == found.waiting == 1
    assert not Pairing.objects.exclude(source__contains="емонстрац").exists()
