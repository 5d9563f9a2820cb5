"""What every test stands on: a VAR_DIR of its own, nothing sent, nobody logged in until a test says who.

The environment is set before settings are read, so no setting needs a second file. Every process of pytest-xdist
imports this module and so gets its own VAR_DIR, which is gone when the process ends.
"""

import hashlib
import io
import json
import logging
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.umask(0o077)
os.environ |= {
    "VAR_DIR": tempfile.mkdtemp(prefix="opora-tests-"),
    "DEBUG": "0",
    "HTTPS": "0",
    "EMAIL_URL": "memorymail://",
    "SENTRY_DSN": "",
    "METRICS_TOKEN": "",
    "CLAMAV_ADDRESS": "",
    "REDIS_PREFIX": f"opora-tests-{uuid.uuid4().hex[:8]}:",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
for name, value in {
    "DATABASE_URL": "",  # a `.env` in the tree is for the portal, not for its tests
    "REDIS_URL": "",
    "SECRET_KEY": "for-tests-only-and-as-long-as-a-real-key-has-to-be-to-pass-the-checks",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
}.items():
    os.environ.setdefault(name, value)

import django

django.setup()
# Left in the environment, it would make pytest-django read the settings before the next process has its own VAR_DIR.
del os.environ["DJANGO_SETTINGS_MODULE"]

import pytest
import pytest_django
import redis
from django.conf import settings as portal_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings

from accounts.access import Role
from accounts.models import Job
from config import celery_app
from config.logs import logging_settings
from schools.models import Municipality, School
from tests.emptying import quicken
from tests.factories import MembershipFactory

if str(portal_settings.VAR_DIR) != os.environ["VAR_DIR"]:
    raise pytest.UsageError("Settings were read before the tests had a VAR_DIR: unset DJANGO_SETTINGS_MODULE")

LOCAL_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


BLOCKER = pytest.StashKey[pytest_django.DjangoDbBlocker]()


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)


def is_transactional(item: pytest.Item) -> bool:
    """Whether a test commits, so that the database is emptied after it."""
    marker = item.get_closest_marker("django_db")
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


# What these hold needs no database, unless a test says so: it is the same whichever runs, and is proved by `make test`.
WITHOUT_DATABASE = ("analysis", "identification", "imports", "indicators", "reports", "roadmaps")
# Whom a page shows what is asked in the same words of either database; that every page answers on both is the matrix's.
# The others are about the embedded portal, about processes of their own, play long stories whose locks have tests of
# their own, or are turned away before there is a query.
SAME_ON_BOTH = {
    "test_a_method_that_is_not_in_the_matrix_is_not_taken",
    "test_contents.py",
    "test_embedded_disk.py",
    "test_fault_reports.py",
    "test_nothing_is_changed_without_a_csrf_token",
    "test_random_sequences.py",
    "test_year_of_armavir.py",
    "test_year_of_reminders.py",
    "test_year_of_surgut.py",
}


def is_about_pages(path: Path) -> bool:
    """What a page says, as above. Queries have tests of their own, and the matrix asks for every page on both."""
    return path.parent.name == "pages" or path.name.endswith("_pages.py")


def touches_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or not {"db", "transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the servers only what may differ there; and have the rows of migrations remembered where a test will wipe them
    out."""
    if portal_settings.PRODUCTION:
        same = {
            item
            for item in items
            if not {item.path.name, getattr(item, "originalname", "")}.isdisjoint(SAME_ON_BOTH)
            or is_about_pages(item.path)
            or (item.path.parent.name in WITHOUT_DATABASE and not touches_database(item))
        }
        config.hook.pytest_deselected(items=list(same))
        items[:] = [item for item in items if item not in same]
    for item in items:
        if is_transactional(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Put the rows of migrations back: with several processes any test may come next."""
    yield
    # After the last one the database itself is gone; before the first that is not skipped there is none yet.
    if nextitem is not None and is_transactional(item) and hasattr(connection, "_test_serialized_contents"):
        with item.config.stash[BLOCKER].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(scope="session")
def migrated_before(request: pytest.FixtureRequest) -> Path:
    """Where an empty database of just these migrations is kept from one run to the next, once there was a first."""
    root = portal_settings.BASE_DIR
    told = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for path in sorted([*root.glob("*/migrations/*.py"), *root.glob("fixtures/*.json")]):
        told.update(f"{path.relative_to(root)} ".encode() + path.read_bytes())
    return request.config.cache.mkdir("migrated") / f"{told.hexdigest()[:20]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None, migrated_before: Path
) -> None:
    """On SQLite the tests' database is a real file, so that several threads and processes see what they would see."""
    database = portal_settings.DATABASES["default"]
    if not portal_settings.PRODUCTION:
        own = Path(portal_settings.VAR_DIR) / "tests.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(own)
        if migrated_before.exists():
            shutil.copyfile(migrated_before, own)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A file that was copied is not made anew; it goes with VAR_DIR."""
    return not portal_settings.PRODUCTION


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    migrated_before: Path,
) -> None:
    """To migrate takes as long as a hundred tests: what it gives is kept for the next run."""
    is_migrated = not request.config.getoption("nomigrations")
    if portal_settings.PRODUCTION or migrated_before.exists() or not is_migrated:
        return
    fresh = migrated_before.with_suffix(f".{uuid.uuid4().hex}")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    for outdated in migrated_before.parent.glob("*.sqlite3"):
        outdated.unlink(missing_ok=True)
    fresh.replace(migrated_before)


@pytest.fixture(scope="session", autouse=True)
def quick_surroundings(
    request: pytest.FixtureRequest, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """What a test need not wait for: slow password hashes, a cache in the database, hashed static files, and for every
    new client a list of all of these, which was a third of what a page took."""
    request.config.stash[BLOCKER] = django_db_blocker
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        WHITENOISE_USE_FINDERS=False,  # a test that fetches a file has them from the live server
        CACHES=portal_settings.CACHES if portal_settings.REDIS_URL else {"default": LOCAL_CACHE},
        STORAGES=portal_settings.STORAGES
        | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_left_in_redis() -> Iterator[None]:
    """The keys of these tests go away with them; whatever else a shared Redis holds stays."""
    yield
    if portal_settings.REDIS_URL:
        with redis.Redis.from_url(portal_settings.REDIS_URL) as server:
            for key in server.scan_iter(f"{portal_settings.REDIS_PREFIX}*"):
                server.delete(key)


def forget_what_is_cached() -> None:
    """`cache.clear()` would empty a shared Redis, of what other processes have just put there too."""
    cache.key_prefix = f"{portal_settings.REDIS_PREFIX}{uuid.uuid4().hex}"


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """No test sees what another has cached."""
    forget_what_is_cached()


@pytest.fixture(autouse=True)
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """Tasks handed to the broker, as (name, arguments): in tests they are noted, not sent."""
    sent: list[tuple[str, list[Any]]] = []

    def note(name: str, args: Any = (), *_: Any, **__: Any) -> None:
        sent.append((name, list(args or ())))

    monkeypatch.setattr(celery_app, "send_task", note)
    return sent


@pytest.fixture
def real_broker(sent_tasks: list[tuple[str, list[Any]]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Send tasks after all, for a test that runs a real worker."""
    monkeypatch.undo()


@pytest.fixture
def work_off_jobs() -> Callable[[], list[Job]]:
    """Do all queued jobs here and now, as a worker would, the ones they enqueue included."""

    def work_off() -> list[Job]:
        worked_off: list[int] = []
        while job := Job.objects.filter(status=Job.Status.QUEUED).exclude(pk__in=worked_off).order_by("pk").first():
            worked_off.append(job.pk)
            celery_app.loader.import_default_modules()
            celery_app.tasks[job.kind](job.pk)
        return list(Job.objects.filter(pk__in=worked_off).order_by("pk"))

    return work_off


@pytest.fixture
def log_in_as(db: None) -> Callable[[Role, Municipality | School], Client]:
    """A client logged in as somebody new with this role in a municipality or a school; `client.user` is who."""

    def log_in(role: Role, place: Municipality | School) -> Client:
        membership = MembershipFactory(role=role, **place_fields(place))
        client = Client()
        client.force_login(membership.user)
        client.user = membership.user
        return client

    return log_in


def place_fields(place: Municipality | School) -> dict[str, Any]:
    if isinstance(place, School):
        return {"municipality": place.municipality, "school": place}
    return {"municipality": place, "school": None}


@pytest.fixture
def lines():
    """What is written to the log during a test, read back from JSON."""
    written = io.StringIO()
    said = logging_settings(level="INFO", as_json=True)
    formatter = said["formatters"]["line"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter.pop("()")(**formatter))
    for name in said["handlers"]["stderr"]["filters"]:
        handler.addFilter(said["filters"][name]["()"]())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
