"""Results as a source of numbers for the engine of the indicators."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from indicators.calculations.formulas import Measure, Results
from indicators.calculations.moments import Moments, add_up
from indicators.calculations.numbers import latest
from indicators.calculations.provenance import Cited, together
from indicators.procedures import WITH_RESITS, Attempt, Wave
from indicators.sources import ELSEWHERE, Amount, Asked, Column, Columns, Place
from monitoring.models import ResultTotal
from monitoring.queries.objectivity import exam_of, left_out_exams
from monitoring.results_at_dates import Sitting, rows_at, sittings_at
from schools.periods import Period

MARKS = ("mark_2", "mark_3", "mark_4", "mark_5")
ALWAYS = ("school_id", "school_year", "procedure", "subject", "grade", "pupil_grade", "wave", "attempt", "participants")
# These follow from a scale or a threshold, so what is said about scales concerns them and no other number.
BY_SCALE = frozenset({Measure.PASSED, Measure.MARK_SUM, *(Measure(mark) for mark in MARKS)})
OF_SCALES = frozenset({"no_scale", "scale_of_earlier_year"})
OF_SCORES = frozenset({Measure.PRIMARY_SUM, Measure.PRIMARY_COUNT, Measure.TEST_SUM, Measure.TEST_COUNT})
UNKNOWN_LEVEL = "unknown_level"  # the work has no levels, or names them otherwise
RECENT = 1000  # texts of JSON that many numbers of a row, and neighbouring rows, share

Row = dict[str, Any]
Periods = dict[str, dict[Place, Amount]]
Sittings = Mapping[Period, set[Sitting]]  # by date
Exams = dict[tuple[str, ...], list[tuple[Results, Periods]]]  # by procedure, subject, wave and attempt


def read_results(asked: Asked) -> Columns:
    """A few queries: the totals, in which sessions are summed and attempts and levels already worked out, or sessions
    where dates are asked for, and what people marked as not objective. Such a result is there, so that the exam was
    held, but gives no number."""
    columns: dict[Results, Periods] = {leaf: defaultdict(dict) for leaf in asked.leaves if isinstance(leaf, Results)}
    exams: Exams = defaultdict(list)
    for leaf, by_period in columns.items():  # side by side, for to look up a leaf is to hash all of it
        exams[leaf.exam.procedure, leaf.exam.subject, leaf.exam.wave, leaf.attempt].append((leaf, by_period))
    left_out = frozenset() if asked.with_left_out else left_out_exams(asked.municipality_id)
    sittings = sittings_at(asked.municipality_id, _named(exams), asked.dates) if asked.dates else {}
    for periods, as_of, row in _standing(asked, exams, sittings):
        school = row["school_id"]
        nothing = _left_out(row) if left_out and exam_of(row) in left_out else None
        for leaf, by_period in exams[row["procedure"], row["subject"], row["wave"], row["attempt"]]:
            if not _is_about(leaf, row):
                continue
            amount = nothing if nothing is not None else _amount(leaf, row, as_of)
            for period in periods:
                column = by_period[period]
                column[school] = _both(column[school], amount) if school in column else amount
    if asked.schools is not None:
        _mark_elsewhere(asked, exams, sittings)
    return {leaf: dict[str, Column](by_period) for leaf, by_period in columns.items() if by_period}


def _named(exams: Exams) -> set[tuple[str, str, str]]:
    return {(procedure, subject, wave) for procedure, subject, wave, _ in exams}


def _mark_elsewhere(asked: Asked, exams: Exams, sittings: Sittings) -> None:
    """Where anybody has a result there is one, though nothing is told of it."""
    nobody_knows = Amount(number=None)
    for periods, row in _held(asked, exams, sittings):
        for attempt in (Attempt.FIRST, Attempt.BEST) if row["procedure"] in WITH_RESITS else (Attempt.FIRST,):
            for leaf, by_period in exams.get((row["procedure"], row["subject"], row["wave"], attempt), ()):
                if _is_about(leaf, row):
                    for period in periods:
                        by_period[period][ELSEWHERE] = nobody_knows


def _held(asked: Asked, exams: Exams, sittings: Sittings) -> Iterator[tuple[list[str], Row]]:
    """Whatever anybody has sat, with the periods that see it, in one query, or the date at which it stands."""
    if asked.dates:
        yield from (([date.code], sitting._asdict()) for date, sat in sittings.items() for sitting in sat)
        return
    fields = ("school_year", "procedure", "subject", "grade", "pupil_grade", "wave")
    procedures, subjects, *_ = (set(names) for names in zip(*exams, strict=True))
    totals = ResultTotal.objects.filter(
        school__municipality_id=asked.municipality_id,
        procedure__in=procedures,
        subject__in=subjects,
        attempt=Attempt.FIRST,  # no other is there without it
        **asked.where_year("school_year"),
    )
    for row in totals.order_by().values(*fields).distinct():
        yield asked.periods_of_year(row["school_year"], in_autumn=row["wave"] == Wave.AUTUMN), row


def _is_about(leaf: Results, row: Row) -> bool:
    exam = leaf.exam
    return exam.grade in (None, row["grade"]) and exam.pupil_grade in (None, row["pupil_grade"])


def _standing(asked: Asked, exams: Exams, sittings: Sittings) -> Iterator[tuple[list[str], Period | None, Row]]:
    """Totals with the periods in which they are read, or with the date at which they stand and the day they are of."""
    if asked.dates:
        for date, as_of, row in rows_at(asked.municipality_id, _named(exams), sittings, asked.schools):
            if (row["procedure"], row["subject"], row["wave"], row["attempt"]) in exams:
                yield [date.code], as_of, row
        return
    periods_of_year = cache(asked.periods_of_year)
    for row in _rows(asked, exams):
        yield periods_of_year(row["school_year"], in_autumn=row["wave"] == Wave.AUTUMN), None, row


def _rows(asked: Asked, exams: Exams) -> Iterable[Row]:
    """Totals of these exams and years, with the fields that the numbers are made of; JSON as text."""
    subjects: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for (procedure, subject, wave, attempt), leaves in exams.items():
        for exam in {leaf.exam for leaf, _ in leaves}:
            subjects[procedure, wave, attempt, exam.grade, exam.pupil_grade].add(subject)
    where = Q()
    for (procedure, wave, attempt, grade, pupil_grade), together_with in subjects.items():
        grades = {"grade": grade, "pupil_grade": pupil_grade}
        known = {name: number for name, number in grades.items() if number is not None}
        where |= Q(procedure=procedure, wave=wave, attempt=attempt, subject__in=together_with, **known)
    measures = {leaf.measure for leaves in exams.values() for leaf, _ in leaves}
    fields = {field for measure in measures for field in FIELDS[measure]}
    json_fields = ["warnings", "sources", "levels", *(HISTOGRAMS[measure] for measure in measures & HISTOGRAMS.keys())]
    texts = {f"{field}_text": Cast(field, TextField()) for field in json_fields}
    totals = ResultTotal.objects.filter(
        where, school__municipality_id=asked.municipality_id, **asked.where_year("school_year")
    )
    if asked.schools is not None:
        totals = totals.filter(school__in=asked.schools)
    return totals.order_by("pk").values(*fields.union(ALWAYS), **texts)


def _amount(leaf: Results, row: Row, as_of: Period | None) -> Amount:
    measure = leaf.measure
    number = _level_count(leaf, row) if measure is Measure.LEVELS else NUMBERS[measure](row)
    warnings = _warnings(row["warnings_text"], measure in BY_SCALE)
    if measure is Measure.LEVELS and number is None:
        warnings |= {UNKNOWN_LEVEL}
    spread = SPREADS[measure](row) if measure in SPREADS and number is not None else None
    moments = spread if spread and spread.total == number else None
    cited = Cited(row["sources_text"], "scores" if measure in OF_SCORES else "marks")
    return Amount(number, row["participants"], (cited,), warnings, moments=moments, as_of=as_of)


def _left_out(row: Row) -> Amount:
    """Named by what it is about, whatever is asked of it: attempts and measures of one result are left out once."""
    return Amount(number=None, excluded=frozenset({exam_of(row)}))


@lru_cache(RECENT)
def _warnings(text: str, by_scale: bool) -> frozenset[str]:
    warnings = frozenset(json.loads(text))
    return warnings if by_scale else warnings - OF_SCALES


@lru_cache(RECENT)
def _levels(text: str | None) -> dict[str, int]:
    counts = json.loads(text) if text else None
    return {level.casefold(): count for level, count in (counts or {}).items()}


def _level_count(leaf: Results, row: Row) -> int | None:
    """Pupils at these levels. A work that does not know one of them cannot tell: that is not zero."""
    counts = _levels(row["levels_text"])
    asked = [level.casefold() for level in leaf.levels]
    return sum(counts[level] for level in asked) if all(level in counts for level in asked) else None


def _mark_sum(row: Row) -> int | None:
    two, three, four, five = row["mark_2"], row["mark_3"], row["mark_4"], row["mark_5"]
    return None if None in (two, three, four, five) else 2 * two + 3 * three + 4 * four + 5 * five


def _field(name: str) -> Callable[[Row], int | None]:
    return lambda row: row[name]


def _spread_of_marks(row: Row) -> Moments | None:
    return Moments.of((mark, row[f"mark_{mark}"]) for mark in (2, 3, 4, 5))


def _spread_of_scores(name: str) -> Callable[[Row], Moments | None]:
    def spread(row: Row) -> Moments | None:
        histogram = json.loads(row[f"{name}_text"] or "null") or {}
        return Moments.of((int(score), many) for score, many in histogram.items())

    return spread


# How the marks or scores behind a sum are spread, for the interval of their mean.
SPREADS: dict[Measure, Callable[[Row], Moments | None]] = {
    Measure.MARK_SUM: _spread_of_marks,
    Measure.PRIMARY_SUM: _spread_of_scores("primary_histogram"),
    Measure.TEST_SUM: _spread_of_scores("test_histogram"),
}
HISTOGRAMS = {Measure.PRIMARY_SUM: "primary_histogram", Measure.TEST_SUM: "test_histogram"}
NUMBERS: dict[Measure, Callable[[Row], int | None]] = {
    measure: _field(measure.value) for measure in Measure if measure not in (Measure.MARK_SUM, Measure.LEVELS)
} | {Measure.MARK_SUM: _mark_sum}
FIELDS: dict[Measure, tuple[str, ...]] = {measure: (measure.value,) for measure in NUMBERS} | {
    Measure.MARK_SUM: MARKS,
    Measure.LEVELS: (),
}


def _both(first: Amount, second: Amount) -> Amount:
    """Pupils of one grade who wrote papers of two grades; a paper that is left out adds nothing but its name."""
    excluded = first.excluded | second.excluded
    for one, other in ((first, second), (second, first)):
        if one.is_left_out:
            return other._replace(excluded=excluded)

    def total(one: Any, other: Any) -> Any:
        return None if one is None or other is None else one + other

    return Amount(
        number=total(first.number, second.number),
        participants=total(first.participants, second.participants),
        refs=together(first.refs, second.refs),
        warnings=first.warnings | second.warnings,
        excluded=excluded,
        moments=add_up((first.moments, second.moments)),
        as_of=latest(first.as_of, second.as_of),
    )
