"""A plan that nobody has approved, or that is over, makes nobody late, whichever page is looked at; and pages count
the same rows."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.access import Role
from roadmaps.models import Activity, Roadmap
from roadmaps.queries.due import month_of
from roadmaps.queries.owed import Why, owed_by
from roadmaps.queries.seen import PLANS_COUNTED, Wanted, seen
from roadmaps.queries.seen_sums import by_responsible, by_school
from roadmaps.queries.tables import Filters, how_far, roadmap_lines, table_of
from roadmaps.states import Status
from tests.factories import MunicipalityFactory
from tests.roadmaps.conftest import person
from tests.roadmaps.plans import in_force, of_rows, stored

pytestmark = pytest.mark.django_db
TODAY = dt.date(2023, 6, 15)
ALL = {"period": "all"}


@pytest.fixture
def town():
    return MunicipalityFactory()


@pytest.fixture
def approved(town):
    return in_force(town, of_rows(2, title="Утверждённая", deadline="Март 2023"))


@pytest.fixture
def draft(town):
    """And one that is over, which is no more in force than it."""
    in_force(town, of_rows(4, title="Завершённая", deadline="Март 2023"), state="closed")
    return stored(town, of_rows(3, title="Задуманная", deadline="Март 2023"))


def test_home_list_rows_tables_and_what_is_owed_name_the_same_rows(log_in_as, town, approved, draft):
    methodist = person(Role.METHODIST, town)
    plans = Roadmap.objects.filter(municipality=town)
    monthly = in_force(town, of_rows(4, title="Помесячная", deadline="Ежемесячно"))
    done, cancelled, *_ = Activity.objects.filter(roadmap=monthly).order_by("position")
    for row, status in ((done, "done"), (cancelled, "cancelled")):
        Activity.objects.filter(pk=row.pk).update(overruled=status, overruled_reason="Решено")
    with time_machine.travel(dt.datetime(2023, 6, 15, 9, tzinfo=dt.UTC), tick=False):
        client = log_in_as(Role.METHODIST, town)
        home, rows = client.get("/").text, client.get(reverse("roadmaps:rows"), ALL | {"status": "late"}).text
        listed = client.get(reverse("roadmaps:list")).text
        table = client.get(f"{monthly.get_absolute_url()}?status=late").text
    home, rows, listed, table = (" ".join(page.replace("\xa0", " ").split()) for page in (home, rows, listed, table))
    assert "Просрочено 4 мероприятия дорожных карт" in home
    assert "просрочено — 4" in rows
    assert "Просрочено 4 мероприятия из 9; выполнено 1." in listed  # of plans that an order has approved
    assert "просрочено — 2" in table
    assert how_far(plans, TODAY).late == 4
    assert {one.roadmap.title: (one.late, one.done, one.awaited) for one in roadmap_lines(plans, TODAY)} == {
        "Утверждённая": (2, 0, 2),
        "Помесячная": (2, 1, 3),
        "Задуманная": (0, 0, 3),
        "Завершённая": (0, 0, 4),
    }
    owed = [one for one in owed_by(methodist, town, TODAY) if one.why is Why.LATE]
    assert {one.occurrence.activity.roadmap.title for one in owed} == {"Утверждённая", "Помесячная"}
    assert (len(owed), len({one.occurrence.activity_id for one in owed})) == (12, 4)  # reports, and rows


def plans_not_in_force(town):
    return Roadmap.objects.filter(municipality=town).exclude(state="approved")


@pytest.mark.parametrize("most", [PLANS_COUNTED, 0], ids=["counted", "uncounted"])
def test_overdue_rows_are_of_plans_in_force_alone(town, approved, draft, most, monkeypatch):
    monkeypatch.setattr("roadmaps.queries.seen.PLANS_COUNTED", most)
    assert len(seen(person(Role.METHODIST, town), town, Wanted(status="late"), TODAY).rows) == 2


def test_sums_calendar_and_table_of_a_draft_know_nothing_late(town, approved, draft):
    methodist = person(Role.METHODIST, town)
    found = seen(methodist, town, Wanted(), TODAY, with_counts=True)
    assert [one.counts[Status.LATE] for one in by_school(found)] == [2]
    assert {one.name: one.counts[Status.LATE] for one in by_responsible(found)} == {"ИМЦ": 2, "ОО": 2}
    month = month_of(methodist, town, Wanted(), dt.date(2023, 3, 1), TODAY)
    late = {one.plan.title for one in month.due if one.state is Status.LATE}
    assert late == {"Утверждённая"}
    assert all(table_of(plan, Filters(), TODAY).count(Status.LATE) == 0 for plan in plans_not_in_force(town))


@pytest.mark.parametrize("view", ["rows", "timeline", "board", "calendar"])
def test_rows_of_a_draft_are_marked_among_others(log_in_as, town, approved, draft, view):
    client = log_in_as(Role.VIEWER, town)
    asked = ALL | {"month": "2023-03", "day": "2023-03-31"}
    assert "(проект)" in client.get(reverse(f"roadmaps:{view}"), asked).text
    draft.delete()
    assert "(проект)" not in client.get(reverse(f"roadmaps:{view}"), asked).text
