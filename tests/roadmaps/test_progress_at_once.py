"""Two people at one report at once, on PostgreSQL: the second waits, is told, and nothing is overwritten."""

import pytest
from django.db import transaction

from accounts.access import Role
from roadmaps.models import Occurrence, ProgressUpdate
from roadmaps.plans.rows import PlanRow
from roadmaps.services.attaching import Sent
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import ProgressRefused, ReportChanged, Told, accept, give_back, write_report
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import TERM, person, plan_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def made():
    school = SchoolFactory.create(municipality=MunicipalityFactory.create())
    row = PlanRow(title="Самоанализ", responsible=("ОО",), deadline="Март 2022")
    store_plan(municipality=school.municipality, plan=plan_of(row), frame=Frame(**TERM, state="approved"))
    return school, Occurrence.objects.get()


def test_of_two_who_begin_a_report_the_second_is_told() -> None:
    school, occurrence = made()
    one, two = person(Role.CURATOR, school), person(Role.CURATOR, school)
    refused = []

    def write(by, text: str) -> None:
        told = Told(100, text, 0)
        write_report(occurrence=occurrence, school=school, told=told, by=by, submit=True)

    def second() -> None:
        try:
            write(two, "Второй")
        except ReportChanged as refusal:
            refused.append(refusal.report.text)

    with transaction.atomic():
        write(one, "Первый")
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert refused == ["Первый"]
    assert ProgressUpdate.objects.get().text == "Первый"


def test_a_button_pressed_twice_at_once_writes_one_report() -> None:
    school, occurrence = made()
    curator, told = person(Role.CURATOR, school), Told(100, "Сделано", 0, Sent(links=("https://example.org",)))
    written = []

    def write() -> None:
        row = write_report(occurrence=occurrence, school=school, told=told, by=curator, submit=True)
        written.append(row.pk)

    with transaction.atomic():
        write()
        thread = in_a_thread(write)
        until_somebody_waits_for_a_lock()
    thread.join()
    report = ProgressUpdate.objects.get()
    assert written == [report.pk, report.pk]
    assert (report.version, report.evidence.count()) == (1, 1)


def test_of_two_who_judge_a_report_the_second_is_told() -> None:
    school, occurrence = made()
    told, curator = Told(100, "Сделано", 0), person(Role.CURATOR, school)
    report = write_report(occurrence=occurrence, school=school, told=told, by=curator, submit=True)
    methodist = person(Role.METHODIST, school.municipality)
    department = person(Role.DEPARTMENT, school.municipality)
    refused = []

    def second() -> None:
        try:
            give_back(report=report, seen_version=1, reason="Нет протокола", by=department)
        except ProgressRefused as refusal:
            refused.append(str(refusal))

    with transaction.atomic():
        accept(report=report, seen_version=1, by=methodist)
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert len(refused) == 1
    assert ProgressUpdate.objects.get().state == "accepted"
