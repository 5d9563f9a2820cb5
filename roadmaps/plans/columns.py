"""The columns of a plan: which one a header means, in its many spellings, and which ones a plan prints."""

import re
from itertools import pairwise

from roadmaps.plans.quoted import are_quoted
from roadmaps.plans.rows import Plan, PlanSection
from roadmaps.plans.texts import clean, one_line, split_number

HEADS = {
    "number": "№ п/п",
    "section": "Модуль",
    "title": "Мероприятие",
    "deadline": "Срок",
    "responsible": "Ответственные",
    "participants": "Участники",
    "expected": "Ожидаемый результат",
    "planned": "Плановое значение",
}
# Over the column of a workbook that repeats words of the expected result: it is none of the plan's own columns.
QUOTED = "Плановое значение (слова из результата)"
# Shares of the width of a page; a column of numbers stays as narrow as they are.
WIDTHS = {
    "number": 1.5, "section": 3.5, "title": 9.0, "deadline": 3.6, "responsible": 5.0, "participants": 4.0,
    "expected": 7.5, "planned": 4.5,
}  # fmt: skip
ALWAYS = ("title", "deadline")  # a table with one column is not recognised as a plan
LONGEST_HEAD = 120

_PLANNED_TO_BE = "(?:ожидаем|планируем|предполагаем|прогнозируем|запланирован|конечн|основн)[а-я]{2}"
_ACT = "(?:мероприяти|действи|деятельност|работ|мерыи|меры$|событи|шаг[иа]?$)"
# Without blanks and signs, so that a word broken by a narrow column is still itself; the first that fits.
_SPELLINGS = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("number", r"(?:№+|n|no|номер)(?:пп|п|поп|попорядку|мероприятия|строки|пункта)?$|пп$|п$"),
        (
            "deadline",
            r"(?:плановы[йе]|предполагаемы[йе]|примерны[йе]|календарны[йе])?(?:срок|дат[аы]|период|график|месяц)",
        ),
        ("deadline", r"(?:время|дата|когда)(?:$|провед|исполн|реализ|выполн)"),
        ("responsible", r"(?:ответствен|исполнител|соисполнител|организатор|ктоотвечает|ктопроводит|должностноелицо)"),
        ("participants", r"(?:участник|целев(?:ая|ые)(?:аудитори|групп)|категори[яи]участ|адресат|длякого|аудитория)"),
        (
            "planned",
            r"(?:плановы?[ое]е?значени|целев(?:ое|ые)значени|показател|индикатор|критери|количественн|значени)",
        ),
        ("expected", rf"(?:{_PLANNED_TO_BE})?(?:результат|эффект|продукт|выход|итог(?:$|и|ов))"),
        ("expected", r"(?:вид|форма)(?:документа|отчет|завершения|представлениярезультат)|подтверждающ"),
        ("section", r"(?:наименование|название)?(?:модул|раздел|направлени|блок|этап|задач|цель|цели)"),
        (
            "title",
            rf"(?:(?:наименовани|названи|содержани|переч|основн|ключев|планируем|вид|форм|план|тем)[а-я]{{0,20}})?{_ACT}",
        ),
        ("title", r"(?:содержание|наименование|чтоделаем|чтосделать|тема|темы|мера|активност[ьи])$"),
    )
)


def field_of(head: str) -> str | None:
    """The field of a row, or `section`, that a header means; None when it is none of them."""
    text = re.sub(r"-\s*\n\s*", "", clean(head))
    if not text or len(text) > LONGEST_HEAD:
        return None
    squashed = re.sub(r"[^а-яa-z0-9№]", "", text.lower().replace("ё", "е"))
    return next((field for field, spelling in _SPELLINGS if spelling.match(squashed)), None)


def printed_columns(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The columns to print: the plan's own, then those that its rows need. A header that a reader would not take for
    its field gives way to the usual one, so that what is exported can be brought in again."""
    own = {field: head for field, head in plan.columns if field in HEADS}
    is_apart = all(is_told_apart(section) for section in plan.sections)
    is_repeated = any(heading_of(one) == heading_of(other) for one, other in pairwise(plan.sections))
    if not is_apart or is_repeated or any(section.level > 1 for section in plan.sections):
        own.pop(
            "section", None
        )  # a column of modules has one level, one cell for number and title, and says them again
    needed = {field for field in HEADS if field != "section" and any(getattr(row, field) for row in plan.rows)}
    needed -= {"planned"} if are_quoted(plan) else set()
    needed |= {*ALWAYS} if is_apart else {*ALWAYS, "number"}
    fields = [*own, *(field for field in HEADS if field not in own and field in needed)]
    if "number" not in own or not is_apart:
        fields.sort(key=lambda field: field != "number")
    return tuple((field, _head(field, own.get(field, ""))) for field in fields)


def is_told_apart(section: PlanSection) -> bool:
    """Whether number and title of a section are known again in one line: «1. Модуль», but not «1 Модуль»."""
    return split_number(heading_of(section)) == (one_line(section.number), one_line(section.title))


def heading_of(section: PlanSection) -> str:
    """Number and title in one line."""
    return one_line(f"{section.number} {section.title}")


def heads_needed() -> str:
    return (
        f"«{HEADS['title']}» и хотя бы ещё один: «{HEADS['deadline']}», «{HEADS['responsible']}», «{HEADS['number']}»"
    )


def _head(field: str, own: str) -> str:
    head = one_line(own)
    return head if field_of(head) == field else HEADS[field]
