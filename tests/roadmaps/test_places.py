"""Where plans are met: on the page of a school, and on the home page of each role."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmaps.models import Occurrence, Programme
from roadmaps.plans.rows import PlanRow
from roadmaps.services.plans import Frame, store_plan
from roadmaps.services.progress import Told, give_back, write_report
from tests.roadmaps.conftest import TERM, plan_of

pytestmark = pytest.mark.django_db
BEFORE, AFTER = "2022-03-15T10:00:00Z", "2022-04-05T10:00:00Z"  # of 31 March, when all is due


def page(user, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.replace("\xa0", " ").split())


def tab(planned, user, school=None) -> str:
    return page(user, reverse("roadmaps:school", args=[(school or planned.first).pk]))


def test_school_shows_what_it_owes_and_in_what_it_takes_part(planned, time_machine):
    time_machine.move_to(AFTER)
    planned.programme.participants.filter(school=planned.first).update(duties="Назначить куратора")
    shown = tab(planned, planned.curator)
    assert "Школа должна 2 отчёта, просрочено 2." in shown
    assert "Самоанализ школ" in shown
    assert "на 5 дней" in shown
    assert "Совещание" not in shown  # the centre's
    assert "Назначить куратора" in shown
    assert "Отчитаться" in shown


def test_who_only_reads_sees_it_without_the_way_to_report(planned, time_machine):
    time_machine.move_to(BEFORE)
    shown = tab(planned, planned.viewer)
    assert "Самоанализ школ" in shown
    assert "скоро срок" in shown
    assert "Отчитаться" not in shown


def test_school_that_answers_for_nothing_owes_nothing(planned, time_machine):
    time_machine.move_to(AFTER)
    assert "Отчётов от школы сейчас не ждут." in tab(planned, planned.viewer, planned.third)


def test_own_roadmap_and_programme_of_a_school_are_on_its_page(planned):
    store_plan(
        municipality=planned.municipality,
        plan=plan_of(PlanRow(title="Своё")),
        frame=Frame(**TERM, school=planned.first),
    )
    Programme.objects.create(
        municipality=planned.municipality, school=planned.first, kind="antirisk", title="Антирисковая", starts_in=2022,
        ends_in=2022,
    )  # fmt: skip
    shown = tab(planned, planned.viewer)
    assert "Дорожная карта" in shown
    assert "Антирисковая программа" in shown
    assert "Антирисковая программа" not in tab(planned, planned.viewer, planned.second)


def home(user) -> str:
    return page(user, reverse("home"))


def test_home_tells_each_role_what_it_owes(planned, time_machine):
    time_machine.move_to(AFTER)
    assert "Просрочено 2 отчёта" in home(planned.curator)
    assert "Просрочено 2 отчёта" in home(planned.methodist)  # the centre's two rows
    assert "Просрочено 3 мероприятия дорожных карт" in home(planned.department)
    for user in (planned.viewer, planned.outsider):
        assert "росроч" not in home(user)


def test_home_tells_what_is_due_soon_while_nothing_is_late(planned, time_machine):
    time_machine.move_to(BEFORE)
    shown = home(planned.curator)
    assert "В ближайшие 30 дней нужны 2 отчёта" in shown
    assert "срок 31.03.2022" in shown
    assert "росроч" not in home(planned.department)


def test_home_tells_what_waits_for_a_check_and_what_came_back(planned, time_machine):
    time_machine.move_to(BEFORE)
    told = Told(100, "Сделано", 0)
    report = write_report(occurrence=planned.every, school=planned.first, told=told, by=planned.curator, submit=True)
    assert "Ждёт вашей проверки 1 отчёт" in home(planned.methodist)
    give_back(report=report, seen_version=report.version, reason="Нет протокола", by=planned.methodist)
    assert "Возвращён 1 отчёт" in home(planned.curator)
    assert "вашей проверки" not in home(planned.methodist)


def test_what_was_cancelled_overruled_or_is_no_more_in_force_is_not_late(planned, time_machine):
    time_machine.move_to(AFTER)
    Occurrence.objects.filter(pk=planned.every.pk).update(status="cancelled", reason="Карантин")
    planned.centre.activity.overruled, planned.centre.activity.overruled_reason = "done", "Принято"
    planned.centre.activity.save()
    assert "Просрочено 1 мероприятие дорожных карт" in home(planned.department)
    planned.roadmap.state = "closed"
    planned.roadmap.save()
    assert "росроч" not in home(planned.department)


@pytest.mark.parametrize("where", ["home", "school"])
def test_pages_ask_as_often_for_forty_rows_as_for_one(planned, time_machine, where):
    time_machine.move_to(AFTER)
    address = reverse("home") if where == "home" else reverse("roadmaps:school", args=[planned.first.pk])
    client = Client()
    client.force_login(planned.curator)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    rows = [PlanRow(title=f"Строка {n}", responsible=("ОО",), deadline="Март 2022") for n in range(40)]
    frame = Frame(**TERM, programme=planned.programme, state="approved")
    store_plan(municipality=planned.municipality, plan=plan_of(*rows), frame=frame)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_home_tells_who_may_approve_what_waits_for_an_order(planned):
    Programme.objects.filter(pk=planned.programme.pk).update(status="agreed")
    assert "Ждёт приказа 1 программа" in home(planned.department)
    assert "приказа" not in home(planned.methodist)
