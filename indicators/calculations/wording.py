"""A formula as the Russian sentence it means, for the passport of the indicator."""

from fractions import Fraction

from indicators.calculations.formulas import (
    Change,
    Condition,
    Count,
    Exam,
    Formula,
    Identified,
    IndicatorRef,
    Mean,
    Measure,
    Number,
    Results,
    Share,
    ShareOfSchools,
    Statistic,
    Sum,
)
from indicators.calculations.numbers import to_decimal
from indicators.calculations.problems import Vocabulary
from indicators.procedures import WITH_RESITS, Attempt, Procedure, Wave
from indicators.subjects import subject_dative

# What is counted, in the genitive: «доля кого», «число кого».
WHO = {
    Measure.PARTICIPANTS: "участников",
    Measure.LISTED: "обучающихся по списку",
    Measure.PASSED: "преодолевших минимальный порог",
    Measure.MARK_2: "получивших отметку «2»",
    Measure.MARK_3: "получивших отметку «3»",
    Measure.MARK_4: "получивших отметку «4»",
    Measure.MARK_5: "получивших отметку «5»",
    Measure.MARK_SUM: "отметок",
    Measure.PRIMARY_SUM: "первичных баллов",
    Measure.TEST_SUM: "тестовых баллов",
    Measure.PRIMARY_COUNT: "участников с первичным баллом",
    Measure.TEST_COUNT: "участников с тестовым баллом",
}
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


def describe(formula: Formula, vocabulary: Vocabulary | None = None) -> str:
    """«Доля школ, у которых изменение показателя «Средняя отметка ОГЭ» больше 0, среди школ с данными»."""
    return _Words(vocabulary or Vocabulary()).value(formula)


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
                return f"Число {self.who(of)}"
            case Change(of=inner):
                return f"Изменение {self.of_value(inner)} к последнему предыдущему периоду, за который есть данные"
            case ShareOfSchools(of=of_schools, condition=condition, than=than):
                bound = f"{CONDITIONS[condition]} {_number(than)}"
                return f"Доля школ, у которых {self.looked_at(of_schools)} {bound}, среди школ с данными"
            case IndicatorRef(code=code):
                return f"Показатель {self.indicator(code)}"

    def share(self, part: Number, whole: Number) -> str:
        """Parts of one exam name it once."""
        exam = _common_exam(part, whole)
        if exam is not None and isinstance(whole, Results):
            return f"Доля {self.who_bare(part)} среди {WHO[whole.measure]} {_exam(exam, whole.attempt)}"
        return f"Отношение числа {self.who(part)} к числу {self.who(whole)}, в процентах"

    def mean(self, total: Number, count: Number) -> str:
        if isinstance(total, Results) and total.measure in MEAN_OF:
            return f"{MEAN_OF[total.measure]} {_exam(total.exam, total.attempt)}"
        return f"Отношение числа {self.who(total)} к числу {self.who(count)}"

    def looked_at(self, node: Formula | Number) -> str:
        """What a school must have more or less of, in the nominative."""
        match node:
            case Change(of=inner):
                return f"изменение {self.of_value(inner)}"
            case IndicatorRef(code=code):
                return f"показатель {self.indicator(code)}"
            case Statistic(code=code):
                return f"значение {self.statistic(code)}"
            case Results() | Identified() | Sum():
                return f"число {self.who(node)}"
            case _:
                return _lower(self.value(node))

    def of_value(self, formula: Formula) -> str:
        """In the genitive, after «изменение»."""
        if isinstance(formula, IndicatorRef):
            return f"показателя {self.indicator(formula.code)}"
        return f"значения «{self.value(formula)}»"

    def who(self, number: Number) -> str:
        match number:
            case Results(exam=exam, attempt=attempt):
                return f"{self.who_bare(number)} {_exam(exam, attempt)}"
            case Statistic(code=code):
                return self.statistic(code)
            case Identified(categories=categories):
                names = [self.vocabulary.name(self.vocabulary.categories, category) for category in categories]
                return f"школ в {'категории' if len(names) == 1 else 'категориях'} {' или '.join(names)}"
            case Sum(of=terms):
                first = terms[0]
                if isinstance(first, Results) and _common_exam(number) is not None:
                    return f"{self.who_bare(number)} {_exam(first.exam, first.attempt)}"
                return " и ".join(self.who(term) for term in terms)

    def who_bare(self, number: Number) -> str:
        """Without the exam, which is said once after it."""
        if isinstance(number, Sum):
            marks = [WHO[term.measure] for term in number.of if isinstance(term, Results)]
            return " и ".join([marks[0], *(mark.removeprefix("получивших отметку ") for mark in marks[1:])])
        if isinstance(number, Results) and number.measure is Measure.LEVELS:
            levels = " или ".join(f"«{level}»" for level in number.levels)
            return f"показавших уровень {levels}"
        return WHO[number.measure] if isinstance(number, Results) else self.who(number)

    def statistic(self, code: str) -> str:
        return f"«{self.vocabulary.name(self.vocabulary.statistics, code)}»"

    def indicator(self, code: str) -> str:
        return f"«{self.vocabulary.name(self.vocabulary.indicators, code)}»"


def _common_exam(*numbers: Number) -> Exam | None:
    """The one exam and attempt that all of these results are of."""
    terms = [term for number in numbers for term in (number.of if isinstance(number, Sum) else (number,))]
    results = [term for term in terms if isinstance(term, Results)]
    if len(results) < len(terms) or len({(term.exam, term.attempt) for term in results}) != 1:
        return None
    return results[0].exam


def _exam(exam: Exam, attempt: Attempt) -> str:
    """«ОГЭ по математике (9 класс, до пересдач)»."""
    details = []
    if exam.grade is not None:
        details.append(f"{exam.grade} класс")
    if exam.pupil_grade is not None and exam.pupil_grade != exam.grade:
        details.append(f"обучающиеся {exam.pupil_grade} класса")
    if exam.procedure is Procedure.VPR and exam.wave is Wave.AUTUMN:
        details.append(exam.wave.label)
    if exam.procedure in WITH_RESITS:
        details.append(attempt.label)
    return f"{exam.procedure.label} по {subject_dative(exam.subject)} ({', '.join(details)})"


def _number(number: Fraction) -> str:
    text = f"{to_decimal(number).normalize():f}"
    return text.replace(".", ",").replace("-", "−")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
