"""A portal for the bench alone: a database of its own on the PostgreSQL at hand, a VAR_DIR of its own, both gone after.

Settings read the environment once, so it is prepared before Django is imported; child processes inherit it.
"""

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

HERE = "postgres://postgres@127.0.0.1:5432/postgres"


@contextlib.contextmanager
def started() -> Iterator[None]:
    """Django set up on an empty migrated database; on SQLite where no PostgreSQL answers."""
    with (
        tempfile.TemporaryDirectory(prefix="opora-bench-", ignore_cleanup_errors=True) as folder,
        own_database() as url,
    ):
        os.environ |= {
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "VAR_DIR": folder,
            "DEBUG": "0",
            "HTTPS": "0",
            "LOG_LEVEL": "ERROR",
            "EMAIL_URL": "memorymail://",
            "SECRET_KEY": "for-the-bench-only-and-as-long-as-a-real-key-has-to-be-to-pass-the-checks",
            "ALLOWED_HOSTS": "testserver",
            "SENTRY_DSN": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        set_up()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def set_up() -> None:
    """Django in this process, as the portal has it but for the names of static files: nothing is collected here."""
    import django
    from django.conf import settings

    django.setup()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """The address of a new database beside the one that DATABASE_URL names, "" where there is no server."""
    import psycopg2

    beside = os.environ.get("DATABASE_URL") or HERE
    try:
        server = psycopg2.connect(beside, connect_timeout=3)
    except psycopg2.Error:
        yield ""
        return
    name = f"opora_bench_{uuid.uuid4().hex[:8]}"
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(beside)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
