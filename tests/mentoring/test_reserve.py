"""The reserve: for the centre and the department alone; who suits a vacancy; who is appointed leaves."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Role
from mentoring.models import (
    ReserveCandidate,
    ReserveEnrolment,
    ReserveProgramme,
    ReserveRotation,
    ReserveVacancy,
)
from mentoring.queries.reserve import reserve_of
from tests.factories import MembershipFactory, MunicipalityFactory
from tests.mentoring.conftest import TODAY
from tests.mentoring.test_pairing_pages import address, browser

pytestmark = pytest.mark.django_db


def candidate(town, name: str = "Заместитель 1", **fields: object) -> ReserveCandidate:
    known = {"position": "заместитель директора", "school": town.strong, "since": "2022-09-01"} | fields
    if known.get("readiness"):
        known |= {"assessed_on": "2023-02-01"}
    return ReserveCandidate.objects.create(municipality=town.municipality, name=name, **known)


def vacancy(town, school=None, **fields: object) -> ReserveVacancy:
    known = {"school": school or town.weak, "vacant_on": "2023-02-01"} | fields
    return ReserveVacancy.objects.create(municipality=town.municipality, **known)


def programme(town) -> ReserveProgramme:
    term = {"starts_on": "2022-10-01", "ends_on": "2023-05-31"}
    return ReserveProgramme.objects.create(municipality=town.municipality, title="Школа директора", **term)


def test_the_reserve_is_for_the_centre_and_the_department(town):
    one, of = candidate(town), programme(town)
    ReserveEnrolment.objects.create(programme=of, candidate=one)
    ReserveRotation.objects.create(
        municipality=town.municipality, name="Директор 1", on="2023-01-09", from_position="директор",
        to_position="директор",
    )  # fmt: skip
    vacancy(town)
    everything = (ReserveCandidate, ReserveProgramme, ReserveEnrolment, ReserveVacancy, ReserveRotation)
    people = {role.value: town.person(role) for role in (Role.DEPARTMENT, Role.METHODIST, Role.MENTOR, Role.VIEWER)}
    people["curator"] = town.person(Role.CURATOR, town.strong)
    for name, person in people.items():
        sees, client = name in ("department", "methodist"), browser(person)
        assert client.get(address("reserve")).status_code == (200 if sees else 403), name
        assert client.get(one.get_absolute_url()).status_code == (200 if sees else 404), name
        assert {model.objects.visible_to(person).exists() for model in everything} == {sees}, name
        assert ("Кадровый резерв" in client.get(address("staff")).text) is sees, name


def test_who_is_prepared_for_a_vacancy_stands_beside_it_the_readier_first(town):
    unknown = candidate(town, "А")
    later, now = candidate(town, "Б", readiness="later"), candidate(town, "В", readiness="now")
    candidate(town, "Г", readiness="now", post="deputy")
    candidate(town, "Д", readiness="now", left_on="2023-03-15", left_how="own")  # gone today
    candidate(town, "Е", readiness="now", since="2023-03-16")
    vacancy(town)
    vacancy(town, post="other")
    vacancy(town, filled_on="2023-03-15")
    vacancy(town, post="deputy", vacant_on="2023-03-16")  # not yet
    found = reserve_of(town.person(Role.METHODIST), town.municipality, TODAY)
    head, other, filled, ahead = sorted(found.vacancies, key=lambda line: (not line.is_open, line.vacancy.pk))
    assert (ahead.is_open, ahead.is_filled, len(ahead.suiting)) == (False, False, 1)
    assert head.suiting == [now, later, unknown]
    assert (head.ready, other.suiting, filled.is_open, filled.suiting) == ([now], [], False, [])
    assert (len(found.candidates), found.ready, found.without_ready) == (4, 2, 1)
    assert [(count, ready) for _, count, ready in found.posts] == [(3, 1), (1, 1), (0, 0)]
    page = browser(town.person(Role.DEPARTMENT)).get(address("reserve")).text.replace("\u00a0", " ")
    assert "В резерве 4 человека, готовы к назначению 2" in page
    assert "Открытых вакансий 2, из них без готового участника резерва — 1" in page


def test_who_fills_a_vacancy_leaves_the_reserve_that_day(town):
    client, one, place = browser(town.person(Role.METHODIST)), candidate(town), vacancy(town)
    edit = address("edit_reserve_record", "vacancies", place.pk)
    told = {"school": town.weak.pk, "post": "head", "vacant_on": "2023-02-01", "filled_by": one.pk, "version": 1}
    twice = told | {"filled_by": "", "version": 0}
    assert "уже внесена" in client.post(address("new_reserve_record", "vacancies"), twice).text
    assert "Впишите день назначения" in client.post(edit, told).text
    assert "раньше первого" in client.post(edit, told | {"filled_on": "2023-01-31"}).text
    ReserveCandidate.objects.update(since="2023-03-02")
    assert "Этот человек в резерве с 02.03.2023" in client.post(edit, told | {"filled_on": "2023-03-01"}).text
    assert client.post(edit, told | {"filled_on": "2023-03-10"}).status_code == 302
    one.refresh_from_db()
    assert (one.left_on, one.left_how, one.version) == (dt.date(2023, 3, 10), "appointed", 2)
    card = client.get(one.get_absolute_url()).text
    assert "Назначен 10.03.2023" in card
    assert "Занял вакансию" in card


def test_people_and_programmes_are_written_on_forms_that_say_what_is_wrong(town):
    client = browser(town.person(Role.METHODIST))
    told = {"name": "Заместитель 2", "position": "завуч", "post": "head", "since": "2022-09-01", "version": 0}
    new = address("new_reserve_record", "candidates")
    wrong = {
        "Укажите школу или организацию": {},
        "готовность оценена": {"organisation": "Центр", "readiness": "now"},
        "как человек вышел": {"organisation": "Центр", "left_on": "2023-01-01"},
        "Последний день раньше первого": {"organisation": "Центр", "left_on": "2022-01-01", "left_how": "own"},
    }
    for words, change in wrong.items():
        page = client.post(new, told | change).text
        assert words in page, words
        assert "Заместитель 2" in page
    client.post(new, told | {"organisation": "Центр"})
    assert "уже в резерве" in client.post(new, told | {"organisation": "Центр"}).text
    one, of = ReserveCandidate.objects.get(), programme(town)
    enrol = address("enrol", of.pk)
    assert client.post(enrol, {"candidate": one.pk, "state": "learning", "version": 0}).status_code == 302
    assert f'value="{one.pk}"' not in client.get(enrol).text
    kept = ReserveEnrolment.objects.get()
    done = {"state": "completed", "result": "Защитил проект", "version": 1}
    client.post(address("edit_reserve_record", "enrolments", kept.pk), done)
    assert "Защитил проект" in client.get(of.get_absolute_url()).text
    ReserveProgramme.objects.update(version=2, title="Чужое")
    typed = {"title": "Моё", "starts_on": "2022-10-01", "ends_on": "2023-05-31", "version": 1}
    beside = client.post(address("edit_reserve_record", "programmes", of.pk), typed).text
    assert "изменил другой человек" in beside
    assert "Чужое" in beside
    assert "Моё" in beside
    gone = address("remove_reserve_record", "enrolments", kept.pk)
    client.post(gone, {"version": 1})
    assert ReserveEnrolment.objects.exists()
    client.post(gone, {"version": 2})
    assert not ReserveEnrolment.objects.exists()


def test_nobody_of_another_town_is_offered(town):
    one = candidate(town)
    stranger = MembershipFactory(role=Role.METHODIST, municipality=MunicipalityFactory()).user
    for person, sees in ((town.person(Role.METHODIST), True), (stranger, False)):
        page = browser(person).get(address("new_reserve_record", "vacancies")).text
        assert (one.name in page, town.weak.name in page) == (sees, sees)


def test_the_reserve_asks_the_database_as_often_for_many_as_for_few(town):
    client = browser(town.person(Role.METHODIST))

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            one, of = candidate(town, f"Участник {number}"), programme(town)
            ReserveEnrolment.objects.create(programme=of, candidate=one)
            vacancy(town)
            vacancy(town, filled_on="2023-03-01", filled_by=one)
            ReserveRotation.objects.create(
                municipality=town.municipality, name="Директор", on="2023-01-09", from_position="директор",
                to_position="директор", from_school=town.weak, to_school=town.other, candidate=one,
            )  # fmt: skip

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address("reserve")).status_code == 200
        return len(found)

    add(0, 2)
    queries()  # the first visit is remembered in the session
    few = queries()
    add(2, 7)
    assert queries() == few
