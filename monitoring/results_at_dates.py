"""Results as they stood on a day: the last ones available by then, each with the day that they are of.

ВПР and ГИА are campaigns of a school year: the last one that anybody in the municipality had begun by that day counts,
its sessions up to the day summed, and a school that was not in it has nothing. Of other works, which schools hold on
days of their own, a school's latest session counts.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.db import models

from indicators.calculations.formulas import LOOKBACK_YEARS
from indicators.procedures import WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import MATHEMATICS, MATHEMATICS_LEVELS
from monitoring.calculations import counted_subjects
from monitoring.jobs.totals import KEY_FIELDS, TOTAL_FIELDS, Group, group_of, totals_of
from monitoring.models import Result
from schools.periods import Period

YEARLY = WITH_RESITS | {Procedure.VPR}
# Month and day from which results stand whose file does not say when the work was written: for ВПР and other works the
# end of the school year or of the autumn wave, for ГИА the end of its main period (unconfirmed). They are dates of our
# own choice, said beside every value that rests on them.
UNDATED = {Wave.SPRING: (5, 31), Wave.AUTUMN: (10, 31), Wave.MAIN: (5, 31)}
UNDATED_OF_GIA = (6, 30)
JSON_FIELDS = ("warnings", "sources", "levels", "primary_histogram", "test_histogram")

Exam = tuple[str, str, int, str]  # procedure, subject, grade of the paper, wave
ExamOfAnyGrade = tuple[str, str, str]  # procedure, subject, wave
Row = dict[str, Any]


class Sitting(NamedTuple):
    """A session that anybody in the municipality has sat for the first time; the union of levels has those of both."""

    school_year: int
    procedure: str
    subject: str
    grade: int
    wave: str
    pupil_grade: int
    session: str

    @property
    def exam(self) -> Exam:
        return self.procedure, self.subject, self.grade, self.wave


class Dated(Protocol):
    """What tells when results came."""

    @property
    def school_year(self) -> int: ...
    @property
    def procedure(self) -> str: ...
    @property
    def wave(self) -> str: ...
    @property
    def session(self) -> str: ...


def rows_at(
    municipality_id: int,
    exams: Collection[ExamOfAnyGrade],
    sittings: Mapping[Period, set[Sitting]],
    schools: Collection[int] | None = None,
) -> Iterator[tuple[Period, Period, Row]]:
    """For each date the totals that stand there, as `ResultTotal` has them, with the day they are of; of these schools
    or of all. One query. `sittings` are those of these exams, by everybody."""
    groups = _results(municipality_id, exams, sittings.keys(), schools)
    for date, sat in sittings.items():
        available = {
            group: [result for result in results if available_on(result) <= date.ends_on]
            for group, results in groups.items()
            if group[1] >= date.school_year - LOOKBACK_YEARS
        }
        for group, results in _last(available, _years(sat)).items():
            as_of = Period.parse(max(map(available_on, results)).isoformat())
            for key, values in totals_of(group, results):
                yield date, as_of, _row(key, values)


@cache
def _day(year: int, month_and_day: tuple[int, int]) -> dt.date:
    return dt.date(year, *month_and_day)


def available_on(result: Dated) -> dt.date:
    """The day of the session, or where none is known the end of its wave."""
    if result.session:
        return dt.date.fromisoformat(result.session)
    wave = Wave(result.wave)
    month_and_day = UNDATED_OF_GIA if result.procedure in WITH_RESITS else UNDATED[wave]
    return _day(result.school_year + (wave is not Wave.AUTUMN), month_and_day)


def sittings_at(
    municipality_id: int, exams: Collection[ExamOfAnyGrade], dates: Collection[Period]
) -> dict[Period, set[Sitting]]:
    """For each date, in their order, what anybody had sat by then and still counts: of campaigns those of the last year
    that was begun. One query."""
    rows = _near(municipality_id, exams, dates).filter(attempt=Attempt.FIRST).order_by()
    wanted = set(exams)
    sat = [
        sitting._replace(subject=subject)
        for sitting in map(Sitting._make, rows.values_list(*Sitting._fields).distinct())
        for subject in counted_subjects(sitting.procedure, sitting.subject)
        if (sitting.procedure, subject, sitting.wave) in wanted
    ]
    return {date: _counting(sat, date) for date in sorted(dates)}


def _counting(sat: Iterable[Sitting], date: Period) -> set[Sitting]:
    since = date.school_year - LOOKBACK_YEARS
    by_then = [row for row in sat if available_on(row) <= date.ends_on and row.school_year >= since]
    years = _years(by_then)
    return {row for row in by_then if row.procedure not in YEARLY or row.school_year == years[row.exam]}


def _years(sittings: Iterable[Sitting]) -> dict[Exam, int]:
    """The last school year in which each exam was begun."""
    years: dict[Exam, int] = defaultdict(int)
    for sitting in sittings:
        years[sitting.exam] = max(years[sitting.exam], sitting.school_year)
    return years


def _near(
    municipality_id: int, exams: Collection[ExamOfAnyGrade], dates: Collection[Period]
) -> models.QuerySet[Result]:
    """Sessions of these exams that can stand at these dates, and some of others."""
    procedures, subjects, _ = (set(names) for names in zip(*exams, strict=True))
    years = [date.school_year for date in dates]
    return Result.objects.filter(
        school__municipality_id=municipality_id,
        procedure__in=procedures,
        subject__in=subjects | (set(MATHEMATICS_LEVELS) if MATHEMATICS in subjects else set()),
        school_year__gte=min(years) - LOOKBACK_YEARS,
        school_year__lte=max(years),
    )


def _results(
    municipality_id: int,
    exams: Collection[ExamOfAnyGrade],
    dates: Collection[Period],
    schools: Collection[int] | None,
) -> dict[Group, list[Result]]:
    """Sessions of these exams by group; the union of levels of ЕГЭ mathematics has those of both."""
    wanted = set(exams)
    rows = _near(municipality_id, exams, dates)
    if schools is not None:
        rows = rows.filter(school__in=schools)
    found: dict[Group, list[Result]] = defaultdict(list)
    for result in rows.order_by("pk").defer("tasks"):
        group = group_of(result)
        for subject in counted_subjects(result.procedure, result.subject):
            if (result.procedure, subject, result.wave) in wanted:
                found[(*group[:3], subject, *group[4:])].append(result)
    return found


def _last(available: dict[Group, list[Result]], years: Mapping[Exam, int]) -> dict[Group, list[Result]]:
    """What counts of that: without a first attempt nobody has sat the exam yet. `years` are those begun by anybody."""
    begun = {
        group: results
        for group, results in available.items()
        if any(result.attempt == Attempt.FIRST for result in results)
    }
    days: dict[tuple[int, Exam], dt.date] = defaultdict(lambda: dt.date.min)
    for group, results in begun.items():
        school, *_ = group
        days[school, group[2:]] = max(days[school, group[2:]], *map(available_on, results))
    last: dict[Group, list[Result]] = {}
    for group, results in begun.items():
        school, year, procedure, *_ = group
        if procedure in YEARLY:
            if year == years[group[2:]]:
                last[group] = results
        elif latest := [result for result in results if available_on(result) == days[school, group[2:]]]:
            last[group] = latest
    return last


def _row(key: Iterable[Any], values: Iterable[Any]) -> Row:
    """As the query of totals gives it, JSON as text."""
    row = dict(zip((*KEY_FIELDS, *TOTAL_FIELDS), (*key, *values), strict=True))
    return row | {f"{name}_text": json.dumps(row[name]) for name in JSON_FIELDS}
