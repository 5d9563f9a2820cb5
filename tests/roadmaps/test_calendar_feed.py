"""The calendar of what somebody owes: who may read it, under which address, and what stands in it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from accounts.models import AuditEvent, Membership
from roadmaps.calendar_feed import calendar_of
from roadmaps.models import Activity, CalendarFeed, Occurrence, Programme, ProgressUpdate
from roadmaps.queries.owed import owed_anywhere
from roadmaps.services.expertise import Round, make_round
from roadmaps.services.recommendations import RecommendationTold, recommend
from roadmaps.services.seeing import renew_feed
from roadmaps.services.stages import plan_stages
from tests.roadmaps.conftest import TERM
from tests.roadmaps.judging import assign
from tests.roadmaps.plans import of_rows, stored

pytestmark = pytest.mark.django_db
BEFORE = dt.date(2022, 3, 1)
NOW = dt.datetime(2022, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def before_the_deadline(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def feed(planned):
    """The address of the curator's calendar."""
    return reverse("roadmaps:feed", kwargs={"key": renew_feed(by=planned.curator, municipality=planned.municipality)})


def events(address: str) -> list:
    answer = Client().get(address)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_calendar_has_what_its_owner_owes(planned, feed):
    first, second = events(feed)
    assert str(first["summary"]) == "Отчитаться: 1 Самоанализ школ"
    assert str(second["summary"]) == "Отчитаться: 3 Мастер-класс"
    assert first["dtstart"].dt == dt.date(2022, 3, 31)
    assert first["dtend"].dt == dt.date(2022, 4, 1)
    assert str(first["url"]).endswith(f"/roadmaps/occurrences/{planned.every.pk}/report/?school={planned.first.pk}")
    assert "СОШ № 1" in str(first["description"])


def test_it_is_read_as_a_calendar_and_kept_nowhere(feed):
    answer = Client().get(feed)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert Client().head(feed).status_code == 200
    assert Client().post(feed).status_code == 405


def test_report_keeps_its_uid_when_its_day_moves(planned, feed):
    before = [str(event["uid"]) for event in events(feed)]
    Occurrence.objects.filter(pk=planned.every.pk).update(due_on=dt.date(2022, 5, 31))
    after = {str(event["uid"]): event["dtstart"].dt for event in events(feed)}
    assert set(after) == set(before)
    assert dt.date(2022, 5, 31) in after.values()
    assert len(set(before)) == 2


def test_what_was_reported_leaves_the_calendar(planned, feed):
    ProgressUpdate.objects.create(occurrence=planned.every, school=planned.first, state="submitted", text="Сделано")
    assert [str(event["summary"]) for event in events(feed)] == ["Отчитаться: 3 Мастер-класс"]


def test_all_that_is_to_be_written_by_a_day_stands_in_it(planned, feed):
    programme = Programme.objects.create(
        municipality=planned.municipality, school=planned.first, kind="antirisk", title="Антирисковая", starts_in=2022,
        ends_in=2022,
    )  # fmt: skip
    plan_stages(programme=programme, due={1: dt.date(2022, 5, 31), 2: dt.date(2023, 5, 31)}, by=planned.methodist)
    told = RecommendationTold("Провести самоанализ", schools=[planned.first], deadline="до 30.04.2022")
    recommend(municipality=planned.municipality, told=told, by=planned.methodist)
    made = make_round(
        municipality=planned.municipality, by=planned.methodist,
        told=Round("programmes", "Экспертиза", dt.date(2022, 2, 1), 2, ("Цель",)),
    )  # fmt: skip
    assign(planned, planned.curator, planned.programme, expertise=made)
    found = events(feed)[2:]
    assert [(str(event["summary"]).split(": ")[0], event["dtstart"].dt.isoformat()) for event in found] == [
        ("Ответить", "2022-04-30"), ("Рассказать об этапе", "2022-05-31"), ("Просрочено", "2022-02-01"),
    ]  # fmt: skip
    assert [str(event["url"]).split("/", 3)[3].split("/")[0] for event in found] == [
        "roadmaps",
        "programmes",
        "expertise",
    ]


def test_what_is_late_says_so(planned, feed, time_machine):
    time_machine.move_to(dt.datetime(2022, 4, 3, 9, tzinfo=dt.UTC))
    first = events(feed)[0]
    assert str(first["summary"]).startswith("Просрочено: ")
    assert "Просрочено на 3 дня." in str(first["description"]).replace("\xa0", " ")


def test_renewed_address_ends_the_last_one(planned, feed):
    client = Client()
    client.force_login(planned.curator)
    page = client.post(reverse("roadmaps:feed_settings")).text
    (shown,) = re.findall(r'value="http://testserver(/[^"]+\.ics)"', page)
    assert shown != feed
    assert Client().get(feed).status_code == 404
    assert len(events(shown)) == 2
    assert shown not in client.get(reverse("roadmaps:feed_settings")).text  # told once


def test_revoked_address_opens_nothing(planned, feed):
    client = Client()
    client.force_login(planned.curator)
    assert client.post(reverse("roadmaps:revoke_feed")).status_code == 302
    assert Client().get(feed).status_code == 404
    assert not CalendarFeed.objects.exists()
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["calendar_feed_made", "calendar_feed_revoked"]


def test_nobody_who_was_switched_off_or_has_left_has_a_calendar(planned, feed):
    planned.curator.is_active = False
    planned.curator.save()
    assert Client().get(feed).status_code == 404
    planned.curator.is_active = True
    planned.curator.save()
    assert Client().get(feed).status_code == 200
    Membership.objects.filter(user=planned.curator).delete()
    assert Client().get(feed).status_code == 404


def test_secret_is_kept_nowhere(planned, feed):
    key = feed.split("/")[-2]
    kept = CalendarFeed.objects.get()
    assert key not in f"{kept.digest} {kept} {AuditEvent.objects.latest('pk').details}"
    assert Client().get(feed.replace(key, kept.digest)).status_code == 404
    assert Client().get(feed.replace(key, key[:-1])).status_code == 404


def test_viewer_owes_nothing_and_has_no_calendar(planned):
    client = Client()
    client.force_login(planned.viewer)
    assert client.post(reverse("roadmaps:feed_settings")).status_code == 403


def test_calendar_asks_as_often_for_forty_reports_as_for_one(planned, feed):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            events(feed)
        return len(found)

    Activity.objects.filter(number="3").update(removed_at=NOW)
    assert len(events(feed)) == 1
    with_one = queries()
    more = stored(planned.municipality, of_rows(40), school=planned.first, state="approved", **TERM)
    assert more.activities.count() == 40
    assert queries() == with_one
    assert len(events(feed)) == 41


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=300))
def test_whatever_a_title_says_is_folded_escaped_and_read_back(planned, title):
    Activity.objects.filter(pk=planned.every.activity_id).update(title=f"Итог, {title}; \\n конец", number="")
    owed = owed_anywhere(planned.curator, BEFORE, days_ahead=370)
    written = calendar_of(owed, now=NOW, address=lambda one: "https://example.org/a?b=1,2;3")
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    (event,) = [one for one in Calendar.from_ical(written).walk("VEVENT") if "3 Мастер" not in str(one["summary"])]
    whole = " ".join(f"Отчитаться: Итог, {title}; \\n конец".split())
    assert str(event["summary"]) == (whole if len(whole) <= 200 else whole[:199].rstrip() + "…")
