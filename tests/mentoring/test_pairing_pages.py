"""The pages of pairings, of the pool and of teachers, as people use them."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from mentoring.kinds import Kind
from mentoring.models import Mentor, Pairing, Teacher
from mentoring.services.pairings import Facts
from schools.models import RiskFactor, SchoolRisk
from tests.factories import IdentificationFactory, SchoolFactory
from tests.mentoring.conftest import YEAR

pytestmark = pytest.mark.django_db
TERM = {"starts_on": "2023-01-01", "ends_on": "2023-12-31", "version": "0"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: object, **query: object) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"mentoring:{name}", args=keys) + (f"?{asked}" if asked else "")


def test_a_pairing_is_made_in_two_steps_and_what_was_typed_stays(town):
    client = browser(town.person(Role.METHODIST))
    factor = RiskFactor.objects.create(
        municipality=town.municipality, school_year=2022, code="a", position=1, title="Мотивация"
    )
    risk = SchoolRisk.objects.create(school=town.weak, factor=factor, significance="high")
    empty = client.get(address("pairings")).text
    assert "Пар пока нет" in empty
    assert "Завести пару" in empty
    first = client.get(address("new_pairing", school=town.weak.pk)).text
    assert f'<option value="{town.weak.pk}" selected>' in first
    assert "Выберите" not in client.get(address("new_pairing", kind="nothing", school="")).text.split("<h1>")[0]
    start = address("new_pairing", kind="school_school", school=town.weak.pk)
    typed = TERM | {"helping_school": town.strong.pk, "aims": "Поднять качество", "ends_on": "2022-12-31"}
    refused = client.post(start, typed).text
    assert "Последний день раньше первого" in refused
    assert "Поднять качество" in refused
    good = typed | {"ends_on": "2023-12-31", "risks": [risk.pk], "order_number": "1030", "order_date": "2022-12-30"}
    page = client.post(start, good, follow=True).text
    pairing = Pairing.objects.get()
    assert (pairing.helping_school, pairing.school, list(pairing.risks.all())) == (town.strong, town.weak, [risk])
    for words in ("Школа № 10 — Школа № 2", "Приказ от 30.12.2022 № 1030", "Мотивация", "Поднять качество"):
        assert words in page
    assert "Такая пара уже есть" in client.post(start, good).text
    assert "Поднять качество" in client.post(start, good).text
    listed = client.get(address("pairings")).text
    assert "Сейчас действует 1\u00a0пара" in listed.replace("1 пара", "1\u00a0пара")
    table = client.get(address("pairings", format="csv"))
    assert table["Content-Type"].startswith("text/csv")
    assert "Школа № 2;Школа № 10;01.01.2023;31.12.2023" in table.content.decode("utf-8-sig")


def test_each_kind_asks_for_its_own_sides(town):
    """And a teacher helps another through the list of the centre or through a colleague, not both."""
    client = browser(town.person(Role.DEPARTMENT))
    young, old = town.teacher(town.weak), town.teacher(town.strong, "Учитель 2")
    mentor, tutor, curator = (town.mentor(kind, name=kind) for kind in ("mentor", "tutor", "curator"))
    sides = {
        "mentor_team": {"mentor": mentor.pk},
        "tutor_teacher": {"mentor": tutor.pk, "teacher": young.pk},
        "teacher_teacher": {"helping_teacher": old.pk, "teacher": young.pk},
        "mentor_young": {"helping_teacher": old.pk, "teacher": young.pk},
        "curator_school": {"mentor": curator.pk},
        "teacher_pupil": {"count": 7},
        "pupil_pupil": {"count": 2},
    }
    for kind, chosen in sides.items():
        start = address("new_pairing", kind=kind, school=town.weak.pk)
        page = client.get(start).text
        for name in ("helping_school", "mentor", "helping_teacher", "teacher", "count"):
            assert (f'name="{name}"' in page) == (name in chosen or (kind, name) == ("mentor_young", "mentor")), kind
        assert client.post(start, TERM | chosen).status_code == 302, kind
    young_pair = address("new_pairing", kind="mentor_young", school=town.weak.pk)
    both = client.post(young_pair, TERM | sides["mentor_young"] | {"mentor": tutor.pk}).text
    assert "Выберите кого-то одного" in both
    wrong = client.post(address("new_pairing", kind="mentor_team", school=town.weak.pk), TERM | {"mentor": tutor.pk})
    assert wrong.status_code == 200
    named = TERM | {"count": 3, "aims": "Иванов А.Б. и Петров В.Г."}
    pupils = client.post(address("new_pairing", kind="pupil_pupil", school=town.other.pk), named).text
    assert "Учеников портал не называет" in pupils
    told = TERM | sides["tutor_teacher"] | {"deficits": "Ученику Пете Смирнову трудны дроби"}
    assert (
        "Учеников портал не называет"
        in client.post(address("new_pairing", kind="tutor_teacher", school=town.other.pk), told).text
    )
    assert Pairing.objects.count() == len(sides)


def test_overload_asks_once_and_is_confirmed_by_a_box(town):
    client, mentor = browser(town.person(Role.METHODIST)), town.mentor(load_limit=1)
    town.pair(Kind.MENTOR_TEAM, town.weak, mentor=mentor)
    start = address("new_pairing", kind="mentor_team", school=town.other.pk)
    assert "load_may_be_exceeded" not in client.get(start).text
    warned = client.post(start, TERM | {"mentor": mentor.pk}).text
    assert "пар станет 2 при пределе 1" in warned
    assert 'type="checkbox" name="load_may_be_exceeded"' in warned
    assert client.post(start, TERM | {"mentor": mentor.pk, "load_may_be_exceeded": "on"}).status_code == 302
    pool = client.get(address("pool")).text
    assert "2 из 1" in pool
    assert "перегрузка" in pool


def test_a_pairing_is_edited_ended_and_taken_up_again_on_its_page(town):
    client = browser(town.person(Role.METHODIST))
    pairing = town.pair(Kind.SCHOOL_SCHOOL, town.weak, YEAR, helping_school=town.strong)
    edit, end, resume = (address(f"{verb}_pairing", pairing.pk) for verb in ("edit", "end", "resume"))
    typed = TERM | {"aims": "Моё", "version": "1"}
    Pairing.objects.filter(pk=pairing.pk).update(aims="Чужое", version=2)
    beside = client.post(edit, typed).text
    assert "изменил другой человек" in beside
    assert "Чужое" in beside
    assert "Моё" in beside
    assert 'name="version" value="2"' in beside
    assert client.post(edit, typed | {"version": "2"}).status_code == 302
    assert "Напишите причину" in client.post(end, {"on": "2023-02-01", "reason": "", "version": "3"}).text
    early = client.post(end, {"on": "2022-02-01", "reason": "Причина закрытия", "version": "3"}).text
    assert "завершить её раньше нельзя" in early
    assert "Причина закрытия" in early
    Pairing.objects.filter(pk=pairing.pk).update(ends_on=None)
    ahead = client.post(end, {"on": "2023-03-16", "reason": "Причина закрытия", "version": "3"}).text
    assert "ещё не наступил" in ahead
    page = client.post(end, {"on": "2023-02-01", "reason": "Причина закрытия", "version": "3"}, follow=True).text
    assert "завершена 01.02.2023" in page
    assert "Причина закрытия" in page
    viewer = browser(town.person(Role.VIEWER)).get(pairing.get_absolute_url()).text
    assert "Причина закрытия" not in viewer
    assert "Моё" not in viewer
    page = client.post(resume, {"until": "", "reason": "Ошибка", "version": "4"}, follow=True).text
    assert "срок не назван" in page
    assert [change.action for change in pairing.changes.all()] == ["made", "changed", "ended", "resumed"]
    assert client.post(address("remove_pairing", pairing.pk), {"version": "4"}, follow=True).redirect_chain[0][0] == (
        pairing.get_absolute_url()
    )
    client.post(address("remove_pairing", pairing.pk), {"version": "5"})
    assert not Pairing.objects.exists()


def test_the_pool_and_teachers_are_written_by_those_who_keep_them(town):
    methodist, curator = browser(town.person(Role.METHODIST)), browser(town.person(Role.CURATOR, town.weak))
    typed = {
        "name": "Ответственное лицо 7",
        "position": "учитель",
        "kind": "tutor",
        "since": "2023-01-01",
        "version": 0,
    }
    assert "Укажите школу или организацию" in methodist.post(address("new_mentor"), typed).text
    methodist.post(address("new_mentor"), typed | {"organisation": "ИМЦ", "load_limit": "2"})
    mentor = Mentor.objects.get()
    assert (mentor.municipality, mentor.load_limit) == (town.municipality, 2)
    twice = typed | {"organisation": "ИМЦ", "name": "ответственное  лицо 7"}
    assert "уже в списке" in methodist.post(address("new_mentor"), twice).text
    Mentor.objects.update(version=2, subjects="физика")
    stale = methodist.post(address("edit_mentor", mentor.pk), typed | {"organisation": "ИМЦ", "version": 1}).text
    assert "физика" in stale
    IdentificationFactory(school=town.weak, school_year=2022)
    assert "Без помощи 1" in methodist.get(address("pool")).text.replace("\u00a0", " ")
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    IdentificationFactory(school=town.other, school_year=2022)  # whom nobody helps
    assert (
        "кто-то помогает" not in curator.get(address("pool")).text
    )  # of one's own school nothing follows for the list
    known = {"name": "Учитель 5", "position": "учитель", "subjects": "физика", "is_active": "on", "version": 0}
    wrong = curator.post(address("new_teacher", town.weak.pk), known | {"teaching_since": "19"}).text
    assert "Впишите год" in wrong
    assert "Учитель 5" in wrong
    assert "Учитель 5" in curator.post(address("new_teacher", town.weak.pk), known, follow=True).text
    assert "уже есть в списке школы" in curator.post(address("new_teacher", town.weak.pk), known).text
    teacher = Teacher.objects.get()
    assert (
        curator.post(address("edit_teacher", teacher.pk), known | {"version": 1, "category": "first"}).status_code
        == 302
    )
    assert Teacher.objects.get().category == "first"


def test_a_school_s_page_tells_who_helps_and_whom_it_helps(town):
    town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=town.strong)
    helping = browser(town.person(Role.CURATOR, town.strong))
    page = helping.get(address("school", town.strong.pk)).text
    assert "сама она помогает в 1" in page.replace("\u00a0", " ")
    assert "Школа № 2" in page
    assert helping.get(address("school", town.weak.pk)).status_code == 404
    assert "Школе помогает 1 пара" in browser(town.person(Role.VIEWER)).get(
        address("school", town.weak.pk)
    ).text.replace("\u00a0", " ")


def test_lists_ask_the_database_as_often_for_many_as_for_few(town):
    client, mentor = browser(town.person(Role.VIEWER)), town.mentor()
    pages = [
        address("pairings", state=""),
        address("pool"),
        address("school", town.weak.pk),
        address("pairings", format="csv"),
    ]

    def queries() -> list[int]:
        asked = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert client.get(page).status_code == 200
            asked.append(len(found))
        return asked

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            school = SchoolFactory(municipality=town.municipality)
            IdentificationFactory(school=SchoolFactory(municipality=town.municipality), school_year=2022)
            tutor = town.mentor("tutor", school=school)
            town.pair(Kind.MENTOR_TEAM, school, Facts(dt.date(2023, 1, 1)), mentor=mentor)
            town.pair(Kind.TUTOR_TEACHER, town.weak, mentor=tutor, teacher=town.teacher(town.weak, f"Учитель {number}"))
            town.pair(Kind.SCHOOL_SCHOOL, town.weak, helping_school=school)

    add(0, 2)
    queries()  # the first visit is remembered in the session
    few = queries()
    add(2, 9)
    assert queries() == few
