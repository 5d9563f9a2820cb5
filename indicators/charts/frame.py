"""What all charts share: their look, their parts, their sentence and table."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, nothing is fetched from there
FONT = "PT Sans"
INK, INK_2, INK_3, LINE, LINE_2 = "#1b2430", "#566173", "#647084", "#dfe4ea", "#eef1f5"
ACCENT, INTERVAL, BAD, PAPER = "#1d5a8c", "#b8cfe2", "#a8323a", "#ffffff"
NO_DATA = "нет данных"
LINES = "split(datum.label, '\\n')"  # a label of several lines
HUNDRED: dict[str, Any] = {"values": [0, 25, 50, 75, 100], "labelExpr": "datum.label + ' %'"}  # an axis of per cents

Spec = dict[str, Any]


@dataclass(frozen=True)
class ChartTable:
    """The same numbers for those who do not see the chart."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    title: str
    reading: str  # what it says, in one sentence
    spec: Spec
    table: ChartTable


def base_spec(width: int, height: int | Spec, layers: list[Spec], values: list[Spec]) -> Spec:
    """The look that all charts share; width is that of a page of a document, and the page on screen scales it."""
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "background": None,
        "data": {"values": values},
        "layer": layers,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "text": {"color": INK, "fontSize": 13},
            "axis": {
                "labelColor": INK_2,
                "labelFontSize": 13,
                "titleColor": INK_2,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "gridColor": LINE_2,
                "domainColor": LINE,
                "ticks": False,
                "labelPadding": 8,
            },
        },
    }


def drawn(value: Decimal | None) -> float | None:
    return None if value is None else float(value)  # inexact only here, for a place on the paper
