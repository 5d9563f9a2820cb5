"""What a definition may be made of where it stands, and whether what was filled in makes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indicators.calculations import (
    Formula,
    FormulaError,
    Population,
    Problem,
    Unresolved,
    Vocabulary,
    dependencies,
    parse_formula,
    parse_population,
    resolve,
)
from indicators.calculations.checks import RECORDS_ARE_OF_PERIODS
from indicators.calculations.inclusion import check_inclusion
from indicators.calculations.populations import Chosen
from indicators.models import Indicator, StatisticKind
from schools.models import Category, Municipality, School, public_code_of
from schools.ordering import in_natural_order
from schools.periods import PeriodKind

NO_SUCH_SCHOOL = "этой школы в муниципалитете нет: выберите школы из списка"


@dataclass(frozen=True)
class Surroundings:
    """The municipality's indicators, statistics and schools that the user may make definitions of."""

    municipality: Municipality
    indicators: tuple[Indicator, ...]  # without the one that is being defined
    kinds: tuple[StatisticKind, ...]
    schools: tuple[School, ...]
    name: str = ""  # of the one that is being defined
    code: str = ""

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            categories={category.value: category.label for category in Category},
            statistics={kind.code: kind.name for kind in self.kinds},
            indicators={indicator.code: indicator.short_name for indicator in self.indicators},
        )

    @property
    def municipal_codes(self) -> frozenset[str]:
        return frozenset(kind.code for kind in self.kinds if kind.level == StatisticKind.Level.MUNICIPALITY)

    @property
    def limits(self) -> dict[str, str]:
        """«Не больше, чем»: which number each collected number is a part of."""
        codes = {kind.pk: kind.code for kind in self.kinds}
        return {kind.code: codes[kind.at_most_id] for kind in self.kinds if kind.at_most_id in codes}

    @property
    def school_codes(self) -> dict[str, School]:
        return {public_code_of(school.code, school.fisoko_login): school for school in self.schools}


@dataclass(frozen=True)
class Parsed:
    """None where it is not yet one; the problems say why, each at its field."""

    formula: Formula | None
    population: Population | None
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()  # what only a person can tell; it may be saved all the same


def surroundings(*, user: Any, municipality: Municipality, indicator: Indicator | None = None) -> Surroundings:
    """Three queries."""
    others = Indicator.objects.visible_to(user).filter(municipality=municipality)
    if indicator is not None:
        others = others.exclude(pk=indicator.pk)
    return Surroundings(
        municipality=municipality,
        indicators=tuple(others.order_by("role", "position", "code")),
        kinds=tuple(StatisticKind.objects.visible_to(user).of(municipality.pk)),
        schools=tuple(in_natural_order(School.objects.visible_to(user).filter(municipality=municipality))),
        name=indicator.short_name if indicator else "",
        code=indicator.code if indicator else "",
    )


def parsed(formula: Mapping[str, Any], population: Mapping[str, Any], around: Surroundings) -> Parsed:
    """Each by itself; how it stands among the others is for `services.definitions`."""
    vocabulary = around.vocabulary
    problems: list[Problem] = []
    doubts: tuple[Problem, ...] = ()
    read: Formula | None = None
    drawn: Population | None = None
    try:
        read = parse_formula(formula, vocabulary)
        wrong, doubts = check_inclusion(read, "formula", around.limits)
        if wrong:
            raise FormulaError(wrong)
    except FormulaError as error:
        read = None
        problems += error.problems
    try:
        drawn = parse_population(population, vocabulary)
    except FormulaError as error:
        problems += error.problems
    if isinstance(drawn, Chosen) and not set(drawn.codes) <= set(around.school_codes):
        problems.append(Problem("population.codes", NO_SUCH_SCHOOL))
        drawn = None
    return Parsed(read, drawn, tuple(problems), doubts)


def period_problem(whole: Formula, kind: str) -> str:
    """Why a formula, its references replaced, has no value in periods of this kind; "" where it may have one.

    The catalogue reads results by school year, calendar year or date (`indicators.md`). A wave of ГИА or ВПР runs over
    a border of quarters, many results come without a day, and a change compares with the year in which the exam was
    last held: a quarter of an exam would be a number that nobody could check.
    """
    looked_at = dependencies(whole)
    if kind == PeriodKind.DATE and looked_at.records:
        return RECORDS_ARE_OF_PERIODS
    if kind not in (PeriodKind.QUARTER, PeriodKind.HALF_YEAR) or not (looked_at.exams or looked_at.identification):
        return ""
    return (
        "результаты процедур и списки идентификации относятся к учебному году, а не к кварталу или полугодию: значения "
        "не было бы никогда. Выберите учебный год, календарный год или дату"
    )


def resolved(formula: Formula, around: Surroundings) -> Formula | None:
    """With references replaced; None where one leads nowhere or back to the indicator itself."""
    formulas: dict[str, Formula] = {}
    for other in around.indicators:
        try:
            formulas[other.code] = parse_formula(other.formula)
        except FormulaError:
            continue
    try:
        return resolve(formula, formulas, (around.code,))
    except Unresolved:
        return None
