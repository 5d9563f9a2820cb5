"""The bank of practices: proposed by a school, reviewed by somebody else, published and found again."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.access import Role
from mentoring.models import Practice, PracticeFile
from mentoring.services.events import EventTold, plan_event
from mentoring.services.practices import PracticeTold, propose_practice, publish_practice
from mentoring.sharing import PRACTICE_MOVES, Hand, PracticeState, may_move
from roadmaps.jobs import sweep_evidence
from tests.mentoring.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *keys: int) -> str:
    return reverse(f"mentoring:{name}", args=keys)


def practice(town, by, **told) -> Practice:
    known = {"school": town.weak, "title": "Устный счёт", "text": "Пять минут в начале урока"} | told
    return propose_practice(municipality=town.municipality, told=PracticeTold(**known), by=by)


def test_a_practice_goes_from_the_school_through_review_to_everybody(town):
    curator, methodist = town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)
    neighbour = browser(town.person(Role.CURATOR, town.other))
    own, centre = browser(curator), browser(methodist)
    typed = {
        "school": town.weak.pk,
        "title": "Устный счёт",
        "text": "Пять минут",
        "version": "0",
        "subject": "математика",
    }
    for wrong, said in [
        ({"title": ""}, "Назовите практику"), ({"text": ""}, "Опишите, в чём практика"),
        ({"text": "Придумала Иванова А.Б."}, "Без фамилий"), ({"school": town.other.pk}, "Выберите корректный вариант"),
    ]:  # fmt: skip
        refused = own.post(address("new_practice"), typed | wrong).text
        assert said in refused, wrong
        assert "математика" in refused
    made = own.post(address("new_practice"), typed)
    found = Practice.objects.get()
    assert made["Location"] == found.get_absolute_url()
    assert neighbour.get(found.get_absolute_url()).status_code == 404
    assert own.post(address("publish_practice", found.pk), {"version": "1"}).status_code == 403
    assert "Ждёт вашего рассмотрения" in centre.get(address("practices")).text
    assert (
        "Напишите, что исправить"
        in centre.post(address("return_practice", found.pk), {"reason": "", "version": "1"}).text
    )
    centre.post(address("return_practice", found.pk), {"reason": "Добавьте пример", "version": "1"})
    assert "Добавьте пример" in own.get(found.get_absolute_url()).text
    own.post(address("edit_practice", found.pk), typed | {"text": "Пять минут, пример", "version": "2"})
    seen_before = centre.post(address("publish_practice", found.pk), {"version": "2"}, follow=True).text
    assert "посмотрите на неё ещё раз" in seen_before  # it has been put right since
    centre.post(address("publish_practice", found.pk), {"version": "3"})
    found.refresh_from_db()
    assert (found.state, found.published_on, found.reason) == ("published", TODAY, "")
    assert "пример" in neighbour.get(found.get_absolute_url()).text
    late = own.post(address("edit_practice", found.pk), typed | {"text": "Дописано позже", "version": "3"})
    assert (late.status_code, "уже опубликована" in late.text, "Дописано позже" in late.text) == (409, True, True)
    centre.post(address("return_practice", found.pk), {"reason": "Устарела", "version": "4"})
    assert neighbour.get(found.get_absolute_url()).status_code == 404


def test_nobody_reviews_what_they_proposed_and_moves_go_by_the_table(town):
    methodist, department = town.person(Role.METHODIST), town.person(Role.DEPARTMENT)
    made = practice(town, methodist)
    assert browser(methodist).post(address("publish_practice", made.pk), {"version": "1"}).status_code == 403
    assert browser(department).post(address("publish_practice", made.pk), {"version": "1"}).status_code == 302
    for before in PracticeState:
        for after in PracticeState:
            for hand in Hand:
                assert may_move(before, after, {hand}) is (PRACTICE_MOVES.get((before, after)) is hand)


def test_what_is_published_is_found_by_all_words_and_names_no_teacher_to_others(town):
    curator, methodist = town.person(Role.CURATOR, town.weak), town.person(Role.METHODIST)
    teacher = town.teacher(town.weak, name="Петрова Анна")
    made = practice(town, curator, teacher=teacher, subject="Математика")
    publish_practice(practice=made, seen_version=1, by=methodist)
    practice(town, curator, title="Проект двора", text="Летом")
    neighbour = browser(town.person(Role.CURATOR, town.other))
    for words, is_found in [
        ("СЧЁТ математика", True),
        ("начале устный", True),
        ("счёт физика", False),
        ("двора", False),
    ]:
        page = neighbour.get(address("practices"), {"text": words}).text
        assert ("Устный счёт" in page) is is_found, words
    page = neighbour.get(made.get_absolute_url()).text
    assert "учитель (математика), Школа № 2" in page
    assert "Петрова" not in page
    assert "Петрова Анна, учитель, Школа № 2" in browser(methodist).get(made.get_absolute_url()).text


def test_a_practice_says_where_it_was_shown(town):
    curator = town.person(Role.CURATOR, town.weak)
    made = practice(town, curator)
    known = {"kind": "seminar", "starts_on": TODAY}
    open_one = plan_event(municipality=town.municipality, told=EventTold(title="Для всех", **known))
    closed = EventTold(title="Для других", for_all=False, schools=(town.other,), **known)
    closed_one = plan_event(municipality=town.municipality, told=closed)
    made.events.add(closed_one)
    own = browser(curator)
    page = own.get(address("practice_events", made.pk)).text
    assert "Для всех" in page
    assert "Для других" not in page
    own.post(address("practice_events", made.pk), {"events": [open_one.pk]})
    assert set(made.events.all()) == {open_one, closed_one}  # what the person does not see stays
    assert "Для всех" in own.get(made.get_absolute_url()).text
    forged = own.post(address("practice_events", made.pk), {"events": [closed_one.pk]})
    assert forged.status_code == 200


def picture(name: str = "Плакат.png", colour: str = "red") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def test_files_of_a_practice_are_kept_given_out_and_swept_with_it(town):
    curator = town.person(Role.CURATOR, town.weak)
    made, own = practice(town, curator), browser(curator)
    add = address("add_practice_files", made.pk)
    assert "Выберите хотя бы один файл" in own.post(add, {}).text
    own.post(add, {"files": [picture()]})
    own.post(add, {"files": [picture()]})  # sent twice
    file = PracticeFile.objects.get()
    assert own.get(address("practice_file", file.pk)).getvalue().startswith(b"\x89PNG")
    neighbour = browser(town.person(Role.CURATOR, town.other))
    assert neighbour.get(address("practice_file", file.pk)).status_code == 404
    assert sweep_evidence() == 0
    assert default_storage.exists(file.file.name)
    made.refresh_from_db()
    own.post(address("remove_practice", made.pk), {"version": made.version})
    assert not default_storage.exists(file.file.name)


def test_queries_do_not_grow_with_practices(town):
    methodist, curator = town.person(Role.METHODIST), town.person(Role.CURATOR, town.weak)
    client = browser(methodist)

    def one(number: int) -> None:
        practice(town, curator, title=f"Практика {number}", teacher=town.teacher(town.weak, name=f"Учитель {number}"))

    one(1)
    client.get(address("practices"))
    with CaptureQueriesContext(connection) as few:
        client.get(address("practices"))
    for number in range(2, 12):
        one(number)
    with CaptureQueriesContext(connection) as many:
        client.get(address("practices"))
    assert len(many) == len(few)
