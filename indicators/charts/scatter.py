"""Schools as points by two numbers; groups by shape as well as by colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.charts.frame import ACCENT, BAD, INK, Chart, ChartTable, Spec, base_spec

WIDTH, HEIGHT = 540, 300
COLOURS = (ACCENT, "#c47f17", "#1c7047", BAD, "#6b4fa0", "#4f5b6d")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")


@dataclass(frozen=True)
class ScatterPoint:
    name: str
    x: float
    y: float
    group: str = ""
    texts: tuple[str, str] = ("", "")  # the two numbers as people read them


@dataclass(frozen=True)
class Axes:
    x: str
    y: str


def scatter_chart(*, title: str, reading: str, axes: Axes, points: Sequence[ScatterPoint]) -> Chart:
    groups = list(dict.fromkeys(point.group for point in points))
    values: list[Spec] = [{"name": point.name, "x": point.x, "y": point.y, "group": point.group} for point in points]
    comma = {"labelExpr": "replace(datum.label, '.', ',')", "tickCount": 5}
    encoding: Spec = {
        "x": {
            "field": "x",
            "type": "quantitative",
            "scale": {"zero": False, "nice": True},
            "axis": {"title": axes.x} | comma,
        },
        "y": {
            "field": "y",
            "type": "quantitative",
            "scale": {"zero": False, "nice": True},
            "axis": {"title": axes.y} | comma,
        },
        "tooltip": {"field": "name", "type": "nominal"},
    }
    if len(groups) > 1:
        legend = {"title": None, "orient": "bottom", "labelFontSize": 13, "labelColor": INK}
        encoding["shape"] = {
            "field": "group",
            "type": "nominal",
            "scale": {"domain": groups, "range": list(SHAPES[: len(groups)])},
            "legend": legend,
        }
        encoding["color"] = {
            "field": "group",
            "type": "nominal",
            "scale": {"domain": groups, "range": list(COLOURS[: len(groups)])},
            "legend": legend,
        }
    layers: list[Spec] = [
        {"mark": {"type": "point", "filled": True, "size": 90, "color": ACCENT}, "encoding": encoding}
    ]
    header = ("Школа", axes.x, axes.y, *(("Группа",) if len(groups) > 1 else ()))
    rows = tuple((point.name, *point.texts, *((point.group,) if len(groups) > 1 else ())) for point in points)
    return Chart(title, reading, base_spec(WIDTH, HEIGHT, layers, values), ChartTable(header, rows))
