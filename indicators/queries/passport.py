"""An indicator's definition in words: what is counted, of whom, and what its two parts are called."""

from dataclasses import dataclass
from typing import Any

from indicators.calculations.formulas import (
    Change,
    Combined,
    Count,
    Formula,
    IndicatorRef,
    Mean,
    Measure,
    Number,
    OverYears,
    Records,
    Relative,
    Results,
    SchoolsMeeting,
    Share,
    ShareOfSchools,
    Statistic,
    Sum,
)
from indicators.calculations.parsing import parse_formula
from indicators.calculations.populations import describe_population, parse_population
from indicators.calculations.problems import FormulaError, Vocabulary
from indicators.calculations.records import known_kinds
from indicators.calculations.wording import condition_in_words, describe
from indicators.models import Indicator, StatisticKind
from schools.models import Category, School

MEASURES = {
    Measure.PARTICIPANTS: "Участники",
    Measure.LISTED: "По списку",
    Measure.PASSED: "Преодолели порог",
    Measure.MARK_SUM: "Сумма отметок",
    Measure.PRIMARY_SUM: "Сумма первичных баллов",
    Measure.PRIMARY_COUNT: "Участники",
    Measure.TEST_SUM: "Сумма тестовых баллов",
    Measure.TEST_COUNT: "Участники",
}


@dataclass(frozen=True)
class Passport:
    """What the formula means; empty texts where it does not hold together."""

    definition: str
    population: str
    numerator: str  # heads of columns
    denominator: str
    numerator_in_full: str  # «Число преодолевших минимальный порог ОГЭ по математике (…)»
    denominator_in_full: str
    supporting: str  # code of the indicator whose value decides about each school
    statistic: str  # code of the number that decides instead

    @property
    def is_share_of_schools(self) -> bool:
        return self.denominator == "Школы с данными"


def passport_of(indicator: Indicator, vocabulary: Vocabulary) -> Passport:
    try:
        population = describe_population(parse_population(indicator.population, vocabulary), vocabulary)
    except FormulaError:
        population = ""
    try:
        formula = parse_formula(indicator.formula, vocabulary)
    except FormulaError:
        return Passport("", population, "Числитель", "Знаменатель", "", "", "", "")
    numerator, denominator, in_full = _parts(formula, vocabulary)
    return Passport(
        definition=describe(formula, vocabulary),
        population=population,
        numerator=numerator,
        denominator=denominator,
        numerator_in_full=in_full[0],
        denominator_in_full=in_full[1],
        supporting=_supporting(formula),
        statistic=formula.of.code if isinstance(formula, ShareOfSchools) and isinstance(formula.of, Statistic) else "",
    )


def vocabulary_of(user: Any, indicator: Indicator) -> Vocabulary:
    """What codes are called where this indicator stands."""
    others = Indicator.objects.visible_to(user).filter(municipality_id=indicator.municipality_id)
    kinds = StatisticKind.objects.visible_to(user).of(indicator.municipality_id)
    schools = None
    if indicator.population.get("type") == "schools":
        named = School.objects.visible_to(user).filter(municipality_id=indicator.municipality_id)
        schools = {school.public_code: school.name for school in named}
    return Vocabulary(
        categories={category.value: category.label for category in Category},
        statistics=dict(kinds.values_list("code", "name")),
        indicators=dict(others.values_list("code", "short_name")),
        schools=schools,
    )


def parts_in_words(formula: Formula, vocabulary: Vocabulary) -> tuple[str, str]:
    """What is above and what is below the line, as sentences; "" where there is nothing to say."""
    return _parts(formula, vocabulary)[2]


def _parts(formula: Formula, vocabulary: Vocabulary) -> tuple[str, str, tuple[str, str]]:
    match formula:
        case Share(part=first, whole=second) | Mean(total=first, count=second):
            in_full = describe(Count(first), vocabulary), describe(Count(second), vocabulary)
            return _head(first, vocabulary), _head(second, vocabulary), in_full
        case ShareOfSchools() | SchoolsMeeting():
            in_full = condition_in_words(formula, vocabulary), "Школы, по которым есть данные"
            return "Условие выполнено", "Школы с данными", in_full
        case Count(of=number):
            return _head(number, vocabulary), "", (describe(formula, vocabulary), "")
        case Change():
            return "Числитель", "Знаменатель", ("Значение этого периода минус значение последнего предыдущего", "")
        case Relative(of=inner, region=region):
            whole = _head(region, vocabulary) if region else "По всем школам муниципалитета"
            return "Сравниваемое значение", whole, (describe(inner, vocabulary), whole)
        case Combined():
            return "Сумма по участникам", "Участники", ("Значения, умноженные на число участников, в сумме", "")
        case OverYears(of=inner):
            return _parts(inner, vocabulary)
        case _:
            return "Числитель", "Знаменатель", ("", "")


def _head(number: Number, vocabulary: Vocabulary) -> str:
    match number:
        case Results(measure=Measure.LEVELS, levels=levels):
            return f"Уровень {' или '.join(f'«{level.lower()}»' for level in levels)}"
        case Results(measure=measure):
            return MEASURES.get(measure, f"Отметка «{measure[-1]}»")
        case Statistic(code=code):
            return vocabulary.name(vocabulary.statistics, code)
        case Records(kind=kind, measure=measure):
            name = known_kinds()[kind].measures[measure].name
            return name[:1].upper() + name[1:]
        case Sum(of=terms) if all(isinstance(term, Results) and term.measure.startswith("mark_") for term in terms):
            marks = sorted({term.measure[-1] for term in terms if isinstance(term, Results)})
            return f"Отметки {', '.join(f'«{mark}»' for mark in marks)}"
        case Sum(of=terms):
            return " и ".join(dict.fromkeys(_head(term, vocabulary) for term in terms))
        case _:
            return "Школы в списке"


def _supporting(formula: Formula) -> str:
    """The indicator that a share of schools, or a change, looks at."""
    match formula:
        case ShareOfSchools(of=IndicatorRef(code=code)) | ShareOfSchools(of=Change(of=IndicatorRef(code=code))):
            return code
        case Change(of=IndicatorRef(code=code)):
            return code
        case _:
            return ""
