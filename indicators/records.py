"""Records of the portal as numbers of formulas. An app that keeps such records registers them when it starts: what is
counted of them, how they are read for values, which came to count lately, and how they are shown behind a value.

Records count on a day, and what goes on for a time in each period that has a day of it. A value counts those of its
period up to the day that the municipality keeps (`CountedUpTo`), so that it is the same whenever it is worked out;
while the period runs the value says that day.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from indicators.calculations.formulas import Leaf, Records
from indicators.calculations.records import RecordKind, know
from indicators.models import CountedUpTo
from indicators.sources import Amount, Asked, Column, Columns, Place, Ref
from schools.models import School
from schools.periods import Period, PeriodKind, days_of_plans, year_of_plans

FIRST_DAY = dt.date(2000, 1, 1)  # no plan of the portal begins earlier
DAY = dt.timedelta(days=1)


class Stretch(NamedTuple):
    """First and last day whose records are read."""

    first: dt.date
    last: dt.date


class Tallied(NamedTuple):
    """Numbers of a school that count on a day, by measure."""

    school: int
    day: dt.date
    numbers: Mapping[str, int]


class Once(NamedTuple):
    """Somebody or something of a school that a period counts once, however often it comes up there: a teacher with two
    mentors, say. `key` tells one from another."""

    school: int
    days: Stretch  # the last one may lie beyond those that are read
    measures: tuple[str, ...]
    key: int


@dataclass(frozen=True)
class Listed:
    """One record behind a number, in words."""

    title: str
    link: str
    about: str  # where it belongs: the plan, say
    day: dt.date  # on which it counts
    done_on: dt.date | None
    verdict: str  # «в срок», «не поступил»
    is_good: bool | None = None  # None: neither good nor bad


@dataclass(frozen=True)
class Behind:
    """The records behind the numbers of a school in a period."""

    rows: tuple[Listed, ...] = ()
    others: int = 0  # that are not for these eyes


@dataclass(frozen=True)
class Keeper:
    """How the app that keeps the records tells of them, each in a few queries."""

    tally: Callable[[int, Stretch], Iterable[Tallied | Once]]  # of the schools of a municipality
    # School years, as plans have them, in which something counts on these days that did not count before them.
    years: Callable[[int, Stretch], set[int]]
    behind: Callable[[Any, School, Stretch], Behind]  # as this person may see them
    columns: tuple[str, str, str, str, str]  # what people call title, about, day, done_on and verdict


_keepers: dict[str, tuple[RecordKind, Keeper]] = {}


def register(kind: RecordKind, keeper: Keeper) -> None:
    """Formulas may count these records from now on."""
    know(kind)
    _keepers[kind.code] = (kind, keeper)


def registered() -> Iterable[tuple[RecordKind, Keeper]]:
    return _keepers.values()


def keeper_of(kind: str) -> tuple[RecordKind, Keeper]:
    """KeyError where nobody keeps such records."""
    return _keepers[kind]


def counted_up_to(municipality_id: int) -> dt.date | None:
    """None while nothing has been counted: then no record counts."""
    return CountedUpTo.objects.filter(municipality=municipality_id).values_list("day", flat=True).first()


def period_of(kind: PeriodKind, day: dt.date) -> Period:
    """The period in which a record of the day counts. A school year is that of plans, from 1 September."""
    match kind:
        case PeriodKind.SCHOOL_YEAR:
            return Period.of_school_year(year_of_plans(day))
        case PeriodKind.CALENDAR_YEAR:
            return Period.parse(f"cy{day.year:04d}")
        case PeriodKind.HALF_YEAR:
            return Period.parse(f"{day.year:04d}h{(day.month + 5) // 6}")
        case PeriodKind.QUARTER:
            return Period.parse(f"{day.year:04d}q{(day.month + 2) // 3}")
        case _:
            raise ValueError(f"{kind} holds no records")


def days_of(period: Period) -> Stretch:
    """The days whose records a period counts."""
    return Stretch(*days_of_plans(period))


def as_of(period: Period, up_to: dt.date) -> Period | None:
    """The day up to which a period that is not over is counted."""
    return None if days_of(period).last <= up_to else Period.parse(up_to.isoformat())


def periods_of(kind: PeriodKind, days: Stretch) -> Iterator[Period]:
    """The periods that have one of these days, the earliest first."""
    day = days.first
    while day <= days.last:
        period = period_of(kind, day)
        yield period
        day = days_of(period).last + DAY


def read_records(asked: Asked) -> Columns:
    """One query, those of the keepers and one for the schools where records are kept of all; nothing at dates, and
    nothing while nobody has begun to count."""
    up_to = counted_up_to(asked.municipality_id) if asked.kinds else None
    if up_to is None:
        return {}
    first = dt.date(max(asked.years.start, FIRST_DAY.year), 1, 1) if asked.years is not None else FIRST_DAY
    columns: dict[Leaf, Mapping[str, Column]] = {}
    schools: frozenset[int] | None = None
    for code in sorted({leaf.kind for leaf in asked.leaves if isinstance(leaf, Records)}):
        kind, keeper = keeper_of(code)
        totals = _totals(asked, keeper, Stretch(first, up_to))
        if kind.is_of_all and totals:
            if schools is None:
                schools = frozenset(
                    School.objects.filter(municipality=asked.municipality_id).values_list("pk", flat=True)
                )
            _know_nought(kind, totals, schools)
        columns |= _columns(asked, kind, totals, up_to)
    return columns


Totals = dict[Period, dict[Place, dict[str, int]]]


def _totals(asked: Asked, keeper: Keeper, read: Stretch) -> Totals:
    """By period, school and measure."""
    totals: Totals = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    seen: set[tuple[Period, int, str, int]] = set()
    kinds = [kind for kind in asked.kinds if kind is not PeriodKind.DATE]
    for told in keeper.tally(asked.municipality_id, read):
        if isinstance(told, Once):
            within = Stretch(max(told.days.first, read.first), min(told.days.last, read.last))
            for period in (period for kind in kinds for period in periods_of(kind, within) if asked.holds(period)):
                for measure in told.measures:
                    mark = (period, told.school, measure, told.key)
                    totals[period][told.school][measure] += mark not in seen
                    seen.add(mark)
        else:
            for period in (period for kind in kinds if asked.holds(period := period_of(kind, told.day))):
                for measure, number in told.numbers.items():
                    totals[period][told.school][measure] += number
    return totals


def _know_nought(kind: RecordKind, totals: Totals, schools: frozenset[int]) -> None:
    for of_period in totals.values():
        for school in schools:
            has_none = school not in of_period
            for measure, counted in kind.measures.items():
                if has_none or not counted.may_be_unknown:
                    of_period[school].setdefault(measure, 0)


def _columns(asked: Asked, kind: RecordKind, totals: Totals, up_to: dt.date) -> Columns:
    columns: dict[Leaf, dict[str, dict[Place, Amount]]] = {}
    measures = {leaf.measure for leaf in asked.leaves if isinstance(leaf, Records) and leaf.kind == kind.code}
    refs = (Ref(form=kind.name),)
    for period, of_period in totals.items():
        day = as_of(period, up_to)
        for place, numbers in of_period.items():
            for measure in measures & numbers.keys():
                column = columns.setdefault(Records(kind.code, measure), {}).setdefault(period.code, {})
                column[place] = Amount(numbers[measure], refs=refs, as_of=day)
    return columns
