"""Recomputes the values of a municipality: all of them, or what a change can have touched."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, count
from typing import Any

from django.db import transaction

from indicators.calculations.formulas import Leaf
from indicators.engine.evaluate import VALUE_FIELDS, Key, Row, evaluate
from indicators.engine.exchange import can_exchange, exchange
from indicators.engine.measured import Measured, read_indicators, read_plans
from indicators.engine.scope import Reach, Scope, reach, schools_looked_at, years_looked_at
from indicators.engine.store import Differences, StoredRow, compare, read_stored, within_reach, write
from indicators.queries.identification_source import read_lists
from indicators.sources import Column, Columns, read_columns
from schools.models import School
from schools.periods import PeriodKind

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done
Writing = Callable[[int], AbstractContextManager[Any]]  # the transaction of the writing; how many values were looked at


@dataclass(frozen=True)
class Difference:
    """A value that is stored otherwise than it comes out; None where there is no row."""

    indicator: str
    school: str | None
    period: str
    stored: dict[str, Any] | None
    fresh: dict[str, Any] | None


@dataclass(frozen=True)
class Outcome:
    checked: int  # values worked out or found stored
    written: int
    deleted: int
    differences: tuple[Difference, ...]


def recompute(
    municipality_id: int,
    scope: Mapping[str, Any] | None = None,
    *,
    check: bool = False,
    progress: Progress | None = None,
    writing: Writing | None = None,
    job_id: int | None = None,
) -> Outcome:
    """Make stored values equal to what the sources give; with `check`, only say where they differ.

    Values are written in one transaction and only where they differ, so a second run writes nothing. A caller that has
    something to commit together with them gives the transaction as `writing`, which is told how many values were looked
    at; it is entered also when nothing differs. Written values say which job worked them out. Jobs see to it that two
    of one municipality never run side by side.
    """
    tell = progress or (lambda done, total, doing: None)
    indicators = read_indicators(municipality_id)
    asked = Scope.of(scope)
    reached = {indicator.pk: reach(asked, indicator, indicators) for indicator in indicators}
    reaches = {pk: found for pk, found in reached.items() if not found.is_nothing}
    touched = [indicator for indicator in indicators if indicator.pk in reaches]
    total = len(touched) + 2
    tell(0, total, "Читаются данные")
    with _without_looking_for_cycles():
        exchanging, others = _apart(touched, reaches)
        stored = list(read_stored({indicator.pk: reaches[indicator.pk] for indicator in exchanging}))
        fresh = _fresh_rows(
            municipality_id, exchanging, others, stored, reaches, lambda done, doing: tell(done, total, doing)
        )
        tell(total - 1, total, "Сравниваются значения")
        of_others = read_stored({indicator.pk: reaches[indicator.pk] for indicator in others})
        worked_out = len(fresh)
        differences = compare(fresh, within_reach(chain(stored, of_others), reaches))
    checked = worked_out + len(differences.gone)
    if not check:
        tell(total, total, "Записываются значения")  # nothing is told after: the writing may end the job
        # Only now, so that other writers wait for the writing and not for the reckoning.
        with writing(checked) if writing else transaction.atomic():
            write(differences, job_id)
    return Outcome(
        checked=checked,
        written=0 if check else len(differences.fresh),
        deleted=0 if check else len(differences.gone),
        differences=_told(differences, indicators, municipality_id) if check else (),
    )


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Numbers by the hundred thousand make none, and Python would look through all of them again and again: a third of
    the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _apart(touched: list[Measured], reaches: Mapping[int, Reach]) -> tuple[list[Measured], list[Measured]]:
    """Those in whose sums the part of a few schools can be exchanged, and all others."""
    exchanging = [indicator for indicator in touched if can_exchange(indicator, reaches[indicator.pk])]
    return exchanging, [indicator for indicator in touched if indicator not in exchanging]


def _fresh_rows(
    municipality_id: int,
    exchanging: list[Measured],
    others: list[Measured],
    stored: Iterable[StoredRow],
    reaches: Mapping[int, Reach],
    tell: Callable[[int, str], None],
) -> dict[Key, Row]:
    """Of the results of all schools, where those of the schools that changed are not enough; `stored` are the rows of
    the indicators in whose sums a part is exchanged."""
    lists = read_lists(municipality_id)
    plans = read_plans(reaches.keys(), schools_looked_at(reaches.values()))
    rows: dict[Key, Row] = {}
    left = list(others)
    done = count(1)
    if exchanging:
        few = reaches[exchanging[0].pk].schools or frozenset()  # the same of all
        columns = _columns(municipality_id, exchanging, reaches, schools=few)
        for indicator, found in exchange(exchanging, columns, lists, plans, reaches, few, stored):
            if found is None:
                left.append(indicator)
            else:
                rows |= found
                tell(next(done), f"Посчитан показатель {indicator.code}")
    if left:
        columns = _columns(municipality_id, left, reaches)
        for indicator, found in evaluate(left, columns, lists, plans, reaches):
            rows |= found
            tell(next(done), f"Посчитан показатель {indicator.code}")
    return rows


def _columns(
    municipality_id: int,
    touched: list[Measured],
    reaches: Mapping[int, Reach],
    schools: frozenset[int] | None = None,
) -> Columns:
    """What they look at: by periods, and as it stands at the dates of those that have dates."""
    by_period = [indicator for indicator in touched if indicator.period_kind is not PeriodKind.DATE]
    by_date = [indicator for indicator in touched if indicator.dates]
    columns: dict[Leaf, Mapping[str, Column]] = {}
    if by_period:
        kinds = {indicator.period_kind for indicator in by_period}
        years = years_looked_at(reaches[indicator.pk] for indicator in by_period)
        columns |= read_columns(municipality_id, _leaves(by_period), kinds, years, schools=schools)
    if by_date:
        dates = {date for indicator in by_date for date in indicator.dates}
        standing = read_columns(municipality_id, _leaves(by_date), (), dates=dates, schools=schools)
        for leaf, at_dates in standing.items():
            columns[leaf] = {**columns.get(leaf, {}), **at_dates}
    return columns


def _leaves(indicators: Iterable[Measured]) -> frozenset[Leaf]:
    return frozenset().union(*(indicator.leaves for indicator in indicators))


def _told(differences: Differences, indicators: list[Measured], municipality_id: int) -> tuple[Difference, ...]:
    """The fields in which they differ, by codes rather than ids."""
    codes = {indicator.pk: indicator.code for indicator in indicators}
    schools = {school.pk: school for school in School.objects.filter(municipality_id=municipality_id)}
    told = []
    for key in [*differences.fresh, *differences.gone]:
        before, after = differences.before.get(key), differences.fresh.get(key)
        fields = [
            place
            for place in range(len(VALUE_FIELDS))
            if before is None or after is None or before[place] != after[place]
        ]
        school = None if key[2] is None else schools[key[2]]
        told.append(
            Difference(
                indicator=codes[key[0]],
                school=school.public_code or school.name if school else None,
                period=key[1],
                stored=_fields(before, fields),
                fresh=_fields(after, fields),
            )
        )
    return tuple(told)


def _fields(row: Row | None, places: list[int]) -> dict[str, Any] | None:
    """As JSON takes them."""
    if row is None:
        return None
    return {VALUE_FIELDS[place]: str(row[place]) if isinstance(row[place], Decimal) else row[place] for place in places}
