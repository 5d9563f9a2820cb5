"""The history of a score sheet in words."""

from mentoring.queries.history import ChangeLine, in_lines
from mentoring.queries.scoring import ScoredSheet

ACTIONS = {
    "begun": "лист начат, портал предложил баллы",
    "filled": "лист заполнен",
    "renewed": "сведения портала обновлены",
    "confirmed": "лист утверждён",
    "taken_back": "лист возвращён в работу",
    "file": "приложены файлы",
    "file_removed": "файл убран",
}


def history_of(scored: ScoredSheet) -> list[ChangeLine]:
    """The latest first; two queries."""
    names = {line.criterion.code: f"{line.criterion.position}. {line.criterion.text}" for line in scored.lines}
    changes = scored.sheet.changes.select_related("by").order_by("-at", "-pk")
    return in_lines(changes, ACTIONS, names | {"conclusion": "Выводы"})
