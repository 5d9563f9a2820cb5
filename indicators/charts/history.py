"""How one indicator went over the periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.charts.frame import (
    ACCENT,
    HUNDRED,
    INK,
    INK_3,
    INTERVAL,
    LINES,
    NO_DATA,
    PAPER,
    Chart,
    ChartTable,
    Spec,
    base_spec,
    drawn,
)
from schools.wording import in_unit, plan_in_unit

WIDTH, HEIGHT = 540, 240

FRAMES = {"percent": (0, 100), "mark": (2, 5)}


@dataclass(frozen=True)
class HistoryPoint:
    """The value of one period; None where there are no data."""

    period: str  # as people read it, «2020/2021»
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    target: Decimal | None = None
    participants: int | None = None


def value_history_chart(*, title: str, unit: str, points: Sequence[HistoryPoint], reading: str = "") -> Chart:
    """Values over periods with their intervals and the plan; periods without data stand as a gap that says so."""
    plans = {point.target for point in points} - {None}
    labels = [_period_label(point, unit, with_plan=len(plans) > 1) for point in points]
    x: Spec = {
        "field": "period",
        "type": "ordinal",
        "scale": {"domain": labels},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "labelExpr": LINES},
    }
    frame = _frame(unit, points)
    y: Spec = {"type": "quantitative", "scale": _value_scale(frame), "axis": _value_axis(unit, frame)}
    intervals = _interval_layers(x, y) if any(point.low is not None for point in points) else []
    layers = [*intervals, *_plan_layers(plans, unit, x, y), *_value_layers(x, y)]
    values = [_datum(label, point, unit) for label, point in zip(labels, points, strict=True)]
    return Chart(
        title=title,
        reading=reading or _history_reading(points, unit),
        spec=base_spec(WIDTH, HEIGHT, layers, values),
        table=_history_table(points, unit),
    )


def _datum(label: str, point: HistoryPoint, unit: str) -> Spec:
    return {
        "period": label,
        "value": drawn(point.value),
        "text": in_unit(point.value, unit),
        "low": drawn(point.low),
        "high": drawn(point.high),
        "top": drawn(point.value if point.high is None else point.high),
        "target": drawn(point.target),
    }


def _interval_layers(x: Spec, y: Spec) -> list[Spec]:
    return [
        {
            "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
            "mark": {"type": "rule", "strokeWidth": 9, "strokeCap": "round", "color": INTERVAL},
            "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}},
        }
    ]


def _value_layers(x: Spec, y: Spec) -> list[Spec]:
    """The line, the text over each point with paper around it, and words where there is no point."""
    line: Spec = {
        "mark": {
            "type": "line",
            "strokeWidth": 3,
            "color": ACCENT,
            "point": {"filled": True, "size": 90, "color": ACCENT},
            "invalid": "break-paths-show-domains",
        },
        "encoding": {"x": x, "y": y | {"field": "value"}},
    }
    texts: list[Spec] = [
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "text", "baseline": "bottom", "dy": -10, "fontWeight": "bold", "fontSize": 14} | halo,
            "encoding": {"x": x, "y": y | {"field": "top"}, "text": {"field": "text"}},
        }
        for halo in ({"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round", "color": PAPER}, {})
    ]
    gap: Spec = {
        "transform": [{"filter": "!isValid(datum.value)"}],
        "mark": {"type": "text", "baseline": "bottom", "dy": -8, "color": INK_3},
        "encoding": {"x": x, "y": {"value": HEIGHT}, "text": {"value": NO_DATA}},
    }
    return [line, *texts, gap]


def _period_label(point: HistoryPoint, unit: str, *, with_plan: bool) -> str:
    """A plan that differs by period stands under its period, where it cannot run into the line."""
    if with_plan and point.target is not None:
        return f"{point.period}\nплан {plan_in_unit(point.target, unit)}"
    return point.period


def _frame(unit: str, points: Sequence[HistoryPoint]) -> tuple[int, int] | None:
    """A fixed frame where the unit has one, so that charts side by side can be compared; None where a value would
    stand outside of it, as a change below nought does."""
    frame = FRAMES.get(unit)
    drawn_at = [at for point in points for at in (point.value, point.low, point.high, point.target) if at is not None]
    return frame if frame and all(frame[0] <= at <= frame[1] for at in drawn_at) else None


def _value_scale(frame: tuple[int, int] | None) -> Spec:
    return {"domain": list(frame)} if frame else {"zero": True, "nice": True}


def _value_axis(unit: str, frame: tuple[int, int] | None) -> Spec:
    if unit == "percent" and frame:
        return {"title": None} | HUNDRED
    if unit == "mark" and frame:
        return {"title": None, "values": [2, 3, 4, 5], "format": "d"}
    whole = {"tickMinStep": 1} if unit in ("schools", "count") else {}
    return {"title": None, "tickCount": 4, "labelExpr": "replace(datum.label, '.', ',')"} | whole


def _plan_layers(plans: set[Decimal | None], unit: str, x: Spec, y: Spec) -> list[Spec]:
    """A dashed line over each period that has a plan, with its number at the edge where it is one and the same."""
    layers: list[Spec] = []
    if plans:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.target)"}],
                "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.5, "color": INK},
                "encoding": {
                    "x": x | {"bandPosition": 0},
                    "x2": {"field": "period", "bandPosition": 1},
                    "y": y | {"field": "target"},
                },
            }
        )
    if len(plans) == 1:
        (plan,) = plans
        layers.append(
            {
                "data": {"values": [{"target": drawn(plan)}]},
                "mark": {"type": "text", "align": "left", "dx": 8},
                "encoding": {
                    "x": {"value": WIDTH},
                    "y": y | {"field": "target"},
                    "text": {"value": f"план {plan_in_unit(plan, unit)}"},
                },
            }
        )
    return layers


def _history_reading(points: Sequence[HistoryPoint], unit: str) -> str:
    """The latest value against the plan and the earlier one."""
    known = [point for point in points if point.value is not None]
    if not known:
        return "Данных пока нет."
    last = known[-1]
    parts = [f"{last.period}: {in_unit(last.value, unit)}"]
    if last.target is not None:
        parts.append(f"план {plan_in_unit(last.target, unit)}")
    if len(known) > 1:
        parts.append(f"{known[-2].period} — {in_unit(known[-2].value, unit)}")
    return ", ".join(parts) + "."


def _history_table(points: Sequence[HistoryPoint], unit: str) -> ChartTable:
    """Only the columns that hold something."""
    columns: list[tuple[str, list[str]]] = [
        ("Период", [point.period for point in points]),
        ("Значение", [NO_DATA if point.value is None else in_unit(point.value, unit) for point in points]),
    ]
    if any(point.low is not None for point in points):
        columns.append(("95-процентный интервал", [_interval(point, unit) for point in points]))
    if any(point.target is not None for point in points):
        columns.append(("План", [plan_in_unit(point.target, unit) for point in points]))
    if any(point.participants is not None for point in points):
        columns.append(("Участники", ["—" if p.participants is None else str(p.participants) for p in points]))
    return ChartTable(
        header=tuple(name for name, _ in columns), rows=tuple(zip(*(cells for _, cells in columns), strict=True))
    )


def _interval(point: HistoryPoint, unit: str) -> str:
    if point.low is None or point.high is None:
        return "—"
    return f"{in_unit(point.low, unit)} – {in_unit(point.high, unit)}"
