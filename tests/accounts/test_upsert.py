"""Many rows at once: few or many, new or known, they read as they were written."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.upsert import FEW, upsert
from indicators.models import SchoolValue
from tests.factories import IndicatorFactory, SchoolFactory

pytestmark = pytest.mark.django_db

NAMES = (
    *("school_id", "indicator_id", "period", "value", "participants", "reading", "change_reading", "change_from"),
    *("excluded", "sources", "warnings", "version", "computed_at", "numerator", "denominator", "low", "high"),
    *("target", "change", "as_of", "spread"),
)
KEY = ("school_id", "indicator_id", "period")
NOW = dt.datetime(2021, 5, 27, 9, 30, 15, 123456, tzinfo=dt.UTC)
HARD_TEXTS = ("", "\\N", "таб\tстрока\nвозврат\rобратная \\ черта", "\\t \\\\", "кавычки \" и ' и «ёлочки»", "NULL")


def row(school: int, indicator: int, place: int, text: str, value: Decimal | None) -> tuple[Any, ...]:
    source = [{"file": text, "sheet": "Лист1", "rows": "6-12", "upload": None}]
    rest = (None, None, None, None, None, None, "", "")
    return school, indicator, f"{place}", value, place, "behind", "same", text[:20], 3, source, [text], 2, NOW, *rest


def stored() -> list[tuple[Any, ...]]:
    return sorted(SchoolValue.objects.values_list(*NAMES), key=lambda found: int(found[2]))


def rows_of(count: int, value: Decimal | None) -> list[tuple[Any, ...]]:
    school, indicator = SchoolFactory.create().pk, IndicatorFactory.create().pk
    return [row(school, indicator, place, HARD_TEXTS[place % len(HARD_TEXTS)], value) for place in range(count)]


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, 3 * FEW])
@pytest.mark.parametrize("value", [Decimal("-12.345678"), Decimal("999999999.999999"), Decimal(7), None])
def test_rows_read_as_they_were_written(count: int, value: Decimal | None):
    rows = rows_of(count, value)
    upsert(SchoolValue, NAMES, iter(rows), key=KEY)
    assert stored() == rows


@pytest.mark.parametrize("count", [0, 3, 3 * FEW])
def test_without_a_key_all_rows_are_new(count: int):
    rows = rows_of(count, Decimal(1))
    upsert(SchoolValue, NAMES, iter(rows))
    assert stored() == rows
    if rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            upsert(SchoolValue, NAMES, rows)


@pytest.mark.parametrize("count", [3, 3 * FEW])
def test_known_rows_are_replaced_and_keep_their_ids_and_others_stay(count: int):
    rows = rows_of(count, Decimal(1))
    upsert(SchoolValue, NAMES, rows, key=KEY)
    ids = dict(SchoolValue.objects.values_list("period", "pk"))
    changed = [(*found[:3], Decimal(2), *found[4:]) for found in rows[1:]]
    upsert(SchoolValue, NAMES, changed, key=KEY)
    assert stored() == [rows[0], *changed]
    assert dict(SchoolValue.objects.values_list("period", "pk")) == ids


def test_one_transaction_may_write_many_times():
    rows = rows_of(3 * FEW, Decimal(1))
    with transaction.atomic():
        for part in (rows[: FEW + 1], rows[FEW + 1 :], rows):
            upsert(SchoolValue, NAMES, part, key=KEY)
    assert stored() == rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [2, 3 * FEW])
def test_one_bad_row_leaves_nothing_written(count: int):
    rows = rows_of(count, Decimal(1))
    nobody = max(found[0] for found in rows) + 1
    with pytest.raises(IntegrityError):
        upsert(SchoolValue, NAMES, [*rows[:-1], (nobody, *rows[-1][1:])], key=KEY)
    assert stored() == []


@pytest.mark.services  # SQLite takes a statement for every batch
def test_statements_do_not_grow_with_rows_on_postgresql():
    def statements(rows: Iterable[tuple[Any, ...]]) -> int:
        with CaptureQueriesContext(connection) as queries:
            upsert(SchoolValue, NAMES, rows, key=KEY)
        return len(queries)

    assert statements(rows_of(2 * FEW, None)) == statements(rows_of(20 * FEW, None)) < 8
