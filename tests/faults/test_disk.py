"""The disk is full: people are told so, nothing half-written stays, and work goes through when there is room."""

from pathlib import Path
from typing import Any

import pytest

from accounts.jobs import DISK_FULL, MAX_ATTEMPTS, in_words
from accounts.models import Job
from monitoring.models import Upload
from tests.faults import outages
from tests.faults.disk import is_small_disk, no_room
from tests.faults.facts import facts
from tests.faults.harness import wait_until
from tests.faults.outages import World, only_with_services
from tests.faults.portal import Portal, Town

pytestmark = only_with_services
WAITS = "Следующая попытка"


def files_of(portal: Portal) -> list[str]:
    """What lies in the spool and among the stored files."""
    roots = (portal.var / "spool", portal.var / "media")
    return sorted(str(path) for root in roots for path in root.rglob("*") if path.is_file())


def only_these_are_left(portal: Portal, before: list[str]) -> None:
    """A temporary file goes with its request, which ends a moment after its answer has gone out."""
    assert wait_until(lambda: files_of(portal) == before, seconds=10), set(files_of(portal)) ^ set(before)


@pytest.mark.parametrize("room", [0, 0.5], ids=["no room at all", "half of the file"])
def test_an_upload_that_finds_no_room_leaves_nothing_and_can_be_sent_again(
    world: World, town: Town, protocol: Path, room: float
) -> None:
    before = files_of(world.portal)
    with no_room(world.portal, int(room * protocol.stat().st_size)):
        answer = town.hand_in(protocol)
        assert answer.status == 507
        assert "На диске сервера закончилось место" in answer.text
        only_these_are_left(world.portal, before)
        assert not Upload.objects.filter(municipality=town.municipality).exists()
        assert town.browser.get("/data/").status == 200
    outages.stored(town, protocol)
    assert facts(town, world.portal) == world.clean(protocol)
    outages.nothing_personal_was_said(world.portal)


def test_an_upload_needs_room_for_itself_once(world: World, town: Town, protocol: Path) -> None:
    all_files_share_the_room(world)
    world.portal.worker.freeze()
    with no_room(world.portal, int(1.5 * protocol.stat().st_size)):
        upload = outages.handed_in(town, protocol)
    world.portal.worker.thaw()
    outages.comes_to(upload, Upload.Status.CHECKED)


def test_of_several_files_none_is_taken_when_one_finds_no_room(world: World, town: Town, protocol: Path) -> None:
    all_files_share_the_room(world)
    before = files_of(world.portal)
    with no_room(world.portal, int(2.5 * protocol.stat().st_size)):
        assert town.hand_in(protocol, protocol, protocol, protocol).status == 507
        only_these_are_left(world.portal, before)
    assert not town.jobs()


def test_reading_waits_for_room(world: World, town: Town, protocol: Path) -> None:
    world.portal.worker.freeze()
    upload = outages.handed_in(town, protocol)
    with no_room(world.portal):
        world.portal.worker.thaw()
        it_waits(town, upload)
    outages.time_passes(town)
    outages.comes_to(upload, Upload.Status.CHECKED)
    outages.confirmed(town, upload)
    outages.all_ends_well(town)
    assert facts(town, world.portal) == world.clean(protocol)


def test_reading_is_given_up_when_no_room_is_made(world: World, town: Town, protocol: Path) -> None:
    before = files_of(world.portal)
    world.portal.worker.freeze()
    upload = outages.handed_in(town, protocol)
    with no_room(world.portal):
        world.portal.worker.thaw()
        for _ in range(MAX_ATTEMPTS - 1):
            it_waits(town, upload)
            outages.time_passes(town)
        outages.comes_to(upload, Upload.Status.FAILED)
        upload.refresh_from_db()
        assert in_words(DISK_FULL, upload.job) in town.browser.get(upload.get_absolute_url()).text
        only_these_are_left(world.portal, before)
    outages.nothing_personal_was_said(world.portal)


@pytest.mark.parametrize("room", [0, 4096], ids=["no room at all", "one sheet of two"])
def test_storing_waits_for_room(world: World, town: Town, protocol: Path, second_protocol: Path, room: int) -> None:
    if room:
        all_files_share_the_room(world)
    upload = outages.read(town, protocol, second_protocol)
    before = files_of(world.portal)
    with no_room(world.portal, room):
        outages.confirmed(town, upload)
        it_waits(town, upload)
        assert files_of(world.portal) == before
    outages.time_passes(town)
    outages.all_ends_well(town)
    assert facts(town, world.portal) == world.clean(protocol, second_protocol)


def test_a_document_waits_for_room(world: World, town: Town, protocol: Path) -> None:
    outages.stored(town, protocol)
    before = files_of(world.portal)
    with no_room(world.portal, leaving=16 * 1024):
        report = outages.prepared(town)
        it_waits(town, report)
        assert files_of(world.portal) == before
    outages.time_passes(town)
    outages.all_ends_well(town)
    assert facts(town, world.portal) == world.clean(protocol, with_note=True)


def all_files_share_the_room(world: World) -> None:
    if not is_small_disk(world.portal):
        pytest.skip("no file system may be mounted here; each file has its own limit")


def it_waits(town: Town, what: Any) -> None:
    """The job of an upload or document is back in the queue for a while, and the page says so."""
    what.refresh_from_db()

    def is_put_off() -> bool:
        return bool(town.jobs(pk=what.job_id, status=Job.Status.QUEUED, not_before__isnull=False))

    assert wait_until(is_put_off), [(job.kind, job.status, job.problem) for job in town.jobs()]
    assert WAITS in town.browser.get(what.get_absolute_url()).text
