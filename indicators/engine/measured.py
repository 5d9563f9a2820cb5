"""The indicators of a municipality, ready to be evaluated."""

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from indicators.calculations import (
    Formula,
    FormulaError,
    Population,
    Unresolved,
    dependencies,
    parse_formula,
    parse_population,
    resolve,
)
from indicators.calculations.formulas import Dependencies
from indicators.calculations.readings import Direction
from indicators.models import Indicator, Target
from schools.periods import Period, PeriodKind


class BrokenIndicator(Exception):
    """A stored formula or population does not hold together; the text is for people."""


@dataclass(frozen=True)
class Measured:
    """An indicator with its formula resolved: every reference replaced by what it refers to."""

    pk: int
    code: str
    version: int
    direction: Direction
    period_kind: PeriodKind
    formula: Formula
    population: Population
    references: frozenset[str]  # codes of the indicators it looks at, directly or through others
    targets: dict[Period, Decimal]

    @cached_property
    def looks_at(self) -> Dependencies:
        """Exams, statistics and lists."""
        return dependencies(self.formula)


class _Row(NamedTuple):
    pk: int
    code: str
    version: int
    direction: Direction
    period_kind: str
    formula: str  # JSON as text: formulas seldom change, so that what was made of a text is kept
    population: str


def read_indicators(municipality_id: int) -> list[Measured]:
    """Two queries; BrokenIndicator when one cannot be evaluated, for silence would take its values away."""
    rows = _rows(municipality_id)
    formulas = {row.code: _parsed(row) for row in rows}
    targets: dict[int, dict[Period, Decimal]] = defaultdict(dict)
    of_municipality = Target.objects.filter(indicator__municipality_id=municipality_id, school__isnull=True)
    for indicator, period, value in of_municipality.values_list("indicator_id", "period", "value"):
        targets[indicator][Period.parse(period)] = value
    return [_measured(row, formulas, targets[row.pk]) for row in rows]


def _rows(municipality_id: int) -> list[_Row]:
    texts = [Cast(name, TextField()) for name in ("formula", "population")]
    indicators = Indicator.objects.filter(municipality_id=municipality_id).order_by("pk")
    return [_Row(*row) for row in indicators.values_list(*_Row._fields[:-2], *texts)]


@lru_cache(maxsize=2000)
def _formula_of(text: str) -> Formula:
    return parse_formula(json.loads(text))


@lru_cache(maxsize=200)
def _population_of(text: str) -> Population:
    return parse_population(json.loads(text))


def _parsed(row: _Row) -> Formula:
    try:
        return _formula_of(row.formula)
    except FormulaError as error:
        raise BrokenIndicator(f"Показатель {row.code}: формула записана неверно ({error}).") from None


def _measured(row: _Row, formulas: dict[str, Formula], targets: dict[Period, Decimal]) -> Measured:
    try:
        formula = resolve(formulas[row.code], formulas, (row.code,))
        population = _population_of(row.population)
    except Unresolved as error:
        raise BrokenIndicator(f"Показатель {row.code}: ссылка ведёт в никуда или по кругу ({error}).") from None
    except FormulaError as error:
        raise BrokenIndicator(f"Показатель {row.code}: круг школ записан неверно ({error}).") from None
    return Measured(
        pk=row.pk,
        code=row.code,
        version=row.version,
        direction=row.direction,
        period_kind=PeriodKind(row.period_kind),
        formula=formula,
        population=population,
        references=_references(row.code, formulas),
        targets={period: value for period, value in targets.items() if period.kind == row.period_kind},
    )


def _references(code: str, formulas: dict[str, Formula]) -> frozenset[str]:
    """Everything reached through references; they are known to end, for the formula was resolved."""
    direct = dependencies(formulas[code]).indicators
    return direct.union(*(_references(other, formulas) for other in direct))
