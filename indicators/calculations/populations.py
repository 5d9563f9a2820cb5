"""Which schools an indicator is about (rule 7)."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from indicators.calculations.problems import Fields, FormulaError, Problem, Vocabulary
from schools.periods import Period, days_of_plans, school_year_label

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class All:
    """Every school of the municipality."""


@dataclass(frozen=True)
class Categories:
    """Schools that the list of the period's own school year names; a school in two categories counts once."""

    categories: tuple[str, ...]


@dataclass(frozen=True)
class CategoriesOfYear:
    """Schools of the list of a stated year, whatever became of them since."""

    categories: tuple[str, ...]
    school_year: int


@dataclass(frozen=True)
class Chosen:
    """Schools by code, or by login until a school is matched."""

    codes: tuple[str, ...]


class Side(StrEnum):
    """Of a pair of schools, one of which helps the other."""

    HELPED = "helped"
    HELPING = "helping"


SIDES_IN_WORDS = {
    Side.HELPED: "Школы, которым помогает другая школа (пары, действующие в этом периоде)",
    Side.HELPING: "Школы, которые помогают другой школе (пары, действующие в этом периоде)",
}


@dataclass(frozen=True)
class OneSide:
    """Schools that stand on this side of a pair in the period, on any of its days."""

    side: Side


Population = All | Categories | CategoriesOfYear | Chosen | OneSide


class SchoolPair(NamedTuple):
    """Who helps whom; without a last day it goes on."""

    helped: int
    helping: int
    first: dt.date
    last: dt.date | None

    def of(self, side: Side) -> int:
        return self.helped if side is Side.HELPED else self.helping

    def runs_in(self, period: Period) -> bool:
        first, last = days_of_plans(period)
        return self.first <= last and (self.last is None or self.last >= first)


def parse_population(data: Any, vocabulary: Vocabulary | None = None, *, path: str = "population") -> Population:
    """The population of this JSON; FormulaError with every problem when it is none."""
    known = (vocabulary or Vocabulary()).categories
    if not isinstance(data, dict):
        raise FormulaError([Problem(path, "нужен объект с полем type")])
    fields = Fields(data, path, [])
    kind = fields.choice("type", ("all", "categories", "categories_of_year", "schools", "pairs"))
    population: Population | None = None
    if kind == "all":
        population = All()
    elif kind == "schools":
        codes = fields.codes("codes", None)
        population = Chosen(codes) if codes else None
    elif kind == "pairs":
        side = fields.choice("side", tuple(Side))
        population = OneSide(Side(side)) if side else None
    elif kind is not None:
        population = _by_category(fields, kind, known)
    if kind is not None:
        fields.finish()
    if fields.problems or population is None:
        raise FormulaError(fields.problems)
    return population


def _by_category(fields: Fields, kind: str, known: Mapping[str, str] | None) -> Population | None:
    categories = fields.codes("categories", known)
    if kind == "categories":
        return Categories(categories) if categories else None
    year = fields.whole("school_year", FIRST_YEAR, LAST_YEAR)
    if fields.data.get("school_year") is None:
        fields.say("school_year", "укажите учебный год списка, например 2020")
    return CategoriesOfYear(categories, year) if categories and year is not None else None


def population_to_json(population: Population) -> dict[str, Any]:
    match population:
        case All():
            return {"type": "all"}
        case Categories(categories=categories):
            return {"type": "categories", "categories": list(categories)}
        case CategoriesOfYear(categories=categories, school_year=year):
            return {"type": "categories_of_year", "categories": list(categories), "school_year": year}
        case Chosen(codes=codes):
            return {"type": "schools", "codes": list(codes)}
        case OneSide(side=side):
            return {"type": "pairs", "side": side.value}


def describe_population(population: Population, vocabulary: Vocabulary | None = None) -> str:
    """«Школы в категориях ШНОР или ШНСУ по списку того же учебного года»."""
    words = vocabulary or Vocabulary()
    match population:
        case All():
            return "Все школы муниципалитета"
        case Categories(categories=categories):
            return f"Школы в {_names(categories, words)} по списку того же учебного года"
        case CategoriesOfYear(categories=categories, school_year=year):
            return f"Школы в {_names(categories, words)} по списку {school_year_label(year)} уч. года"
        case Chosen(codes=codes):
            if words.schools is None:
                return f"Школы с кодами {', '.join(codes)}"
            return f"Школы по списку: {', '.join(words.name(words.schools, code) for code in codes)}"
        case OneSide(side=side):
            return SIDES_IN_WORDS[side]


def _names(categories: tuple[str, ...], words: Vocabulary) -> str:
    names = " или ".join(words.name(words.categories, category) for category in categories)
    return f"категории {names}" if len(categories) == 1 else f"категориях {names}"


@dataclass(frozen=True)
class Lists:
    """What populations are drawn from: the schools of one municipality, its identification lists and pairs."""

    schools: frozenset[int]
    by_code: Mapping[str, int]
    categories: Mapping[int, Mapping[str, Collection[int]]]  # school year → category → ids
    pairs: Callable[[], Sequence[SchoolPair]] = tuple  # asked for only where a population is drawn from them

    def members(self, population: Population, period: Period) -> frozenset[int]:
        match population:
            case All():
                return self.schools
            case Categories(categories=categories):
                return self._listed(period.school_year, categories)
            case CategoriesOfYear(categories=categories, school_year=year):
                return self._listed(year, categories)
            case Chosen(codes=codes):
                return frozenset(self.by_code[code] for code in codes if code in self.by_code)
            case OneSide(side=side):
                return self.schools & {pair.of(side) for pair in self.pairs() if pair.runs_in(period)}

    def _listed(self, year: int, categories: tuple[str, ...]) -> frozenset[int]:
        listed = self.categories.get(year, {})
        return frozenset(school for category in categories for school in listed.get(category, ()))
