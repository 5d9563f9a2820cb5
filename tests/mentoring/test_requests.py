"""Requests for help: a school asks, the centre says who answers by when, they answer, the school closes."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from mentoring.asking import MOVES, Move, Part, RequestState, may
from mentoring.models import Event, HelpRequest
from mentoring.services.requests import (
    Answer,
    Answerer,
    Asked,
    RequestRefused,
    answer_request,
    ask_for_help,
    assign_request,
    change_request,
    move_request,
)
from roadmaps.jobs import mail_notices, remind_all
from roadmaps.models import Notice
from tests.mentoring.conftest import TODAY

pytestmark = pytest.mark.django_db
WANTED = {"topic": "Внутренняя оценка качества", "text": "Тайное", "wanted_by": "2023-03-24", "version": "0"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: object) -> str:
    return reverse(f"mentoring:{name}", args=keys)


@pytest.fixture
def people(town):
    """A curator of the school that asks, the centre, and a mentor with a login."""
    town.curator, town.methodist = town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)
    town.mentor_user = town.person(Role.MENTOR)
    town.helper = town.mentor(user=town.mentor_user)
    return town


def asked(town, topic="Тема", **told) -> HelpRequest:
    return ask_for_help(school=town.weak, asked=Asked(topic, **told), by=town.curator)


def told_of(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_a_request_goes_from_the_school_over_the_centre_to_its_answer(people):
    town = people
    curator, methodist, mentor = map(browser, (town.curator, town.methodist, town.mentor_user))
    assert "Попросить помощи" in curator.get(address("requests")).text
    for field, wrong, said in [
        ("topic", "", "с чем нужна помощь"), ("topic", "Помогите Ивановой А.Б.", "уберите фамилию"),
        ("wanted_by", "2023-03-14", "уже прошёл"),
    ]:  # fmt: skip
        refused = curator.post(address("new_request"), WANTED | {field: wrong}).text
        assert said in refused, field
        assert "Тайное" in refused
    assert curator.post(address("new_request"), WANTED).status_code == 302
    assert "уже отправлен" in curator.post(address("new_request"), WANTED).text  # twice
    request = HelpRequest.objects.get()
    assert (request.school, request.state, request.deadline) == (town.weak, "asked", dt.date(2023, 3, 24))
    assert told_of(town.methodist) == ["help"]
    assert "не назначено, кто ответит: 1" in methodist.get(address("requests")).text
    page = methodist.get(address("assign_request", request.pk)).text
    assert 'value="2023-03-24"' in page  # as the school wishes
    own = {"answerer": f"school-{town.weak.pk}", "due_on": "2023-03-20", "version": "1"}
    assert "Выберите корректный вариант" in methodist.post(address("assign_request", request.pk), own).text
    chosen = own | {"answerer": f"mentor-{town.helper.pk}"}
    late = methodist.post(address("assign_request", request.pk), chosen | {"due_on": "2023-03-14"}).text
    assert "уже прошёл" in late
    assert mentor.get(request.get_absolute_url()).status_code == 404
    with transaction.atomic():
        later = methodist.post(address("assign_request", request.pk), chosen | {"due_on": "2023-03-27"}, follow=True)
        transaction.set_rollback(True)
    assert "Школа ждёт ответа к 24.03.2023" in later.text
    methodist.post(address("assign_request", request.pk), chosen)
    assert told_of(town.mentor_user) == ["help"]
    seen = mentor.get(request.get_absolute_url()).text
    assert "Тайное" in seen
    assert "до 20.03.2023" in seen
    assert "Напишите ответ" in mentor.post(address("answer_request", request.pk), {"version": "2"}).text
    mentor.post(address("answer_request", request.pk), {"answer": "Вот методика", "version": "2"})
    assert told_of(town.curator) == ["help_news"]
    page = curator.get(request.get_absolute_url()).text
    assert "Вот методика" in page
    assert "Помогло, закрыть запрос" in page
    stale = curator.post(address("close_request", request.pk), {"version": "2"}, follow=True).text
    assert "посмотрите на него ещё раз" in stale
    curator.post(address("close_request", request.pk), {"version": "3"})
    request.refresh_from_db()
    assert (request.state, request.answered_on, request.answered_by) == ("closed", TODAY, town.mentor_user)
    assert [change.action for change in request.changes.all()] == ["ask", "assign", "answer", "close"]
    table = curator.get(address("requests") + "?format=csv&state=all").content.decode()
    assert "Внутренняя оценка качества;Ответственное лицо 1, директор;20.03.2023;15.03.2023;закрыт" in table


def test_an_answer_names_the_event_that_helps_and_the_event_tells_what_it_answers(people):
    """Of the events only those that are for the school, ahead when it asked and not called off."""
    town, request = people, asked(people, "Внутренняя оценка качества")
    kept = {"starts_on": TODAY, "ends_on": TODAY, "municipality": town.municipality}
    wanted = Event.objects.create(**kept, title="Семинар об оценке")
    of_others = Event.objects.create(**kept, title="Для чужих", for_all=False)
    of_others.schools.add(town.other)
    Event.objects.create(**kept | {"starts_on": "2023-03-01", "ends_on": "2023-03-14"}, title="Прошло раньше")
    Event.objects.create(**kept, title="Не состоится", state="cancelled", reason="Карантин")
    methodist, curator = browser(town.methodist), browser(town.curator)
    page = methodist.get(address("answer_request", request.pk)).text
    assert "15.03.2023, семинар: Семинар об оценке" in page
    assert not [title for title in ("Для чужих", "Прошло раньше", "Не состоится") if title in page]
    told = {"answer": "Приходите на семинар", "event": wanted.pk, "version": "1"}
    assert methodist.post(address("answer_request", request.pk), told | {"event": of_others.pk}).status_code == 200
    with pytest.raises(RequestRefused, match="не для школы, которая просит"):
        answer_request(request=request, answer=Answer("Ответ", event=of_others), seen_version=1, by=town.methodist)
    methodist.post(address("answer_request", request.pk), told)
    assert f'href="{wanted.get_absolute_url()}">Семинар об оценке</a>' in curator.get(request.get_absolute_url()).text
    assert f'href="{request.get_absolute_url()}"' in curator.get(wanted.get_absolute_url()).text
    stranger = browser(town.person(Role.CURATOR, town.other)).get(wanted.get_absolute_url()).text
    assert "Внутренняя оценка качества" not in stranger


def test_every_move_of_a_request_is_in_one_table(people):
    """And no page or address allows another."""
    for move, (steps, _) in MOVES.items():
        for state in RequestState:
            for part in Part:
                assert may(move, state, {part}) == (part in steps.get(state, ()))
    assert not any(state in steps for steps, _ in MOVES.values() for state in ("closed", "withdrawn"))
    request = asked(people)
    curator, mentor = browser(people.curator), browser(people.mentor_user)
    assert curator.get(address("assign_request", request.pk)).status_code == 403
    assert curator.get(address("answer_request", request.pk)).status_code == 403
    assert mentor.get(address("answer_request", request.pk)).status_code == 404
    assert curator.get(address("move_request", request.pk, "fly")).status_code == 404
    assert curator.get(address("move_request", request.pk, "change")).status_code == 404  # that has a page of its own


def test_what_is_declined_returned_or_not_enough_goes_back_with_a_reason(people):
    town = people
    request = asked(town, wanted_by=dt.date(2023, 3, 16))
    curator, methodist, mentor = map(browser, (town.curator, town.methodist, town.mentor_user))

    def send(who: Client, name: str, *more: str, **fields: str) -> str:
        request.refresh_from_db()
        return who.post(address(name, request.pk, *more), fields | {"version": str(request.version)}).text

    assign = {"answerer": f"mentor-{town.helper.pk}", "due_on": "2023-03-16"}
    send(methodist, "assign_request", **assign)
    assert "Напишите причину" in send(mentor, "move_request", "decline")
    with time_machine.travel(dt.datetime(2023, 3, 15, 10, tzinfo=dt.UTC), tick=False):
        declined = mentor.post(address("move_request", request.pk, "decline"), {"reason": "Болею", "version": "2"})
    assert declined["Location"] == address("requests")
    request.refresh_from_db()
    assert (request.state, request.mentor, request.due_on) == ("asked", None, None)
    told = mentor.get(request.get_absolute_url(), follow=True)  # they answer no longer, and are told so
    assert (told.status_code, "больше не ваш" in told.text, "Тема" in told.text) == (200, True, False)
    late = mentor.post(address("answer_request", request.pk), {"answer": "Уже написано", "version": "2"})
    assert (late.status_code, "Уже написано</textarea>" in late.text) == (409, True)
    send(methodist, "move_request", "return", reason="Какой класс?")
    page = curator.get(request.get_absolute_url()).text
    assert "Какой класс?" in page
    with time_machine.travel(dt.datetime(2023, 3, 15, 11, tzinfo=dt.UTC), tick=False):
        send(curator, "edit_request", topic="Тема, 7 класс")
    send(methodist, "answer_request", answer="Совет")  # the centre by itself
    request.refresh_from_db()
    assert (request.state, request.by_centre, request.topic) == ("answered", True, "Тема, 7 класс")
    with time_machine.travel(dt.datetime(2023, 3, 20, 9, tzinfo=dt.UTC), tick=False):
        curator = browser(town.curator)  # the session of before has ended
        send(curator, "move_request", "ask_more", reason="Нужен пример")
    request.refresh_from_db()
    assert (request.state, request.due_on) == ("assigned", dt.date(2023, 3, 27))  # a week more
    assert told_of(town.methodist).count("help") == 4  # asked, declined, put right, not enough
    send(browser(town.curator), "move_request", "withdraw", reason="Справились сами")
    request.refresh_from_db()
    assert request.state == "withdrawn"
    twice = browser(town.curator).get(address("move_request", request.pk, "withdraw"), follow=True).text
    assert "Запрос отозван" in twice
    late = browser(town.methodist).post(address("answer_request", request.pk), {"answer": "Поздно", "version": "1"})
    assert (late.status_code, "Запрос отозван" in late.text, "Поздно</textarea>" in late.text) == (409, True, True)
    assert "Болею" in browser(town.curator).get(request.get_absolute_url()).text


def test_a_request_that_was_returned_and_mended_waits_for_whom_the_centre_names_anew(people):
    request, day = asked(people), dt.date(2023, 3, 20)
    known = {"request": request, "by": people.methodist}
    assign_request(to=Answerer(mentor=people.helper), due_on=day, seen_version=1, **known)
    move_request(move=Move.RETURN, reason="Какой класс?", seen_version=2, **known)
    found = change_request(request=request, asked=Asked("Тема, 7 класс"), seen_version=3, by=people.curator)
    assert (found.state, found.answerer, found.due_on) == ("asked", "", None)


def test_only_the_school_the_answerer_and_the_centre_read_a_request(people):
    town = people
    request = asked(town, text="Тайное", teacher=town.teacher(town.weak))
    helping = town.person(Role.CURATOR, town.strong)
    strangers = [town.mentor_user, town.person(Role.VIEWER), town.person(Role.CURATOR, town.other), helping]
    for user in strangers:
        assert browser(user).get(request.get_absolute_url()).status_code == 404
        assert "Тема" not in browser(user).get(address("requests") + "?state=all").text
    typed = {"answerer": f"school-{town.strong.pk}", "due_on": "2023-03-20", "version": "1"}
    browser(town.methodist).post(address("assign_request", request.pk), typed)
    for user in (town.curator, town.methodist, town.person(Role.DEPARTMENT), helping):
        assert "Тайное" in browser(user).get(request.get_absolute_url()).text
    assert all(browser(user).get(request.get_absolute_url()).status_code == 404 for user in strangers[:-1])


def test_a_teacher_asks_for_themselves_and_sees_no_other_request(people):
    user = people.person(Role.MENTOR)
    own = people.teacher(people.weak, "Учитель 2", user=user)
    other = asked(people, "Чужая тема", teacher=people.teacher(people.weak))
    teacher = browser(user)
    page = teacher.get(address("new_request")).text
    assert "Учитель 2" in page
    assert "Учитель 1" not in page
    assert teacher.post(address("new_request"), {"topic": "Моя тема", "version": "0"}).status_code == 200  # who asks?
    teacher.post(address("new_request"), {"topic": "Моя тема", "teacher": own.pk, "version": "0"})
    assert "Моя тема" in teacher.get(address("requests")).text
    assert teacher.get(other.get_absolute_url()).status_code == 404
    assert browser(people.mentor_user).get(address("new_request")).status_code == 403  # no teacher of any school


def test_the_centre_takes_a_request_down_for_a_school(people):
    methodist = browser(people.methodist)
    assert "Сначала — какой школе" in methodist.get(address("new_request")).text
    new = address("new_request") + f"?school={people.weak.pk}"
    methodist.post(new, {"topic": "Позвонили", "version": "0"})
    request = HelpRequest.objects.get()
    methodist.post(address("answer_request", request.pk), {"answer": "Ответ", "version": "1"})
    assert told_of(people.curator) == ["help_news"]
    assert methodist.post(address("close_request", request.pk), {"version": "2"}).status_code == 302
    assert HelpRequest.objects.get().state == "closed"


def test_an_answer_that_is_owed_is_reminded_of_until_it_is_given(people):
    """To the mentor, and to the centre where the one who answers has no login; by the usual ladder."""
    silent = people.mentor(name="Без логина")
    methodist = browser(people.methodist)
    for name, mentor in (("А", people.helper), ("Б", silent)):
        request = asked(people, f"Тема {name}")
        typed = {"answerer": f"mentor-{mentor.pk}", "due_on": "2023-03-22", "version": "1"}
        methodist.post(address("assign_request", request.pk), typed)
    Notice.objects.all().delete()
    with time_machine.travel(dt.datetime(2023, 3, 23, 9, tzinfo=dt.UTC), tick=False):
        remind_all()
        late = {(one.user, one.kind): one for one in Notice.objects.all()}
        assert late[people.mentor_user, "help_late"].subject.endswith("просрочен на 1 день: Тема А")
        assert late[people.methodist, "help_late"].subject.endswith("Тема Б")
        assert (
            methodist.get(reverse("roadmaps:notice", args=[late[people.methodist, "help_late"].pk])).status_code == 302
        )
        request = HelpRequest.objects.get(topic="Тема А")
        browser(people.mentor_user).post(address("answer_request", request.pk), {"answer": "Да", "version": "2"})
        Notice.objects.filter(kind="help_news").update(mail="waiting")
        mail_notices()
    sent = [letter.subject for letter in mail.outbox if people.mentor_user.email in letter.to]
    assert sent == []  # it is answered
    assert any("Ответили на запрос о помощи: Тема А" in one.subject for one in mail.outbox)


def test_who_is_to_do_something_finds_it_at_home_and_among_their_pairings(people):
    request = asked(people)
    assert "1 запрос" in browser(people.methodist).get(reverse("home")).text.replace("\u00a0", " ")
    typed = {"answerer": f"mentor-{people.helper.pk}", "due_on": "2023-03-22", "version": "1"}
    browser(people.methodist).post(address("assign_request", request.pk), typed)
    mentor = browser(people.mentor_user)
    for page in (reverse("home"), address("mine")):
        assert request.get_absolute_url() in mentor.get(page).text or address("mine") in mentor.get(page).text
    assert "Тема" in mentor.get(address("mine")).text
    mentor.post(address("answer_request", request.pk), {"answer": "Да", "version": "2"})
    assert "Тема" in browser(people.curator).get(address("mine")).text


def test_the_list_asks_as_often_for_many_requests_as_for_few(people):
    pages = (address("requests"), address("requests") + "?state=all&format=csv", address("mine"), reverse("home"))
    clients = [browser(people.curator), browser(people.methodist), browser(people.mentor_user)]

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            request = asked(people, f"Тема {number}", teacher=people.teacher(people.weak, f"Учитель {number}"))
            state = ("asked", "assigned", "answered", "returned")[number % 4]
            given = {"mentor": people.helper, "due_on": TODAY} if state in ("assigned", "answered") else {}
            answer = {"answer": "Да", "answered_on": TODAY} if state == "answered" else {}
            HelpRequest.objects.filter(pk=request.pk).update(state=state, **given, **answer)

    def queries() -> list[int]:
        found = []
        for client in clients:
            for page in pages:
                with CaptureQueriesContext(connection) as asked_of:
                    assert client.get(page).status_code == 200
                found.append(len(asked_of))
        return found

    add(0, 4)
    queries()
    few = queries()
    add(4, 20)
    assert queries() == few
