"""The parts of a passport and the fields of their lines.

A line is a mapping of fields to texts: dates in ISO, roubles with two decimals; of a task, `indicators` is a list of
codes. A passport is a mapping of parts to their lines, in the order of the document.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Line = dict[str, Any]
Content = dict[str, list[Line]]


class Part(StrEnum):
    HEAD = "head"
    TASKS = "tasks"
    STAGES = "stages"
    RESULTS = "results"
    PARTICIPANTS = "participants"
    RISKS = "risks"
    MONEY = "money"

    @property
    def label(self) -> str:
        return PART_LABELS[self]


PART_LABELS = {
    Part.HEAD: "Название, цель и сроки",
    Part.TASKS: "Цели и задачи",
    Part.STAGES: "Этапы",
    Part.RESULTS: "Ожидаемые результаты",
    Part.PARTICIPANTS: "Участники",
    Part.RISKS: "Риски",
    Part.MONEY: "Деньги",
}

# The fields of a line with their labels; the first that is a name stands in `NAMING`.
FIELDS: Mapping[Part, Mapping[str, str]] = {
    Part.HEAD: {
        "title": "Название",
        "background": "Чем утверждена",
        "aim": "Цель",
        "starts_in": "Год начала",
        "ends_in": "Год окончания",
        "finance": "Финансирование",
        "order_number": "Номер приказа",
        "order_date": "Дата приказа",
    },
    Part.TASKS: {"kind": "Цель или задача", "text": "Текст", "indicators": "Показатели"},
    Part.STAGES: {"title": "Этап", "starts_on": "Начало", "ends_on": "Окончание", "text": "Содержание"},
    Part.RESULTS: {"text": "Ожидаемый результат"},
    Part.PARTICIPANTS: {
        "school": "Школа",
        "organisation": "Участник",
        "duties": "Обязанности",
        "basis": "Основание",
    },
    Part.RISKS: {"text": "Риск", "mitigation": "Способ снижения"},
    Part.MONEY: {
        "title": "На что",
        "year": "Год",
        "source": "Источник",
        "planned": "План, ₽",
        "spent": "Израсходовано, ₽",
    },
}
NAMING = {
    Part.HEAD: "title",
    Part.TASKS: "text",
    Part.STAGES: "title",
    Part.RESULTS: "text",
    Part.PARTICIPANTS: "organisation",
    Part.RISKS: "text",
    Part.MONEY: "title",
}
DATES = frozenset({"starts_on", "ends_on", "order_date"})
ROUBLES = frozenset({"planned", "spent"})
