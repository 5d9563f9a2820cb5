"""Letters with notices: when they go, to whom they no longer go, and that none goes twice, whatever breaks."""

import datetime as dt
import smtplib
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError

from accounts.access import Role
from accounts.services import end_membership
from roadmaps.jobs import letters, mail_notices, remind_all, reminders
from roadmaps.models import Comment, Notice, NoticeRules, NoticeSettings, Occurrence, Roadmap
from roadmaps.notices.kinds import Kind, Way
from roadmaps.services.overruling import cancel, overrule
from roadmaps.services.progress import Told, accept, give_back, take_back, write_report
from roadmaps.telling import mentioned, tell
from tests.roadmaps.conftest import TERM, person

MOSCOW = dt.timezone(dt.timedelta(hours=3))
DUE_IN_A_WEEK = dt.date(2022, 3, 24)


def at(day: dt.date, hour: int, minute: int = 0) -> time_machine.travel:
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW), tick=False)


def run(day: dt.date, hour: int, minute: int = 0) -> None:
    with at(day, hour, minute):
        remind_all()
        mail_notices()


@pytest.fixture
def reminded(planned):
    """A week before the day that all rows are due: everybody has notices that wait until eight."""
    Roadmap.objects.update(created_at=dt.datetime(2021, 9, 1, tzinfo=MOSCOW))
    people = (planned.curator, planned.neighbour, planned.outsider, planned.methodist, planned.department)
    for one in people:
        one.memberships.update(since=dt.datetime(2021, 9, 1, tzinfo=MOSCOW))
    run(DUE_IN_A_WEEK, 7)
    assert mail.outbox == []
    return planned


def of(user) -> list[Notice]:
    return list(Notice.objects.filter(user=user).order_by("pk"))


def written_to(user) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [user.email]]


def report(planned, *, who="curator", school="first", at="every", seen=0, submit=True):
    return write_report(
        occurrence=getattr(planned, at), school=getattr(planned, school) if school else None,
        told=Told(100, "Провели", seen), by=getattr(planned, who), submit=submit,
    )  # fmt: skip


# --- Who is reminded


def test_those_who_owe_are_reminded_and_no_others(reminded):
    assert [notice.facts["title"] for notice in of(reminded.curator)] == ["Самоанализ школ", "Мастер-класс"]
    assert [notice.facts["title"] for notice in of(reminded.neighbour)] == ["Самоанализ школ"]
    assert [notice.facts["title"] for notice in of(reminded.methodist)] == ["Совещание", "Мастер-класс"]
    assert of(reminded.outsider) == of(reminded.viewer) == []
    run(DUE_IN_A_WEEK, 9)
    assert written_to(reminded.neighbour) == ["Опора: Срок через 7 дней: 1 Самоанализ школ"]
    assert written_to(reminded.curator) == ["Опора: 2 уведомления, Назарово"]
    assert {notice.mail for notice in of(reminded.curator)} == {"sent"}


@pytest.mark.parametrize("why", ["inactive", "membership ended"])
def test_nobody_who_has_left_is_told_or_written_to(reminded, why):
    if why == "inactive":
        reminded.neighbour.is_active = False
        reminded.neighbour.save()
    else:
        end_membership(membership=reminded.neighbour.memberships.get(), by=reminded.department)
    run(DUE_IN_A_WEEK, 9)
    assert [notice.mail for notice in of(reminded.neighbour)] == ["dropped"]
    run(dt.date(2022, 3, 30), 9)
    assert len(of(reminded.neighbour)) == 1
    assert written_to(reminded.neighbour) == []


@pytest.mark.parametrize("what", ["reported", "cancelled", "overruled", "removed", "closed", "moved"])
def test_a_letter_that_waits_is_dropped_when_it_is_no_longer_so(reminded, what):
    occurrence = reminded.every
    match what:
        case "reported":
            report(reminded, who="neighbour", school="second")
        case "cancelled":
            cancel(occurrence=occurrence, reason="Карантин", by=reminded.methodist)
        case "overruled":
            row = occurrence.activity
            overrule(activity=row, status="done", reason="Да", seen_version=row.version, by=reminded.methodist)
        case "removed":
            type(occurrence.activity).objects.filter(pk=occurrence.activity_id).update(
                removed_at=dt.datetime.now(dt.UTC)
            )
        case "closed":
            Roadmap.objects.update(state="closed")
        case "moved":
            Occurrence.objects.filter(pk=occurrence.pk).update(due_on=dt.date(2022, 3, 29))
    with at(DUE_IN_A_WEEK, 9):
        mail_notices()
    assert [notice.mail for notice in of(reminded.neighbour)] == ["dropped"]
    assert written_to(reminded.neighbour) == []


def test_a_deadline_that_is_moved_is_reminded_of_anew_step_by_step(reminded):
    Occurrence.objects.filter(pk=reminded.every.pk).update(due_on=dt.date(2022, 4, 30))
    run(dt.date(2022, 3, 31), 9)
    run(dt.date(2022, 4, 23), 9)
    assert [(one.kind, one.facts["due"], one.subject[:18]) for one in of(reminded.neighbour)] == [
        ("ahead", "2022-03-31", "Срок через 7 дней:"),
        ("ahead", "2022-04-30", "Срок через 30 дней"),
        ("ahead", "2022-04-30", "Срок через 7 дней:"),
    ]


def test_after_a_long_outage_only_the_newest_step_is_told(reminded):
    run(dt.date(2022, 5, 2), 9)
    assert [(one.kind, one.mail) for one in of(reminded.neighbour)] == [("ahead", "dropped"), ("late", "sent")]
    assert written_to(reminded.neighbour) == ["Опора: Просрочено на 32 дня: 1 Самоанализ школ"]


@pytest.mark.parametrize("what", ["plan", "person"])
def test_a_plan_or_a_person_that_comes_late_is_not_told_of_all_that_is_past(reminded, what):
    """The plan is brought in, or the curator begins, eight days after the deadline; they are told from then on."""
    Notice.objects.all().delete()
    come = dt.datetime(2022, 4, 8, 12, tzinfo=MOSCOW)
    if what == "plan":
        Roadmap.objects.update(created_at=come)
    else:
        reminded.neighbour.memberships.update(since=come)
    for day in (8, 9, 29):
        run(dt.date(2022, 4, day), 9)
        assert of(reminded.neighbour) == []
    run(dt.date(2022, 4, 30), 9)
    assert [one.subject for one in of(reminded.neighbour)] == ["Просрочено на 30 дней: 1 Самоанализ школ"]


def test_nothing_is_made_before_the_morning_and_the_day_is_made_once(reminded, django_assert_num_queries):
    Notice.objects.all().delete()
    NoticeRules.objects.update(looked_on=None)
    run(DUE_IN_A_WEEK, 5, 59)
    assert not Notice.objects.exists()
    run(DUE_IN_A_WEEK, 6)
    assert Notice.objects.exists()
    with at(DUE_IN_A_WEEK, 6, 5), django_assert_num_queries(2):
        remind_all()


def test_one_town_that_fails_does_not_hold_up_another(reminded, monkeypatch):
    seen = []

    def fails(municipality, now):
        seen.append(municipality)
        raise ValueError

    Roadmap.objects.create(
        municipality=person(Role.METHODIST, type(reminded.municipality).objects.create(slug="b", name="Б"))
        .memberships.get().municipality, title="План", state="approved", **TERM,
    )  # fmt: skip
    monkeypatch.setattr(reminders, "remind", fails)
    remind_all()
    assert len(seen) == 2


def test_one_person_who_cannot_be_reminded_holds_up_no_colleague_and_is_tried_again(reminded, monkeypatch):
    Notice.objects.all().delete()
    NoticeRules.objects.update(looked_on=None)
    real = reminders.awaited_by

    def fails(user, *rest):
        if user == reminded.curator:
            raise ValueError
        return real(user, *rest)

    monkeypatch.setattr(reminders, "awaited_by", fails)
    run(DUE_IN_A_WEEK, 7)
    assert not of(reminded.curator)
    assert len(of(reminded.neighbour)) == 1
    monkeypatch.undo()
    run(DUE_IN_A_WEEK, 7, 5)
    assert len(of(reminded.curator)) == 2
    assert len(of(reminded.neighbour)) == 1


# --- The seven days of Сургут


def test_schools_that_take_part_are_told_seven_days_before_a_row_begins(planned):
    NoticeRules.objects.create(municipality=planned.municipality, event_days=7)
    Notice.objects.all().delete()
    run(dt.date(2022, 2, 21), 9)
    assert not Notice.objects.filter(kind="event").exists()
    run(dt.date(2022, 2, 22), 9)
    events = Notice.objects.filter(kind="event")
    assert {one.user for one in events} == {planned.curator, planned.neighbour}
    assert events.count() == 6  # three rows begin on 1 March
    run(dt.date(2022, 2, 23), 9)
    assert Notice.objects.filter(kind="event").count() == 6
    assert "Начинается 01.03.2022" in events[0].text


def test_no_event_is_told_where_nobody_has_asked_for_it(planned):
    run(dt.date(2022, 2, 22), 9)
    assert not Notice.objects.filter(kind="event").exists()


def test_an_event_that_was_cancelled_or_has_begun_is_not_told(planned):
    NoticeRules.objects.create(municipality=planned.municipality, event_days=7)
    cancel(occurrence=planned.shared, reason="Карантин", by=planned.methodist)
    run(dt.date(2022, 2, 22), 7)
    cancel(occurrence=planned.centre, reason="Карантин", by=planned.methodist)
    run(dt.date(2022, 2, 22), 9)
    found = {(one.facts["title"], one.mail) for one in Notice.objects.filter(kind="event", user=planned.curator)}
    assert found == {("Самоанализ школ", "sent"), ("Совещание", "dropped")}
    Notice.objects.all().delete()
    run(dt.date(2022, 3, 2), 9)
    assert not Notice.objects.filter(kind="event").exists()


# --- News of reports


def test_who_may_check_is_told_of_a_report_and_who_wrote_it_of_the_verdict(planned):
    with at(DUE_IN_A_WEEK, 12):
        handed_in = report(planned)
        mail_notices()
    assert written_to(planned.methodist) == written_to(planned.department)
    assert written_to(planned.methodist) == ["Опора: Отчёт ждёт проверки: 1 Самоанализ школ"]
    assert of(planned.neighbour) == of(planned.viewer) == []
    with at(DUE_IN_A_WEEK, 13):
        returned = give_back(report=handed_in, seen_version=1, reason="Нет <протокола>", by=planned.methodist)
        mail_notices()
    assert written_to(planned.curator) == ["Опора: Отчёт возвращён на доработку: 1 Самоанализ школ"]
    assert "Что исправить: Нет <протокола>" in mail.outbox[-1].body
    assert "Нет &lt;протокола&gt;" in mail.outbox[-1].alternatives[0].content
    with at(DUE_IN_A_WEEK, 14):
        again = report(planned, seen=returned.version)
        accept(report=again, seen_version=again.version, by=planned.department)
        mail_notices()
    assert written_to(planned.curator)[-1] == "Опора: Отчёт принят: 1 Самоанализ школ"
    assert len(written_to(planned.curator)) == 2
    assert len(written_to(planned.methodist)) == 1  # the second was accepted before anybody could be told of it
    waited = Notice.objects.filter(kind="waiting", user=planned.methodist).order_by("pk")
    assert [one.mail for one in waited] == ["sent", "dropped"]


def test_a_report_that_was_taken_back_or_returned_waits_for_nobody(planned):
    with at(DUE_IN_A_WEEK, 22):
        handed_in = report(planned)
        take_back(report=handed_in, seen_version=1, by=planned.curator)
    run(DUE_IN_A_WEEK + dt.timedelta(days=1), 9)
    assert [one.mail for one in Notice.objects.filter(kind="waiting", user=planned.methodist)] == ["dropped"]


def test_a_returned_report_that_was_put_right_meanwhile_is_no_news(planned):
    with at(DUE_IN_A_WEEK, 22):
        handed_in = report(planned)
        returned = give_back(report=handed_in, seen_version=1, reason="Нет", by=planned.methodist)
        report(planned, seen=returned.version)
    run(DUE_IN_A_WEEK + dt.timedelta(days=1), 9)
    assert [one.mail for one in Notice.objects.filter(kind="returned", user=planned.curator)] == ["dropped"]
    assert [one.mail for one in Notice.objects.filter(kind="waiting", user=planned.methodist).order_by("pk")] == [
        "dropped", "sent"
    ]  # fmt: skip


def test_writing_at_a_returned_report_does_not_make_its_news_old(planned):
    with at(DUE_IN_A_WEEK, 22):
        handed_in = report(planned)
        returned = give_back(report=handed_in, seen_version=1, reason="Нет", by=planned.methodist)
        report(planned, seen=returned.version, submit=False)
    run(DUE_IN_A_WEEK + dt.timedelta(days=1), 9)
    assert [one.mail for one in Notice.objects.filter(kind="returned", user=planned.curator)] == ["sent"]


def test_nobody_is_told_of_what_they_did_themselves(planned):
    with at(DUE_IN_A_WEEK, 12):
        report(planned, who="methodist", school=None, at="centre")
    assert not Notice.objects.filter(user=planned.methodist).exists()
    assert [one.kind for one in of(planned.department)] == ["waiting"]


def test_nobody_whose_account_is_switched_off_is_told_of_a_report(planned):
    planned.methodist.is_active = False
    planned.methodist.save()
    with at(DUE_IN_A_WEEK, 12):
        report(planned)
    assert {notice.user for notice in Notice.objects.all()} == {planned.department}


def test_who_is_mentioned_is_told_once_and_only_while_they_see_the_row(planned):
    comment = Comment.objects.create(activity=planned.every.activity, author=planned.methodist, text="Когда?")
    with at(DUE_IN_A_WEEK, 12):
        for _ in range(2):
            tell([(planned.curator, mentioned(comment)), (planned.neighbour, mentioned(comment))])
        end_membership(membership=planned.neighbour.memberships.get(), by=planned.department)
        mail_notices()
    assert [(one.kind, one.mail) for one in of(planned.curator)] == [("mention", "sent")]
    assert [(one.kind, one.mail) for one in of(planned.neighbour)] == [("mention", "dropped")]
    assert "Когда?" in mail.outbox[0].body


# --- Habits


def habits(user, **fields) -> None:
    NoticeSettings.objects.update_or_create(user=user, defaults=fields)


def test_quiet_hours_are_by_the_clock_of_the_municipality(reminded):
    reminded.municipality.time_zone = "Asia/Yakutsk"  # six hours before Moscow
    reminded.municipality.save()
    run(dt.date(2022, 3, 25), 1, 59)
    assert mail.outbox == []
    run(dt.date(2022, 3, 25), 2)
    assert len(mail.outbox) == 4


def test_a_daily_digest_is_one_letter_and_a_weekly_one_comes_on_monday(reminded):
    habits(reminded.curator, rhythm="daily")
    habits(reminded.neighbour, rhythm="weekly")
    run(DUE_IN_A_WEEK, 12)  # a Thursday
    assert written_to(reminded.curator) == ["Опора: 2 уведомления, Назарово"]
    with at(DUE_IN_A_WEEK, 13):
        handed_in = report(reminded)
        give_back(report=handed_in, seen_version=1, reason="Нет", by=reminded.methodist)
        mail_notices()
    assert len(written_to(reminded.curator)) == 1
    run(DUE_IN_A_WEEK + dt.timedelta(days=1), 8)
    assert len(written_to(reminded.curator)) == 2
    for day in (25, 26, 27, 28):
        assert written_to(reminded.neighbour) == []
        run(dt.date(2022, 3, day), 9)
    assert written_to(reminded.neighbour) == ["Опора: Срок через 3 дня: 1 Самоанализ школ"]


def test_of_several_reminders_of_one_thing_a_digest_has_the_newest(reminded):
    habits(reminded.neighbour, rhythm="weekly")
    run(dt.date(2022, 3, 30), 9)
    run(dt.date(2022, 4, 1), 9)
    Notice.objects.filter(user=reminded.neighbour).update(mail="waiting", letter="", claimed_at=None, mailed_at=None)
    mail.outbox.clear()
    run(dt.date(2022, 4, 4), 9)
    assert [(one.kind, one.mail) for one in of(reminded.neighbour)] == [
        ("ahead", "dropped"), ("ahead", "dropped"), ("late", "sent")
    ]  # fmt: skip


def test_a_kind_can_be_kept_to_the_portal_or_left_out_altogether(reminded):
    habits(reminded.curator, ways={"ahead": "portal"})
    habits(reminded.neighbour, ways={"late": "off"})
    run(DUE_IN_A_WEEK, 9)
    assert [one.mail for one in of(reminded.curator)] == ["portal", "portal"]
    assert len(written_to(reminded.neighbour)) == 1
    run(dt.date(2022, 4, 1), 9)
    assert [one.kind for one in of(reminded.neighbour)] == ["ahead"]
    assert [one.mail for one in of(reminded.curator)] == ["portal", "portal", "sent", "sent"]


def test_whoever_wants_no_letters_is_told_on_the_portal(reminded):
    habits(reminded.curator, rhythm="never")
    reminded.neighbour.email = ""
    reminded.neighbour.save()
    run(DUE_IN_A_WEEK, 9)
    run(dt.date(2022, 3, 30), 9)
    assert written_to(reminded.curator) == []
    assert {one.mail for one in [*of(reminded.curator), *of(reminded.neighbour)]} == {"portal"}


def test_the_usual_way_of_each_kind_is_a_letter():
    assert {NoticeSettings().way_of(kind) for kind in Kind} == {Way.MAIL}


# --- The letter


def test_a_letter_has_links_to_the_portal_to_settings_and_to_its_own_end(reminded, settings):
    settings.PORTAL_URL = "https://opora.example"
    reminded.neighbour.full_name = "Иванова <b>А.</b>"
    reminded.neighbour.save()
    run(DUE_IN_A_WEEK, 9)
    letter = next(one for one in mail.outbox if one.to == [reminded.neighbour.email])
    notice = of(reminded.neighbour)[0]
    for text in (letter.body, letter.alternatives[0].content):
        assert f"https://opora.example/notices/{notice.pk}/" in text
        assert "https://opora.example/notices/settings/" in text
        assert "https://opora.example/notices/unsubscribe/" in text
    assert letter.extra_headers["List-Unsubscribe"].startswith("<https://opora.example/notices/unsubscribe/")
    assert "Иванова <b>А.</b>!" in letter.body
    assert "Иванова &lt;b&gt;А.&lt;/b&gt;!" in letter.alternatives[0].content
    assert letter.alternatives[0].mimetype == "text/html"


def test_a_title_with_lines_and_markup_breaks_neither_subject_nor_letter(reminded):
    row = reminded.every.activity
    type(row).objects.filter(pk=row.pk).update(title="Самоанализ\r\nBcc: a@example.org <script>" + "слово " * 60)
    Notice.objects.all().delete()
    NoticeRules.objects.update(looked_on=None)
    run(DUE_IN_A_WEEK, 9)
    letter = next(one for one in mail.outbox if one.to == [reminded.neighbour.email])
    assert "\n" not in letter.subject
    assert len(letter.subject) < 170
    assert letter.recipients() == [reminded.neighbour.email]
    assert "<script>" not in letter.alternatives[0].content
    letter.message()


def test_a_portal_without_a_mail_server_prints_no_letters_into_its_logs(reminded, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    run(DUE_IN_A_WEEK, 9)
    assert {(one.mail, one.mail_problem) for one in Notice.objects.all()} == {("portal", letters.NO_MAIL)}
    assert reminded.curator.email not in capsys.readouterr().out


# --- What breaks


class Broken(EmailBackend):
    """A mail server that says what a test wants it to say."""

    fault: BaseException | None = None
    closed = False

    def open(self):
        if isinstance(Broken.fault, ConnectionRefusedError):
            raise Broken.fault

    def send_messages(self, messages):
        if Broken.fault is not None:
            raise Broken.fault
        return super().send_messages(messages)


@pytest.fixture
def server(reminded):
    Notice.objects.exclude(user=reminded.neighbour).delete()
    with mock.patch.object(letters, "get_connection", return_value=Broken()):
        yield lambda fault: setattr(Broken, "fault", fault)
    Broken.fault = None


def only(planned) -> Notice:
    return Notice.objects.get(user=planned.neighbour)


def test_a_server_that_does_not_answer_is_waited_for_however_long(server, reminded):
    server(ConnectionRefusedError())
    for hour in range(9, 20):
        run(DUE_IN_A_WEEK, hour)
    assert (only(reminded).mail, only(reminded).tries) == ("waiting", 0)
    server(None)
    run(DUE_IN_A_WEEK, 19, 30)
    assert only(reminded).mail == "sent"
    assert len(written_to(reminded.neighbour)) == 1


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(server, reminded):
    server(smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such user")}))
    run(DUE_IN_A_WEEK, 9)
    server(None)
    run(DUE_IN_A_WEEK, 10)
    assert (only(reminded).mail, only(reminded).mail_problem) == ("failed", "Почтовый сервер отказал: код 550.")
    assert mail.outbox == []


def test_a_refusal_for_now_is_tried_again_later_and_not_for_ever(server, reminded):
    server(smtplib.SMTPDataError(451, b"try again later"))
    run(DUE_IN_A_WEEK, 9)
    assert (only(reminded).mail, only(reminded).tries) == ("waiting", 1)
    run(DUE_IN_A_WEEK, 9, 10)
    assert only(reminded).tries == 1
    server(None)
    run(DUE_IN_A_WEEK, 9, 15)
    assert only(reminded).mail == "sent"
    Notice.objects.update(mail="waiting", mailed_at=None, tries=letters.TRIES - 1, not_before=None)
    server(smtplib.SMTPDataError(451, b"try again later"))
    run(DUE_IN_A_WEEK, 12)
    assert only(reminded).mail == "failed"


def test_a_connection_that_breaks_while_sending_is_never_sent_again(server, reminded):
    server(smtplib.SMTPServerDisconnected())
    run(DUE_IN_A_WEEK, 9)
    server(None)
    run(DUE_IN_A_WEEK, 10)
    assert (only(reminded).mail, mail.outbox) == ("unknown", [])


def test_a_worker_that_dies_between_sending_and_writing_it_down_sends_nothing_twice(reminded, monkeypatch):
    def dies(*_):
        raise SystemExit

    monkeypatch.setattr(letters, "_write_down", dies)
    with pytest.raises(SystemExit):
        run(DUE_IN_A_WEEK, 9)
    monkeypatch.undo()
    sent = len(mail.outbox)
    claimed = Notice.objects.get(mail="sending", user=reminded.curator, kind="ahead", facts__title="Мастер-класс")
    run(DUE_IN_A_WEEK, 9, 20)
    assert Notice.objects.get(pk=claimed.pk).mail == "sending"
    run(DUE_IN_A_WEEK, 10)
    assert (Notice.objects.get(pk=claimed.pk).mail, sent) == ("unknown", 1)
    assert len(written_to(reminded.curator)) == 1


def test_a_person_whose_letter_cannot_be_made_holds_up_nobody(reminded, monkeypatch):
    made = letters.compose

    def breaks(user, *rest):
        if user.pk == reminded.curator.pk:
            raise ValueError("x")
        return made(user, *rest)

    monkeypatch.setattr(letters, "compose", breaks)
    run(DUE_IN_A_WEEK, 9)
    assert len(mail.outbox) == 3
    assert {one.mail for one in of(reminded.curator)} == {"waiting"}
    monkeypatch.undo()
    run(DUE_IN_A_WEEK, 10)
    assert len(written_to(reminded.curator)) == 1


def test_a_person_has_one_notice_of_an_event_and_a_letter_is_claimed_before_it_goes(reminded):
    notice = of(reminded.neighbour)[0]
    with pytest.raises(IntegrityError, match="letter_that_is_sent_was_claimed"):
        Notice.objects.filter(pk=notice.pk).update(mail="sending")


def test_the_key_of_a_notice_is_unique_for_its_person(reminded):
    notice = of(reminded.neighbour)[0]
    notice.pk = None
    with pytest.raises(IntegrityError):
        notice.save(force_insert=True)
