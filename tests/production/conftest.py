"""A portal in production without containers, its database made once for the tests of a process and copied for each."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.faults.servers import services as servers
from tests.production.stack import Stack, database_like

USERNAME, PASSWORD = "metodist", "путь методиста 2021"


def server_url() -> str:
    """The PostgreSQL that these tests run with."""
    return str(settings.DATABASE_URL)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Migrated by its step, with Назарово and a methodist in it."""
    folder = tmp_path_factory.mktemp("prepared")
    name = f"opora-prepared-{uuid.uuid4().hex[:8]}"
    with database_like(server_url(), "template1", name) as database, servers.own_redis(folder) as redis:
        stack = Stack(folder, database, redis.url)
        stack.run("migrate")
        stack.manage("collectstatic", "--noinput", "--verbosity=0")
        stack.manage("load_programme", "nazarovo", "--without-results")
        who = [f"--username={USERNAME}", "--email=m@example.org", "--role=methodist", "--municipality=nazarovo"]
        stack.manage("create_user", *who, "--position=Методист", "--password-stdin", given=PASSWORD)
        yield stack


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Any]:
    with servers.own_redis(tmp_path) as server:
        yield server


@pytest.fixture
def stack(prepared: Stack, redis: Any, tmp_path: Path) -> Iterator[Stack]:
    (tmp_path / "static").symlink_to(prepared.folder / "static")
    template = prepared.database.rpartition("/")[2]
    with database_like(server_url(), template, f"opora-tests-{uuid.uuid4().hex[:8]}") as database:
        running = Stack(tmp_path, database, redis.url)
        running.begin()
        try:
            yield running
        finally:
            running.kill_all()
            for service in running.running:
                print(f"--- {service.name}\n{service.said()[-6000:]}")
