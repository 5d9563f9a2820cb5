"""A formula as the Russian sentence it means, for the passport of the indicator."""

from collections.abc import Iterable
from fractions import Fraction

from indicators.calculations.checks import POINTS
from indicators.calculations.exams_in_words import counted, counted_in_exams, in_exams
from indicators.calculations.formulas import (
    Change,
    Combined,
    Condition,
    Count,
    Exam,
    Formula,
    Identified,
    IndicatorRef,
    Leaf,
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
from indicators.calculations.numbers import to_decimal
from indicators.calculations.problems import Vocabulary
from indicators.calculations.records import known_kinds
from indicators.procedures import Attempt

MEAN_OF = {
    Measure.MARK_SUM: "Средняя отметка",
    Measure.PRIMARY_SUM: "Средний первичный балл",
    Measure.TEST_SUM: "Средний тестовый балл",
}
CONDITIONS = {
    Condition.ABOVE: "больше",
    Condition.AT_LEAST: "не меньше",
    Condition.BELOW: "меньше",
    Condition.AT_MOST: "не больше",
}
YEARS = {2: "два года", 3: "три года", 4: "четыре года", 5: "пять лет"}


def describe(formula: Formula, vocabulary: Vocabulary | None = None) -> str:
    """«Доля школ, у которых изменение показателя «Средняя отметка ОГЭ» больше 0, среди школ с данными»."""
    return _Words(vocabulary or Vocabulary()).value(formula)


def condition_in_words(formula: ShareOfSchools | SchoolsMeeting, vocabulary: Vocabulary | None = None) -> str:
    """«Школы, у которых изменение показателя «Средняя отметка ОГЭ» больше 0»."""
    return f"Школы, у которых {_Words(vocabulary or Vocabulary()).met(formula)}"


class _Words:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def value(self, formula: Formula) -> str:
        match formula:
            case Share(part=part, whole=whole):
                return self.share(part, whole)
            case Mean(total=total, count=count):
                return self.mean(total, count)
            case Count(of=of):
                return self.number(of)
            case Change(of=inner, since_start=True):
                return f"Изменение {self.of_value(inner)} к первой дате измерения"
            case Change(of=inner):
                return f"Изменение {self.of_value(inner)} к последнему предыдущему периоду, за который есть данные"
            case ShareOfSchools() | SchoolsMeeting():
                return f"Доля школ, у которых {self.met(formula)}, среди школ с данными"
            case Relative(of=inner, region=region):
                of_region = f"показателю региона {self.statistic(region.code)}" if region else ""
                return f"Отношение {self.of_value(inner)} к {of_region or 'тому же по всем школам муниципалитета'}"
            case Combined(of=(only,)):  # what is left of it to be compared
                return self.value(only)
            case Combined(of=values):
                return f"Среднее, взвешенное по числу участников, из {_listed(map(self.of_value, values))}"
            case OverYears(of=inner, years=years):
                return f"{self.value(inner)} — по данным за {YEARS[years]} вместе"
            case IndicatorRef(code=code):
                return f"Показатель {self.indicator(code)}"

    def number(self, number: Number) -> str:
        """«Число участников …», «Сумма отметок …»."""
        is_sum = all(isinstance(term, Results) and term.measure in POINTS for term in _terms(number))
        return f"{'Сумма' if is_sum else 'Число'} {self.who(number)}"

    def share(self, part: Number, whole: Number) -> str:
        """Exams that both parts are of are named once."""
        parts, wholes = _results(part), _results(whole)
        if parts and _sat(parts) == _sat(wholes) and len({term.measure for term in wholes}) == 1:
            return f"Доля {counted(parts)} среди {counted(wholes)} {in_exams(_sat(wholes))}"
        if isinstance(part, Records) and isinstance(whole, Records) and part.kind == whole.kind:
            return f"Доля {self.who(part)} среди {self.who(whole)}"
        return f"Отношение числа {self.who(part)} к числу {self.who(whole)}, в процентах"

    def mean(self, total: Number, count: Number) -> str:
        if isinstance(total, Results) and total.measure in MEAN_OF:
            return f"{MEAN_OF[total.measure]} {in_exams(_sat((total,)))}"
        return f"Отношение числа {self.who(total)} к числу {self.who(count)}"

    def met(self, formula: Formula) -> str:
        """After «школ, у которых»."""
        match formula:
            case ShareOfSchools(of=of_schools, condition=condition, than=than):
                return f"{self.looked_at(of_schools)} {CONDITIONS[condition]} {_number(than)}"
            case SchoolsMeeting(of=conditions, needs_all=needs_all):
                parts = [self.met(part) for part in conditions]
                either = "выполнены все условия" if needs_all else "выполнено хотя бы одно из условий"
                return f"{either} ({'; '.join(parts)})"
            case IndicatorRef(code=code):
                return f"выполнено условие показателя {self.indicator(code)}"
            case _:
                raise TypeError(f"{formula} is no condition")

    def looked_at(self, node: Formula | Number) -> str:
        """What a school must have more or less of, in the nominative."""
        match node:
            case Change(of=inner, since_start=since_start):
                return f"изменение {self.of_value(inner)}{' к первой дате измерения' if since_start else ''}"
            case IndicatorRef(code=code):
                return f"показатель {self.indicator(code)}"
            case Statistic(code=code):
                return f"значение {self.statistic(code)}"
            case Results() | Identified() | Records() | Sum():
                return f"число {self.who(node)}"
            case _:
                return _lower(self.value(node))

    def of_value(self, formula: Formula) -> str:
        """In the genitive, after «изменение»."""
        if isinstance(formula, IndicatorRef):
            return f"показателя {self.indicator(formula.code)}"
        return f"значения «{_within_quotes(self.value(formula))}»"

    def who(self, number: Number) -> str:
        match number:
            case Results():
                return counted_in_exams((number,))
            case Statistic(code=code):
                return self.statistic(code)
            case Identified(categories=categories):
                names = [self.vocabulary.name(self.vocabulary.categories, category) for category in categories]
                return f"школ в {'категории' if len(names) == 1 else 'категориях'} {' или '.join(names)}"
            case Records(kind=kind, measure=measure):
                return known_kinds()[kind].measures[measure].of
            case Sum(of=terms):
                results = tuple(term for term in terms if isinstance(term, Results))
                others = [self.who(term) for term in terms if not isinstance(term, Results)]
                return " и ".join([*([counted_in_exams(results)] if results else []), *others])

    def statistic(self, code: str) -> str:
        return f"«{self.vocabulary.name(self.vocabulary.statistics, code)}»"

    def indicator(self, code: str) -> str:
        return f"«{self.vocabulary.name(self.vocabulary.indicators, code)}»"


def _terms(number: Number) -> tuple[Leaf, ...]:
    return number.of if isinstance(number, Sum) else (number,)


def _results(number: Number) -> tuple[Results, ...]:
    """The terms, if all of them are results and so of exams."""
    terms = tuple(term for term in _terms(number) if isinstance(term, Results))
    return terms if len(terms) == len(_terms(number)) else ()


def _sat(results: tuple[Results, ...]) -> tuple[tuple[Exam, Attempt], ...]:
    return tuple(dict.fromkeys((term.exam, term.attempt) for term in results))


def _listed(parts: Iterable[str]) -> str:
    """«а, б и в»."""
    *first, last = parts
    return f"{', '.join(first)} и {last}"


def _within_quotes(text: str) -> str:
    return text.replace("«", "„").replace("»", "“")


def _number(number: Fraction) -> str:
    text = f"{to_decimal(number).normalize():f}"
    return text.replace(".", ",").replace("-", "−")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
