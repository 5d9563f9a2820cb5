"""How the database of the tests is emptied after a test that commits, and the rows of migrations put back.

Django truncates: PostgreSQL then makes new files for every table and index of the portal, which takes seconds, most of
the time of such a test. It saves the rows of migrations one by one, before each such test, whether they are there or
not. Tests leave few rows, so deleting them and inserting by table does the same in a fraction of that.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import connection, models, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations


def quicken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DatabaseOperations, "sql_flush", delete_rows)
    patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", put_back)


def delete_rows(
    operations: DatabaseOperations,
    style: Any,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """In place of `sql_flush`: foreign keys are looked at when the transaction ends, so the order does not matter."""
    statements = [f"DELETE FROM {operations.quote_name(table)};" for table in tables]
    if reset_sequences:
        sequences = [one for one in connection.introspection.sequence_list() if one["table"] in tables]
        statements += operations.sequence_reset_by_name_sql(style, sequences)
    return ["\n".join(statements)] if statements else []


def put_back(creation: BaseDatabaseCreation, data: str) -> None:
    """In place of `deserialize_db_from_string`. A database is emptied as a whole: with one row all are there."""
    if ContentType.objects.exists():
        return
    with transaction.atomic():
        for model, rows in _rows_of(data).items():
            model._base_manager.bulk_create(rows)


@cache
def _rows_of(data: str) -> dict[type[models.Model], list[models.Model]]:
    rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for read in serializers.deserialize("json", data):
        assert not read.m2m_data
        rows[type(read.object)].append(read.object)
    return dict(rows)
