"""Fixtures of the tests in which servers go away: a portal on PostgreSQL and Redis of its own, and a clean run."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from accounts.models import Job
from monitoring.jobs.uploads import sweep_spool
from monitoring.models import Upload
from reports.models import Report
from tests.faults.disk import small_disk
from tests.faults.facts import facts
from tests.faults.harness import wait_until
from tests.faults.portal import CODES, Portal, Town, opened
from tests.faults.servers import at_database, migrate, services
from tests.imports import books

only_with_services = pytest.mark.skipif(
    not settings.PRODUCTION, reason="PostgreSQL and Redis belong to `make test-services`"
)


@dataclass(frozen=True)
class World:
    """A portal on a small disk, and the servers it stands on."""

    portal: Portal
    postgres: Any
    redis: Any
    _clean: dict[Any, dict[str, Any]] = field(default_factory=dict)

    def clean(self, *files: Path, with_note: bool = False) -> dict[str, Any]:
        """The data that come of these files when nothing is in their way; in a town of their own, once."""
        run = (files, with_note)
        if run not in self._clean:
            town = Town(self.portal)
            stored(town, *files)
            if with_note:
                prepared(town)
                all_ends_well(town)
            self._clean[run] = facts(town, self.portal)
        return self._clean[run]

    @property
    def database(self) -> str:
        return self.portal.environment["DATABASE_URL"]


@pytest.fixture(scope="session")
def one_world(django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with contextlib.ExitStack() as stack, django_db_blocker.unblock():
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opora-outages-")))
        postgres = stack.enter_context(services.own_postgres(folder))
        redis = stack.enter_context(services.own_redis(folder))
        disk = stack.enter_context(small_disk(folder / "var"))
        portal = Portal(folder, disk, database=postgres.url, broker=redis.url)
        migrate(postgres.url)
        yield World(stack.enter_context(opened(portal)), postgres, redis)


@pytest.fixture
def world(one_world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The portal, with the tests' own rows in its database; alive as a whole after every test, started once."""
    with django_db_blocker.unblock(), at_database(one_world.database):
        yield one_world
        assert one_world.portal.lives


@pytest.fixture
def town(world: World) -> Town:
    return Town(world.portal)


@pytest.fixture(scope="session")
def one_embedded_world(django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with contextlib.ExitStack() as stack, django_db_blocker.unblock():
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opora-outages-")))
        disk = stack.enter_context(small_disk(folder / "var"))
        portal = Portal(folder, disk, database=f"sqlite:///{disk}/db.sqlite3")
        migrate(portal.environment["DATABASE_URL"])
        yield World(stack.enter_context(opened(portal)), None, None)


@pytest.fixture
def embedded_world(one_embedded_world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The embedded portal: its database, too, is a file on the small disk."""
    with django_db_blocker.unblock(), at_database(one_embedded_world.database):
        yield one_embedded_world
        assert one_embedded_world.portal.lives


@pytest.fixture(scope="session")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_protocol(
        tmp_path_factory.mktemp("given") / "Протокол Вымышленного.xlsx", "02 - Математика 2021.05.29"
    )


@pytest.fixture(scope="session")
def second_protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_protocol(tmp_path_factory.mktemp("given") / "Протокол второй.xlsx", "01 - Русский язык 2021.05.24")


def written_protocol(path: Path, heading: str, pupils: int = 600) -> Path:
    """A protocol of an exam; its name and its rows hold what no log may hold."""
    rows = [books.oge(CODES[n % 3], 4 + n % 20, 2 + n % 4) for n in range(pupils)]
    return books.xlsx(path, [[heading], books.OGE_DENSE, *rows])


def swept(portal: Portal) -> None:
    """What beat has done every ten minutes: a commit whose answer was lost leaves a folder that nobody needs."""
    with override_settings(SPOOL_DIR=portal.var / "spool", MEDIA_ROOT=portal.var / "media"):
        sweep_spool()


# --- The way of an upload -----------------------------------------------------------


def handed_in(town: Town, *files: Path) -> Upload:
    answer = town.hand_in(*files)
    assert answer.status == 302, answer.text
    return Upload.objects.filter(municipality=town.municipality).latest("pk")


def read(town: Town, *files: Path) -> Upload:
    """An upload that waits for its confirmation."""
    upload = handed_in(town, *files)
    comes_to(upload, Upload.Status.CHECKED)
    return upload


def confirmed(town: Town, upload: Upload) -> Job:
    answer = town.browser.post(f"/data/{upload.pk}/confirm/")
    assert answer.status == 302, answer.text
    jobs = town.jobs(kind=Job.Kind.STORE_UPLOAD)
    assert jobs, town.browser.get(upload.get_absolute_url()).text
    return jobs[-1]


def stored(town: Town, *files: Path) -> Upload:
    """An upload that is written, with the values it asked for."""
    upload = read(town, *files)
    confirmed(town, upload)
    comes_to(upload, Upload.Status.STORED)
    all_ends_well(town)
    return upload


def prepared(town: Town) -> Report:
    answer = town.browser.post("/reports/prepare/", {"kind": "analytical_note", "period": "2020"})
    assert answer.status == 302, answer.text
    return Report.objects.filter(municipality=town.municipality).latest("pk")


def comes_to(row: Any, status: str) -> None:
    def is_there() -> bool:
        row.refresh_from_db()
        return bool(row.status == status)

    assert wait_until(is_there), f"{row} never came to {status}"


def time_passes(town: Town) -> None:
    """What waits in the queue has waited long enough: for its back-off, and for a message that was lost."""
    long_ago = "1990-01-01T00:00Z"
    queued = Job.objects.filter(municipality=town.municipality, status=Job.Status.QUEUED)
    queued.update(created_at=long_ago, not_before=None)
    queued.exclude(sent_at=None).update(sent_at=long_ago)


def silence_passes(town: Town) -> None:
    """What runs has given no sign of life for long enough to be taken for dead."""
    Job.objects.filter(municipality=town.municipality, status=Job.Status.RUNNING).update(
        heartbeat_at="1990-01-01T00:00Z"
    )


def all_ends_well(town: Town) -> None:
    """All jobs come to their end, and it is a good one; beat, which sweeps every second, need not wait a minute."""
    for _ in range(40):
        if wait_until(lambda: not town.jobs(status__in=[Job.Status.QUEUED, Job.Status.RUNNING]), seconds=1.5):
            break
        time_passes(town)
    assert {job.status for job in town.jobs()} == {Job.Status.DONE}, [
        (job.kind, job.status, job.attempts, job.problem) for job in town.jobs()
    ]


def nothing_personal_was_said(portal: Portal) -> None:
    for word in (books.SURNAME, books.GIVEN, books.PATRONYMIC, "Протокол"):
        assert word not in portal.said, word
