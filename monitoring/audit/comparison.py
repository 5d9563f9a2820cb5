"""Holds what should be stored against what is stored, value by value and field by field."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.models import MunicipalityValue, SchoolValue
from monitoring.audit.calendar import kind_of
from monitoring.audit.expectations import FIELDS, Expectations, Expected
from monitoring.audit.formulas import Reckoning
from monitoring.audit.nodes import Place
from monitoring.audit.town import Definition, Measure, Town

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what is being done
ROW = "row"  # there is none where there should be one, or one where there should be none


@dataclass(frozen=True)
class Difference:
    """A field of a value that is stored otherwise than it should be; texts, blank where there is nothing."""

    indicator_id: int
    school_id: int | None  # None is the municipality
    period: str
    field: str
    stored: str
    expected: str


@dataclass(frozen=True)
class Audited:
    values: int  # stored, or expected to be
    differences: tuple[Difference, ...]


def audit(municipality_id: int, *, progress: Progress | None = None) -> Audited:
    """All values of a municipality. Writes nothing; indicator by indicator, so that no more than one is in memory."""
    tell = progress or (lambda done, total, doing: None)
    town = Town(municipality_id)
    total = len(town.measures) + 1
    tell(0, total, "Читаются исходные данные")
    periods = {measure.pk: _definitions(town, measure) for measure in town.measures}
    town.read(_all_leaves(periods))
    values = 0
    differences: list[Difference] = []
    for done, measure in enumerate(town.measures, 1):
        tell(done, total, f"Сверяется показатель {measure.code}")
        found, stored = _expected(town, measure, periods[measure.pk]), _stored(measure)
        values += len(found.keys() | stored.keys())
        differences += _compared(measure, found, stored)
        town.book.forget_answers()
    return Audited(values, tuple(differences))


Key = tuple[str, Place]
Periods = dict[str, Definition]


def _definitions(town: Town, measure: Measure) -> list[Definition]:
    """One for every day on which this or another indicator of the municipality gets a new version."""
    days = {version.valid_from for other in town.measures for version in other.versions}
    found = [town.definition_on(measure, day) for day in days]
    return [definition for definition in found if definition is not None]


def _all_leaves(definitions: dict[int, list[Definition]]) -> Iterator[Any]:
    for of_measure in definitions.values():
        for definition in of_measure:
            yield from definition.node.leaves


def _expected(town: Town, measure: Measure, definitions: list[Definition]) -> dict[Key, Expected]:
    """In every period of the indicator's kind in which anything that it looks at is there."""
    leaves = {leaf.text for definition in definitions for leaf in definition.node.leaves}
    codes = {code for text in leaves for code in town.numbers[text] if kind_of(code) == measure.period_kind}
    if measure.period_kind == "date":
        codes &= set(measure.dates)
    reckoning = Reckoning(town.numbers, measure.dates)
    found: dict[Key, Expected] = {}
    for code in sorted(codes):
        definition = town.definition(measure, code)
        if definition is not None and any(town.numbers[leaf.text].get(code) for leaf in definition.node.leaves):
            expectations = Expectations(town, reckoning, measure, definition, code)
            found |= {(code, place): expected for place, expected in expectations.all().items()}
    return found


def _stored(measure: Measure) -> dict[Key, Expected]:
    of_schools = SchoolValue.objects.filter(indicator=measure.pk).values_list("period", "school_id", *FIELDS)
    of_town = MunicipalityValue.objects.filter(indicator=measure.pk).values_list("period", *FIELDS)
    rows = {(code, school): row for code, school, *row in of_schools} | {(code, None): row for code, *row in of_town}
    return {key: dict(zip(FIELDS, row, strict=True)) for key, row in rows.items()}


def _compared(measure: Measure, found: dict[Key, Expected], stored: dict[Key, Expected]) -> Iterator[Difference]:
    for key in sorted(found.keys() | stored.keys(), key=lambda key: (key[0], key[1] or 0)):
        expected, kept = found.get(key), stored.get(key)
        fields = FIELDS if expected and kept else (ROW,)
        for field in fields:
            one, other = _field(kept, field), _field(expected, field)
            if one != other:
                yield Difference(measure.pk, key[1], key[0], field, text_of(one), text_of(other))


def _field(row: Expected | None, field: str) -> Any:
    """Of a whole row, its value stands for it."""
    if field != ROW:
        return row[field] if row else None
    return None if row is None else row["value"] if row["value"] is not None else "без значения"


def text_of(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize() + 0:f}" if isinstance(value, Decimal) else str(value)
