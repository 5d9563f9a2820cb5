"""ЕГЭ protocols of a whole region, from the files to the results, against reading them and keeping their rows.

Ours is what the workers do between the drop and the stored results: read in child processes, write cleaned sheets,
check, compare for the preview, and after the confirmation check, compare and write with totals in one transaction.
"""

import csv
import gc
import io
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import python_calamine
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import jobs
from accounts.models import Job
from monitoring.imports import parse
from monitoring.jobs.uploads import read_upload, store_upload
from monitoring.models import Result, ResultTotal, StoredSheet, Upload
from monitoring.services.uploads import confirm, start_upload
from schools.models import Municipality
from tests.bench import import_peer, world
from tests.bench.child import started_by
from tests.bench.frame import Row, Size, Skipped, medians, on_postgres, peak_memory
from tests.bench.spreadsheets import HEADERS, write_ege_books

WHOLE, ONE_READER = "import", "import, one reader"
PEER, GROWTH = "import, times as fast as django-import-export", "import, 20 to 640 schools"
NAMES = (WHOLE, ONE_READER, PEER, GROWTH)
ROWS_PER_SCHOOL = 100  # in each of the five workbooks
FLOOR_IS = "calamine read + COPY of the same rows"
FLOOR_TABLE = "bench_rows"


def rows(size: Size) -> Iterator[Row | Skipped]:
    if not on_postgres():
        yield from (Skipped(name, "COPY is PostgreSQL's.") for name in NAMES)
        return
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(size.pick(full=200, short=40), Path(folder))
        with floor_table():
            yield against_floor(trial, size, WHOLE, children=parse.MOST_CHILDREN)
            yield against_floor(trial, size, ONE_READER, children=1)
        yield against_peer(trial, size)
    yield growth(size)


class Trial:
    """A municipality with so many schools, the workbooks about them, and an upload of these that waits to be read."""

    def __init__(self, schools: int, folder: Path) -> None:
        self.town = world.bare_municipality(schools)
        codes = list(self.town.schools.order_by("pk").values_list("code", flat=True))
        self.paths = write_ege_books(folder, codes, rows_per_school=ROWS_PER_SCHOOL)
        self.schools, self.rows = schools, schools * ROWS_PER_SCHOOL * len(self.paths)

    def begin(self) -> None:
        """As if nothing of it had ever been brought in."""
        begin(self.town, self.paths)

    def bring_in(self) -> None:
        bring_in(self.town)
        stored = Result.objects.filter(school__municipality=self.town).count()
        if stored != self.schools * len(self.paths):
            raise AssertionError(f"{stored} results are stored")

    def counts(self) -> dict[str, int]:
        self.begin()
        with CaptureQueriesContext(connection) as queries:
            self.bring_in()
        sheets = StoredSheet.objects.filter(upload__municipality=self.town)
        kept = sum((Path(settings.MEDIA_ROOT) / sheet.path).stat().st_size for sheet in sheets)
        return {"rows": self.rows, "schools": self.schools, "queries": len(queries), "bytes kept": kept}


def begin(town: Municipality, paths: Sequence[Path]) -> None:
    for model in (Result, ResultTotal):
        model.objects.filter(school__municipality=town).delete()
    Upload.objects.filter(municipality=town).delete()
    Job.objects.filter(municipality=town).delete()
    start_upload(municipality=town, files=[(path.name, io.BytesIO(path.read_bytes())) for path in paths], by=None)


def bring_in(town: Municipality) -> None:
    upload = Upload.objects.get(municipality=town)
    jobs.run(upload.job_id or 0, read_upload)
    jobs.run(confirm(upload=upload, by=None).pk, store_upload)


def bring_in_anew(town_id: int, paths: list[str]) -> None:
    """In a child process, for its memory."""
    town = Municipality.objects.get(pk=town_id)
    begin(town, [Path(path) for path in paths])
    bring_in(town)


def processor_seconds() -> float:
    """Of this process and all that it started: those that have ended, those that live, and what these waited for."""
    ticks = 0
    for process in started_by(Path("/proc/self")):
        fields = (process / "stat").read_text().rpartition(")")[2].split()  # from the third on; a name may have spaces
        ticks += sum(map(int, fields[11:15]))
    return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")


class Measured:
    """A work whose seconds of processor are kept run by run."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.seconds: list[float] = []

    def __call__(self) -> None:
        before = processor_seconds()
        self.work()
        self.seconds.append(processor_seconds() - before)

    @property
    def milliseconds(self) -> int:
        return round(statistics.median(self.seconds) * 1000)


def against_floor(trial: Trial, size: Size, name: str, *, children: int) -> Row:
    floor, ours = Measured(lambda: keep_rows(trial.paths)), Measured(trial.bring_in)
    with mock.patch.object(parse, "MOST_CHILDREN", children):
        least, seconds = medians(floor, ours, runs=size.runs, before=trial.begin, warm_up=True)
        counts = trial.counts()
    counts |= {"CPU ms": ours.milliseconds, "CPU ms of the floor": floor.milliseconds}
    paths = [str(path) for path in trial.paths]
    memory = peak_memory(bring_in_anew, trial.town.pk, paths) if name == WHOLE else None
    return Row(name, ours=seconds, floor=least, floor_is=FLOOR_IS, memory_mb=memory, counts=counts)


def against_peer(trial: Trial, size: Size) -> Row:
    with import_peer.table():
        peer, ours = medians(lambda: import_peer.bring_in(trial.paths), trial.bring_in, runs=3, before=trial.begin)
    return Row(PEER, ours=ours, floor=peer, floor_is="django-import-export in bulk", counts={"rows": trial.rows})


def growth(size: Size) -> Row:
    """The floor is the seconds of the small one, so many times as the large one is larger."""
    few, many = size.pick(full=(20, 640), short=(20, 60))
    seconds = {}
    for schools in (few, many):
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(schools, Path(folder))
            (seconds[schools],) = medians(trial.bring_in, runs=3, before=trial.begin, warm_up=True)
    counts = {"schools, few": few, "schools, many": many}
    floor_is = "the few, as many times as the many are more"
    return Row(GROWTH, ours=seconds[many], floor=seconds[few] * many / few, floor_is=floor_is, counts=counts)


# --- The floor ------------------------------------------------------------------


@contextmanager
def floor_table() -> Iterator[None]:
    """A plain table with a column of text for every column of the widest sheet."""
    columns = ", ".join(f"c{number} text" for number in range(len(HEADERS)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {FLOOR_TABLE} ({columns})")
        yield
        cursor.execute(f"DROP TABLE {FLOOR_TABLE}")


def keep_rows(paths: Sequence[Path]) -> None:
    """Read every sheet and store its rows as they are, in one transaction; nobody who keeps them can do less."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {FLOOR_TABLE}")
        for path in paths:
            cursor.copy_expert(f"COPY {FLOOR_TABLE} FROM STDIN (FORMAT csv)", as_csv(read(path)))


def read(path: Path) -> list[list[object]]:
    gc.disable()  # collecting among millions of cells would slow the floor down
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    finally:
        gc.enable()


def as_csv(sheet: list[list[object]]) -> io.StringIO:
    rest = [""] * (len(HEADERS) - len(sheet[0]))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([*row, *rest] for row in sheet) if rest else csv.writer(text).writerows(sheet)
    text.seek(0)
    return text
