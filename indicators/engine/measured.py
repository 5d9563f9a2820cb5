"""The indicators of a municipality, ready to be evaluated."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from indicators.calculations import (
    Formula,
    FormulaError,
    Population,
    Unresolved,
    dependencies,
    lookback,
    parse_formula,
    parse_population,
    resolve,
)
from indicators.calculations.covering import Matter
from indicators.calculations.formulas import Dependencies, Leaf, is_of_school_alone, leaves
from indicators.calculations.numbers import Place
from indicators.calculations.populations import OneSide
from indicators.calculations.readings import Direction, Plan, Point
from indicators.models import Baseline, Indicator, Target
from schools.periods import Period, PeriodKind

TEXTS = tuple(Cast(f"versions__{name}", TextField()) for name in ("formula", "population"))
DATES = Cast("measured_on", TextField())


class BrokenIndicator(Exception):
    """A stored formula or population does not hold together; the text is for people."""


@dataclass(frozen=True)
class Definition:
    """What an indicator is in periods that begin on `since` or later (None: in all), up to the next definition: one of
    its versions, every reference replaced by what it refers to in those periods."""

    since: dt.date | None
    version: int
    direction: Direction
    formula: Formula
    population: Population

    @cached_property
    def matter(self) -> Matter:
        return Matter.of(self.formula)

    def is_of_same_values(self, other: "Definition") -> bool:
        """Whether a value by one is comparable with a value by the other."""
        return (self.formula, self.population) == (other.formula, other.population)


@dataclass(frozen=True)
class Measured:
    """An indicator with all its definitions, the earliest first."""

    pk: int
    code: str
    period_kind: PeriodKind
    definitions: tuple[Definition, ...]
    references: frozenset[str]  # codes of the indicators that any version looks at, directly or through others
    dates: tuple[Period, ...] = ()  # on which it is measured, in their order; none where it has years

    def is_measured_in(self, period: Period) -> bool:
        is_date = self.period_kind is PeriodKind.DATE
        return period in self.dates if is_date else period.kind == self.period_kind

    def definition_of(self, period: Period) -> Definition | None:
        """None before the first definition, where only later periods have one."""
        holding = (row for row in reversed(self.definitions) if row.since is None or row.since <= period.starts_on)
        return next(holding, None)

    def is_redefined(self, earlier: Period, period: Period) -> bool:
        """Whether the two periods have values that do not compare."""
        if len(self.definitions) == 1:
            return False
        before, now = self.definition_of(earlier), self.definition_of(period)
        return before is not None and now is not None and not before.is_of_same_values(now)

    @cached_property
    def looks_at(self) -> Dependencies:
        """Exams, statistics, lists and records, of all definitions."""
        found = [dependencies(row.formula) for row in self.definitions]
        return Dependencies(
            exams=frozenset().union(*(row.exams for row in found)),
            statistics=frozenset().union(*(row.statistics for row in found)),
            indicators=frozenset().union(*(row.indicators for row in found)),
            identification=any(row.identification for row in found),
            records=frozenset().union(*(row.records for row in found)),
        )

    @property
    def populations(self) -> tuple[Population, ...]:
        return tuple(row.population for row in self.definitions)

    @property
    def looks_at_pairs(self) -> bool:
        return any(isinstance(population, OneSide) for population in self.populations)

    @cached_property
    def leaves(self) -> frozenset[Leaf]:
        return frozenset().union(*(leaves(row.formula) for row in self.definitions))

    @cached_property
    def lookback(self) -> int:
        """How many years before its period a value may depend on."""
        return max((lookback(row.formula) for row in self.definitions), default=0)

    @cached_property
    def is_of_school_alone(self) -> bool:
        """Whether a school's value can be told from its own numbers."""
        return all(is_of_school_alone(row.formula) for row in self.definitions)


@dataclass(frozen=True)
class _Version:
    """A stored version, read but not resolved."""

    number: int
    valid_from: dt.date | None
    direction: Direction
    formula: Formula
    population: Population


Versions = Mapping[str, Sequence[_Version]]  # by code of the indicator


def read_indicators(municipality_id: int) -> list[Measured]:
    """One query; BrokenIndicator when one cannot be evaluated, for silence would take its values away."""
    return list(_built(tuple(_rows(municipality_id))))


@lru_cache(maxsize=64)
def _built(rows: tuple[tuple, ...]) -> tuple[Measured, ...]:
    """Kept, for a catalogue seldom changes, and whatever is told of it and its versions is in these rows."""
    indicators: dict[str, tuple[int, str, list[str]]] = {}
    versions: dict[str, list[_Version]] = defaultdict(list)
    for pk, code, kind, measured_on, *version in rows:
        indicators[code] = (pk, kind, json.loads(measured_on))
        versions[code].append(_parsed(code, *version))
    direct = {
        code: frozenset().union(*(dependencies(version.formula).indicators for version in known))
        for code, known in versions.items()
    }
    return tuple(
        _measured(pk, code, PeriodKind(kind), measured_on, versions, _references(code, direct))
        for code, (pk, kind, measured_on) in indicators.items()
    )


def read_plans(indicators: Collection[int], schools: frozenset[int] | None = None) -> dict[int, dict[Place, Plan]]:
    """Baselines and targets of these indicators by id and place, of the municipality and of these schools (None: of
    all), in two queries."""
    planned = Q(indicator__in=indicators)
    if schools is not None:
        planned &= Q(school__isnull=True) | Q(school__in=schools)
    plans: dict[int, dict[Place, Plan]] = defaultdict(lambda: defaultdict(Plan))
    fields = ("indicator_id", "school_id", "period", "value")
    for indicator, school, period, value in Baseline.objects.filter(planned).values_list(*fields):
        plans[indicator][school].baseline = Point(Period.parse(period), Fraction(value))
    targets = Target.objects.filter(planned).annotate(kind=F("indicator__period_kind"))
    for indicator, school, period, value, kind in targets.values_list(*fields, "kind"):
        if (parsed := Period.parse(period)).kind == kind:
            plans[indicator][school].targets[parsed] = value
    return plans


def _rows(municipality_id: int) -> Iterable[tuple]:
    """Indicators beside each of their versions; formulas and populations as text."""
    indicators = Indicator.objects.filter(municipality_id=municipality_id).order_by("pk", "versions__number")
    fields = ("number", "valid_from", "direction")
    return indicators.values_list("pk", "code", "period_kind", DATES, *(f"versions__{name}" for name in fields), *TEXTS)


@lru_cache(maxsize=2000)
def _formula_of(text: str) -> Formula:
    return parse_formula(json.loads(text))


@lru_cache(maxsize=200)
def _population_of(text: str) -> Population:
    return parse_population(json.loads(text))


def _parsed(
    code: str, number: int | None, valid_from: dt.date | None, direction: Direction, formula: str, population: str
) -> _Version:
    if number is None:
        raise BrokenIndicator(f"Показатель {code}: не сохранено ни одной версии формулы.")
    try:
        return _Version(number, valid_from, direction, _formula_of(formula), _population_of(population))
    except FormulaError as error:
        raise BrokenIndicator(f"Показатель {code}: версия {number} записана неверно ({error}).") from None


def _measured(
    pk: int, code: str, kind: PeriodKind, measured_on: list[str], versions: Versions, references: frozenset[str]
) -> Measured:
    """A definition begins wherever the indicator, or one that it refers to, has a version that begins."""
    days = {version.valid_from for other in (code, *references) for version in versions.get(other, ())}
    definitions: list[Definition] = []
    for day in sorted(days, key=lambda day: day or dt.date.min):
        found = _definition(code, versions, day, references)
        if found and not (definitions and _is_same(definitions[-1], found)):
            definitions.append(found)
    dates = tuple(sorted(map(Period.parse, measured_on))) if kind is PeriodKind.DATE else ()
    return Measured(pk, code, kind, tuple(definitions), references, dates)


def _definition(code: str, versions: Versions, day: dt.date | None, references: frozenset[str]) -> Definition | None:
    """As of periods that begin on this day; None where it, or what it refers to, begins later."""
    holding = {other: version for other in (code, *references) if (version := _in_force(versions.get(other, ()), day))}
    own = holding.get(code)
    if own is None:
        return None
    try:
        formula = resolve(own.formula, {other: version.formula for other, version in holding.items()}, (code,))
    except Unresolved as error:
        if not error.is_cycle and error.way[-1] in versions:
            return None
        raise BrokenIndicator(f"Показатель {code}: ссылка ведёт в никуда или по кругу ({error}).") from None
    return Definition(day, own.number, own.direction, formula, own.population)


def _in_force(versions: Iterable[_Version], day: dt.date | None) -> _Version | None:
    """The highest number among those that hold for periods that begin on this day; None is before all days."""
    holding = (
        version for version in versions if version.valid_from is None or (day is not None and version.valid_from <= day)
    )
    return max(holding, key=lambda version: version.number, default=None)


def _is_same(one: Definition, other: Definition) -> bool:
    return (one.version, one.direction) == (other.version, other.direction) and one.is_of_same_values(other)


def _references(code: str, direct: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Everything reached through references of any version, whether they ever hold at once or not."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        new = direct.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting += new
    return frozenset(found)
