"""Mentoring counted a second time: row by row and period by period, from the rows alone.

The rules once more. A pairing counts for the school that it helps in each period in which it runs on a day, and so does
the teacher whom it helps, once however many pairings help them; pairs with pupils do not count. A meeting counts on its
day unless it is disputed; attendance on the first day of the event; a practice that stands published on the day when it
was published. Teachers who came or presented their experience are those who are named, each once. Where any school has
a row of a kind in a period, the schools that have none have nought; of one that has rows, and names nobody, it is not
known which teachers there were.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from mentoring.models import Attendance, Meeting, NamedAttendance, Pairing, Practice
from monitoring.audit.calendar import first_day, kind_of, last_day

KINDS_OF_EVENTS = {
    "seminars": {"seminar", "workshop", "webinar"},
    "contests": {"contest"},
    "active_forms": {"workshop", "master_class", "methodical_day", "round_table", "contest"},
}
MEASURES = {
    "pairings": ("teachers", "pairings"),
    "meetings": ("held", "confirmed"),
    "experience": ("practices", "presentations", "teachers"),
    **dict.fromkeys(("events", *KINDS_OF_EVENTS), ("times", "teachers")),
}


class Row(NamedTuple):
    """What a row says of a school. `who` is counted once; without it `number` is added."""

    school: int
    first: dt.date
    last: dt.date
    measure: str
    who: int | None = None
    number: int = 0


def rows_of(kind: str, municipality_id: int) -> Iterator[Row]:
    """All of a kind, whenever they count."""
    match kind:
        case "pairings":
            yield from _pairings(municipality_id)
        case "meetings":
            for one in Meeting.objects.filter(pairing__municipality=municipality_id).select_related("pairing"):
                if one.state != "disputed":
                    yield Row(one.pairing.school_id, one.on, one.on, "held", number=1)
                    yield Row(one.pairing.school_id, one.on, one.on, "confirmed", number=int(one.state == "confirmed"))
        case "experience":
            yield from _experience(municipality_id)
        case _:
            kinds = KINDS_OF_EVENTS.get(kind)
            for row, named in _attendance(municipality_id):
                if kinds is None or row.event.kind in kinds:
                    day = row.event.starts_on
                    came = row.administration + row.teachers + row.young + row.specialists
                    yield Row(row.school_id, day, day, "times", number=came)
                    yield from (Row(row.school_id, day, day, "teachers", who) for who in named)


def _pairings(municipality_id: int) -> Iterator[Row]:
    for one in Pairing.objects.filter(municipality=municipality_id):
        if one.kind not in ("teacher_pupil", "pupil_pupil"):
            last = one.ends_on or dt.date.max
            yield Row(one.school_id, one.starts_on, last, "pairings", who=one.pk)
            if one.teacher_id:
                yield Row(one.school_id, one.starts_on, last, "teachers", who=one.teacher_id)


def _experience(municipality_id: int) -> Iterator[Row]:
    for one in Practice.objects.filter(municipality=municipality_id, state="published"):
        day = one.published_on
        assert day
        yield Row(one.school_id, day, day, "practices", number=1)
        if one.teacher_id:
            yield Row(one.school_id, day, day, "teachers", one.teacher_id)
    for row, named in _attendance(municipality_id):
        if row.presented:
            day = row.event.starts_on
            yield Row(row.school_id, day, day, "presentations", number=row.presented)
            yield from (Row(row.school_id, day, day, "teachers", who) for who, presented in named.items() if presented)


def _attendance(municipality_id: int) -> Iterator[tuple[Attendance, dict[int, bool]]]:
    """With the teachers who are named, and whether each presented something."""
    named: dict[int, dict[int, bool]] = defaultdict(dict)
    rows = NamedAttendance.objects.filter(attendance__event__municipality=municipality_id)
    for attendance, teacher, presented in rows.values_list("attendance_id", "teacher_id", "presented"):
        named[attendance][teacher] = presented
    for row in Attendance.objects.filter(event__municipality=municipality_id).select_related("event"):
        yield row, named[row.pk]


Counted = dict[str, dict[int, dict[str, int]]]  # by period, school and measure


def counted(kind: str, municipality_id: int, kinds: Collection[str], up_to: dt.date, schools: Iterable[int]) -> Counted:
    """By periods of these kinds, up to the day that the municipality counts to."""
    rows = [row for row in rows_of(kind, municipality_id) if row.first <= up_to and row.last.year >= 2000]
    if not rows:
        return {}
    years = range(max(2000, min(row.first for row in rows).year) - 1, up_to.year + 1)
    found: Counted = {}
    for period in (code for year in years for code in _codes(year) if kind_of(code) in kinds):
        first, last = _days(period)
        there = [row for row in rows if row.first <= min(last, up_to) and row.last >= max(first, dt.date(2000, 1, 1))]
        if there and first <= up_to:
            found[period] = _in_period(kind, there, schools)
    return found


def _in_period(kind: str, rows: list[Row], schools: Iterable[int]) -> dict[int, dict[str, int]]:
    sums: dict[tuple[int, str], int] = defaultdict(int)
    people: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        if row.who is None:
            sums[row.school, row.measure] += row.number
        else:
            people[row.school, row.measure].add(row.who)
    has_rows = {row.school for row in rows}
    return {
        school: {
            one: sums[school, one] + len(people[school, one])
            for one in MEASURES[kind]
            if kind == "pairings" or one != "teachers" or school not in has_rows or people[school, one]
        }
        for school in schools
    }


def pairs_of_schools(municipality_id: int) -> list[Pairing]:
    return list(Pairing.objects.filter(municipality=municipality_id, kind="school_school"))


def side_of(pairs: Iterable[Pairing], side: str, period: str) -> set[int]:
    """The schools that are helped, or help, on a day of the period."""
    first, last = _days(period)
    running = [one for one in pairs if one.starts_on <= last and (one.ends_on or dt.date.max) >= first]
    return {one.school_id if side == "helped" else one.helping_school_id or 0 for one in running}


def _codes(year: int) -> Iterator[str]:
    yield from (f"{year:04d}", f"cy{year:04d}")
    yield from (f"{year:04d}h{half}" for half in (1, 2))
    yield from (f"{year:04d}q{quarter}" for quarter in (1, 2, 3, 4))


def _days(period: str) -> tuple[dt.date, dt.date]:
    """A school year of records begins in September."""
    if kind_of(period) == "school_year":
        year = int(period)
        return dt.date(year, 9, 1), dt.date(year + 1, 8, 31)
    return first_day(period), last_day(period)
