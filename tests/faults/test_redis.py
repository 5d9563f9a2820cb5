"""Redis goes away, hangs or forgets: pages answer, nothing is lost, nothing is done twice."""

from pathlib import Path

import pytest

from accounts.models import Job
from monitoring.models import Upload
from tests.factories import PASSWORD
from tests.faults import outages
from tests.faults.facts import facts
from tests.faults.outages import World, only_with_services
from tests.faults.portal import Browser, Town
from tests.faults.servers import Held, away, hanging, restart

pytestmark = only_with_services


def in_the_way_of_storing(world: World, town: Town) -> Held:
    """Storing waits for its municipality, in the middle of its only transaction."""
    return Held(
        world.postgres.url, f"SELECT 1 FROM schools_municipality WHERE id = {town.municipality.pk} FOR NO KEY UPDATE"
    )


def test_what_is_handed_in_while_redis_is_away_is_read_when_it_is_back(
    world: World, town: Town, protocol: Path
) -> None:
    with away(world.redis):
        upload = outages.handed_in(town, protocol)
        page = town.browser.get(upload.get_absolute_url())
        assert page.status == 200
        assert "В очереди" in page.text
        assert [job.sent_at for job in town.jobs()] == [None]
    outages.time_passes(town)
    outages.comes_to(upload, Upload.Status.CHECKED)
    outages.confirmed(town, upload)
    outages.all_ends_well(town)
    assert facts(town, world.portal) == world.clean(protocol)
    outages.nothing_personal_was_said(world.portal)


@pytest.mark.parametrize("back", ["before the job ends", "after the job has ended"])
def test_a_job_goes_on_while_redis_is_away(world: World, town: Town, protocol: Path, back: str) -> None:
    upload = outages.read(town, protocol)
    with in_the_way_of_storing(world, town) as held:
        job = outages.confirmed(town, upload)
        held.wait_until_somebody_waits()
        with away(world.redis):
            if back == "after the job has ended":
                held.let_go()
                outages.comes_to(job, Job.Status.DONE)
    outages.all_ends_well(town)
    assert {job.attempts for job in town.jobs()} == {1}
    assert facts(town, world.portal) == world.clean(protocol)
    outages.read(town, protocol)  # the worker takes new work, too


def test_what_redis_forgot_is_sent_again(world: World, town: Town, protocol: Path) -> None:
    upload = outages.read(town, protocol)
    with in_the_way_of_storing(world, town) as held:
        outages.confirmed(town, upload)
        held.wait_until_somebody_waits()
        others = [outages.handed_in(town, protocol) for _ in range(3)]
        assert all(job.sent_at for job in town.jobs())
        restart(world.redis)
    outages.all_ends_well(town)
    for other in others:
        outages.comes_to(other, Upload.Status.CHECKED)


def test_pages_answer_while_redis_hangs(world: World, town: Town, protocol: Path) -> None:
    visitor = Browser(world.portal)
    with hanging(world.redis):
        assert town.browser.get("/").status == 200
        assert visitor.get("/accounts/login/").status == 200
        assert visitor.post("/accounts/login/", {"login": town.user.username, "password": "не тот"}).status == 200
        entered = visitor.post("/accounts/login/", {"login": town.user.username, "password": PASSWORD})
        assert (entered.status, entered.location) == (302, "/")
        upload = outages.handed_in(town, protocol)
        assert "В очереди" in town.browser.get(upload.get_absolute_url()).text
    outages.all_ends_well(town)
    outages.comes_to(upload, Upload.Status.CHECKED)
