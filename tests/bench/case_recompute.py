"""Values of a whole municipality anew, and after one school's upload, against one GROUP BY and as large an upsert.

200 schools, five years, forty indicators: the catalogue of Назарово and as many again over other exams. Then 640
schools, three years and the indicators of all programmes at once.
"""

import datetime as dt
import io
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import jobs
from accounts.models import Job
from accounts.upsert import upsert
from indicators.engine import Outcome, recompute
from indicators.engine.store import WRITTEN
from indicators.jobs.recompute import run as run_recompute
from indicators.models import MunicipalityValue, SchoolValue
from monitoring.jobs.uploads import read_upload, store_upload
from monitoring.models import ResultTotal
from monitoring.services.uploads import confirm, start_upload
from schools.models import Municipality
from tests.bench import world
from tests.bench.catalogue import add_all_programmes, add_second_half
from tests.bench.frame import Row, Size, Skipped, medians, on_postgres, peak_memory
from tests.bench.spreadsheets import write_ege_books

WHOLE, AGAIN = "recompute", "recompute, nothing changed"
ONE_SCHOOL, GROWTH = "one school's upload to new values", "recompute, 20 to 640 schools"
ALL, ALL_ONE_SCHOOL = "recompute, all programmes", "recompute after one school's upload, all programmes"
ALL_GROWTH = "recompute, all programmes, 64 to 640 schools"
NAMES = (WHOLE, AGAIN, ONE_SCHOOL, GROWTH, ALL, ALL_ONE_SCHOOL, ALL_GROWTH)
FLOOR_IS = "one GROUP BY + one upsert by COPY of as many rows"
PUPILS = 25  # in the upload of one school
YEARS_OF_ALL = 3
# What a school uploads and corrects; none of it is compared with the municipality, which would touch every school.
UPLOADED = (("oge", "mathematics", 9), ("vpr", "russian", 5), ("vpr", "mathematics", 8))


def rows(size: Size) -> Iterator[Row | Skipped]:
    if not on_postgres():
        yield from (Skipped(name, "The floor is PostgreSQL's.") for name in NAMES)
        return
    town = town_of(size.pick(full=200, short=40))
    yield whole(town, size)
    yield nothing_changed(town, size)
    yield one_school(town, size)
    yield growth(size)
    yield from all_programmes(size)


def town_of(schools: int) -> Municipality:
    """Five years of results and no values yet."""
    town = world.municipality(schools, with_values=False)
    add_second_half(town)
    return town


def whole(town: Municipality, size: Size) -> Row:
    """The first time, when every value is written."""
    recompute(town.pk)
    count = values_of(town)
    floor, ours = medians(
        lambda: group_and_upsert(town, count),
        lambda: recompute(town.pk),
        runs=size.runs,
        before=lambda: forget_values(town),
        warm_up=True,
    )
    forget_values(town)
    return Row(WHOLE, ours, floor, FLOOR_IS, memory_mb=peak_memory(recompute_town, town.pk), counts=counts_of(town))


def nothing_changed(town: Municipality, size: Size) -> Row:
    """Every value is worked out and compared with the stored one."""
    count = values_of(town)
    other = town_of(town.schools.count())  # the floor writes over its own values
    group_and_upsert(other, count)
    floor, ours = medians(
        lambda: group_and_upsert(other, count), lambda: recompute(town.pk), runs=size.runs, warm_up=True
    )
    return Row(AGAIN, ours, floor, FLOOR_IS, memory_mb=peak_memory(recompute_town, town.pk), counts=counts_of(town))


def one_school(town: Municipality, size: Size) -> Row:
    """From the file to the values as workers do it, beside the recompute of everything."""
    other = town_of(town.schools.count())
    code = town.schools.order_by("pk").values_list("code", flat=True)[0]
    with tempfile.TemporaryDirectory() as folder:
        paths = [book_of(code, Path(folder) / f"{seed}", seed) for seed in range(size.runs + 3)]
        unread = iter(paths)
        floor, ours = medians(
            lambda: recompute(other.pk),
            lambda: bring_in(town, next(unread)),
            runs=size.runs,
            before=lambda: forget_values(other),
            warm_up=True,
        )
        with CaptureQueriesContext(connection) as queries:
            outcome = bring_in(town, next(unread))
        memory = peak_memory(bring_in_path, town.pk, str(next(unread)))
    if recompute(town.pk, check=True).differences:
        raise AssertionError("to recompute what was touched left other values than to recompute everything")
    counts = {"queries": len(queries), "values looked at": outcome.checked, "values written": outcome.written}
    return Row(ONE_SCHOOL, ours, floor, "the recompute of everything", memory_mb=memory, counts=counts)


def growth(size: Size) -> Row:
    """The floor is the seconds of the few, as many times as the many are more."""
    few, many = size.pick(full=(20, 640), short=(20, 60))
    least, most = recompute_seconds(few, many)
    counts = {"schools, few": few, "schools, many": many}
    floor_is = "the few, as many times as the many are more"
    return Row(GROWTH, ours=most, floor=least * many / few, floor_is=floor_is, counts=counts)


def recompute_seconds(*schools: int) -> list[float]:
    """Of everything for the first time, in municipalities with so many schools, in turns."""
    towns = [town_of(count) for count in schools]

    def forget_all() -> None:
        for town in towns:
            forget_values(town)

    works = [partial(recompute, town.pk) for town in towns]
    return medians(*works, runs=3, before=forget_all, warm_up=True)


def all_programmes(size: Size) -> Iterator[Row]:
    """640 schools, three years, every indicator of every programme; again with a tenth of the schools."""
    few, many = (town_of_all(schools) for schools in size.pick(full=(64, 640), short=(8, 80)))
    touched = town_of_all(many.schools.count())
    recompute(touched.pk)
    recompute(many.pk)
    count = values_of(many)

    def forget() -> None:
        for town in (few, many):
            forget_values(town)

    uploads = cycle(UPLOADED)
    floor, most, one, least = medians(
        lambda: group_and_upsert(many, count),
        lambda: recompute(many.pk),
        lambda: correct_one_school(touched, next(uploads)),
        lambda: recompute(few.pk),
        runs=size.runs,
        before=forget,
        warm_up=True,
    )
    if recompute(touched.pk, check=True).differences:
        raise AssertionError("to recompute what was touched left other values than to recompute everything")
    counts = counts_of(many)
    yield Row(ALL, most, floor, FLOOR_IS, memory_mb=peak_memory(recompute_town, many.pk), counts=counts)
    yield Row(ALL_ONE_SCHOOL, one, most, "the recompute of everything", counts=counts)
    times = many.schools.count() / few.schools.count()
    counts = {"schools, few": few.schools.count(), "schools, many": many.schools.count()}
    yield Row(ALL_GROWTH, most, least * times, "the few, as many times as the many are more", counts=counts)


def town_of_all(schools: int) -> Municipality:
    """Results, lists, numbers and the indicators of all programmes, and no values yet."""
    town = world.municipality(schools, YEARS_OF_ALL, with_values=False)
    add_all_programmes(town)
    world.add_what_indicators_ask_for(town, YEARS_OF_ALL)
    return town


def correct_one_school(town: Municipality, exam: tuple[str, str, int]) -> None:
    """One pupil more has passed than before: the totals as the writer leaves them, and the recompute it asks for."""
    school = town.schools.earliest("pk")
    procedure, subject, grade = exam
    totals = ResultTotal.objects.filter(
        school=school, procedure=procedure, subject=subject, grade=grade, school_year=world.LAST_YEAR
    )
    totals.update(passed=F("passed") + 1, participants=F("participants") + 1, mark_3=F("mark_3") + 1)
    outcome = recompute(town.pk, scope={"exams": [[*exam, world.LAST_YEAR]], "schools": [school.pk]})
    if not outcome.written:
        raise AssertionError("the upload changed nothing")


def recompute_town(town_id: int) -> None:
    """In a child process, for its memory."""
    recompute(town_id)


def bring_in_path(town_id: int, path: str) -> None:
    """In a child process, for its memory."""
    bring_in(Municipality.objects.get(pk=town_id), Path(path))


def bring_in(town: Municipality, path: Path) -> Outcome:
    """Read, confirm, write, recompute: what a person and the workers do one after the other."""
    upload = start_upload(municipality=town, files=[(path.name, io.BytesIO(path.read_bytes()))], by=None)
    jobs.run(upload.job_id or 0, read_upload)
    jobs.run(confirm(upload=upload, by=None).pk, store_upload)
    waiting = Job.objects.filter(kind=Job.Kind.RECOMPUTE, status=Job.Status.QUEUED, municipality=town)
    outcome = run_recompute(waiting.values_list("pk", flat=True)[0])  # which a worker learns from its message
    if outcome is None or not outcome.written:
        raise AssertionError("the upload changed nothing")
    return outcome


def book_of(code: str, folder: Path, seed: int) -> Path:
    """One exam of the school; its results differ from seed to seed."""
    folder.mkdir()
    return write_ege_books(folder, [code], rows_per_school=PUPILS, seed=seed)[0]


def forget_values(town: Municipality) -> None:
    """Leaves the tables as if these values had never been there; vacuuming needs no transaction."""
    with connection.cursor() as cursor:
        for model in (SchoolValue, MunicipalityValue):
            model.objects.filter(indicator__municipality=town).delete()
            cursor.execute(f"VACUUM {model._meta.db_table}")


def counts_of(town: Municipality) -> dict[str, int]:
    with CaptureQueriesContext(connection) as queries:
        recompute(town.pk)
    return {
        "schools": town.schools.count(),
        "indicators": town.indicators.count(),
        "values": values_of(town),
        "queries": len(queries),
    }


def values_of(town: Municipality) -> int:
    models = (SchoolValue, MunicipalityValue)
    return sum(model.objects.filter(indicator__municipality=town).count() for model in models)


# --- The floor ------------------------------------------------------------------

GROUPED = """
    SELECT total.school_id, indicator.id, total.school_year::text,
           SUM(total.mark_4 + total.mark_5), SUM(total.participants),
           ROUND(100.0 * SUM(total.mark_4 + total.mark_5) / SUM(total.participants), 6),
           MIN(total.sources #>> '{0,rows}')
    FROM monitoring_resulttotal total
    JOIN schools_school school ON school.id = total.school_id
    JOIN indicators_indicator indicator ON indicator.municipality_id = school.municipality_id
    WHERE school.municipality_id = %s AND total.grade = 4 + indicator.id %% 5 AND total.procedure = 'vpr'
    GROUP BY 1, 2, 3
    LIMIT %s
"""


def group_and_upsert(town: Municipality, count: int) -> None:
    """As many figures as there are values, each with all columns of a value, into the table of values itself.

    No figure is of the right exam and none is compared with an earlier one: nobody can show values and do less.
    """
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GROUPED, [town.pk, count])
        figures = cursor.fetchall()
        if len(figures) != count:
            raise AssertionError(f"{len(figures)} figures in place of {count} values")
        upsert(
            SchoolValue,
            ("school_id", *WRITTEN),
            (_value(now, *row) for row in figures),
            key=("school_id", "indicator_id", "period"),
        )


def _value(
    now: dt.datetime, school: int, indicator: int, period: str, part: int, whole: int, share: Decimal, spans: str
) -> tuple[Any, ...]:
    sources = [{"file": "Результаты.xlsx", "sheet": "Лист1", "rows": spans, "upload": 1}]
    reading = (None, "no_target", share, period, "better", whole)
    spread = f"{whole} {part} {part} {part} {part} 2 5"
    figure = (part, whole, share, whole, share, share, spread, *reading, 0, sources, [], "", 1)
    return school, indicator, period, now, None, *figure
