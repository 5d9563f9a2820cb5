"""Many rows at once: inserted, or put in place of those that have the same key.

PostgreSQL takes them by COPY into a temporary table and one INSERT … ON CONFLICT from there, several times as fast as
statements with a parameter for every cell; SQLite takes such statements, in batches.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, models, transaction

FEW = 200  # so few rows take a statement of their own sooner than a COPY
IN_A_STATEMENT = 500
IN_A_COPY = 5000
NULL = r"\N"

Row = Sequence[Any]
Model = type[models.Model]


def upsert(model: Model, names: Sequence[str], rows: Iterable[Row], *, key: Sequence[str] = ()) -> None:
    """Write rows, each the values of `names`; where a row with its `key` is there, its other columns are replaced.

    Names are those of columns (`school_id`) and leave out none but the id; `key` has a unique constraint and no two
    rows share one. Without a key all rows are new.
    """
    rest = iter(rows)
    first = list(islice(rest, FEW + 1))
    if not first:
        return
    write = _copy if len(first) > FEW and connection.vendor == "postgresql" else _insert
    write(model, names, chain(first, rest), key)


def _insert(model: Model, names: Sequence[str], rows: Iterator[Row], key: Sequence[str]) -> None:
    fields = {field.attname: field.name for field in model._meta.concrete_fields}
    model._default_manager.bulk_create(
        [model(**dict(zip(names, row, strict=True))) for row in rows],
        update_conflicts=bool(key),
        unique_fields=[fields[name] for name in key] or None,
        update_fields=[fields[name] for name in names if name not in key] if key else None,
        batch_size=IN_A_STATEMENT,
    )


def _copy(model: Model, names: Sequence[str], rows: Iterator[Row], key: Sequence[str]) -> None:
    """The temporary table is dropped at once, for the transaction may go on to write more rows of this model."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    waiting = quote(f"waiting_{model._meta.db_table}") if key else table
    columns = {name: quote(str(by_name[name].column)) for name in names}
    listed = ", ".join(columns.values())
    same = ", ".join(columns[name] for name in key)
    replaced = ", ".join(f"{column} = EXCLUDED.{column}" for name, column in columns.items() if name not in key)
    writers = [_text_of(by_name[name]) for name in names]
    with transaction.atomic(), connection.cursor() as cursor:
        # All names are those of models.
        if key:
            cursor.execute(f"CREATE TEMPORARY TABLE {waiting} ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0")  # noqa: S608  # see above
        while texts := [_line(writers, row) for row in islice(rows, IN_A_COPY)]:
            with connection.wrap_database_errors:  # a COPY's faults are the driver's own otherwise
                cursor.copy_expert(f"COPY {waiting} ({listed}) FROM STDIN", io.BytesIO("".join(texts).encode()))
        if key:
            cursor.execute(
                f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {waiting} "  # noqa: S608  # see above
                f"ON CONFLICT ({same}) DO UPDATE SET {replaced}"
            )
            cursor.execute(f"DROP TABLE {waiting}")


def _line(writers: list[Callable[[Any], str]], row: Row) -> str:
    cells = [NULL if value is None else write(value) for write, value in zip(writers, row, strict=True)]
    return "\t".join(cells) + "\n"


def _text_of(field: models.Field) -> Callable[[Any], str]:
    """How values of a field are written in a line of COPY; None is written before it comes here."""
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)(ensure_ascii=False).encode
        return lambda value: _escaped(encode(value))
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: _escaped(str(value))
    return str


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")
