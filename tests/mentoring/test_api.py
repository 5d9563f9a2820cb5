"""REST: pairings and meetings as numbers and facts, texts and teachers only where they are open."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from accounts.access import Role
from mentoring.kinds import Kind
from mentoring.models import Attendance, Event, Meeting, Practice
from mentoring.services.meetings import MeetingTold, confirm_meeting, dispute_meeting, log_meeting
from mentoring.services.pairings import Facts
from mentoring.services.plans import PlanTold, StepTold, add_step, make_plan, overrule_step
from roadmaps.states import Status
from tests.factories import ApiKeyFactory
from tests.mentoring.conftest import YEAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def paired(town):
    """A tutor and a teacher: three meetings (confirmed, waiting, disputed), a plan with a row done of two in work."""
    town.tutor_user, town.curator = town.person(Role.MENTOR), town.person(Role.CURATOR, town.weak)
    tutor, teacher = town.mentor("tutor", user=town.tutor_user, name="Тьютор 1"), town.teacher(town.weak)
    facts = Facts(YEAR.starts_on, YEAR.ends_on, aims="Цель пары", deficits="Дефицит учителя")
    pairing = town.pair(Kind.TUTOR_TEACHER, town.weak, facts, mentor=tutor, teacher=teacher)
    told = {
        "form": "visit",
        "hours": Decimal("1.5"),
        "audience": {"teachers": 2, "pupils": 3},
        "result": "Итог встречи",
    }
    for day, topic in ((1, "Первая"), (2, "Вторая"), (3, "Третья")):
        meeting = MeetingTold(on=dt.date(2023, 3, day), topic=topic, **told)
        log_meeting(pairing=pairing, told=meeting, by=town.tutor_user)
    first, _, third = Meeting.objects.order_by("on")
    confirm_meeting(meeting=first, seen_version=1, by=town.curator)
    dispute_meeting(meeting=third, reason="Не было", seen_version=1, by=town.curator)
    plan = make_plan(pairing=pairing, told=PlanTold("План", YEAR.starts_on, YEAR.ends_on, "active"))
    for title, state in (("А", Status.DONE), ("Б", None), ("В", Status.CANCELLED)):
        step = add_step(plan=plan, told=StepTold(title), by=None)
        if state:
            overrule_step(step=step, state=state, reason="Решение", seen_version=1, by=town.curator)
    return pairing


def read(client: Client, name: str, **query: object) -> list[dict]:
    answer = client.get(f"/api/v1/{name}/", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]


def test_numbers_and_facts_are_for_all_texts_and_teachers_for_the_sides_and_the_centre(town, paired):
    facts = {
        "school": town.weak.code, "kind": "tutor_teacher", "mentor": "Тьютор 1", "helping_school": None, "count": None,
        "starts_on": "2023-01-01", "ends_on": "2023-12-31", "state": "current", "order_number": "", "meetings": 2,
        "confirmed": 1, "hours": "3", "last_met_on": "2023-03-02", "plan_steps": 2, "plan_done": 1,
    }  # fmt: skip
    met = {"school": town.weak.code, "hours": "1.5", "participants": 5, "audience": {"teachers": 2, "pupils": 3}}
    texts = {"teacher": "Учитель 1", "aims": "Цель пары", "deficits": "Дефицит учителя", "closed_reason": ""}
    for user, is_open in [
        (town.tutor_user, True), (town.curator, True), (town.person(Role.METHODIST), True),
        (town.person(Role.VIEWER), False), (town.person(Role.MENTOR), False),
    ]:  # fmt: skip
        client = Client()
        client.force_login(user)
        (pairing,) = read(client, "pairings")
        assert {name: pairing[name] for name in facts} == facts
        assert pairing["is_open"] is is_open
        assert {name: pairing[name] for name in texts} == (texts if is_open else dict.fromkeys(texts))
        meetings = read(client, "meetings")
        assert [meeting["topic"] for meeting in meetings] == ["Третья", "Вторая", "Первая"]
        assert [meeting["state"] for meeting in meetings] == ["disputed", "logged", "confirmed"]
        assert {name: meetings[0][name] for name in met} == met
        assert [meetings[0][name] for name in ("result", "reason")] == (
            ["Итог встречи", "Не было"] if is_open else [None, None]
        )
    neighbour = Client()
    neighbour.force_login(town.person(Role.CURATOR, town.other))
    assert read(neighbour, "pairings") == read(neighbour, "meetings") == []
    key = ApiKeyFactory(role=Role.VIEWER, municipality=town.municipality)
    (pairing,) = read(Client(headers={"Authorization": f"Api-Key {key.text}"}), "pairings")
    assert pairing["aims"] is None


def test_filters_narrow_by_school_year_kind_state_and_pairing(town, paired):
    helped = town.pair(
        Kind.SCHOOL_SCHOOL, town.other, Facts(dt.date(2021, 9, 1), dt.date(2022, 5, 31)), helping_school=town.strong
    )
    client = Client()
    client.force_login(town.person(Role.METHODIST))
    for query, expected in [
        ({"school": town.other.code}, [helped]), ({"helping_school": town.strong.code}, [helped]),
        ({"kind": "tutor_teacher"}, [paired]), ({"state": "ended"}, [helped]), ({"state": "current"}, [paired]),
        ({"state": "planned"}, []), ({"school_year": 2021}, [helped]), ({"school_year": 2022}, [paired]),
    ]:  # fmt: skip
        assert [row["id"] for row in read(client, "pairings", **query)] == [one.pk for one in expected], query
    for query, count in [
        ({"pairing": paired.pk}, 3), ({"pairing": helped.pk}, 0), ({"state": "confirmed"}, 1), ({"form": "call"}, 0),
        ({"school_year": 2022}, 3), ({"school_year": 2023}, 0), ({"school": town.weak.code}, 3),
    ]:  # fmt: skip
        assert len(read(client, "meetings", **query)) == count, query
    for wrong in (
        "pairings/?kind=friends",
        "pairings/?state=late",
        "meetings/?pairing=99999999999999",
        "meetings/?x=1",
    ):
        assert client.get(f"/api/v1/{wrong}").status_code == 400, wrong


def test_events_tell_who_came_and_practices_what_is_published_without_teachers(town):
    """Two schools came: 1 + 3 and 2; a curator counts only their own."""
    seminar = {"municipality": town.municipality, "kind": "seminar", "starts_on": "2023-03-01", "ends_on": "2023-03-01"}
    event = Event.objects.create(**seminar, title="Семинар", hours=Decimal("1.5"), state="held")
    Attendance.objects.create(event=event, school=town.weak, administration=1, teachers=3, presented=2)
    Attendance.objects.create(event=event, school=town.other, young=2)
    hidden = Event.objects.create(**seminar | {"kind": "webinar"}, title="Для одной", for_all=False)
    hidden.schools.add(town.strong)
    teacher = town.teacher(town.strong, "Учитель Тайный")
    for state, on in (("published", "2023-02-20"), ("proposed", None)):
        Practice.objects.create(
            municipality=town.municipality, school=town.strong, teacher=teacher, title=state, text="Что", state=state,
            published_on=on,
        )  # fmt: skip
    key = ApiKeyFactory(role=Role.VIEWER, municipality=town.municipality)
    viewer = Client(headers={"Authorization": f"Api-Key {key.text}"})
    rows = {row["title"]: row for row in read(viewer, "events")}
    told = [rows["Семинар"][name] for name in ("schools_came", "people", "presented", "hours", "state")]
    assert told == [2, 6, 2, "1.5", "held"]
    assert rows["Для одной"]["people"] == 0
    assert [row["title"] for row in read(viewer, "practices")] == ["published"]
    assert "Тайный" not in viewer.get("/api/v1/practices/").content.decode()
    curator = Client()
    curator.force_login(town.person(Role.CURATOR, town.weak))
    assert [(row["title"], row["people"]) for row in read(curator, "events")] == [("Семинар", 4)]
    for query, titles in [
        ({"school": town.strong.code}, {"Семинар", "Для одной"}), ({"school": town.weak.code}, {"Семинар"}),
        ({"school_year": 2022, "kind": "webinar"}, {"Для одной"}), ({"school_year": 2021}, set()),
        ({"state": "held"}, {"Семинар"}),
    ]:  # fmt: skip
        assert {row["title"] for row in read(viewer, "events", **query)} == titles, query
    assert read(viewer, "practices", school_year=2021) == read(viewer, "practices", school=town.weak.code) == []
