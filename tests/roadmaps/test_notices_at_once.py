"""Two runs at once on PostgreSQL: everybody is told once, and one letter goes."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction

from accounts.access import Role
from roadmaps.jobs import letters, mail_notices, remind_all
from roadmaps.models import Notice, Roadmap
from roadmaps.plans.rows import PlanRow
from roadmaps.services.plans import Frame, store_plan
from tests.at_once import in_a_thread, until_somebody_waits_for_a_lock
from tests.factories import MunicipalityFactory, SchoolFactory
from tests.roadmaps.conftest import TERM, person, plan_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MORNING = dt.datetime(2022, 3, 24, 7, tzinfo=dt.UTC)


@pytest.fixture
def made():
    with time_machine.travel(dt.datetime(2021, 9, 1, tzinfo=dt.UTC), tick=False):
        school = SchoolFactory.create(municipality=MunicipalityFactory.create())
        rows = [PlanRow(title=title, responsible=("ОО",), deadline="Март 2022") for title in ("Первая", "Вторая")]
        store_plan(municipality=school.municipality, plan=plan_of(*rows), frame=Frame(**TERM, state="approved"))
        Roadmap.objects.update(created_at=dt.datetime(2021, 9, 1, tzinfo=dt.UTC))
        people = [person(Role.CURATOR, school) for _ in range(3)]
    with time_machine.travel(MORNING, tick=False):
        yield people


def test_two_beats_at_once_tell_everybody_once_and_send_one_letter_each(made):
    together = threading.Barrier(2, timeout=20)

    def run() -> None:
        together.wait()
        remind_all()
        mail_notices()

    threads = [in_a_thread(run) for _ in range(2)]
    for thread in threads:
        thread.join()
    mail_notices()
    assert Notice.objects.count() == 6
    assert sorted(one.to[0] for one in mail.outbox) == sorted(user.email for user in made)
    assert set(Notice.objects.values_list("mail", flat=True)) == {"sent"}


def test_what_one_worker_is_claiming_another_leaves_alone_and_does_not_wait_for(made):
    remind_all()
    with transaction.atomic():
        list(Notice.objects.select_for_update().filter(user=made[0]))
        thread = in_a_thread(mail_notices)
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(user.email for user in made[1:])
    assert set(Notice.objects.filter(user=made[0]).values_list("mail", flat=True)) == {"waiting"}


def test_of_two_who_tell_of_one_event_at_once_the_second_tells_nobody(made):
    with transaction.atomic():
        remind_all()
        thread = in_a_thread(remind_all)
        until_somebody_waits_for_a_lock()
    thread.join()
    assert Notice.objects.count() == 6


def test_a_claim_is_seen_by_all_before_the_letter_is_handed_over(made, monkeypatch):
    """Or a worker that dies in between would have it sent again."""
    remind_all()
    seen = []
    send = letters.Post.send

    def look_from_outside(post, message):
        def look() -> None:
            seen.append(Notice.objects.filter(mail="sending").count())

        in_a_thread(look).join()
        return send(post, message)

    monkeypatch.setattr(letters.Post, "send", look_from_outside)
    mail_notices()
    assert seen == [2, 2, 2]
    assert not connection.in_atomic_block
