"""Definitions to begin with: what municipalities measure most, each with the choices that are left to make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indicators.calculations.drafts import EXAM_MEAN, EXAM_SHARE, Draft

OGE_RUSSIAN = {"procedure": "oge", "subject": "russian", "attempt": "first"}


@dataclass(frozen=True)
class Example:
    code: str
    title: str
    text: str
    formula: Draft
    fields: Mapping[str, Any]


EXAMPLES = (
    Example(
        "passed",
        "Доля сдавших",
        "Сколько процентов участников экзамена преодолели минимальный порог. Например, ОГЭ по русскому языку.",
        {"type": EXAM_SHARE, **OGE_RUSSIAN, "measures": ["passed"], "among": "participants"},
        {"unit": "percent"},
    ),
    Example(
        "quality",
        "Качество знаний",
        "Доля получивших «4» и «5». Например, на ВПР по математике в 5 классе.",
        {
            "type": EXAM_SHARE, "procedure": "vpr", "subject": "mathematics", "grade": "5", "wave": "spring",
            "measures": ["mark_4", "mark_5"], "among": "participants",
        },
        {"unit": "percent"},
    ),
    Example(
        "mean",
        "Средний балл",
        "Средний тестовый балл ЕГЭ, средний первичный балл или средняя отметка.",
        {"type": EXAM_MEAN, "procedure": "ege", "subject": "russian", "attempt": "first", "measure": "test_sum"},
        {"unit": "score"},
    ),
    Example(
        "risen",
        "Доля школ с положительной динамикой",
        "У какой доли школ результат стал выше, чем в прошлый раз.",
        {
            "type": "share_of_schools",
            "of": {"type": "change", "of": {"type": EXAM_MEAN, **OGE_RUSSIAN, "measure": "mark_sum"}},
            "is": "above",
            "than": "0",
        },
        {"unit": "percent"},
    ),
    Example(
        "reported",
        "Доля по сведениям школ",
        "Одно собираемое число от другого: например, педагоги, прошедшие курсы, от всех педагогов.",
        {"type": "share", "part": {"type": "statistic", "code": ""}, "whole": {"type": "statistic", "code": ""}},
        {"unit": "percent"},
    ),
    Example(
        "mentored",
        "Педагоги, которым помогают в парах",
        "По парам портала, каждый педагог один раз, от числа педагогов по сведениям школ.",
        {
            "type": "share",
            "part": {"type": "records", "kind": "pairings", "measure": "teachers"},
            "whole": {"type": "statistic", "code": "teachers"},
        },
        {"unit": "percent"},
    ),
    Example(
        "attended",
        "Педагоги в мероприятиях",
        "Названные участники семинаров и вебинаров, каждый один раз, от числа педагогов по сведениям школ. Так же "
        "считаются конкурсы, активные формы и представление опыта.",
        {
            "type": "share",
            "part": {"type": "records", "kind": "seminars", "measure": "teachers"},
            "whole": {"type": "statistic", "code": "teachers"},
        },
        {"unit": "percent"},
    ),
    Example(
        "schools",
        "Количество школ в списке",
        "Сколько школ отнесено к категории в этом году, например к ШНОР.",
        {"type": "count", "of": {"type": "identified", "categories": ["low_results"]}},
        {"unit": "schools", "direction": "down"},
    ),
)  # fmt: skip
BY_CODE = {example.code: example for example in EXAMPLES}
