"""Two people at one programme at once, on PostgreSQL: the second waits, is told, and nothing is overwritten."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.access import Role
from accounts.models import User
from roadmaps.models import Programme
from roadmaps.passport.parts import Part
from roadmaps.queries.passport import lines_of
from roadmaps.services import passport
from roadmaps.services.passport import Order, PassportChanged, PassportRefused, save_part
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory
from tests.roadmaps.conftest import person

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def made() -> tuple[Programme, User, User]:
    municipality = MunicipalityFactory.create()
    one, two = person(Role.METHODIST, municipality), person(Role.DEPARTMENT, municipality)
    head = {"kind": "municipal", "title": "Программа", "starts_in": 2022, "ends_in": 2024, "aim": "Цель"}
    return passport.make_programme(municipality=municipality, school=None, head=head, by=one), one, two


def test_of_two_who_write_one_part_the_second_is_told() -> None:
    programme, one, two = made()
    refused = []

    def write(by: User, text: str) -> None:
        save_part(programme=programme, part=Part.RISKS, lines=[{"text": text, "mitigation": ""}], seen=[], by=by)

    def second() -> None:
        try:
            write(two, "Второй")
        except PassportChanged as refusal:
            refused.append([line["text"] for line in refusal.stored])

    with transaction.atomic():
        write(one, "Первый")
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert refused == [["Первый"]]
    assert [line["text"] for line in lines_of(programme, Part.RISKS)] == ["Первый"]


def test_of_two_who_approve_the_second_is_told_and_there_is_one_edition() -> None:
    programme, one, two = made()
    task = {"kind": "task", "text": "Задача", "indicators": []}
    save_part(programme=programme, part=Part.TASKS, lines=[task], seen=[], by=one)
    version = passport.agree(programme=programme, seen_version=2, by=one).version
    refused = []

    def approve(number: str) -> None:
        order = Order(number, dt.date(2022, 1, 14))
        passport.approve(programme=programme, order=order, seen_version=version, by=two)

    def second() -> None:
        try:
            approve("2")
        except PassportRefused as refusal:
            refused.append(str(refusal))

    with transaction.atomic():
        approve("1")
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert len(refused) == 1
    assert Programme.objects.get().editions.get().order_number == "1"


def test_of_two_who_make_the_programme_of_a_year_the_second_is_told() -> None:
    programme, one, two = made()
    head = {"kind": "concept", "title": "Концепция", "starts_in": 2022, "ends_in": 2024}
    refused = []

    def make(by: User) -> None:
        passport.make_programme(municipality=programme.municipality, school=None, head=dict(head), by=by)

    def second() -> None:
        try:
            make(two)
        except PassportRefused as refusal:
            refused.append(str(refusal))

    with transaction.atomic():
        make(one)
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert len(refused) == 1
    assert Programme.objects.filter(kind="concept").count() == 1
