"""Two people at one row at once, on PostgreSQL: the second waits, is told by field, and nothing is overwritten."""

import pytest
from django.db import transaction

from accounts.access import Role
from roadmaps.models import Activity, Occurrence, ProgressUpdate
from roadmaps.plans.deadlines import read_deadline
from roadmaps.plans.rows import PlanRow
from roadmaps.services.editing import ChangedMeanwhile, Seen
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import ProgressRefused, Told, write_report
from roadmaps.services.rows import edit_row
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import TERM, person, plan_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def made():
    school = SchoolFactory.create(municipality=MunicipalityFactory.create())
    row = PlanRow(title="Самоанализ", responsible=("ОО",), deadline="Ноябрь, март")
    store_plan(municipality=school.municipality, plan=plan_of(row), frame=Frame(**TERM, state="approved"))
    people = [person(role, school.municipality) for role in (Role.METHODIST, Role.DEPARTMENT)]
    return school, Activity.objects.get(), *people


def edit(activity, by, **typed) -> None:
    edit_row(activity=activity, typed=typed, seen=Seen(1), reason="Приказ", by=by)


def test_of_two_who_change_one_field_the_second_is_told_and_of_others_both_are_kept() -> None:
    _, row, one, two = made()
    refused = []

    def second() -> None:
        try:
            edit(row, two, title="Второе", number="7")
        except ChangedMeanwhile as refusal:
            refused.extend((conflict.was, conflict.theirs, conflict.mine) for conflict in refusal.conflicts)
            edit(row, two, number="7")

    with transaction.atomic():
        edit(row, one, title="Первое", expected="Справка")
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert refused == [("Самоанализ", "Первое", "Второе")]
    kept = Activity.objects.get()
    assert (kept.title, kept.number, kept.expected, kept.version) == ("Первое", "7", "Справка", 3)


def test_who_reports_on_a_time_that_an_amendment_takes_out_is_told_so() -> None:
    school, row, one, _ = made()
    curator, refused = person(Role.CURATOR, school), []
    march = Occurrence.objects.get(label="март 2022")

    def second() -> None:
        try:
            write_report(occurrence=march, school=school, told=Told(100, "Сделано", 0), by=curator, submit=True)
        except ProgressRefused as refusal:
            refused.append(str(refusal))

    with transaction.atomic():
        edit(row, one, deadline={"text": "Ноябрь, май", "means": read_deadline("Ноябрь, май", **TERM).to_json()})
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert "больше нет" in refused[0]
    assert not ProgressUpdate.objects.exists()


def test_an_amendment_waits_for_a_report_and_keeps_its_time() -> None:
    school, row, one, _ = made()
    curator, march = person(Role.CURATOR, school), Occurrence.objects.get(label="март 2022")
    means = read_deadline("Ноябрь, май", **TERM).to_json()

    def second() -> None:
        edit(row, one, deadline={"text": "Ноябрь, май", "means": means})

    with transaction.atomic():
        write_report(occurrence=march, school=school, told=Told(100, "Сделано", 0), by=curator, submit=True)
        thread = in_a_thread(second)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert ProgressUpdate.objects.get().occurrence == march
    assert set(Occurrence.objects.values_list("label", flat=True)) == {"ноябрь 2021", "март 2022", "май 2022"}
