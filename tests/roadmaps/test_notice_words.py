"""What a department decides about notices: their words with places, the clock, and which events are told of."""

import datetime as dt

import pytest
import time_machine
from django.core import mail

from accounts.models import AuditEvent
from roadmaps.jobs import mail_notices
from roadmaps.models import Notice, NoticeRules, NoticeTemplate
from roadmaps.notices.kinds import Kind
from roadmaps.notices.words import STANDARD, Words
from roadmaps.services.notice_rules import RulesChanged, write_words
from schools.models import Municipality
from tests.roadmaps.test_notice_pages import browser, told

RULES, LATE = "/notices/rules/", "/notices/rules/late/"
TODAY = dt.datetime(2022, 4, 7, 9, tzinfo=dt.UTC)


def sent(subject="Пора: {мероприятие}", text="До {срок}, {школа} <b>", version=0, **more) -> dict:
    return {"subject": subject, "text": text, "version": version, **more}


def test_a_department_writes_its_own_words_and_both_portal_and_letter_use_them(planned):
    department = browser(planned.department)
    assert department.post(LATE, sent()).status_code == 302
    assert "свои" in department.get(RULES).text
    with time_machine.travel(TODAY, tick=False):
        key = f"owed:{planned.every.pk}:{planned.first.pk}:{planned.every.due_on}:-7"
        (notice,) = told(planned, planned.curator, school=planned.first, key=key)
        assert (notice.subject, notice.text) == ("Пора: 1 Самоанализ школ", "До 31.03.2022, СОШ № 1 <b>")
        department.post(LATE, sent(subject="Очень пора: {мероприятие}", version=1))
        mail_notices()
    (letter,) = mail.outbox
    assert letter.subject == "Опора: Очень пора: 1 Самоанализ школ"
    assert "СОШ № 1 <b>" in letter.body
    assert "СОШ № 1 &lt;b&gt;" in letter.alternatives[0].content
    assert AuditEvent.objects.filter(action="notice_words_changed").count() == 2


def test_other_towns_and_other_kinds_keep_the_standard_words(planned):
    other = Municipality.objects.create(slug="drugoy", name="Другой")
    words = Words("{мероприятие}", "Свои")
    write_words(municipality=other, kind=Kind.LATE, words=words, seen_version=0, by=planned.department)
    write_words(municipality=planned.municipality, kind=Kind.AHEAD, words=words, seen_version=0, by=planned.department)
    (notice,) = told(planned, planned.curator)
    assert notice.subject.startswith("Просрочено на ")


def test_the_words_are_looked_at_filled_in_before_anything_is_kept(planned):
    answer = browser(planned.department).post(LATE, sent(preview="1"))
    assert answer.status_code == 200
    assert "Пора: 1.2 Самоанализ школ" in answer.text
    assert "До 31.03.2022, Школа № 1 &lt;b&gt;" in answer.text
    assert 'value="Пора: {мероприятие}"' in answer.text
    assert not NoticeTemplate.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "До {срок"}, "Фигурная скобка без пары"),
        ({"text": "До {сроков} {мероприятие}"}, "Возможно, вы имели в виду {срок}."),
        ({"text": "{причина} {мероприятие}"}, "Поле {причина} не бывает в этом сообщении."),
        ({"subject": "", "text": "{мероприятие}"}, "Напишите тему"),
        ({"text": ""}, "Напишите текст"),
        ({"subject": "Пора", "text": "Сдайте отчёт"}, "Поставьте {мероприятие} в тему или в текст"),
        ({"subject": "ы" * 151}, "Тема длиннее 150 знаков"),
        ({"text": "ы" * 3001}, "Текст длиннее 3000 знаков"),
    ],
)
def test_words_that_cannot_be_filled_are_refused_with_what_to_do_and_stay_in_the_form(planned, fields, said):
    answer = browser(planned.department).post(LATE, sent(**fields))
    assert answer.status_code == 200
    assert said in answer.text
    assert fields.get("text", "До {срок}").replace("<", "&lt;") in answer.text
    assert not NoticeTemplate.objects.exists()


def test_the_standard_words_come_back(planned):
    department = browser(planned.department)
    department.post(LATE, sent())
    assert "Вернуть стандартный текст" in department.get(LATE).text
    assert department.post(LATE, {"standard": "1", "version": "1"}).status_code == 302
    assert not NoticeTemplate.objects.exists()
    page = department.get(LATE).text
    assert STANDARD[Kind.LATE].subject in page
    assert "Вернуть стандартный текст" not in page


def test_of_two_who_write_the_second_sees_what_was_kept_and_loses_nothing(planned):
    first, second = browser(planned.department), browser(planned.department)
    first.post(LATE, sent(subject="Первый: {мероприятие}"))
    answer = second.post(LATE, sent(subject="Второй: {мероприятие}"))
    assert answer.status_code == 200
    assert f"изменили ({planned.department.full_name})" in answer.text
    assert "Первый: {мероприятие}" in answer.text
    assert 'value="Второй: {мероприятие}"' in answer.text
    assert 'name="version" value="1"' in answer.text
    assert NoticeTemplate.objects.get().subject == "Первый: {мероприятие}"
    assert second.post(LATE, sent(subject="Второй: {мероприятие}", version=1)).status_code == 302
    assert NoticeTemplate.objects.get().subject == "Второй: {мероприятие}"


def test_words_that_came_back_to_the_standard_are_not_written_over_unseen(planned):
    words = Words("{мероприятие}", "Свои")
    kept = {"municipality": planned.municipality, "kind": Kind.LATE, "by": planned.department}
    write_words(words=words, seen_version=0, **kept)
    write_words(words=STANDARD[Kind.LATE], seen_version=1, **kept)
    with pytest.raises(RulesChanged):
        write_words(words=words, seen_version=1, **kept)


def test_the_words_of_every_kind_can_be_kept_as_they_are_shown(planned):
    department = browser(planned.department)
    for kind in Kind:
        standard, address = STANDARD[kind], f"{RULES}{kind.value}/"
        assert standard.subject in department.get(address).text
        answer = department.post(address, sent(f"{standard.subject}!", standard.text.replace("\n", "\r\n")))
        assert answer.status_code == 302, kind
        assert NoticeTemplate.objects.get(kind=kind.value).words == Words(f"{standard.subject}!", standard.text)


def test_an_unknown_kind_is_not_found(planned):
    assert browser(planned.department).get("/notices/rules/birthday/").status_code == 404


# --- The clock and the events


def test_the_department_says_by_which_clock_and_how_early(planned):
    department = browser(planned.department)
    assert (
        department.post(RULES, {"time_zone": "Asia/Krasnoyarsk", "event_days": "7", "version": "1"}).status_code == 302
    )
    planned.municipality.refresh_from_db()
    assert planned.municipality.zone.key == "Asia/Krasnoyarsk"
    assert NoticeRules.objects.get().event_days == 7
    assert "Красноярск (МСК+4)" in browser(planned.curator).get("/notices/settings/").text


@pytest.mark.parametrize("days", ["", "-1", "31", "неделя"])
def test_days_that_make_no_sense_are_refused_in_words(planned, days):
    answer = browser(planned.department).post(RULES, {"time_zone": "", "event_days": days, "version": "1"})
    assert "Запишите целое число дней от 0 до 30" in answer.text
    assert not NoticeRules.objects.exists()


def test_of_two_who_decide_the_second_sees_what_was_decided(planned):
    department = browser(planned.department)
    department.post(RULES, {"time_zone": "Asia/Omsk", "event_days": "7", "version": "1"})
    answer = department.post(RULES, {"time_zone": "", "event_days": "3", "version": "1"})
    assert "Сохранено: 7 дн., Омск (МСК+3)." in answer.text
    assert NoticeRules.objects.get().event_days == 7
    assert 'name="version" value="2"' in answer.text


def test_a_title_with_braces_is_no_place(planned):
    row = planned.every.activity
    type(row).objects.filter(pk=row.pk).update(title="Отчёт {срок}")
    planned.every.refresh_from_db()
    told(planned, planned.curator)
    assert "Отчёт {срок}" in Notice.objects.get().subject
