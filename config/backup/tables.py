"""Which tables are kept, and their rows as text that is the same whichever database they come from."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

Row = list[Any]  # values of a row in the order of `columns`, as JSON has them

# Whoever was logged in logs in again, and opens the forms anew; a backup is no place for the keys to people's sessions.
LEFT_OUT = {"sessions.Session", "accounts.SentForm"}
# Tables that have rows as soon as the migrations have run; restoring puts those of the backup in their place.
FILLED_BY_MIGRATIONS = {
    "auth.Permission",
    "contenttypes.ContentType",
    "monitoring.MarkScale",
    "monitoring.PassThreshold",
}
# Columns that name a file below MEDIA_ROOT without being a FileField.
FILE_COLUMNS = {("monitoring.StoredSheet", "path")}
CHUNK = 2000  # rows read from the database at a time


def kept_models() -> list[type[models.Model]]:
    """Every table of every app, those between two models included, in the order of their labels."""
    found = apps.get_models(include_auto_created=True)
    kept = [model for model in found if model._meta.managed and model._meta.label not in LEFT_OUT]
    return sorted((model for model in kept if not model._meta.proxy), key=lambda model: model._meta.label)


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def rows(model: type[models.Model]) -> Iterator[tuple[Any, ...]]:
    """All rows in the order of the primary key, a chunk at a time in memory."""
    return model._base_manager.order_by("pk").values_list(*columns(model)).iterator(chunk_size=CHUNK)


def to_line(row: Iterable[Any]) -> bytes:
    """A row as it is kept: one line of JSON, the keys of its JSON values in their own order."""
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_as_text).encode() + b"\n"


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"no text for {type(value).__name__}")


class Checksum:
    """SHA-256 over rows, and their number. PostgreSQL keeps no order of keys in JSON, so it does not count."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def add(self, row: Iterable[Any]) -> None:
        text = json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_as_text)
        self._digest.update(text.encode() + b"\n")
        self.rows += 1

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def checksum_of(model: type[models.Model]) -> Checksum:
    """Of what stands in the database."""
    checksum = Checksum()
    for row in rows(model):
        checksum.add(row)
    return checksum


def named_files() -> set[str]:
    """The places below MEDIA_ROOT that rows name."""
    found: set[str] = set()
    for model in kept_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) or (model._meta.label, field.attname) in FILE_COLUMNS:
                named = model._base_manager.exclude(**{field.attname: ""}).values_list(field.attname, flat=True)
                found.update(str(name) for name in named.iterator(chunk_size=CHUNK) if name)
    return found


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is the database as it was at the beginning; nobody who writes has to wait."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            lift_limits()
            yield
        return
    sqlite: Any = connection  # whose own settings the types of all databases do not know
    usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"  # IMMEDIATE would hold up all who write
    try:
        with transaction.atomic():
            yield
    finally:
        sqlite.transaction_mode = usual


def lift_limits() -> None:
    """Until the end of the transaction the server does not end it for being idle or for waiting: its limits are for
    people's requests, while here files or a slow disk may come between two statements."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = 0")


def applied_migrations() -> list[str]:
    """As "accounts.0001_initial", sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.applied_migrations)


def unknown_migrations() -> set[str]:
    """Those that the database has had and the code does not know: it belongs to a newer portal."""
    loader = MigrationExecutor(connection).loader
    return {f"{app}.{name}" for app, name in loader.applied_migrations.keys() - loader.disk_migrations.keys()}


def has_pending_migrations() -> bool:
    """Whether the database is behind the code, so that the models do not describe it."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
