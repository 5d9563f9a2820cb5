"""Methodical events: planned, announced in time or not, held or called off; who came; the report they draft."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts.access import Role
from mentoring.gatherings import EVENT_MOVES, Announcement, EventState, Notification
from mentoring.models import Attendance, Event
from mentoring.queries.events import occurrence_of, standing_announcements
from mentoring.queries.participation import PartFilters, participation
from mentoring.services.attendance import AttendanceRefused, AttendanceTold, name_attendance, write_attendance
from mentoring.services.events import EventTold, announce_event, plan_event
from roadmaps.jobs import mail_notices
from roadmaps.models import Notice, NoticeRules, ProgressUpdate
from roadmaps.plans.rows import Plan, PlanRow, PlanSection
from roadmaps.services.plans import Frame, store_plan
from tests.factories import SchoolFactory
from tests.mentoring.conftest import TODAY

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 3, 24)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: int) -> str:
    return reverse(f"mentoring:{name}", args=keys)


def event(town, **told) -> Event:
    known = {"kind": "seminar", "title": "Семинар о дробях", "starts_on": DAY} | told
    return plan_event(municipality=town.municipality, told=EventTold(**known))


def typed(**more) -> dict:
    known = {
        "kind": "webinar", "level": "municipal", "presence": "remote", "title": "Вебинар о дробях",
        "starts_on": "2023-03-24", "starts_at": "15:00", "hours": "1,5", "for_all": "on", "announce_days": "7",
        "version": "0",
    }  # fmt: skip
    return known | more


@pytest.mark.parametrize(
    ("days", "told_on", "today", "stands"),
    [  # the event begins on the 24th; seven days before is the 17th, which is in time
        (7, dt.date(2023, 3, 17), dt.date(2023, 3, 20), Notification.IN_TIME),
        (7, dt.date(2023, 3, 18), dt.date(2023, 3, 20), Notification.LATE),
        (7, None, dt.date(2023, 3, 17), Notification.AWAITED),
        (7, None, dt.date(2023, 3, 18), Notification.MISSED),
        (None, None, dt.date(2023, 4, 1), Notification.AWAITED),
        (None, dt.date(2023, 3, 24), dt.date(2023, 3, 24), Notification.IN_TIME),
        (0, dt.date(2023, 3, 24), dt.date(2023, 3, 24), Notification.IN_TIME),
    ],
)
def test_an_announcement_is_in_time_up_to_the_day_that_the_order_asks_for(days, told_on, today, stands):
    assert Announcement(DAY, days, told_on).on(today) is stands


def test_the_centre_plans_an_event_and_what_is_wrong_is_said(town):
    methodist = browser(town.person(Role.METHODIST))
    NoticeRules.objects.create(municipality=town.municipality, event_days=7)
    assert 'name="announce_days" value="7"' in methodist.get(address("new_event")).text  # as the town has decided
    for wrong, said in [
        ({"title": ""}, "Назовите мероприятие"), ({"ends_on": "2023-03-20"}, "раньше первого"),
        ({"ends_on": "2023-05-01"}, "не дольше 31 дней"), ({"for_all": ""}, "Отметьте школы"),
        ({"organiser": "Иванова А.Б."}, "Без фамилий"), ({"hours": "много"}, "Запишите число"),
        ({"link": "нет"}, "Это не адрес"), ({"announce_days": "99"}, "меньше либо равно 60"),
    ]:  # fmt: skip
        refused = methodist.post(address("new_event"), typed(place="Кабинет 12", **wrong)).text
        assert said in refused, wrong
        assert "Кабинет 12" in refused
    assert not Event.objects.exists()
    made = methodist.post(address("new_event"), typed(for_all="", schools=[town.weak.pk]))
    found = Event.objects.get()
    assert made["Location"] == found.get_absolute_url()
    assert (found.starts_at, found.hours, found.ends_on) == (dt.time(15), Decimal("1.5"), DAY)
    assert list(found.schools.all()) == [town.weak]


def test_an_event_for_some_schools_is_for_their_eyes_alone(town):
    event(town, for_all=False, schools=(town.weak,))
    for person, sees in [
        (town.person(Role.CURATOR, town.weak), True), (town.person(Role.CURATOR, town.other), False),
        (town.person(Role.VIEWER), True), (town.person(Role.METHODIST), True),
    ]:  # fmt: skip
        assert ("Семинар о дробях" in browser(person).get(address("events")).text) is sees


def test_an_announcement_reaches_the_schools_it_is_for_and_a_moved_day_is_told_anew(town):
    methodist, curator = town.person(Role.METHODIST), town.person(Role.CURATOR, town.weak)
    other = town.person(Role.CURATOR, town.other)
    made = event(town, for_all=False, schools=(town.weak,), announce_days=7, place="Школа № 10")
    client = browser(methodist)
    assert "Сообщите школам не позднее 17.03.2023" in client.get(made.get_absolute_url()).text
    answer = client.post(address("announce_event", made.pk), {"version": "1"}, follow=True)
    assert "анонс ушёл 1 человеку" in answer.text.replace("\u00a0", " ")
    (told,) = Notice.objects.all()
    assert (told.user, told.subject) == (curator, "24.03.2023: Семинар о дробях")
    assert "Место: Школа № 10" in told.text
    assert browser(curator).get(reverse("roadmaps:notice", args=[told.pk]))["Location"] == made.get_absolute_url()
    client.post(address("announce_event", made.pk), {"version": "1"})  # the button pressed twice
    assert Notice.objects.count() == 1
    client.post(
        address("edit_event", made.pk), typed(for_all="", schools=[town.weak.pk], starts_on="2023-03-27", version="2")
    )
    made.refresh_from_db()
    assert made.starts_on == dt.date(2023, 3, 27)
    assert Notice.objects.filter(user=curator, kind="announced").count() == 2
    with time_machine.travel(dt.datetime(2023, 3, 15, 12, tzinfo=dt.UTC), tick=False):
        mail_notices()
    (letter,) = mail.outbox  # the day that is over is not written of
    assert "27.03.2023" in letter.subject
    assert not Notice.objects.filter(user=other).exists()
    refused = client.post(address("call_off_event", made.pk), {"version": made.version, "reason": " "})
    assert "Напишите причину" in refused.text
    client.post(address("call_off_event", made.pk), {"version": made.version, "reason": "Карантин"})
    assert "Карантин" in Notice.objects.get(user=curator, kind="called_off").text
    assert standing_announcements(curator, town.municipality, Notice.objects.filter(kind="announced")) == set()


def test_what_was_not_announced_in_time_is_said(town):
    event(town, announce_days=14)  # by the 10th; today is the 15th
    methodist = browser(town.person(Role.METHODIST))
    assert "не сообщено" in methodist.get(address("events")).text
    made = Event.objects.get()
    announce_event(event=made, seen_version=1, by=town.person(Role.METHODIST))
    page = methodist.get(address("events")).text
    assert "сообщено поздно" in page
    assert "нужно было до 10.03.2023" in page


def test_states_move_by_the_table(town):
    methodist = browser(town.person(Role.METHODIST))
    doing = {"held": "hold_event", "cancelled": "call_off_event", "planned": "put_back_event"}
    for before in EventState:
        for after in EventState:
            made = event(town, title=f"{before} {after}", starts_on=TODAY)
            Event.objects.filter(pk=made.pk).update(state=before, reason="Причина" if before == "cancelled" else "")
            methodist.post(address(doing[after], made.pk), {"version": "1", "reason": "Карантин"})
            made.refresh_from_db()
            assert made.state == (after if (before, after) in EVENT_MOVES else before), (before, after)


def test_nothing_is_held_before_its_day_and_what_was_announced_is_not_removed(town):
    made = event(town)
    methodist = town.person(Role.METHODIST)
    page = browser(methodist).post(address("hold_event", made.pk), {"version": "1"}, follow=True).text
    assert "ещё не началось" in page
    announce_event(event=made, seen_version=1, by=methodist)
    refused = browser(methodist).post(address("remove_event", made.pk), {"version": "2"}, follow=True).text
    assert "вместо удаления отмените" in refused
    fresh = event(town)
    browser(methodist).post(address("remove_event", fresh.pk), {"version": "1"})
    assert not Event.objects.filter(pk=fresh.pk).exists()


def test_whoever_was_slower_sees_what_is_stored_and_keeps_what_they_typed(town):
    made = event(town)
    methodist = browser(town.person(Role.METHODIST))
    methodist.post(address("edit_event", made.pk), typed(title="Первый", version="1"))
    slow = methodist.post(address("edit_event", made.pk), typed(title="Второй", version="1")).text
    assert "изменил другой человек" in slow
    assert "Первый" in slow
    assert "Второй</textarea>" in slow
    methodist.post(address("edit_event", made.pk), typed(title="Второй", version="2"))
    assert Event.objects.get().title == "Второй"


def cells(school, *numbers: int, seen: str = "") -> dict:
    names = ("administration", "teachers", "young", "specialists", "presented")
    found = {f"{school.pk}-{name}": str(value or "") for name, value in zip(names, numbers, strict=True)}
    return found | {f"{school.pk}-seen": seen}


def test_teachers_are_named_by_those_who_know_them(town):
    made = event(town, starts_on=TODAY)
    one, two = town.teacher(town.weak), town.teacher(town.weak, "Учитель 2")
    curator = browser(town.person(Role.CURATOR, town.weak))
    names = address("attendance_names", made.pk, town.weak.pk)
    assert "Учитель 2, учитель (математика)" in curator.get(names).text
    assert curator.get(address("attendance_names", made.pk, town.other.pk)).status_code == 404
    curator.post(names, {"came": [one.pk], "presented": [two.pk], "shown": ""})
    row = Attendance.objects.get()
    assert (row.numbers, set(row.named.values_list("teacher", "presented"))) == (
        (0, 2, 0, 0, 1),
        {(one.pk, False), (two.pk, True)},
    )
    stale = curator.post(names, {"came": [one.pk], "shown": f"{one.pk}"}).text
    assert "изменил другой человек" in stale
    assert "Учитель 1, Учитель 2" in stale
    fewer = curator.post(address("attendance", made.pk), cells(town.weak, 1, 0, 0, 0, 0, seen="0.2.0.0.1")).text
    assert "названо учителей 2, из них представили опыт 1" in fewer
    page = curator.get(made.get_absolute_url()).text
    assert "Учитель 2</a> (представление опыта)" in page
    assert "Учитель 2" not in browser(town.person(Role.CURATOR, town.other)).get(made.get_absolute_url()).text
    assert made.title in curator.get(two.get_absolute_url()).text
    foreign, seen = town.teacher(town.other, "Учитель 3"), {one.pk: False, two.pk: True}
    with pytest.raises(AttendanceRefused, match="нет в списке"):
        name_attendance(
            event=made, school=town.weak, named={foreign.pk: False}, seen=seen, by=town.person(Role.METHODIST)
        )


def test_managers_who_were_counted_are_no_teachers_who_are_named(town):
    """Two managers and two named teachers are four people, and the teachers stay while they are named."""
    made, methodist = event(town, starts_on=TODAY), town.person(Role.METHODIST)
    known = {"event": made, "by": methodist}
    write_attendance(told=[AttendanceTold(town.weak, (2, 0, 0, 0, 0))], **known)
    named = {town.teacher(town.weak).pk: False, town.teacher(town.weak, "Учитель 2").pk: False}
    assert name_attendance(school=town.weak, named=named, seen={}, **known) == 2
    assert Attendance.objects.get().numbers == (2, 2, 0, 0, 0)
    with pytest.raises(AttendanceRefused, match="названо учителей 2"):
        write_attendance(told=[AttendanceTold(town.weak, (4, 0, 0, 0, 0), seen=(2, 2, 0, 0, 0))], **known)


def test_attendance_is_counted_by_the_centre_and_by_each_school_for_itself(town):
    made = event(town, starts_on=TODAY)
    methodist, curator = browser(town.person(Role.METHODIST)), browser(town.person(Role.CURATOR, town.weak))
    own = curator.get(address("attendance", made.pk)).text
    assert town.weak.name in own
    assert town.other.name not in own
    wrong = curator.post(address("attendance", made.pk), cells(town.weak, 1, 2, 0, 0, 4)).text
    assert "больше, чем было (3)" in wrong
    curator.post(address("attendance", made.pk), cells(town.weak, 1, 2, 0, 0, 1))
    whole = methodist.get(address("attendance", made.pk)).text
    assert 'value="1.2.0.0.1"' in whole
    stale = cells(town.strong, 0, 5, 1, 0, 2) | cells(town.weak, 0, 0, 0, 0, 0) | cells(town.other, 0, 0, 0, 0, 0)
    methodist.post(address("attendance", made.pk), stale)  # had not seen what the curator wrote, nor touched it
    assert {row.school: row.numbers for row in Attendance.objects.all()} == {
        town.weak: (1, 2, 0, 0, 1), town.strong: (0, 5, 1, 0, 2),
    }  # fmt: skip
    late = cells(town.weak, 2, 2, 0, 0, 0)  # touched, and somebody else was faster
    refused = methodist.post(address("attendance", made.pk), stale | late).text
    assert "изменил другой человек" in refused
    assert "Что сохранено сейчас" in refused
    assert f'name="{town.weak.pk}-administration" value="2"' in refused
    assert Attendance.objects.get(school=town.weak).administration == 1
    gone = cells(town.weak, 0, 0, 0, 0, 0, seen="1.2.0.0.1")
    curator.post(address("attendance", made.pk), gone)
    assert not Attendance.objects.filter(school=town.weak).exists()
    page = methodist.get(made.get_absolute_url()).text.replace("\u00a0", " ")
    assert "6 человек из 1 школы, представили опыт: 2" in page
    assert methodist.post(address("call_off_event", made.pk), {"version": "1", "reason": "Нет"}).status_code == 200
    assert Event.objects.get().state == "planned"  # people have come to it


def test_participation_is_summed_by_school_and_divided_once(town):
    """Two events of the year, one for the weak school alone; a third is called off, a fourth is ahead, a fifth was in
    another year. Of three schools one has come: 33,3 %."""
    methodist = town.person(Role.METHODIST)
    first = event(town, starts_on=dt.date(2022, 9, 1))
    second = event(town, starts_on=dt.date(2023, 3, 1), for_all=False, schools=(town.weak,), kind="webinar")
    event(town, starts_on=dt.date(2023, 3, 2))
    Event.objects.filter(starts_on="2023-03-02").update(state="cancelled", reason="Карантин")
    event(town, starts_on=dt.date(2023, 5, 1))
    old = event(town, starts_on=dt.date(2022, 8, 31))
    for made, numbers in ((first, (1, 4, 0, 0, 2)), (second, (0, 3, 1, 0, 0)), (old, (9, 9, 9, 9, 9))):
        write_attendance(event=made, told=[AttendanceTold(town.weak, numbers)], by=methodist)
    days = (dt.date(2022, 9, 1), dt.date(2023, 8, 31))
    found = participation(methodist, town.municipality, days, TODAY, PartFilters())
    lines = {one.school: (one.invited, one.came, one.numbers) for one in found.schools}
    assert lines == {
        town.weak: (2, 2, (1, 7, 1, 0, 2)), town.strong: (1, 0, (0,) * 5), town.other: (1, 0, (0,) * 5),
    }  # fmt: skip
    assert (found.events, found.took_part, found.people, found.numbers) == (2, 1, 9, (1, 7, 1, 0, 2))
    page = browser(methodist).get(address("participation")).text.replace("\u00a0", " ")
    assert "участвовали 1 из 3 школ (33,3 %), участий — 9" in page
    webinars = participation(methodist, town.municipality, days, TODAY, PartFilters(kind="webinar"))
    assert webinars.people == 4
    curator = browser(town.person(Role.CURATOR, town.other)).get(address("participation")).text
    assert town.weak.name not in curator
    table = browser(methodist).get(address("participation") + "?format=csv").text
    assert f"{town.weak.name};2;2;9;1;7;1;0;2" in table


def test_an_event_drafts_the_report_on_its_row_and_sends_nothing(town):
    row = PlanRow(title="Семинары", number="1.1", responsible=("Методический центр",), deadline="ежеквартально")
    frame = Frame(dt.date(2023, 1, 1), dt.date(2023, 12, 31), state="approved")
    plan = store_plan(
        municipality=town.municipality, plan=Plan("Карта", (PlanSection("Раздел", rows=(row,)),)), frame=frame
    )
    made = event(town, starts_on=TODAY, activity=plan.activities.get())
    methodist = town.person(Role.METHODIST)
    client = browser(methodist)
    assert "Подготовить отчёт" not in client.get(made.get_absolute_url()).text
    client.post(address("hold_event", made.pk), {"version": "1"})
    write_attendance(event=made, told=[AttendanceTold(town.weak, (1, 4, 0, 0, 2))], by=methodist)
    assert "Подготовить отчёт" in client.get(made.get_absolute_url()).text
    answer = client.post(address("report_event", made.pk))
    report = ProgressUpdate.objects.get()
    assert report.occurrence.due_on == dt.date(2023, 3, 31)  # the quarter in which it fell
    assert answer["Location"] == f"{reverse('roadmaps:report', args=[report.occurrence_id])}?school="
    assert (report.state, report.school) == ("draft", None)
    assert "Семинар «Семинар о дробях», 15.03.2023" in report.text
    assert "Участвовали 5 человек из 1 школы. Представили опыт: 2." in report.text.replace("\u00a0", " ")
    again = client.post(address("report_event", made.pk), follow=True).text
    assert "уже начат" in again
    ProgressUpdate.objects.update(state="submitted", submitted_at="2023-03-15T09:00Z")
    sent = client.post(address("report_event", made.pk), follow=True)
    assert sent.redirect_chain[-1][0] == made.get_absolute_url()
    assert "уже на проверке" in sent.text
    assert "допишите: Семинар «Семинар о дробях»" in sent.text  # what the report does not say is at hand
    assert ProgressUpdate.objects.count() == 1


def test_an_event_falls_into_the_time_of_its_row_that_it_touches_else_the_next(town):
    row = PlanRow(title="ВКС", number="1", responsible=("ОО",), deadline="Март 2023")
    term = Frame(dt.date(2023, 1, 1), dt.date(2023, 12, 31), state="approved")
    plan = store_plan(municipality=town.municipality, plan=Plan("К", (PlanSection("Р", rows=(row,)),)), frame=term)
    only = plan.activities.get().occurrences.get()
    for day in (dt.date(2023, 2, 1), dt.date(2023, 3, 31), dt.date(2023, 6, 1)):
        assert occurrence_of(event(town, starts_on=day, activity=plan.activities.get())) == only
    assert occurrence_of(event(town)) is None


def test_an_event_stands_on_each_of_its_days_and_goes_into_a_calendar(town):
    made = event(town, starts_on=dt.date(2023, 3, 30), ends_on=dt.date(2023, 4, 1), starts_at=dt.time(15))
    client = browser(town.person(Role.CURATOR, town.weak))
    march, april = (client.get(address("event_calendar") + f"?month=2023-{month}").text for month in ("03", "04"))
    assert (march.count("Семинар о дробях"), april.count("Семинар о дробях")) == (2, 1)
    entry = Calendar.from_ical(client.get(address("event_ics", made.pk)).content).walk("VEVENT")[0]
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (dt.date(2023, 3, 30), dt.date(2023, 4, 2))
    town.municipality.time_zone = "Asia/Yekaterinburg"
    town.municipality.save()
    hour = event(town, starts_at=dt.time(15), hours=Decimal("1.5"))  # by the town's clock, five hours ahead
    entry = Calendar.from_ical(client.get(address("event_ics", hour.pk)).content).walk("VEVENT")[0]
    assert entry["DTSTART"].dt == dt.datetime(2023, 3, 24, 10, tzinfo=dt.UTC)
    assert entry["DTEND"].dt == dt.datetime(2023, 3, 24, 11, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("name", ["events", "event_calendar", "participation"])
def test_queries_do_not_grow_with_events(town, name):
    person = town.person(Role.METHODIST)
    client = browser(person)

    def one(number: int) -> None:
        school = SchoolFactory(municipality=town.municipality)
        made = event(town, starts_on=TODAY, title=f"Семинар {number}", for_all=bool(number % 2), schools=(school,))
        write_attendance(event=made, told=[AttendanceTold(school, (0, 1, 0, 0, 0))], by=person)

    one(0), one(1)
    client.get(address(name))
    with CaptureQueriesContext(connection) as few:
        client.get(address(name))
    for number in range(2, 10):
        one(number)
    with CaptureQueriesContext(connection) as many:
        client.get(address(name))
    assert len(many) == len(few)
