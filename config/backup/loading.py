"""Puts rows into tables as they were: PostgreSQL by COPY, SQLite by INSERT.

Foreign keys of both databases are checked at the end of the transaction, so the order of tables does not matter.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from config.backup import tables
from config.backup.tables import Row

Model = type[models.Model]
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def lock_tables(kept: list[Model]) -> None:
    """Nobody else writes until the end of the transaction. SQLite's transaction has its lock from the start."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(map(_table, kept))} IN EXCLUSIVE MODE")


def empty_tables(kept: list[Model]) -> None:
    """Take away what the migrations put in."""
    with connection.cursor() as cursor:
        for model in kept:
            cursor.execute(f"DELETE FROM {_table(model)}")  # noqa: S608  # names of our own models


def load(model: Model, rows: Iterator[Row]) -> None:
    """Write the rows, whose values stand in the order of the model's columns."""
    if connection.vendor == "postgresql":
        _copy(model, rows)
    else:
        _insert(model, rows)


def set_counters(kept: list[Model]) -> None:
    """The next row gets a number after the last one; SQLite sees to that by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept):
            cursor.execute(statement)


def _table(model: Model) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _columns(model: Model) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)


def _copy(model: Model, rows: Iterator[Row]) -> None:
    is_json = [isinstance(field, models.JSONField) for field in model._meta.concrete_fields]
    lines = ("\t".join(map(_copied, row, is_json)).encode() + b"\n" for row in rows)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_table(model)} ({_columns(model)}) FROM STDIN", _Stream(lines))


def _copied(value: Any, is_json: bool) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return "\\N"
    return (json.dumps(value, ensure_ascii=False) if is_json else str(value)).translate(ESCAPED)


class _Stream:
    """Lines as the file that COPY reads."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self._left = lines, b""

    def read(self, size: int) -> bytes:
        parts, length = [self._left], len(self._left)
        while length < size and (line := next(self._lines, None)):
            parts.append(line)
            length += len(line)
        joined = b"".join(parts)
        self._left = joined[size:]
        return joined[:size]


def _insert(model: Model, rows: Iterator[Row]) -> None:
    fields = model._meta.concrete_fields
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_table(model)} ({_columns(model)}) VALUES ({places})"  # noqa: S608  # the same
    prepared = (
        [field.get_db_prep_save(field.to_python(value), connection) for field, value in zip(fields, row, strict=True)]
        for row in rows
    )
    with connection.cursor() as cursor:
        while chunk := list(islice(prepared, tables.CHUNK)):
            cursor.executemany(statement, chunk)
