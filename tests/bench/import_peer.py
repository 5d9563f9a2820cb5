"""The same files through django-import-export, tuned: in bulk, without diffs, and without looking for known rows.

It keeps one row a pupil in a plain table, without names. That is less than the portal does, which recognises layouts,
checks every cell, matches schools and compares with what is stored; it is what most projects would begin with.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import python_calamine
import tablib
from django.db import connection, models
from import_export.resources import ModelResource

from tests.bench.spreadsheets import HEAD_ROWS

COLUMNS = {
    "number": ("№",), "school": ("Код ОО",), "form": ("Класс",), "station": ("Код ППЭ",),
    "primary": ("Первичный балл",), "result": ("Тестовый балл", "Итоговый балл"),
}  # fmt: skip


class PupilRow(models.Model):
    """Known to no app's migrations: its table is made for the bench."""

    exam = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    school = models.CharField(max_length=20)
    form = models.CharField(max_length=10)
    station = models.CharField(max_length=10)
    primary = models.PositiveSmallIntegerField()
    result = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "bench"
        db_table = "bench_pupil_rows"

    def __str__(self) -> str:
        return f"{self.exam} {self.number}"


class PupilRows(ModelResource):
    class Meta:
        model = PupilRow
        fields = ("exam", *COLUMNS)
        import_id_fields = ("exam", "number")
        use_bulk = True
        batch_size = 2000
        force_init_instance = True
        skip_diff = True
        skip_html_diff = True
        skip_unchanged = False
        report_skipped = False
        use_transactions = True


@contextmanager
def table() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(PupilRow)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(PupilRow)


def bring_in(paths: Sequence[Path]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {PupilRow._meta.db_table}")
    for path in paths:
        PupilRows().import_data(dataset(path), raise_errors=True)


def dataset(path: Path) -> tablib.Dataset:
    """The columns that are kept; the rest would only be dropped by the resource, row by row."""
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    header: list[Any] = sheet[HEAD_ROWS - 1]
    places = [next(header.index(name) for name in names if name in header) for names in COLUMNS.values()]
    rows = ((path.stem, *(row[place] for place in places)) for row in sheet[HEAD_ROWS:])
    return tablib.Dataset(*rows, headers=["exam", *COLUMNS])
