"""Values after results of a few schools changed: theirs are worked out anew, and in the sum of the municipality only
their part is exchanged.

What the others add is in the database already, and the municipality is the sum of its schools (rule 1): nobody else's
results are read. It is done only where what is stored of the municipality is exactly what is stored of its schools
together; else the indicator is worked out from the results of all (ADR 27).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.calculations.evaluation import Evaluation, Members, Outcomes, missing_schools
from indicators.calculations.formulas import (
    Count,
    Formula,
    Mean,
    Node,
    OverYears,
    Results,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    leaves,
)
from indicators.calculations.numbers import ELSEWHERE, Columns
from indicators.calculations.outcomes import Outcome
from indicators.calculations.populations import Lists
from indicators.calculations.provenance import Ref, Sheet, compact, left_behind, parse_spans, places_of
from indicators.engine.evaluate import Key, Plans, Row, as_stored, periods_with_data, rows_of
from indicators.engine.measured import Definition, Measured
from indicators.engine.scope import Reach
from indicators.engine.store import StoredRow
from indicators.engine.stored_sums import At, Stored, read_cited_by_others, read_stored_sums
from schools.periods import Period


def can_exchange(indicator: Measured, reached: Reach) -> bool:
    """Whether its schools' values add up as they are stored, and the schools are known whose values changed.

    Not where values are made of other values, whose parts are not stored, nor under several definitions.
    """
    if reached.schools is None or len(indicator.definitions) != 1:
        return False
    return _adds_up(indicator.definitions[0].formula)


def _adds_up(node: Node) -> bool:
    if not all(isinstance(leaf, Results) for leaf in leaves(node)):
        return False
    match node:
        case Share() | Mean() | Count() | OverYears(of=Share() | Mean() | Count()):
            return True
        case ShareOfSchools() | SchoolsMeeting():  # a school has met it or not, whatever it was that it met
            return True
        case _:
            return False


class _Sums(Evaluation):
    """Columns of one formula in which a few schools stand by themselves and all others as one. In other periods the
    municipality is as stored, and of the schools only those are known whose results were read."""

    def __init__(
        self,
        fresh: Evaluation,
        formula: Formula,
        few: frozenset[int],
        columns: Mapping[str, Outcomes],
        wholes: Mapping[str, Outcome],
    ) -> None:
        super().__init__(fresh.columns, fresh.dates)
        self._few, self._seeded, self._stored_wholes = few, columns.keys(), wholes
        self._outcomes.update(((formula, code), column) for code, column in columns.items())

    def total(self, formula: Formula, period: Period, members: Members) -> Outcome | None:
        if period.code not in self._seeded:
            return self._stored_wholes.get(period.code)

        def others_as_one(at: Period) -> frozenset[int]:
            schools = members(at)
            return schools if schools <= self._few else schools & self._few | {ELSEWHERE}

        return super().total(formula, period, others_as_one)


@dataclass
class _Exchange:
    """One indicator, in the periods within reach in which the few schools or others have anything."""

    indicator: Measured
    definition: Definition
    periods: list[Period]
    stored: Stored
    fresh: Evaluation
    few: frozenset[int]
    lists: Lists

    def members(self, period: Period) -> frozenset[int]:
        return self.lists.members(self.definition.population, period)

    def before(self, period: Period) -> Outcomes:
        return self.stored.few[period.code]

    def after(self, period: Period) -> Outcomes:
        theirs = self.fresh.outcomes(self.definition.formula, period)
        return {school: theirs[school] for school in self.few if school in theirs}

    def sheets_left(self, period: Period) -> set[Sheet]:
        """Of which the few schools cite less than before."""
        members = self.members(period) & self.few
        before, after = (
            [ref for school in members if school in outcomes for ref in outcomes[school].refs]
            for outcomes in (self.before(period), self.after(period))
        )
        return left_behind(before, after)

    def sums(self, columns: Mapping[str, Outcomes]) -> _Sums:
        return _Sums(self.fresh, self.definition.formula, self.few, columns, self.stored.wholes)

    def exchanged(self, cited_by_others: Mapping[At, tuple[Ref, ...]]) -> _Sums | None:
        """With the values of the few as they are now; None where the sum with those that are stored of them is not
        what is stored of the municipality."""
        others: dict[str, Outcomes] = {}
        for period in self.periods:
            column = self._others(period, cited_by_others.get((self.indicator.pk, period.code), ()))
            if column is None:
                return None
            others[period.code] = column
        before = self.sums({period.code: others[period.code] | self.before(period) for period in self.periods})
        if not all(self._is_stored(before, period) for period in self.periods):
            return None
        return self.sums({period.code: others[period.code] | self.after(period) for period in self.periods})

    def _others(self, period: Period, cited: tuple[Ref, ...]) -> Outcomes | None:
        """As one, unless somebody has a value who is not of the population.

        They are said to cite all that the municipality does, but of the sheets of which the few cite less now: there
        it has to be known what others do. Rows that are told otherwise than as spans merge only in their order.
        """
        schools, outcome = self.stored.others.get(period.code, (frozenset(), None))
        expected, whole = self.members(period) - self.few, self.stored.wholes.get(period.code)
        if self.stored.doubtful or not schools <= expected:
            return None
        if outcome is None or whole is None:
            return {}
        left = self.sheets_left(period)
        refs = (*(ref for ref in places_of(whole.refs) if ref.in_sheet not in left), *cited)
        if not all(parse_spans(ref.rows) or not ref.rows for ref in refs):
            return None
        formula = self.definition.formula
        missing = missing_schools(formula, known=len(schools), expected=len(expected))
        return {ELSEWHERE: outcome._replace(refs=refs, warnings=outcome.warnings | missing)}

    def _is_stored(self, sums: _Sums, period: Period) -> bool:
        """Whether the municipality has just this sum."""
        whole = self.stored.wholes.get(period.code)
        if whole is None:  # of nobody there is nothing; others may have what cannot be told, and would be told of
            return not self.members(period)
        added = sums.total(self.definition.formula, period, self.members)
        return added is not None and _parts(added) == _parts(whole)


def exchange(
    indicators: Iterable[Measured],
    columns: Columns,
    lists: Lists,
    plans: Plans,
    reaches: Mapping[int, Reach],
    few: frozenset[int],
    rows: Iterable[StoredRow],
) -> Iterator[tuple[Measured, dict[Key, Row] | None]]:
    """Indicator by indicator the rows within reach; None where what is stored does not add up.

    `few` are the schools within reach; `columns` have their numbers, `rows` what is stored of them and of the
    municipality.
    """
    indicators = list(indicators)
    stored = read_stored_sums(indicators, reaches, few, rows)
    evaluations: dict[tuple[Period, ...], Evaluation] = {}
    exchanges = []
    for indicator in indicators:
        (definition,) = indicator.definitions
        fresh = evaluations.setdefault(indicator.dates, Evaluation(columns, indicator.dates))
        periods = [period for period, _ in periods_with_data(indicator, columns) if reaches[indicator.pk].holds(period)]
        exchanges.append(_Exchange(indicator, definition, periods, stored[indicator.pk], fresh, few, lists))
    left = {(one.indicator.pk, period.code): one.sheets_left(period) for one in exchanges for period in one.periods}
    cited = read_cited_by_others(left, few)
    for one in exchanges:
        sums = one.exchanged(cited)
        yield one.indicator, None if sums is None else _rows(one, sums, plans, reaches[one.indicator.pk])


def _rows(exchange: _Exchange, sums: _Sums, plans: Plans, reached: Reach) -> dict[Key, Row]:
    indicator = exchange.indicator
    rows: dict[Key, Row] = {}
    for period in exchange.periods:
        of_indicator = plans.get(indicator.pk, {})
        rows |= rows_of(indicator, period, exchange.definition, sums, exchange.lists, of_indicator, reached)
    return rows


def _parts(outcome: Outcome) -> tuple[Any, ...]:
    numbers = (as_stored(outcome.numerator), as_stored(outcome.denominator), outcome.participants)
    return (*numbers, outcome.moments, outcome.warnings, compact(outcome.refs), outcome.as_of)
