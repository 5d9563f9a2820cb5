"""Sittings, agreements and encouragement: what may be written, what is born of a sitting, who sees and changes it."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmaps.models import (
    Agreement,
    CommissionSitting,
    Decision,
    Encouragement,
    Evidence,
    HeldFile,
    Recommendation,
)
from roadmaps.queries.registers import REGISTERS, validity
from roadmaps.services.registers import write_entry
from tests.factories import MunicipalityFactory
from tests.roadmaps import made

pytestmark = pytest.mark.django_db
TODAY = dt.date(2022, 4, 10)
SITTING = {
    "body": "working_group", "title": "Рабочая группа по поддержке школ", "held_on": "2022-04-01", "number": "4",
    "agenda": "Итоги мониторинга", "protocol": "Дать рекомендации школам", "version": "0",
}  # fmt: skip
AGREEMENT = {
    "partner": "ИРО",
    "subject": "Курсы",
    "signed_on": "2022-01-10",
    "valid_until": "2022-12-31",
    "version": "0",
}
THANKS = {
    "position": "учитель математики",
    "kind": "thanks",
    "grounds": "За семинар",
    "given_on": "2022-04-01",
    "version": "0",
}
TYPED = {"sittings": SITTING, "agreements": AGREEMENT, "encouragements": THANKS}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2022, 4, 10, 9, tzinfo=dt.UTC), tick=False):
        yield


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def new(register: str) -> str:
    return reverse("roadmaps:new_entry", args=[register])


@pytest.mark.parametrize("register", REGISTERS)
def test_an_entry_is_written_shown_put_right_and_taken_out(planned, register):
    client, kept = browser(planned.methodist), REGISTERS[register]
    page = client.post(new(register), TYPED[register], follow=True).text
    entry = kept.model.objects.get()
    assert str(entry) in page
    assert str(entry) in client.get(reverse("roadmaps:entries", args=[register])).text
    changed = TYPED[register] | {"version": "1", "number": "77", "order_number": "77"}
    assert client.post(reverse("roadmaps:edit_entry", args=[register, entry.pk]), changed).status_code == 302
    entry.refresh_from_db()
    assert (entry.version, entry.changed_by) == (2, planned.methodist)
    remove = reverse("roadmaps:remove_entry", args=[register, entry.pk])
    assert "Удалить запись?" in client.get(remove).text
    client.post(remove, {"version": "1"})
    assert kept.model.objects.exists()
    client.post(remove, {"version": "2"})
    assert not kept.model.objects.exists()


def test_an_agreement_has_files_as_open_as_itself_and_a_refused_form_loses_none(planned, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, scan = browser(planned.methodist), SimpleUploadedFile("соглашение.pdf", made.pdf())
    of_school = AGREEMENT | {"school": planned.first.pk}
    page = client.post(new("agreements"), of_school | {"signed_on": "", "files": [scan]}).text
    assert "запись не сохранена, выбранные файлы сохранены" in page
    held = HeldFile.objects.get()
    assert f'name="held" value="{held.pk}"' in page
    page = client.post(new("agreements"), of_school | {"held": held.pk}, follow=True).text
    entry, file = Agreement.objects.get(), Evidence.objects.get()
    shown = reverse("roadmaps:evidence", args=[file.pk])
    assert (file.agreement, shown in page) == (entry, True)
    assert browser(planned.curator).get(shown).getvalue()[:4] == b"%PDF"
    assert browser(planned.neighbour).get(shown).status_code == 404
    page = client.post(
        edit := reverse("roadmaps:edit_entry", args=["agreements", entry.pk]),
        of_school | {"remove": file.pk, "version": "1", "partner": "Другой партнёр"},
    ).text
    assert "Убрано: соглашение.pdf." in page
    assert "Другой партнёр" in page
    entry.refresh_from_db()
    assert (entry.partner, entry.version, Evidence.objects.count(), list(tmp_path.rglob("*.pdf"))) == ("ИРО", 1, 0, [])
    write_entry(entry=entry, fields={"subject": "Первый"}, seen_version=1, by=planned.department)
    scan.seek(0)
    page = client.post(edit, of_school | {"version": "1", "files": [scan]}).text
    assert "изменил другой человек" in page
    assert "Убрать соглашение.pdf" in page
    assert browser(planned.curator).post(edit, {"let_go": HeldFile.objects.get().pk}).status_code == 403


@pytest.mark.parametrize("register", REGISTERS)
def test_the_second_of_two_sees_what_is_stored(planned, register):
    client, kept = browser(planned.methodist), REGISTERS[register]
    client.post(new(register), TYPED[register])
    entry = kept.model.objects.get()
    field = {"sittings": "agenda", "agreements": "subject", "encouragements": "grounds"}[register]
    write_entry(entry=entry, fields={field: "Первый"}, seen_version=1, by=planned.department)
    page = reverse("roadmaps:edit_entry", args=[register, entry.pk])
    typed = TYPED[register] | {field: "Второй", "version": "1"}
    answer = client.post(page, typed).text
    for words in ("изменил другой человек", "Первый", "Второй"):
        assert words in answer
    assert getattr(kept.model.objects.get(), field) == "Первый"
    assert client.post(page, typed | {"version": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("register", "typed", "words"),
    [
        ("encouragements", {"position": "ученик 9 класса"}, "Поощрения учеников в портале не ведутся"),
        ("encouragements", {"position": "обучающаяся школы № 1"}, "Поощрения учеников в портале не ведутся"),
        ("encouragements", {"position": ""}, "Укажите школу или должность"),
        ("encouragements", {"position": "учитель Иванова А.П."}, "без фамилии"),
        ("sittings", {"attended": "Петров В.С., директор"}, "без фамилии"),
        ("sittings", {"agenda": ""}, "Обязательное поле"),
        ("agreements", {"valid_until": "2021-12-31"}, "раньше даты соглашения"),
        ("agreements", {"link": "где-то"}, "Это не адрес"),
    ],
)
def test_what_may_not_be_written_is_said_at_its_field(planned, register, typed, words):
    answer = browser(planned.methodist).post(new(register), TYPED[register] | typed)
    assert words in answer.text
    assert not REGISTERS[register].model.objects.exists()


def test_the_database_holds_what_the_forms_promise(planned):
    whose = {"municipality": planned.municipality}
    with pytest.raises(IntegrityError, match="encouragement_is_of_a_school_or_a_position"):
        Encouragement.objects.create(**whose, grounds="Труд", given_on=TODAY)


def test_decisions_and_recommendations_are_born_of_a_sitting(planned):
    client = browser(planned.methodist)
    client.post(new("sittings"), SITTING)
    sitting = CommissionSitting.objects.get()
    page = client.get(sitting.get_absolute_url()).text
    assert f"/roadmaps/decisions/new/?origin=sitting&amp;id={sitting.pk}" in page
    born = {"origin_kind": "sitting", "origin_id": sitting.pk, "origin_text": str(sitting), "version": "0"}
    point = {"points-0-text": "Провести совещание", "points-TOTAL_FORMS": "1", "points-INITIAL_FORMS": "0"}
    decision = {"kind": "protocol", "number": "4", "date": "2022-04-01", "title": "Решение", "ends_on": "2022-12-31"}
    client.post("/roadmaps/decisions/new/", decision | point | born)
    advice = {"text": "Провести самоанализ", "schools": [planned.first.pk]}
    client.post("/roadmaps/recommendations/new/", advice | born)
    page = client.get(sitting.get_absolute_url()).text
    assert Decision.objects.get().get_absolute_url() in page
    assert Recommendation.objects.get().get_absolute_url() in page
    assert sitting.get_absolute_url() in client.get(Decision.objects.get().get_absolute_url()).text
    other = browser(planned.outsider).get(sitting.get_absolute_url()).text
    assert "Провести самоанализ" not in other


def test_a_sitting_of_another_town_is_no_origin(planned):
    town = MunicipalityFactory(slug="megion")
    foreign = CommissionSitting.objects.create(municipality=town, title="Чужая", held_on=TODAY, agenda="Вопрос")
    advice = {"text": "Совет", "schools": [planned.first.pk], "version": "0"}
    born = {"origin_kind": "sitting", "origin_id": foreign.pk, "origin_text": "Чужая"}
    browser(planned.methodist).post("/roadmaps/recommendations/new/", advice | born)
    assert Recommendation.objects.get().origin_id is None


@pytest.mark.parametrize(
    ("valid_until", "words"),
    [
        (None, "бессрочно"),
        (dt.date(2022, 4, 9), "истекло: действовало до 09.04.2022"),
        (dt.date(2022, 4, 10), "истекает: до 10.04.2022"),
        (dt.date(2022, 5, 10), "истекает: до 10.05.2022"),
        (dt.date(2022, 5, 11), "до 11.05.2022"),
    ],
)
def test_an_agreement_says_how_long_it_is_valid(valid_until, words):
    assert validity(Agreement(valid_until=valid_until), TODAY) == words


def test_a_school_sees_its_own_agreements_and_the_towns(planned):
    whose = {"municipality": planned.municipality, "signed_on": TODAY, "subject": "Сеть"}
    own = Agreement.objects.create(**whose, school=planned.first, partner="Вуз")
    town = Agreement.objects.create(**whose, partner="ИРО")
    foreign = Agreement.objects.create(**whose, school=planned.second, partner="Чужой")
    assert set(Agreement.objects.visible_to(planned.curator)) == {own, town}
    assert browser(planned.curator).get(foreign.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("register", REGISTERS)
def test_empty_registers_say_what_to_do_next(planned, register):
    address = reverse("roadmaps:entries", args=[register])
    assert REGISTERS[register].add in browser(planned.methodist).get(address).text
    assert "Их ведут управление образования" in browser(planned.curator).get(address).text


@pytest.mark.parametrize("register", REGISTERS)
def test_queries_do_not_grow_with_rows(planned, register):
    client, address = browser(planned.methodist), reverse("roadmaps:entries", args=[register])
    client.post(new(register), TYPED[register])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    more = {"school": planned.first.pk}
    for _ in range(39):
        client.post(new(register), TYPED[register] | more)
    assert REGISTERS[register].model.objects.count() == 40
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(one), [query["sql"] for query in many]
