"""In what a stored indicator differs from what somebody has typed, for whoever comes second."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indicators.calculations import Vocabulary
from indicators.models import Indicator
from indicators.passport_fields import PASSPORT_LABELS
from indicators.queries.definitions import Surroundings
from indicators.queries.versions import definition_in_words, in_words, population_in_words

LABELS = PASSPORT_LABELS | {"role": "Роль", "position": "Место в программе", "direction": "Направление"}


@dataclass(frozen=True)
class Written:
    title: str
    stored: str
    typed: str


def written_otherwise(
    stored: Indicator,
    fields: Mapping[str, Any],
    formula: Mapping[str, Any],
    population: Mapping[str, Any],
    around: Surroundings,
) -> tuple[Written, ...]:
    vocabulary: Vocabulary = around.vocabulary
    pairs = [
        (
            "Что считается",
            definition_in_words(stored.formula, vocabulary),
            definition_in_words(formula, vocabulary),
        ),
        ("Охват", population_in_words(stored.population, vocabulary), population_in_words(population, vocabulary)),
    ]
    for name, typed in fields.items():
        before = getattr(stored, name)
        if before != typed:
            pairs.append((LABELS.get(name, name), _shown(stored, name, before), _shown(stored, name, typed)))
    return tuple(Written(*pair) for pair in pairs if pair[1] != pair[2])


def _shown(indicator: Indicator, name: str, value: Any) -> str:
    choices = dict(getattr(indicator._meta.get_field(name), "choices", None) or ())
    if value in choices:
        return str(choices[value])
    return in_words(name, value.isoformat() if hasattr(value, "isoformat") else value)
