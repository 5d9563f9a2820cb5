"""Meetings: written down by one side, confirmed or disputed by the other, with sheet and files; «мои пары»."""

import datetime as dt
import io
import os
import time
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from mentoring.contact import MOVES, Actor, Form, MeetingState, may_move
from mentoring.kinds import Kind
from mentoring.models import LessonAnalysis, Meeting, MeetingFile, PairingPlan, PairingStep
from mentoring.queries.mine import mine
from mentoring.queries.sides import sides_of
from mentoring.services.meetings import MeetingTold, confirm_meeting, log_meeting
from mentoring.services.pairings import Facts, PairingRefused, end_pairing, remove_pairing
from mentoring.services.plans import PlanTold, StepTold, add_step, make_plan
from roadmaps.evidence_files import take
from roadmaps.jobs import sweep_evidence
from roadmaps.plans.deadlines import Deadline
from tests.mentoring.conftest import TODAY
from tests.roadmaps import made

pytestmark = pytest.mark.django_db
MET = {"on": "2023-03-14", "form": "visit", "hours": "1,5", "topic": "План на апрель", "version": "0"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: int) -> str:
    return reverse(f"mentoring:{name}", args=keys)


@pytest.fixture
def pair(town):
    """A mentor with a login and the school's curator, with a plan in force."""
    town.mentor_user = town.person(Role.MENTOR)
    town.curator = town.person(Role.CURATOR, town.weak)
    pairing = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=town.mentor(user=town.mentor_user))
    term = PlanTold("План", dt.date(2023, 1, 1), dt.date(2023, 12, 31), PairingPlan.State.ACTIVE)
    plan = make_plan(pairing=pairing, told=term)
    add_step(plan=plan, told=StepTold("Самоанализ школы", deadline="Март"), by=None)
    add_step(plan=plan, told=StepTold("Консультации", deadline="ежеквартально"), by=None)
    return pairing


def log(pairing, user, **told) -> Meeting:
    known = {"on": dt.date(2023, 3, 1), "form": "visit", "topic": "Тема", "hours": Decimal("1.0")} | told
    return log_meeting(pairing=pairing, told=MeetingTold(**known), by=user)


def test_a_meeting_is_written_down_confirmed_and_moves_the_plan(town, pair):
    mentor, curator = browser(town.mentor_user), browser(town.curator)
    page = mentor.get(address("new_meeting", pair.pk)).text
    first = pair.plan.steps.get(title="Самоанализ школы")
    assert 'value="2023-03-15"' in page  # today
    assert f'<option value="{first.pk}" selected>' in page  # what the plan asks for next, and its words as the topic
    assert "Самоанализ школы</textarea>" in page
    typed = MET | {"step": first.pk, "group_administration": "3", "result": "Решили всё", "next_on": "2023-04-05"}
    for field, wrong, said in [
        ("on", "2023-03-16", "ещё не состоялась"), ("on", "2022-12-31", "Пара действует с 01.01.2023"),
        ("hours", "0", "сколько часов"), ("hours", "25", "не больше 24"), ("next_on", "2023-03-14", "позже этой"),
        ("topic", "Встреча с Ивановой А.Б.", "уберите фамилию"),
        ("topic", "Разговор с Ивановым Иваном", "уберите фамилию"),
        ("result", "Решили всё. Ученица Петрова Маша из 7Б", "уберите имя «Петрова Маша»"),
    ]:  # fmt: skip
        refused = mentor.post(address("new_meeting", pair.pk), typed | {field: wrong}).text
        assert said in refused, field
        assert "Решили всё" in refused
    assert mentor.post(address("new_meeting", pair.pk), typed).status_code == 302
    assert "уже записана" in mentor.post(address("new_meeting", pair.pk), typed).text
    meeting = Meeting.objects.get()
    assert (meeting.hours, meeting.audience, meeting.logged_side) == (Decimal("1.5"), {"administration": 3}, "helper")
    assert PairingStep.objects.get(pk=first.pk).state == "in_work"
    again = mentor.get(address("new_meeting", pair.pk)).text
    assert 'name="hours" value="1,5"' in again  # as the last time
    assert '<option value="visit" selected>' in again
    waiting = curator.get(address("mine")).text
    assert "Ждёт вашего подтверждения 1\u00a0встреча" in waiting.replace("1 встреча", "1\u00a0встреча")
    assert "Ждёт вашего подтверждения" in curator.get(reverse("home")).text
    assert mentor.post(address("confirm_meeting", meeting.pk), {"version": "1"}).status_code == 403
    back = curator.post(address("confirm_meeting", meeting.pk), {"version": "1", "back": "https://example.org/"})
    assert back["Location"] == meeting.get_absolute_url()
    meeting.refresh_from_db()
    assert (meeting.state, meeting.confirmed_by) == ("confirmed", town.curator)
    step = PairingStep.objects.get(pk=first.pk)
    assert (step.state, step.done_on) == ("done", dt.date(2023, 3, 14))
    late = mentor.post(address("edit_meeting", meeting.pk), typed | {"result": "Дописано позже", "version": "1"})
    assert (late.status_code, "Встреча уже подтверждена" in late.text) == (409, True)
    assert "Дописано позже</textarea>" in late.text  # what was typed stays on the screen
    for move, who in [("confirm_meeting", curator), ("remove_meeting", mentor)]:
        assert "Встреча уже подтверждена" in who.post(address(move, meeting.pk), {"version": "1"}, follow=True).text
    assert "подтверждения" not in curator.get(reverse("home")).text


def test_a_disputed_meeting_is_put_right_and_asked_about_again(town, pair):
    meeting = log(pair, town.mentor_user, step=pair.plan.steps.get(title="Консультации"), result="Итог")
    mentor, curator = browser(town.mentor_user), browser(town.curator)
    dispute = address("dispute_meeting", meeting.pk)
    assert "Напишите, что не так" in curator.post(dispute, {"reason": "", "version": "1"}).text
    assert curator.post(dispute, {"reason": "Был другой день", "version": "1"}).status_code == 302
    assert PairingStep.objects.get(title="Консультации").state == "not_started"  # nobody has met about it
    assert "Был другой день" in mentor.get(address("mine")).text
    typed = MET | {"step": meeting.step_id, "result": "Новый итог", "version": "1"}
    stale = mentor.post(address("edit_meeting", meeting.pk), typed).text
    assert "изменил другой человек" in stale
    assert "01.03.2023" in stale or "2023-03-01" in stale
    assert "Новый итог" in stale
    mentor.post(address("edit_meeting", meeting.pk), typed | {"version": "2"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason, meeting.on) == ("logged", "", dt.date(2023, 3, 14))
    PairingPlan.objects.update(state="closed")
    assert f'value="{meeting.step_id}" selected' in mentor.get(address("edit_meeting", meeting.pk)).text
    PairingPlan.objects.update(state="active")
    curator.post(address("confirm_meeting", meeting.pk), {"version": "3"})
    step = PairingStep.objects.get(title="Консультации")
    assert (step.state, step.held, step.due_on) == ("in_work", 1, dt.date(2023, 6, 30))
    assert [change.action for change in meeting.changes.all()] == ["logged", "disputed", "corrected", "confirmed"]
    page = mentor.get(meeting.get_absolute_url()).text
    assert "Итог → Новый итог" in page
    assert "Причина: Был другой день" in page


def test_every_move_of_a_meeting_is_in_one_table_and_nobody_confirms_their_own(town):
    """Also where one curator speaks for both sides."""
    for before in MeetingState:
        for after in MeetingState:
            for actor in Actor:
                assert may_move(before, after, {actor}) == (actor in MOVES.get((before, after), ()))
    assert all(Actor.AUTHOR not in actors for (_, after), actors in MOVES.items() if after is MeetingState.CONFIRMED)
    old, young = town.teacher(town.weak), town.teacher(town.weak, "Учитель 2")
    pairing = town.pair(Kind.TEACHER_TEACHER, town.weak, helping_teacher=old, teacher=young)
    curator, other = town.person(Role.CURATOR, town.weak), town.person(Role.CURATOR, town.weak)
    assert len(sides_of(curator, pairing)) == 2
    meeting = log(pairing, curator)
    confirm = address("confirm_meeting", meeting.pk)
    assert browser(curator).post(confirm, {"version": "1"}).status_code == 403
    assert browser(other).post(confirm, {"version": "1"}).status_code == 302


def test_texts_sheets_and_files_are_for_both_sides_and_the_centre(town, pair):
    mentor = browser(town.mentor_user)
    meeting = log(pair, town.mentor_user, result="Тайный итог", next_step="Тайный шаг")
    sheet = {"subject": "Математика", "grade": "7", "topic": "Дроби", "mark_aim": "2", "advice": "Тайный совет"}
    assert (
        "обязательн" in mentor.post(address("lesson", meeting.pk), sheet | {"topic": "", "version": "1"}).text.lower()
    )
    mentor.post(address("lesson", meeting.pk), sheet | {"version": "1"})
    assert LessonAnalysis.objects.get().marks == {"aim": 2}
    good = SimpleUploadedFile("Тайный снимок.jpg", made.photograph(), "image/jpeg")
    bad = SimpleUploadedFile("программа.exe", b"MZ\x90", "application/octet-stream")
    page = mentor.post(address("add_files", meeting.pk), {"files": [good, bad]}).text
    assert "программа.exe" in page
    file = MeetingFile.objects.get()
    assert default_storage.exists(file.file.name)
    assert default_storage.exists(file.preview.name)
    secrets = ("Тайный итог", "Тайный шаг", "Тайный совет", "Тайный снимок")
    beside = town.person(Role.MENTOR)  # of the town, but not of the pair
    for user in (town.mentor_user, town.curator, town.person(Role.METHODIST), town.person(Role.DEPARTMENT)):
        page = browser(user).get(meeting.get_absolute_url()).text
        assert all(secret in page for secret in secrets), user
        assert browser(user).get(address("file", file.pk)).getvalue()
    for user in (beside, town.person(Role.VIEWER)):
        page = browser(user).get(meeting.get_absolute_url()).text
        assert not any(secret in page for secret in secrets), user
        assert [browser(user).get(address(one, file.pk)).status_code for one in ("file", "file_preview")] == [404, 404]
        assert "Тайный" not in browser(user).get(address("meetings")).text
    assert browser(town.person(Role.CURATOR, town.other)).get(meeting.get_absolute_url()).status_code == 404
    browser(town.curator).post(address("confirm_meeting", meeting.pk), {"version": "2"})
    meeting.refresh_from_db()
    assert meeting.state == "logged"  # the file came after what the curator had seen
    browser(town.curator).post(address("confirm_meeting", meeting.pk), {"version": str(meeting.version)})
    assert "уже подтверждена" in mentor.get(address("lesson", meeting.pk), follow=True).text  # it does not change
    mentor.post(address("delete_file", file.pk))
    more = SimpleUploadedFile("Протокол.pdf", made.pdf(), "application/pdf")
    late = mentor.post(address("add_files", meeting.pk), {"files": [more]}, follow=True).text
    assert "уже подтверждена" in late
    assert "Приложить" not in late
    assert MeetingFile.objects.get() == file


def test_the_sheet_of_a_lesson_is_begun_before_the_meeting_is_confirmed_and_where_a_lesson_was_seen(town, pair):
    mentor = browser(town.mentor_user)
    talk = log(pair, town.mentor_user, form="consultation", topic="Беседа")
    confirmed = log(pair, town.mentor_user)
    confirm_meeting(meeting=confirmed, seen_version=1, by=town.curator)
    sheet = {"subject": "Математика", "grade": "7", "topic": "Дроби", "mark_aim": "2", "version": "1"}
    for meeting, said in ((talk, "исправьте форму встречи"), (confirmed, "уже подтверждена")):
        assert "Заполнить лист" not in mentor.get(meeting.get_absolute_url()).text
        late = mentor.post(address("lesson", meeting.pk), sheet)
        assert (late.status_code, said in late.text, "Дроби" in late.text) == (409, True, True)
    assert not LessonAnalysis.objects.exists()
    assert [one for one in Form if one.has_lesson] == [Form.VISIT, Form.LESSON_ANALYSIS]


def test_files_of_meetings_are_not_swept_and_go_with_the_meeting(town, pair):
    meeting = log(pair, town.mentor_user)
    kept, orphan = (take("a.jpg", io.BytesIO(made.photograph())) for _ in range(2))
    MeetingFile.objects.create(meeting=meeting, **kept.fields)
    long_ago = time.time() - 90_000
    for place in (*kept.places, *orphan.places):
        os.utime(default_storage.path(place), (long_ago, long_ago))
    assert sweep_evidence() == 2
    assert all(map(default_storage.exists, kept.places))
    browser(town.mentor_user).post(address("remove_meeting", meeting.pk), {"version": "1"})
    assert not Meeting.objects.exists()
    assert not any(map(default_storage.exists, kept.places))


def test_a_pairing_with_meetings_is_not_removed_nor_cut_off_from_them(town, pair):
    methodist = town.person(Role.METHODIST)
    log(pair, town.mentor_user, on=dt.date(2023, 3, 10))
    with pytest.raises(PairingRefused, match="их не теряют"):
        remove_pairing(pairing=pair, seen_version=1, by=methodist)
    told = {"pairing": pair, "reason": "Причина", "seen_version": 1, "by": methodist}
    with pytest.raises(PairingRefused, match=r"10\.03\.2023"):
        end_pairing(on=dt.date(2023, 3, 9), **told)
    assert end_pairing(on=dt.date(2023, 3, 10), **told).ends_on == dt.date(2023, 3, 10)


def test_my_pairings_say_what_is_next_and_who_has_not_met_for_long(town, pair):
    quiet = town.pair(Kind.SCHOOL_SCHOOL, town.weak, Facts(dt.date(2023, 2, 15)), helping_school=town.strong)
    town.pair(
        Kind.SCHOOL_SCHOOL, town.weak, Facts(dt.date(2022, 2, 15), dt.date(2022, 5, 1)), helping_school=town.other
    )
    town.pair(Kind.PUPIL_PUPIL, town.weak, Facts(dt.date(2023, 2, 15), count=2))
    log(pair, town.mentor_user, on=dt.date(2023, 2, 20), next_on=dt.date(2023, 3, 20))
    found = mine(town.curator, town.municipality, TODAY)
    assert [(one.line.pairing, one.silence.weeks, one.silence.is_long) for one in found.pairings] == [
        (pair, 3, False),
        (quiet, 4, True),
    ]
    first = found.pairings[0]
    assert (first.silence.planned_on, first.next_line.step.title) == (dt.date(2023, 3, 20), "Самоанализ школы")
    assert (len(found.to_confirm), found.left, found.waiting) == (1, 1, 0)
    assert mine(town.mentor_user, town.municipality, TODAY).waiting == 1
    assert mine(town.person(Role.METHODIST), town.municipality, TODAY).pairings == []
    page = browser(town.curator).get(address("mine")).text.replace("\u00a0", " ")
    assert "4 недели без встречи" in page
    assert "Мои пары" not in browser(town.person(Role.VIEWER)).get(address("pairings")).text


def test_lists_ask_as_often_for_many_pairings_and_meetings_as_for_few(town):
    """At 200 pairings and 5000 meetings as at these: a page reads its rows in as many queries, and no list all."""
    curator = town.person(Role.CURATOR, town.weak)
    client = browser(curator)
    pages = [
        address("mine"), address("meetings"), address("meetings") + f"?school={town.weak.pk}&state=logged",
        address("pairings"), address("meetings") + "?format=csv", reverse("home"),
    ]  # fmt: skip
    means = Deadline.from_json({"kind": "none"}).to_json()

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            mentor = town.mentor(name=f"Лицо {number}", user=town.person(Role.MENTOR))
            pairing = town.pair(Kind.MENTOR_TEAM, town.weak, mentor=mentor)
            plan = PairingPlan.objects.create(
                pairing=pairing, title="План", starts_on=TODAY, ends_on=TODAY, state="active"
            )
            steps = [PairingStep(plan=plan, position=place, title="Строка", means=means) for place in range(3)]
            PairingStep.objects.bulk_create(steps)
            told = {"form": "visit", "hours": 1, "topic": "Тема", "logged_side": "helper", "logged_by": mentor.user}
            rows = [
                Meeting(pairing=pairing, on=dt.date(2023, 1, 1) + dt.timedelta(days=day), **told, step=steps[0])
                for day in range(12)
            ]
            Meeting.objects.bulk_create(rows)

    def queries() -> list[int]:
        asked = []
        for page in pages:
            with CaptureQueriesContext(connection) as found:
                assert client.get(page).status_code == 200
            asked.append(len(found))
        return asked

    add(0, 2)
    queries()  # the first visit is remembered in the session
    few = queries()
    add(2, 7)
    assert queries() == few
