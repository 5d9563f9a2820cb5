"""The standing seminar: offered for half a year, asked for by schools, a programme for each school, and its events."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from mentoring.models import Event, Seminar, SeminarOffer, SeminarProgramme, SeminarRequest
from mentoring.queries.seminar import demand_for, fingerprint, numbers_of
from mentoring.services.seminar import OfferTold, SeminarTold, Wanted, ask, build_programme, write_offer, write_seminar
from tests.factories import SchoolFactory

pytestmark = pytest.mark.django_db
UNTIL = dt.date(2023, 3, 31)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def on_the_morning_of(day: dt.date):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False)


def address(name: str, *keys: int) -> str:
    return reverse(f"mentoring:{name}", args=keys)


@pytest.fixture
def half(town):
    """The second half of 2022/2023 with two offers; today is 15.03.2023."""
    town.methodist = town.person(Role.METHODIST)
    town.curator = town.person(Role.CURATOR, town.weak)
    known = {"municipality": town.municipality, "by": town.methodist}
    seminar = write_seminar(told=SeminarTold(2022, 2, UNTIL), **known)
    fractions = OfferTold("Дроби", "webinar", "учителя математики", Decimal("2.0"))
    town.fractions, town.reading = (
        write_offer(seminar=seminar, told=told, by=town.methodist) for told in (fractions, OfferTold("Чтение"))
    )
    return seminar


def lines(*rows: dict) -> dict:
    """Of the form of a programme."""
    found = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        known = {"kind": "webinar", "presence": "remote"} | row
        found |= {f"form-{number}-{name}": str(value) for name, value in known.items()}
    return found


def test_the_centre_opens_a_half_year_once_and_offers_topics(town):
    centre = browser(town.person(Role.METHODIST))
    typed = {"school_year": "2022", "half": "2", "requests_until": "2023-09-01", "note": "Порядок", "version": "0"}
    assert "не позже последнего дня полугодия (31.08.2023)" in centre.post(address("new_seminar"), typed).text
    assert "уже прошёл" in centre.post(address("new_seminar"), typed | {"requests_until": "2023-03-14"}).text
    centre.post(address("new_seminar"), typed | {"requests_until": "2023-03-31"})
    seminar = Seminar.objects.get()
    assert "II полугодие 2022/2023" in centre.get(seminar.get_absolute_url()).text
    assert "уже заведён" in centre.post(address("new_seminar"), typed | {"requests_until": "2023-03-31"}).text
    assert "Без фамилий" in centre.post(
        address("new_offer", seminar.pk), {"title": "Опыт Ивановой А.Б.", "kind": "seminar", "version": "0"}
    ).text  # fmt: skip
    again = centre.post(
        address("new_offer", seminar.pk), {"title": "Дроби", "kind": "webinar", "version": "0", "another": "1"}
    )
    assert again["Location"] == address("new_offer", seminar.pk)
    offer = SeminarOffer.objects.get()
    twice = {"title": " дроби ", "kind": "webinar", "version": "0"}
    assert "уже есть среди предложений" in centre.post(address("new_offer", seminar.pk), twice).text
    stale = {"title": "Дроби и проценты", "kind": "webinar", "version": "0"}
    assert "изменил другой человек" in centre.post(address("edit_offer", offer.pk), stale).text
    centre.post(address("delete_offer", offer.pk))
    assert not SeminarOffer.objects.exists()


def test_a_school_asks_for_topics_and_names_its_own_until_the_last_day(town, half):
    own = browser(town.curator)
    page = address("seminar_request", half.pk, town.weak.pk)
    assert "version" in own.post(page, {f"offer-{town.fractions.pk}-is_wanted": "on"}).context["form"].errors
    typed = {
        f"offer-{town.fractions.pk}-is_wanted": "on", f"offer-{town.fractions.pk}-people": "4",
        "own-0-topic": "Функциональная грамотность", "own-1-wish": "после уроков",
    }  # fmt: skip
    refused = own.post(page, typed | seen(half, town.weak)).text
    assert "Назовите тему" in refused
    assert "Функциональная грамотность" in refused
    typed["own-1-wish"] = ""
    unticked = typed | seen(half, town.weak) | {f"offer-{town.reading.pk}-people": "7"}
    refused = own.post(page, unticked).text
    assert "Отметьте, что тема нужна" in refused
    assert 'value="7"' in refused
    for topic, said in [("  дроби", "среди предложений"), ("функциональная  грамотность", "уже названа выше")]:
        assert said in own.post(page, typed | seen(half, town.weak) | {"own-2-topic": topic}).text
    own.post(page, typed | seen(half, town.weak))
    rows = {(str(row), row.people) for row in SeminarRequest.objects.all()}
    assert rows == {("Дроби", 4), ("Функциональная грамотность", None)}
    fractions = {f"offer-{town.fractions.pk}-is_wanted": "on", f"offer-{town.fractions.pk}-people": "5"}
    own.post(page, fractions | seen(half, town.weak))
    assert {(str(row), row.people) for row in SeminarRequest.objects.all()} == {("Дроби", 5)}
    kept = browser(town.methodist).post(address("delete_offer", town.fractions.pk), follow=True).text
    assert "её не убирают" in kept
    with on_the_morning_of(dt.date(2023, 3, 31)):
        assert browser(town.curator).post(page, typed | seen(half, town.weak)).status_code == 302
    with on_the_morning_of(dt.date(2023, 4, 1)):
        closed = browser(town.curator).get(page).text
        assert "Заявки принимались по 31.03.2023" in closed
        assert "Функциональная грамотность" in closed
        assert "Сохранить заявку" not in closed
        late = browser(town.curator).post(page, typed | {"own-1-topic": "Дописано позже"})
        assert late.status_code == 409
        assert 'value="Дописано позже"' in late.text
        assert browser(town.methodist).post(page, typed | seen(half, town.weak)).status_code == 302
    assert SeminarRequest.objects.count() == 2


def seen(half, school) -> dict:
    """What a form that is opened now says of the request that it is about."""
    return {"version": fingerprint(SeminarRequest.objects.filter(seminar=half, school=school))}


def test_a_request_that_somebody_else_has_changed_is_not_overwritten(town, half):
    """The form of before says what is asked for now and keeps what was typed; sent again, it holds. The same request
    sent twice is no change."""
    page, opened = address("seminar_request", half.pk, town.weak.pk), seen(half, town.weak)
    ticked = {f"offer-{town.fractions.pk}-is_wanted": "on", f"offer-{town.fractions.pk}-people": "5"}
    first = {**opened, **ticked, "own-0-topic": "Своя"}
    assert [browser(town.curator).post(page, first).status_code for _ in range(2)] == [302, 302]
    other = opened | {f"offer-{town.reading.pk}-is_wanted": "on"}
    stale = browser(town.methodist).post(page, other)
    assert "заявку школы изменил другой человек" in stale.text
    assert stale.context["changed"] == [("Дроби", "5 чел."), ("Своя", "школа просит"), ("Чтение", "школа не просит")]
    assert {str(row) for row in SeminarRequest.objects.all()} == {"Дроби", "Своя"}
    again = {"version": stale.context["form"]["version"].value()}
    assert browser(town.methodist).post(page, other | again).status_code == 302
    assert {str(row) for row in SeminarRequest.objects.all()} == {"Чтение"}


def wanted(*things) -> list[Wanted]:
    return [Wanted(offer=one) if isinstance(one, SeminarOffer) else Wanted(topic=one) for one in things]


def test_what_most_schools_ask_for_stands_first_and_feeds_the_centres_plan(town, half):
    ask(seminar=half, school=town.weak, wanted=wanted(town.reading, "Грамотность"), by=town.methodist)
    ask(seminar=half, school=town.other, wanted=wanted(town.reading, town.fractions, "грамотность"), by=town.methodist)
    ask(seminar=half, school=town.strong, wanted=wanted("грамотность"), by=town.methodist)
    seen = [(one.topic, one.schools) for one in demand_for(town.methodist, half)]
    assert seen == [("Грамотность", 3), ("Чтение", 2), ("Дроби", 1)]
    centre = browser(town.methodist)
    centre.post(address("adopt_topic", half.pk), {"topic": "ГРАМОТНОСТЬ"})
    offer = SeminarOffer.objects.get(title="Грамотность")
    assert {row.school for row in offer.requests.all()} == {town.weak, town.other, town.strong}
    assert not SeminarRequest.objects.filter(offer=None).exists()
    own = browser(town.curator).get(half.get_absolute_url()).text
    assert "в заявке школы" in own
    assert town.other.name not in own


def test_a_programme_is_built_from_requests_and_becomes_events_shared_by_schools(town, half):
    ask(seminar=half, school=town.weak, wanted=wanted(town.fractions, "Своя тема"), by=town.methodist)
    ask(seminar=half, school=town.other, wanted=wanted(town.fractions), by=town.methodist)
    centre, own = browser(town.methodist), browser(town.curator)
    built = centre.post(address("build_programme", half.pk, town.weak.pk))
    programme = SeminarProgramme.objects.get()
    assert built["Location"] == programme.get_absolute_url()
    assert [(str(one), one.kind, one.hours) for one in programme.sessions.all()] == [
        ("Дроби", "webinar", Decimal("2.0")), ("Своя тема", "webinar", None),
    ]  # fmt: skip
    assert own.get(programme.get_absolute_url()).status_code == 404
    approve = address("approve_seminar_programme", programme.pk)
    undated = centre.post(approve, {"version": programme.version}, follow=True).text
    assert "Без дня: Дроби; Своя тема." in undated
    first = {"title": "Дроби", "on": "2023-09-01", "starts_at": "15:00", "hours": "2", "offer": town.fractions.pk}
    edit = address("edit_seminar_programme", programme.pk)
    outside = centre.post(edit, lines(first) | {"version": programme.version}).text
    assert "не из этого полугодия (01.01.2023 – 31.08.2023)" in outside
    days = lines(first | {"on": "2023-04-05"}, {"title": "Своя тема", "on": "2023-04-12"}, {"title": ""})
    centre.post(edit, days | {"version": programme.version})
    programme.refresh_from_db()
    assert "изменил другой человек" in centre.post(edit, days | {"version": programme.version - 1}).text
    centre.post(approve, {"version": programme.version})
    programme.refresh_from_db()
    assert programme.state == "approved"
    assert "05.04.2023 в 15:00" in own.get(programme.get_absolute_url()).text
    second = build_programme(seminar=half, school=town.other, by=town.methodist)
    assert second.sessions.get().on == dt.date(2023, 4, 5)  # as in the other school's programme
    centre.post(address("approve_seminar_programme", second.pk), {"version": second.version})
    shared, alone = Event.objects.order_by("starts_on")
    assert (shared.title, shared.audience, set(shared.schools.all())) == (
        "Дроби", "учителя математики", {town.weak, town.other},
    )  # fmt: skip
    assert (alone.title, list(alone.schools.all()), alone.for_all) == ("Своя тема", [town.weak], False)
    removed = centre.post(address("remove_event", alone.pk), {"version": alone.version}, follow=True).text
    assert "стоит в утверждённой программе" in removed
    twice = centre.post(approve, {"version": programme.version}, follow=True).text
    assert "уже утверждена" in twice
    assert "уже утверждена" in centre.get(edit, follow=True).text
    kept = centre.post(edit, days | {"version": programme.version})
    assert kept.status_code == 409
    assert "Своя тема</textarea>" in kept.text
    page = address("seminar_request", half.pk, town.weak.pk)
    assert "Программа школы уже утверждена" in own.get(page).text
    Event.objects.filter(pk=alone.pk).delete()  # as it could be before
    assert "мероприятие удалено" in own.get(programme.get_absolute_url()).text
    (numbers,) = numbers_of(town.methodist, town.municipality, half.days)
    assert (numbers.programmes, numbers.sessions) == (2, 2)  # Дроби of both schools


def test_a_draft_gets_the_topics_that_were_asked_for_since(town, half):
    ask(seminar=half, school=town.weak, wanted=wanted(town.fractions), by=town.methodist)
    made = build_programme(seminar=half, school=town.weak, by=town.methodist)
    ask(seminar=half, school=town.weak, wanted=wanted(town.fractions, town.reading), by=town.methodist)
    build_programme(seminar=half, school=town.weak, by=town.methodist)
    build_programme(seminar=half, school=town.weak, by=town.methodist)
    assert [str(one) for one in made.sessions.all()] == ["Дроби", "Чтение"]
    empty = browser(town.methodist).post(address("build_programme", half.pk, town.other.pk), follow=True).text
    assert "ничего не попросила" in empty


def test_topics_that_are_asked_for_after_a_programme_was_composed_are_not_lost_without_a_word(town, half):
    """The draft says which it lacks, whoever has not seen that does not approve it, and the school reads it."""
    ask(seminar=half, school=town.weak, wanted=wanted(town.fractions), by=town.curator)
    made = build_programme(seminar=half, school=town.weak, by=town.methodist)
    made.sessions.update(on=dt.date(2023, 4, 5))
    centre, page = browser(town.methodist), made.get_absolute_url()
    approve = {"version": made.version, "asked": centre.get(page).context["asked"]}
    ask(seminar=half, school=town.weak, wanted=wanted(town.fractions, "дроби", "Тема три"), by=town.curator)
    late = centre.post(address("approve_seminar_programme", made.pk), approve, follow=True)
    assert "Школа за это время изменила заявку" in late.text
    assert "Школа просит, а в программе нет: Тема три." in late.text  # «дроби» are «Дроби»
    assert "Добавить из заявки" in late.text
    assert "нет тем из заявки: Тема три" in centre.get(half.get_absolute_url()).text
    centre.post(address("approve_seminar_programme", made.pk), approve | {"asked": late.context["asked"]})
    own = browser(town.curator)
    assert "в программу не вошли: Тема три." in own.get(page).text
    assert "нет тем из заявки: Тема три" in own.get(half.get_absolute_url()).text


def test_queries_do_not_grow_with_schools(town, half):
    client = browser(town.methodist)

    def one() -> None:
        school = SchoolFactory(municipality=town.municipality)
        ask(seminar=half, school=school, wanted=wanted(town.fractions, f"Тема {school.pk}"), by=town.methodist)
        build_programme(seminar=half, school=school, by=town.methodist)

    one()
    client.get(half.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(half.get_absolute_url())
    for _ in range(8):
        one()
    with CaptureQueriesContext(connection) as many:
        client.get(half.get_absolute_url())
    assert len(many) == len(few)
