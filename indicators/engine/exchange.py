"""Values after results of a few schools changed: theirs are worked out anew, and in the sum of the municipality only
their part is exchanged.

What the others add is in the database already, school by school, and the municipality is their sum (rule 1): nobody
else's results are read. It is done only where what is stored of the municipality is exactly what is stored of its
schools together; else the indicator is worked out from the results of all (ADR 27).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import F, TextField
from django.db.models.functions import Cast

from indicators.calculations.evaluation import Evaluation, Members, Outcomes
from indicators.calculations.figures import OF_FIGURES
from indicators.calculations.formulas import (
    Count,
    Formula,
    Measure,
    Node,
    OverYears,
    Results,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    leaves,
    lookback,
)
from indicators.calculations.numbers import Columns
from indicators.calculations.outcomes import CHANGE_OVER_GAP, Outcome, restored
from indicators.calculations.populations import Lists
from indicators.calculations.provenance import Ref, compact
from indicators.engine.evaluate import Key, Plans, Row, as_stored, periods_with_data, rows_of
from indicators.engine.measured import Definition, Measured
from indicators.engine.scope import Reach
from indicators.models import MunicipalityValue, SchoolValue
from schools.periods import Period, PeriodKind

WITH_SPREAD = {Measure.MARK_SUM, Measure.PRIMARY_SUM, Measure.TEST_SUM}
FIELDS = ("numerator", "denominator", "participants", "excluded", "version", "as_of")
TEXTS = {f"{name}_text": Cast(F(name), TextField()) for name in ("sources", "warnings")}
RECENT = 20_000  # texts of JSON


def can_exchange(indicator: Measured, reached: Reach) -> bool:
    """Whether its schools' values add up as they are stored, and the schools are known whose values changed.

    Not where values are made of other values, whose parts are not stored, nor where the spread of marks is needed, nor
    under several definitions.
    """
    if reached.schools is None or len(indicator.definitions) != 1:
        return False
    return _adds_up(indicator.definitions[0].formula)


def _adds_up(node: Node) -> bool:
    read = leaves(node)
    if not all(isinstance(leaf, Results) for leaf in read):
        return False
    match node:
        case Share() | Count():
            return not any(leaf.measure in WITH_SPREAD for leaf in read if isinstance(leaf, Results))
        case OverYears(of=Share() | Count() as inner):
            return _adds_up(inner)
        case ShareOfSchools() | SchoolsMeeting():  # a school has met it or not, whatever it was that it met
            return True
        case _:
            return False


@dataclass
class Stored:
    """What is stored of one indicator, by code of the period."""

    definition: Definition
    schools: dict[str, Outcomes] = field(default_factory=lambda: defaultdict(dict))
    wholes: dict[str, Outcome] = field(default_factory=dict)
    doubtful: bool = False  # of another version, or with results left out, whose names are not stored

    @cached_property
    def of_figures(self) -> frozenset[str]:
        """Warnings of a figure that are not its outcome's: that of a gap is, where the formula itself looks back."""
        return OF_FIGURES - {CHANGE_OVER_GAP} if lookback(self.definition.formula) else OF_FIGURES

    def restored(self, period: Period, row: list[Any]) -> tuple[Outcome | None, bool]:
        """The outcome as it was before it was stored, None if it is of another version; and whether nothing is left
        out."""
        numerator, denominator, participants, excluded, version, as_of, sources, warnings = row
        if version != self.definition.version:
            return None, False
        outcome = restored(
            self.definition.formula,
            None if numerator is None else int(numerator),
            None if denominator is None else int(denominator),
            participants,
        )
        at = (Period.parse(as_of) if as_of else period) if period.kind is PeriodKind.DATE else None
        told = _warnings(warnings) - self.of_figures
        return outcome._replace(refs=_refs(sources), warnings=told, as_of=at), not excluded


def read_stored_sums(indicators: Iterable[Measured], reaches: Mapping[int, Reach]) -> dict[int, Stored]:
    """In two queries; of schools only in periods that are within reach."""
    by_id = {indicator.pk: indicator for indicator in indicators}
    found = {pk: Stored(indicator.definitions[0]) for pk, indicator in by_id.items()}
    near: set[str] = set()
    of_municipality = MunicipalityValue.objects.filter(indicator__in=by_id)
    for pk, code, *row in _texts(of_municipality):
        period = Period.parse(code)
        outcome, _ = found[pk].restored(period, row)
        if reaches[pk].holds(period):
            near.add(code)
        if outcome is None:
            found[pk].doubtful = True
        else:
            found[pk].wholes[code] = outcome
    of_schools = SchoolValue.objects.filter(indicator__in=by_id, period__in=near)
    periods = {code: Period.parse(code) for code in near}
    for pk, code, school, *row in _texts(of_schools, "school_id"):
        outcome, is_whole = found[pk].restored(periods[code], row)
        reached = reaches[pk].schools or frozenset()
        if outcome is None or (not is_whole and school not in reached):
            found[pk].doubtful = True
        elif outcome.value is not None:
            found[pk].schools[code][school] = outcome
    return found


def _texts(values: Any, *names: str) -> Iterable[tuple[Any, ...]]:
    return values.annotate(**TEXTS).values_list("indicator_id", "period", *names, *FIELDS, *TEXTS)


@lru_cache(RECENT)
def _refs(text: str) -> tuple[Ref, ...]:
    entries = json.loads(text)
    return tuple(Ref(entry["file"], entry["sheet"], entry["rows"], entry["upload"]) for entry in entries)


@lru_cache(RECENT)
def _warnings(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


class _Sums(Evaluation):
    """Columns of one formula in which the others stand as they are stored. In other periods the municipality is as
    stored, and of the schools only those are known whose results were read."""

    def __init__(
        self,
        columns: Columns,
        dates: tuple[Period, ...],
        formula: Formula,
        seeded: Mapping[str, Outcomes],
        wholes: Mapping[str, Outcome],
    ) -> None:
        super().__init__(columns, dates)
        self._seeded, self._stored_wholes = seeded, wholes
        self._outcomes.update(((formula, code), column) for code, column in seeded.items())

    def total(self, formula: Formula, period: Period, members: Members) -> Outcome | None:
        if period.code not in self._seeded:
            return self._stored_wholes.get(period.code)
        return super().total(formula, period, members)


def exchange(
    indicators: Iterable[Measured],
    columns: Columns,
    lists: Lists,
    plans: Plans,
    reaches: Mapping[int, Reach],
) -> Iterator[tuple[Measured, dict[Key, Row] | None]]:
    """Indicator by indicator the rows within reach; None where what is stored does not add up.

    `columns` have the numbers of the schools within reach.
    """
    indicators = list(indicators)
    stored = read_stored_sums(indicators, reaches)
    evaluations: dict[tuple[Period, ...], Evaluation] = {}
    for indicator in indicators:
        evaluation = evaluations.setdefault(indicator.dates, Evaluation(columns, indicator.dates))
        yield indicator, _exchanged(indicator, evaluation, lists, plans, reaches[indicator.pk], stored[indicator.pk])


def _exchanged(
    indicator: Measured, fresh: Evaluation, lists: Lists, plans: Plans, reached: Reach, stored: Stored
) -> dict[Key, Row] | None:
    (definition,) = indicator.definitions
    periods = [period for period, _ in periods_with_data(indicator, fresh.columns) if reached.holds(period)]
    if stored.doubtful or not all(_is_sum(definition, period, lists, stored) for period in periods):
        return None
    formula, own = definition.formula, reached.schools or frozenset()
    seeded: dict[str, Outcomes] = {}
    for period in periods:
        others = {school: row for school, row in stored.schools[period.code].items() if school not in own}
        theirs = fresh.outcomes(formula, period)
        seeded[period.code] = {**others, **{school: theirs[school] for school in own if school in theirs}}
    sums = _Sums(fresh.columns, indicator.dates, formula, seeded, stored.wholes)
    of_indicator = plans.get(indicator.pk, {})
    rows: dict[Key, Row] = {}
    for period in periods:
        rows |= rows_of(indicator, period, definition, sums, lists, of_indicator, reached)
    return rows


def _is_sum(definition: Definition, period: Period, lists: Lists, stored: Stored) -> bool:
    """Whether the schools' stored values make up what is stored of the municipality."""
    whole, column = stored.wholes.get(period.code), stored.schools[period.code]
    members = lists.members(definition.population, period)
    if whole is None:
        return not members  # of nobody there is nothing; others may have what cannot be told, and would be told of
    sums = _Sums({}, (), definition.formula, {period.code: {**column}}, {})
    added = sums.total(definition.formula, period, lambda _: members)
    return added is not None and _parts(added) == _parts(whole)


def _parts(outcome: Outcome) -> tuple[Any, ...]:
    numbers = (as_stored(outcome.numerator), as_stored(outcome.denominator), outcome.participants)
    return (*numbers, outcome.warnings, compact(outcome.refs), outcome.as_of)
