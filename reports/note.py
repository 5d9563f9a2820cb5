"""All that the note says, in the order of its template. Pure."""

from typing import Any

from reports import appendix
from reports.snapshots import AnalyticalNote
from reports.wording import during, next_period, sentence


def note_context(note: AnalyticalNote) -> dict[str, Any]:
    """All texts of the note, ready for its template; the page draws the chart itself."""
    return {
        "note": note,
        "title": f"Аналитическая записка по результатам мониторинга {during(note.period)}",
        "during": during(note.period),
        "during_next": during(next_period(note.period)),
        "aim": note.aim[:1].lower() + note.aim[1:].rstrip("."),
        "paragraphs": [(sentence(row, note.period), row.comment) for row in note.indicators],
        "rows": appendix.table_rows(note),
        "footnotes": appendix.footnotes(note),
        "methods": appendix.method_lines(note),
        "grid": appendix.school_grid(note),
        "chart": appendix.plan_chart(note),
    }
