"""What the builder calls kinds of drafts, their parts and their fields. One place, so that pages and errors agree."""

from indicators.calculations.draft_changes import NUMBERS
from indicators.calculations.drafts import EXAM_MEAN, EXAM_SHARE
from indicators.calculations.formulas import Condition, Measure
from indicators.calculations.populations import Side

KINDS = {
    EXAM_SHARE: "Доля обучающихся по одной работе",
    EXAM_MEAN: "Средний балл или средняя отметка по одной работе",
    "share": "Доля: одно число от другого, в процентах",
    "mean": "Отношение: одно число, делённое на другое",
    "count": "Количество",
    "change": "Изменение к прошлому периоду",
    "share_of_schools": "Доля школ, выполнивших условие",
    "schools_meeting": "Доля школ, выполнивших несколько условий",
    "relative": "Отношение к муниципалитету или региону",
    "combined": "Среднее нескольких значений",
    "over_years": "За несколько лет вместе",
    "indicator": "Значение другого показателя",
    "results": "Результаты работы",
    "statistic": "Собираемое число",
    "identified": "Школы из списка (идентификация)",
    "records": "Записи портала: отчёты и подобное",
    "sum": "Сумма нескольких чисел",
}
KINDS_OF_NUMBERS = ("results", "statistic", "identified", "records")
PARTS = {
    ("share", "part"): "Числитель: кого или что считаем",
    ("share", "whole"): "Знаменатель: из какого числа",
    ("mean", "total"): "Что делим",
    ("mean", "count"): "На что делим",
    ("count", "of"): "Что считаем",
    ("change", "of"): "Изменение чего",
    ("share_of_schools", "of"): "На что смотрим у каждой школы",
    ("relative", "of"): "Что сравниваем",
    ("over_years", "of"): "Что складываем за несколько лет",
}
PARTS_OF_SEVERAL = {"sum": "Слагаемое", "combined": "Значение", "schools_meeting": "Условие"}
ADD = {"sum": "Добавить слагаемое", "combined": "Добавить значение", "schools_meeting": "Добавить условие"}
MEASURES = {
    Measure.PARTICIPANTS: "участники",
    Measure.LISTED: "обучающиеся по списку",
    Measure.PASSED: "преодолели минимальный порог",
    Measure.MARK_2: "получили отметку «2»",
    Measure.MARK_3: "получили отметку «3»",
    Measure.MARK_4: "получили отметку «4»",
    Measure.MARK_5: "получили отметку «5»",
    Measure.LEVELS: "показали названные уровни",
    Measure.MARK_SUM: "сумма отметок",
    Measure.PRIMARY_SUM: "сумма первичных баллов",
    Measure.TEST_SUM: "сумма тестовых баллов",
    Measure.PRIMARY_COUNT: "участники с первичным баллом",
    Measure.TEST_COUNT: "участники с тестовым баллом",
}
MEANS = {
    Measure.MARK_SUM: "средняя отметка",
    Measure.PRIMARY_SUM: "средний первичный балл",
    Measure.TEST_SUM: "средний тестовый балл",
}
CONDITIONS = {
    Condition.ABOVE: "больше",
    Condition.AT_LEAST: "не меньше",
    Condition.BELOW: "меньше",
    Condition.AT_MOST: "не больше",
}
RULES = {"any": "хотя бы одно условие", "all": "все условия сразу"}
COMPARED = {
    "municipality": "со всеми школами муниципалитета",
    "region": "с числом региона, которое собирает муниципалитет",
}
YEARS_TOGETHER = {"2": "2 года", "3": "3 года", "4": "4 года", "5": "5 лет"}
POPULATIONS = {
    "all": "Все школы муниципалитета",
    "categories": "Школы из списка того же учебного года",
    "categories_of_year": "Школы из списка одного определённого года",
    "schools": "Выбранные школы",
    "pairs": "Одна сторона пар школ, действующих в периоде",
}
SIDES = {Side.HELPED: "школы, которым помогают", Side.HELPING: "школы, которые помогают"}
FIELDS = {
    "type": "Вид",
    "kind": "Какие записи",
    "procedure": "Процедура",
    "subject": "Предмет",
    "grade": "Класс работы",
    "pupil_grade": "Класс, в котором учатся дети",
    "wave": "Когда проводили",
    "attempt": "Какая попытка",
    "measure": "Что берём",
    "measures": "Кого считаем",
    "among": "Среди кого",
    "levels": "Уровни, каждый с новой строки",
    "categories": "Категории",
    "is": "Условие",
    "than": "Граница",
    "rule": "Что должна выполнить школа",
    "to": "С чем сравниваем",
    "years": "Сколько лет складываем",
    "school_year": "Учебный год списка",
    "codes": "Школы",
    "side": "Какая сторона",
}
FIELDS_OF_ROOT = {"formula": "Что считаем", "population": "Охват"}
FIELDS_OF_KIND = {
    ("statistic", "code"): "Какое число",
    ("indicator", "code"): "Какой показатель",
    ("records", "measure"): "Что считаем",
    ("relative", "statistic"): "Число региона",
}
HINTS = {
    "grade": "Для ОГЭ и ЕГЭ можно не заполнять: портал знает.",
    "pupil_grade": "Только если работа не по своему классу: осенью 2020 года шестиклассники писали ВПР за 5 класс.",
    "levels": "Как в файле результатов, например «Базовый».",
    "than": "Например, 0 или 2,5.",
    "measures": "Отметьте всех, кого нужно сосчитать: их число складывается.",
    "to": "Числа региона нет в файлах: его вносит муниципалитет как собираемое число.",
}
# What to do about a field that was left empty, by name; those of one kind only by kind and name.
CHOOSE = {
    "type": "Выберите вид.",
    "kind": "Выберите записи.",
    "procedure": "Выберите процедуру.",
    "subject": "Выберите предмет.",
    "grade": "Укажите класс числом от 1 до 12.",
    "measure": "Выберите, что брать.",
    "measures": "Отметьте хотя бы одну строку: кого считаем.",
    "among": "Выберите, среди кого считать долю.",
    "levels": "Впишите хотя бы один уровень.",
    "categories": "Отметьте хотя бы одну категорию.",
    "code": "Выберите из списка.",
    "statistic": "Выберите собираемое число региона.",
    "is": "Выберите условие.",
    "than": "Впишите границу числом, например 0 или 2,5.",
    "rule": "Выберите, все условия или хотя бы одно.",
    "years": "Выберите, сколько лет складывать.",
    "school_year": "Впишите год, в котором начался учебный год списка, например 2020.",
    "side": "Выберите сторону пар.",
    "codes": "Отметьте хотя бы одну школу.",
}


def field_label(kind: str, name: str) -> str:
    return FIELDS_OF_KIND.get((kind, name)) or FIELDS.get(name, name)


def part_label(kind: str, step: str) -> str:
    """«Числитель…», «Слагаемое 2»."""
    if kind in PARTS_OF_SEVERAL:
        place = int(step.partition("[")[2].rstrip("]") or 0)
        return f"{PARTS_OF_SEVERAL[kind]} {place + 1}"
    return PARTS.get((kind, step), "")


def is_number_part(kind: str) -> bool:
    """Whether the parts of such a draft are numbers, which can be summed."""
    return kind in NUMBERS or kind == "share_of_schools"
