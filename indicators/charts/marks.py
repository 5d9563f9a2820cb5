"""The marks of a school over the years."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.charts.frame import ACCENT, BAD, HUNDRED, INK, INK_2, PAPER, Chart, ChartTable, Spec, base_spec
from schools.wording import percent


@dataclass(frozen=True)
class MarksRow:
    """How many pupils got 2, 3, 4 and 5 in a year."""

    label: str
    marks: tuple[int, ...]


MARK_COLOURS = (  # from low to high, told apart without seeing red or green; paper or ink for the text upon them
    ("«2»", BAD, PAPER),
    ("«3»", "#f0c27a", INK),
    ("«4»", "#a9c8e0", INK),
    ("«5»", ACCENT, PAPER),
)
ROOM_FOR_MARK, ROOM_FOR_SHARE = Decimal(8), Decimal(15)  # per cent; a narrower stripe has no room for the text


def marks_chart(*, title: str, rows: Sequence[MarksRow], reading: str = "") -> Chart:
    """Marks of each year as one bar of a hundred per cent, from «2» on the left to «5» on the right."""
    width = 460
    filled = [row for row in rows if sum(row.marks)]
    values = [stripe for row in filled for stripe in _stripes(row)]
    totals = [{"label": row.label, "total": f"участников: {sum(row.marks)}"} for row in filled]
    y: Spec = {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None, "labelColor": INK}}
    x: Spec = {
        "field": "start",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": None} | HUNDRED,
    }
    colours: Spec = {
        "field": "mark",
        "type": "nominal",
        "scale": {"domain": [mark for mark, _, _ in MARK_COLOURS], "range": [colour for _, colour, _ in MARK_COLOURS]},
        "legend": None,
    }
    layers = [
        {
            "mark": {"type": "bar", "height": 26, "stroke": PAPER, "strokeWidth": 1.5},
            "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": colours},
        },
        {
            "mark": {"type": "text", "baseline": "middle"},
            "encoding": {
                "y": y,
                "x": x | {"field": "middle"},
                "text": {"field": "text"},
                "color": {"field": "ink", "type": "nominal", "scale": None},
            },
        },
        {
            "data": {"values": totals},
            "mark": {"type": "text", "align": "left", "color": INK_2},
            "encoding": {"y": y, "x": {"value": width + 10}, "text": {"field": "total"}},
        },
    ]
    return Chart(
        title=title,
        reading=reading or _marks_reading(filled),
        spec=base_spec(width, {"step": 40}, layers, values),
        table=ChartTable(
            header=("Год", "Участники", *(mark for mark, _, _ in MARK_COLOURS)),
            rows=tuple((row.label, str(sum(row.marks)), *(str(count) for count in row.marks)) for row in rows),
        ),
    )


def _stripes(row: MarksRow) -> list[Spec]:
    total, start, stripes = Decimal(sum(row.marks)), Decimal(0), []
    for (mark, _, ink), count in zip(MARK_COLOURS, row.marks, strict=True):
        share = 100 * count / total
        text = f"{mark} {percent(share)}" if share >= ROOM_FOR_SHARE else mark if share >= ROOM_FOR_MARK else ""
        stripes.append(
            {
                "label": row.label,
                "mark": mark,
                "start": float(start),
                "end": float(start + share),
                "middle": float(start + share / 2),
                "text": text,
                "ink": ink,
            }
        )
        start += share
    return stripes


def _marks_reading(rows: Sequence[MarksRow]) -> str:
    if not rows:
        return "Отметок пока нет."
    last = rows[-1]
    total = Decimal(sum(last.marks))
    good, failed = 100 * (last.marks[2] + last.marks[3]) / total, 100 * last.marks[0] / total
    return f"{last.label}: «4» и «5» получили {percent(good)} участников, «2» — {percent(failed)}."
