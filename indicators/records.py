"""Records of the portal as numbers of formulas. An app that keeps such records registers them when it starts: what is
counted of them, how they are read for values, which came to count lately, and how they are shown behind a value.

Records count on a day. A value counts those of its period up to the day that the municipality keeps (`CountedUpTo`), so
that it is the same whenever it is worked out; while the period runs the value says that day.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from indicators.calculations.formulas import Leaf, Records
from indicators.calculations.records import RecordKind, know
from indicators.models import CountedUpTo
from indicators.sources import Amount, Asked, Column, Columns, Place, Ref
from schools.models import School
from schools.periods import FIRST_MONTH_OF_PLANS, Period, PeriodKind, year_of_plans

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


@dataclass(frozen=True)
class Listed:
    """One record behind a number, in words."""

    title: str
    link: str
    about: str  # where it belongs: the plan, say
    day: dt.date  # on which it counts
    done_on: dt.date | None
    verdict: str  # «в срок», «не поступил»
    is_good: bool


@dataclass(frozen=True)
class Behind:
    """The records behind the numbers of a school in a period."""

    rows: tuple[Listed, ...] = ()
    others: int = 0  # that are not for these eyes


@dataclass(frozen=True)
class Keeper:
    """How the app that keeps the records tells of them, each in a few queries."""

    tally: Callable[[int, Stretch], Iterable[Tallied]]  # of the schools of a municipality
    # School years, as plans have them, with records that count on these days.
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
    if period.kind is PeriodKind.SCHOOL_YEAR:
        year = period.starts_on.year
        return Stretch(dt.date(year, FIRST_MONTH_OF_PLANS, 1), dt.date(year + 1, FIRST_MONTH_OF_PLANS, 1) - DAY)
    return Stretch(period.starts_on, period.ends_on)


def as_of(period: Period, up_to: dt.date) -> Period | None:
    """The day up to which a period that is not over is counted."""
    return None if days_of(period).last <= up_to else Period.parse(up_to.isoformat())


def read_records(asked: Asked) -> Columns:
    """One query and those of the keepers; nothing at dates, and nothing while nobody has begun to count."""
    up_to = counted_up_to(asked.municipality_id) if asked.kinds else None
    if up_to is None:
        return {}
    first = dt.date(max(asked.years.start, FIRST_DAY.year), 1, 1) if asked.years is not None else FIRST_DAY
    columns: dict[Leaf, Mapping[str, Column]] = {}
    for kind in sorted({leaf.kind for leaf in asked.leaves if isinstance(leaf, Records)}):
        words, keeper = keeper_of(kind)
        ref = Ref(form=words.name)
        columns |= _columns(asked, kind, keeper.tally(asked.municipality_id, Stretch(first, up_to)), up_to, ref)
    return columns


def _columns(asked: Asked, kind: str, tallied: Iterable[Tallied], up_to: dt.date, ref: Ref) -> Columns:
    totals: dict[tuple[Period, Place], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for school, day, numbers in tallied:
        for period in (period_of(one, day) for one in asked.kinds if one is not PeriodKind.DATE):
            if asked.holds(period):
                for measure, number in numbers.items():
                    totals[period, school][measure] += number
    columns: dict[Leaf, dict[str, dict[Place, Amount]]] = {}
    measures = {leaf.measure for leaf in asked.leaves if isinstance(leaf, Records) and leaf.kind == kind}
    for (period, place), total in totals.items():
        for measure in measures & total.keys():
            column = columns.setdefault(Records(kind, measure), {}).setdefault(period.code, {})
            column[place] = Amount(total[measure], refs=(ref,), as_of=as_of(period, up_to))
    return columns
