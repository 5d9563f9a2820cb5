"""Who is told that a meeting waits to be confirmed, and who confirms it where the other side has no login."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from mentoring.kinds import Kind
from mentoring.models import Meeting
from mentoring.queries.sides import actors_of
from mentoring.services.meetings import MeetingTold, log_meeting
from roadmaps.jobs import mail_notices
from roadmaps.models import Notice

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: int) -> str:
    return reverse(f"mentoring:{name}", args=keys)


def log(pairing, user, topic="Тема") -> Meeting:
    told = MeetingTold(on=dt.date(2023, 3, 1), form="visit", topic=topic, hours=Decimal(1))
    return log_meeting(pairing=pairing, told=told, by=user)


def told() -> list[tuple[object, str]]:
    return [(one.user, one.kind) for one in Notice.objects.select_related("user").order_by("pk")]


def test_the_other_side_is_told_and_the_author_of_what_is_disputed(town):
    mentor, curator = town.person(Role.MENTOR), town.person(Role.CURATOR, town.weak)
    methodist = town.person(Role.METHODIST)
    pairing = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor(user=mentor))
    meeting = log(pairing, mentor)
    assert told() == [(curator, "meeting")]
    assert browser(methodist).post(address("confirm_meeting", meeting.pk), {"version": "1"}).status_code == 403
    notice = Notice.objects.get()
    assert notice.subject == "Подтвердите встречу: Посещение 01.03.2023: Тема"
    opened = browser(curator).get(reverse("roadmaps:notice", args=[notice.pk]))
    assert opened["Location"] == meeting.get_absolute_url()
    browser(curator).post(address("dispute_meeting", meeting.pk), {"reason": "Тайная причина", "version": "1"})
    assert told()[1:] == [(mentor, "dispute")]
    assert "Тайная причина" not in "".join(Notice.objects.values_list("text", flat=True))
    typed = {"on": "2023-03-02", "form": "visit", "hours": "1", "topic": "Тема", "version": "2"}
    browser(mentor).post(address("edit_meeting", meeting.pk), typed)
    assert told()[2:] == [(curator, "meeting")]  # put right, it waits anew
    mail_notices()
    assert [(letter.to, letter.subject.split(":")[1].strip()) for letter in mail.outbox] == [
        ([curator.email], "Подтвердите встречу")  # neither the first, which is over, nor the dispute, which is settled
    ]
    browser(mentor).post(address("remove_meeting", meeting.pk), {"version": "3"})
    answer = browser(curator).get(reverse("roadmaps:notice", args=[Notice.objects.latest("pk").pk]), follow=True)
    assert "этого больше нет" in answer.text


def test_the_centre_confirms_for_those_who_have_no_login(town):
    """Not for those who have one, and not what it wrote down itself."""
    curator, methodist = town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)
    silent = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor())
    school = town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    meeting, of_schools = log(silent, curator), log(school, curator)
    assert told() == [(methodist, "meeting"), (methodist, "meeting")]
    centre = browser(methodist)
    assert "2 встречи некому подтвердить" in centre.get(reverse("home")).text.replace("\u00a0", " ")
    assert "Подтвердите за тех, у кого нет логина" in centre.get(address("mine")).text
    assert "У другой стороны пары нет логина" in centre.get(meeting.get_absolute_url()).text
    assert browser(town.person(Role.VIEWER)).post(address("confirm_meeting", meeting.pk)).status_code == 403
    centre.post(address("confirm_meeting", meeting.pk), {"version": "1"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.confirmed_by) == ("confirmed", methodist)
    assert "За другую сторону: у неё нет логина" in browser(curator).get(meeting.get_absolute_url()).text
    town.person(Role.CURATOR, town.strong)  # from now on somebody speaks for it
    assert centre.post(address("confirm_meeting", of_schools.pk), {"version": "1"}).status_code == 403


def test_where_one_curator_speaks_for_both_sides_the_centre_confirms(town):
    old, young = town.teacher(town.weak), town.teacher(town.weak, "Учитель 2")
    pairing = town.pair(Kind.TEACHER_TEACHER, town.weak, helping_teacher=old, teacher=young)
    curator, methodist = town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)
    meeting = log(pairing, curator)
    assert actors_of(methodist, meeting) == {"centre"}
    assert told() == [(methodist, "meeting")]
    town.person(Role.CURATOR, town.weak)
    assert actors_of(methodist, meeting) == set()
    own = town.pair(Kind.MENTOR_TEAM, town.other, mentor=town.mentor(user=methodist))
    assert actors_of(methodist, log(own, methodist)) == {"author"}
