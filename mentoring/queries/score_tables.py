"""The monitoring of methodical help as a spreadsheet."""

from collections.abc import Sequence
from typing import Any

from mentoring.queries.scoring import HelpMonitoring, ScoredSheet, ScoreLine
from schools.models import School
from schools.workbooks import CellValue


def monitoring_table(found: HelpMonitoring) -> tuple[list[str], list[Sequence[CellValue]]]:
    """The header, and a row for each school."""
    criteria = [f"{criterion.position}. {criterion.text}" for criterion in found.criteria]
    header = ["Школа", *criteria, "Сумма", "Уровень", "Изменение суммы", "Состояние листа"]
    header += ["Недостатки к устранению", "Причины", "Недостатки прошлого года"]
    return header, [_row(school, sheet, found) for school, sheet in found.rows]


def _row(school: School, scored: ScoredSheet | None, found: HelpMonitoring) -> list[Any]:
    if scored is None:
        return [school.name, *[None] * (len(found.criteria) + 3), "листа нет", None, None, None]
    by_code = {line.criterion.code: line.score for line in scored.lines}
    return [
        school.name,
        *(by_code.get(criterion.code) for criterion in found.criteria),
        scored.total,
        scored.level.label if scored.level else None,
        scored.change,
        scored.sheet.get_state_display(),
        _told(scored.shortcomings, lambda line: line.shortcoming),
        _told(scored.shortcomings, lambda line: line.mark.cause),
        _told(scored.to_have_mended, lambda line: f"{line.was_to_mend} — {line.was_mended or 'не отмечено'}"),
    ]


def _told(lines: list[ScoreLine], words: Any) -> str | None:
    """Each under the number of its criterion; nothing where nobody has said anything."""
    said = [f"{line.criterion.position}. {text}" for line in lines if (text := words(line))]
    return "\n".join(said) or None
