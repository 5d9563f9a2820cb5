"""PostgreSQL and Redis of the tests' own: they are stopped, frozen and started again; the shared ones never are."""

import contextlib
import importlib.util
import signal
from collections.abc import Iterator
from typing import Any

import environ
import psycopg2
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from tests.faults.harness import wait_until


def _services() -> Any:
    """`.ci/services.py`, which lies in no package."""
    spec = importlib.util.spec_from_file_location("services", settings.BASE_DIR / ".ci" / "services.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


services = _services()


@contextlib.contextmanager
def away(*servers: Any) -> Iterator[None]:
    """Stopped as by their service manager. Redis, which keeps nothing on disk here, comes back empty."""
    connections["default"].close()  # the tests' own must not be found broken
    for server in servers:
        server.stop()
    try:
        yield
    finally:
        for server in servers:
            server.start()


def restart(server: Any) -> None:
    with away(server):
        pass


@contextlib.contextmanager
def hanging(server: Any) -> Iterator[None]:
    """It takes connections, as the system does for it, and answers nothing."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def at_database(url: str) -> Iterator[None]:
    """The tests' own rows are read and written there for a while."""
    before = connections["default"]
    settings_there = {**environ.Env.db_url_config(url), "CONN_HEALTH_CHECKS": True}
    if "sqlite" in settings_there["ENGINE"]:
        settings_there["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 30}
    configured = connections.configure_settings({"default": settings_there})["default"]
    connections["default"] = load_backend(configured["ENGINE"]).DatabaseWrapper(configured, "default")
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before
        ContentType.objects.clear_cache()


def migrate(url: str) -> None:
    with at_database(url):
        call_command("migrate", verbosity=0)
        call_command("createcachetable")


class Held:
    """Somebody else's transaction, which holds what a statement locks; whoever needs that waits."""

    def __init__(self, url: str, statement: str) -> None:
        self._connection = psycopg2.connect(url)
        self._cursor = self._connection.cursor()
        self._cursor.execute(statement)

    def wait_until_somebody_waits(self) -> None:
        def is_waited_for() -> bool:
            self._cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            row = self._cursor.fetchone()
            return bool(row and row[0])

        assert wait_until(is_waited_for), "nobody came for what is locked"

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Also when its server is gone, and its lock with it."""
        self._connection.close()
