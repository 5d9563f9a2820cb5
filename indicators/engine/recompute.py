"""Recomputes the values of a municipality: all of them, or what a change can have touched."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from indicators.calculations.formulas import leaves
from indicators.engine.evaluate import VALUE_FIELDS, Key, Row, evaluate
from indicators.engine.measured import Measured, read_indicators
from indicators.engine.scope import Reach, Scope, reach
from indicators.engine.store import Differences, compare, read_stored, write
from indicators.queries.identification_source import read_lists
from indicators.sources import read_columns
from schools.models import School
from schools.periods import Period

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done
Writing = Callable[[], AbstractContextManager[Any]]  # the transaction in which values are written


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
    writing: Writing = transaction.atomic,
) -> Outcome:
    """Make stored values equal to what the sources give; with `check`, only say where they differ.

    Values are written in one transaction and only where they differ, so a second run writes nothing. A caller that has
    something to commit together with them gives the transaction as `writing`; it is entered also when nothing differs.
    Jobs see to it that two of one municipality never run side by side.
    """
    tell = progress or (lambda done, total, doing: None)
    indicators = read_indicators(municipality_id)
    asked = Scope.of(scope)
    reaches = {indicator.pk: reach(asked, indicator, indicators) for indicator in indicators}
    touched = [indicator for indicator in indicators if not reaches[indicator.pk].is_nothing]
    total = len(touched) + 2
    tell(0, total, "Читаются данные")
    fresh = _fresh_rows(municipality_id, touched, reaches, lambda done, doing: tell(done, total, doing))
    tell(total - 1, total, "Сравниваются значения")
    stored = read_stored([indicator.pk for indicator in touched])
    again = _reached(stored.rows, reaches)
    differences = compare(fresh, stored, again)
    if not check:
        tell(total, total, "Записываются значения")  # nothing is told after: the writing may end the job
        with writing():  # only now, so that other writers wait for the writing and not for the reckoning
            write(differences)
    return Outcome(
        checked=len(fresh.keys() | again),
        written=0 if check else len(differences.fresh),
        deleted=0 if check else len(differences.gone),
        differences=_told(differences, indicators, municipality_id) if check else (),
    )


def _fresh_rows(
    municipality_id: int,
    touched: list[Measured],
    reaches: Mapping[int, Reach],
    tell: Callable[[int, str], None],
) -> dict[Key, Row]:
    wanted = {leaf for indicator in touched for leaf in leaves(indicator.formula)}
    columns = read_columns(municipality_id, wanted, {indicator.period_kind for indicator in touched})
    lists = read_lists(municipality_id)
    rows: dict[Key, Row] = {}
    evaluated = evaluate(touched, columns, lists, lambda indicator, period: reaches[indicator.pk].holds(period))
    for done, (indicator, found) in enumerate(evaluated, start=1):
        rows |= found
        tell(done, f"Посчитан показатель {indicator.code}")
    return rows


def _reached(keys: Iterable[Key], reaches: Mapping[int, Reach]) -> set[Key]:
    """Stored values that the scope asks to be worked out anew."""
    by_period: dict[tuple[int, str], list[Key]] = defaultdict(list)
    for key in keys:
        by_period[key[0], key[1]].append(key)
    return {
        key
        for (indicator, period), found in by_period.items()
        if reaches[indicator].holds(Period.parse(period))
        for key in found
    }


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
