"""PostgreSQL is restarted: work begins anew and comes out the same, pages say so and live on."""

import random
import time
from pathlib import Path

import pytest

from accounts.models import Job
from monitoring.models import Upload
from tests.faults import outages
from tests.faults.facts import facts
from tests.faults.harness import SEED
from tests.faults.outages import World, only_with_services
from tests.faults.portal import Town
from tests.faults.servers import Held, away, restart

pytestmark = only_with_services


def test_storing_begins_anew(world: World, town: Town, protocol: Path) -> None:
    upload = outages.read(town, protocol)
    municipality = f"SELECT 1 FROM schools_municipality WHERE id = {town.municipality.pk} FOR NO KEY UPDATE"
    with Held(world.postgres.url, municipality) as held:
        job = outages.confirmed(town, upload)
        held.wait_until_somebody_waits()
        restart(world.postgres)
    outages.comes_to(job, Job.Status.QUEUED)
    assert "Следующая попытка" in town.browser.get(upload.get_absolute_url()).text
    outages.time_passes(town)
    outages.all_ends_well(town)
    job.refresh_from_db()
    assert job.attempts == 2
    assert facts(town, world.portal) == world.clean(protocol)
    outages.nothing_personal_was_said(world.portal)


def test_a_recompute_begins_anew(world: World, town: Town, protocol: Path) -> None:
    upload = outages.read(town, protocol)
    with Held(world.postgres.url, "LOCK TABLE indicators_schoolvalue IN EXCLUSIVE MODE") as held:
        outages.confirmed(town, upload)
        held.wait_until_somebody_waits()
        restart(world.postgres)
    outages.all_ends_well(town)
    assert [job.attempts for job in town.jobs()] == [1, 1, 2]
    assert facts(town, world.portal) == world.clean(protocol)


def test_a_document_is_drawn_anew(world: World, town: Town, protocol: Path) -> None:
    outages.stored(town, protocol)
    world.portal.worker.freeze()
    report = outages.prepared(town)
    with Held(world.postgres.url, f"SELECT 1 FROM reports_report WHERE id = {report.pk} FOR UPDATE") as held:
        world.portal.worker.thaw()
        held.wait_until_somebody_waits()
        restart(world.postgres)
    outages.all_ends_well(town)
    assert facts(town, world.portal) == world.clean(protocol, with_note=True)


def test_a_job_that_was_being_claimed_is_claimed_again(world: World, town: Town, protocol: Path) -> None:
    world.portal.worker.freeze()
    upload = outages.handed_in(town, protocol)
    with Held(world.postgres.url, f"SELECT 1 FROM accounts_job WHERE id = {upload.job_id} FOR UPDATE") as held:
        world.portal.worker.thaw()
        held.wait_until_somebody_waits()
        restart(world.postgres)
    outages.all_ends_well(town)
    outages.comes_to(upload, Upload.Status.CHECKED)


def test_what_waits_in_the_queue_outlives_a_restart(world: World, town: Town, protocol: Path) -> None:
    world.portal.worker.freeze()
    uploads = [outages.handed_in(town, protocol) for _ in range(3)]
    with away(world.postgres):
        world.portal.worker.thaw()
        time.sleep(1)  # while it takes the messages and finds no database
    outages.all_ends_well(town)
    for upload in uploads:
        outages.comes_to(upload, Upload.Status.CHECKED)


@pytest.mark.parametrize("moment", range(3))
def test_a_restart_at_any_moment_changes_no_data(world: World, town: Town, protocol: Path, moment: int) -> None:
    chance = random.Random(f"{SEED} {moment}")
    upload = outages.read(town, protocol)
    outages.confirmed(town, upload)
    for _ in range(3):
        time.sleep(chance.uniform(0, 0.3))
        restart(world.postgres)
    outages.all_ends_well(town)
    outages.prepared(town)
    time.sleep(chance.uniform(0, 2))
    restart(world.postgres)
    outages.all_ends_well(town)
    outages.swept(world.portal)
    assert facts(town, world.portal) == world.clean(protocol, with_note=True)


def test_pages_say_that_the_database_is_away_and_answer_again_when_it_is_back(world: World, town: Town) -> None:
    paths = ("/", "/data/", "/schools/", "/accounts/login/", "/api/v1/schools/")
    for path in paths * 2:  # so that several threads hold a connection
        town.browser.get(path)
    with away(world.postgres):
        for path in paths[:-1]:
            answer = town.browser.get(path)
            assert answer.status == 503
            assert "База данных сейчас не отвечает" in answer.text
            assert "Traceback" not in answer.text
            assert "127.0.0.1" not in answer.text
        assert town.browser.get(paths[-1]).status == 503
        assert world.portal.answers()  # whoever asks whether it lives is told so: to start it again would not help
    for _ in range(8):
        assert town.browser.get("/").status == 200
