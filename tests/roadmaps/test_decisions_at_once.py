"""Two people at one decision or answer at once, on PostgreSQL: the second waits, is told, and overwrites nothing."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction

from accounts.access import Role
from roadmaps.models import Assignment, Decision
from roadmaps.services.assignments import AssignmentRefused, accept, give_back
from roadmaps.services.decisions import DecisionChanged, DecisionTold, PointTold, amend_decision, register_decision
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory
from tests.roadmaps.conftest import person

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
DAY = {"date": dt.date(2021, 9, 1), "ends_on": dt.date(2022, 8, 31)}


def made() -> tuple[Decision, DecisionTold]:
    points = [PointTold("Провести", "1.", "до 31.03.2022", responsible=("ЦРО",))]
    told = DecisionTold(kind="order", number="5", title="О мерах", points=points, **DAY)
    decision = register_decision(municipality=MunicipalityFactory.create(), told=told)
    key = decision.points.get().pk
    return decision, replace(told, points=[replace(points[0], key=key)])


def test_of_two_who_amend_a_decision_the_second_is_told() -> None:
    decision, told = made()
    one, two = (person(role, decision.municipality) for role in (Role.METHODIST, Role.DEPARTMENT))
    refused = []

    def second() -> None:
        try:
            amend_decision(decision=decision, told=replace(told, title="Второй"), seen_version=1, by=two)
        except DecisionChanged as refusal:
            refused.append(str(refusal))

    with transaction.atomic():
        amend_decision(decision=decision, told=replace(told, title="Первый"), seen_version=1, by=one)
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert len(refused) == 1
    assert Decision.objects.get().title == "Первый"


def test_of_two_who_judge_an_answer_the_second_is_told() -> None:
    decision, _ = made()
    one, two = (person(role, decision.municipality) for role in (Role.METHODIST, Role.DEPARTMENT))
    Assignment.objects.update(state="answered", text="Провели")
    row = Assignment.objects.get()
    refused = []

    def second() -> None:
        try:
            give_back(assignment=row, reason="Нет протокола", seen_version=1, by=two)
        except AssignmentRefused as refusal:
            refused.append(str(refusal))

    with transaction.atomic():
        accept(assignment=row, seen_version=1, by=one)
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert len(refused) == 1
    assert Assignment.objects.get().state == "accepted"
