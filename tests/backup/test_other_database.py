"""Restoring into a portal of its own, on either database, with the real commands: every checksum stays the same."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from config.backup.making import make_backup
from tests.backup.portal import make_portal, manifest_of

pytestmark = pytest.mark.django_db(transaction=True)


def manage(portal: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    """Run a command of another portal."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"REDIS_URL": ""} | portal,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def pass_through(portal: dict[str, str], archive: Path, again: Path) -> None:
    """Restore a backup into a portal that was set up this moment, and make one of that."""
    for arguments in (("migrate", "-v0"), ("restore", str(archive)), ("backup", str(again))):
        done = manage(portal, *arguments)
        assert done.returncode == 0, done.stderr


def content(archive: Path) -> tuple:
    manifest = manifest_of(archive)
    return manifest["tables"], manifest["files"]


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, str]:
    """A new portal on SQLite."""
    return {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": ""}


@pytest.fixture
def production(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A new portal on the server of these tests, in a database of its own."""
    server, name = connection.settings_dict, f"opora_restored_{uuid.uuid4().hex[:12]}"
    where = {"host": server["HOST"], "port": server["PORT"], "user": server["USER"], "password": server["PASSWORD"]}
    password = f":{server['PASSWORD']}" if server["PASSWORD"] else ""
    admin = psycopg2.connect(dbname="postgres", **where)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield {
        "VAR_DIR": str(tmp_path / "production"),
        "DATABASE_URL": f"postgres://{server['USER']}{password}@{server['HOST']}:{server['PORT']}/{name}",
    }
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


@pytest.mark.skipif(settings.PRODUCTION, reason="what begins on PostgreSQL is tried below")
def test_a_new_machine_on_sqlite(archive, embedded):
    make_portal()
    make_backup(archive)
    again = archive.with_name("again.zip")
    pass_through(embedded, archive, again)
    assert content(again) == content(archive)


@pytest.mark.skipif(not settings.PRODUCTION, reason="needs PostgreSQL: make test-services")
def test_from_postgresql_to_sqlite_and_back(archive, production, embedded):
    """What is tried on one's own computer moves into production, and a copy of production can be looked at at home."""
    make_portal()
    make_backup(archive)
    at_home, moved = archive.with_name("home.zip"), archive.with_name("moved.zip")
    pass_through(embedded, archive, at_home)
    pass_through(production, at_home, moved)
    assert content(moved) == content(at_home) == content(archive)
    assert manifest_of(moved)["database"] == "postgresql"
