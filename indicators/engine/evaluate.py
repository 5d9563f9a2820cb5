"""From indicators and columns of numbers to the rows that are stored."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from indicators.calculations.evaluation import Evaluation
from indicators.calculations.figures import Figure, Figures
from indicators.calculations.formulas import leaves
from indicators.calculations.numbers import STORED_PLACES, Columns, Exact, Place, to_decimal
from indicators.calculations.populations import Lists
from indicators.calculations.provenance import compact
from indicators.calculations.readings import NO_PLAN, Plan
from indicators.engine.measured import Definition, Measured
from indicators.engine.scope import Reach
from schools.periods import Period

# The fields of a stored value that are worked out, in the order of `Row.fields`.
VALUE_FIELDS = (
    "numerator",
    "denominator",
    "value",
    "participants",
    "low",
    "high",
    "spread",
    "target",
    "reading",
    "change",
    "change_from",
    "change_reading",
    "participants_before",
    "excluded",
    "sources",
    "warnings",
    "as_of",
    "version",
)
MOST_DIGITS = 15
WHOLE = 10 ** (MOST_DIGITS - STORED_PLACES)  # smaller whole numbers are stored as they are
COUNTS = tuple(map(Decimal, range(1000)))  # of pupils, mostly: kept once and not for every value
PLACES = Decimal(1).scaleb(-STORED_PLACES)
Key = tuple[int, str, int | None]  # indicator, period, school; None is the municipality
Row = tuple[Any, ...]  # values of VALUE_FIELDS


Plans = Mapping[int, Mapping[Place, Plan]]  # by indicator


def evaluate(
    indicators: Iterable[Measured], columns: Columns, lists: Lists, plans: Plans, reaches: Mapping[int, Reach]
) -> Iterator[tuple[Measured, dict[Key, Row]]]:
    """Indicator by indicator, within its reach; what several look at is worked out once."""
    evaluations: dict[tuple[Period, ...], Evaluation] = {}  # dates are compared with those of the same indicator
    for indicator in indicators:
        evaluation = evaluations.setdefault(indicator.dates, Evaluation(columns, indicator.dates))
        rows: dict[Key, Row] = {}
        reached = reaches[indicator.pk]
        for period, definition in periods_with_data(indicator, columns):
            if reached.holds(period):
                of_indicator = plans.get(indicator.pk, {})
                rows |= rows_of(indicator, period, definition, evaluation, lists, of_indicator, reached)
        yield indicator, rows


def periods_with_data(indicator: Measured, columns: Columns) -> list[tuple[Period, Definition]]:
    """Periods of the indicator's kind, or of its dates, in which anything is there that its definition of the period
    looks at."""
    found = []
    for definition in indicator.definitions:
        codes = {code for leaf in leaves(definition.formula) for code in columns.get(leaf, {})}
        periods = (period for period in map(Period.parse, codes) if indicator.is_measured_in(period))
        found += [(period, definition) for period in periods if indicator.definition_of(period) is definition]
    return sorted(found, key=lambda pair: pair[0])


def rows_of(
    indicator: Measured,
    period: Period,
    definition: Definition,
    evaluation: Evaluation,
    lists: Lists,
    plans: Mapping[Place, Plan],
    reached: Reach,
) -> dict[Key, Row]:
    """The population's schools add up to the municipality, so no other school has a row."""
    figures = Figures(
        evaluation,
        definition.formula,
        definition.direction,
        period,
        lambda earlier: indicator.is_redefined(earlier, period),
    )
    members = lists.members(definition.population, period)
    schools = figures.of_schools(members if reached.schools is None else members & reached.schools, plans)
    rows: dict[Key, Row] = {
        (indicator.pk, period.code, school): _row(figure, period, definition.version)
        for school, figure in schools.items()
    }
    whole = figures.of_municipality(lambda at: lists.members(definition.population, at), plans.get(None, NO_PLAN))
    if whole is not None:
        rows[indicator.pk, period.code, None] = _row(whole, period, definition.version)
    return rows


def _row(figure: Figure, period: Period, version: int) -> Row:
    """Here, and only here, numbers are rounded."""
    outcome, interval = figure.outcome, figure.interval
    return (
        as_stored(outcome.numerator),
        as_stored(outcome.denominator),
        as_stored(outcome.value),
        outcome.participants,
        interval.low.quantize(PLACES, ROUND_HALF_UP) if interval else None,
        interval.high.quantize(PLACES, ROUND_HALF_UP) if interval else None,
        outcome.moments.text if outcome.moments else "",
        figure.target,
        figure.reading,
        as_stored(figure.change),
        figure.change_from,
        figure.change_reading,
        figure.participants_before,
        len(outcome.excluded),
        list(compact(outcome.refs)),
        list(figure.warnings),
        figure.as_of(period),
        version,
    )


def as_stored(number: Exact | None) -> Decimal | None:
    """Of very large sums (money, say) fewer places are kept: SQLite holds 15 digits, and what is read must equal what
    was written."""
    if number is None:
        return None
    if isinstance(number, int) and abs(number) < WHOLE:
        return COUNTS[number] if 0 <= number < len(COUNTS) else Decimal(number)
    rounded = to_decimal(number)
    excess = rounded.adjusted() + 1 + STORED_PLACES - MOST_DIGITS
    return to_decimal(number, STORED_PLACES - min(excess, STORED_PLACES)) if excess > 0 else rounded
