"""The embedded portal on a full disk: its database is a file there, and so are its messages."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitoring.models import Upload
from tests.faults import outages
from tests.faults.disk import is_small_disk, no_room
from tests.faults.facts import facts
from tests.faults.harness import wait_until
from tests.faults.outages import World, only_with_services
from tests.faults.portal import Portal, Town

pytestmark = only_with_services


def test_what_people_send_is_refused_in_words_and_taken_when_there_is_room(
    embedded_world: World, protocol: Path
) -> None:
    town = Town(embedded_world.portal)
    with no_room(embedded_world.portal):
        answer = town.hand_in(protocol)
        assert answer.status == 507
        assert "На диске сервера закончилось место" in answer.text
    assert not Upload.objects.filter(municipality=town.municipality).exists()
    outages.stored(town, protocol)
    assert facts(town, embedded_world.portal) == embedded_world.clean(protocol)
    outages.nothing_personal_was_said(embedded_world.portal)


def test_work_goes_through_when_there_is_room(embedded_world: World, protocol: Path) -> None:
    portal = embedded_world.portal
    if not is_small_disk(portal):
        pytest.skip("no file system may be mounted here; a limit of files would silence the log as well")
    town = Town(portal)
    portal.worker.freeze()
    upload = outages.handed_in(town, protocol)
    with no_room(portal), a_write_fails(portal):  # not even the claim can be written down
        portal.worker.thaw()
    outages.all_ends_well(town)
    outages.comes_to(upload, Upload.Status.CHECKED)
    portal.worker.freeze()
    outages.confirmed(town, upload)
    with no_room(portal, leaving=128 * 1024), a_write_fails(portal):
        portal.worker.thaw()
    outages.all_ends_well(town)
    assert facts(town, portal) == embedded_world.clean(protocol)
    with closing(sqlite3.connect(portal.var / "db.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@contextmanager
def a_write_fails(portal: Portal) -> Iterator[None]:
    before = portal.said.count("OperationalError")
    yield
    assert wait_until(lambda: portal.said.count("OperationalError") > before)
