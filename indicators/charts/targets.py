"""The indicators of a programme against their plans."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.charts.frame import ACCENT, BAD, HUNDRED, INK, INK_2, LINES, Chart, ChartTable, Spec, base_spec, drawn
from schools.wording import percent, plan_in_unit

WIDTH = 170


@dataclass(frozen=True)
class TargetRow:
    """One indicator in per cent against its plan."""

    name: str  # names must differ
    value: Decimal | None
    target: Decimal | None
    reading: str  # «План достигнут»
    is_behind: bool = False


def targets_chart(
    *, title: str, rows: Sequence[TargetRow], reading: str = "", write: Callable[[Decimal], str] = percent
) -> Chart:
    """Indicators in per cent as bars, each against the mark of its plan; `write` turns per cents into text."""
    values = [
        {
            "name": "\n".join(textwrap.wrap(row.name, 38, max_lines=3, placeholder="…")),
            "value": drawn(row.value),
            "target": drawn(row.target),
            "text": _or_dash(row.value, write),
            "plan": "" if row.target is None else f"план {plan_in_unit(row.target, 'percent')}",
            "reading": row.reading,
            "is_behind": row.is_behind,
        }
        for row in rows
    ]
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": [value["name"] for value in values]},
        # Names are cut here already, and each has its own row: Vega need not measure whether they fit, which takes
        # it a third of the drawing.
        "axis": {
            "title": None,
            "domain": False,
            "labelExpr": LINES,
            "labelLimit": 0,
            "labelOverlap": False,
            "labelColor": INK,
        },
    }
    return Chart(
        title=title,
        reading=reading or _targets_reading(rows),
        spec=base_spec(WIDTH, {"step": 46}, [*_bars(y), *_columns(y)], values),
        table=ChartTable(
            header=("Показатель", "Значение", "План", "Чтение"),
            rows=tuple(
                (row.name, _or_dash(row.value, write), plan_in_unit(row.target, "percent"), row.reading) for row in rows
            ),
        ),
    )


def _bars(y: Spec) -> list[Spec]:
    x: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, 100], "clamp": True},  # more than all is said by the text beside
        "axis": HUNDRED | {"title": "полоса — значение, черта — план", "grid": False, "values": [0, 50, 100]},
    }
    return [
        {
            "mark": {"type": "bar", "height": 12, "color": ACCENT, "cornerRadiusEnd": 2},
            "encoding": {"y": y, "x": x | {"field": "value"}},
        },
        {
            "transform": [{"filter": "isValid(datum.target)"}],
            "mark": {"type": "tick", "thickness": 3, "size": 26, "color": INK, "opacity": 1},
            "encoding": {"y": y, "x": x | {"field": "target"}},
        },
    ]


def _columns(y: Spec) -> list[Spec]:
    """What the bars say, in words to their right."""

    def column(place: int, field: str, **mark: Any) -> Spec:
        return {
            "mark": {"type": "text", "align": "left", "baseline": "middle"} | mark,
            "encoding": {"y": y, "x": {"value": WIDTH + place}, "text": {"field": field}},
        }

    reading = column(130, "reading")
    reading["encoding"]["color"] = {"condition": {"test": "datum.is_behind", "value": BAD}, "value": INK_2}
    return [column(8, "text", fontWeight="bold"), column(54, "plan", color=INK_2), reading]


def _or_dash(value: Decimal | None, write: Callable[[Decimal], str]) -> str:
    return "—" if value is None else write(value)


def _targets_reading(rows: Sequence[TargetRow]) -> str:
    planned = [row for row in rows if row.target is not None and row.value is not None]
    if not planned:
        return "Показатели, у которых есть и значение, и план, пока отсутствуют."
    behind = sum(row.is_behind for row in planned)
    if not behind:
        return f"Все показатели со значением и планом ({len(planned)}) идут по плану или выше него."
    return f"Из {len(planned)} показателей со значением и планом отстают от плана {behind}."
