"""Many small charts of one kind, a school each, so that their courses can be compared at a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.charts.frame import ACCENT, INK_3, NO_DATA, SCHEMA, Chart, ChartTable, Spec, base_spec, drawn
from schools.periods import Period
from schools.wording import in_unit

COLUMNS, WIDTH, HEIGHT = 4, 150, 80
LETTER, GAP = 5.7, 4  # pixels that a letter of a small label takes, and that labels side by side need between them
LONGEST_NAME = 26  # of a school above its little chart


@dataclass(frozen=True)
class Course:
    """The values of one school over the periods; None where there are no data or they are hidden."""

    name: str
    values: tuple[Decimal | None, ...]


def multiples_chart(
    *, title: str, unit: str, periods: Sequence[Period], courses: Sequence[Course], whole: Course
) -> Chart:
    """Each school as a line over the grey line of the municipality, all in one frame of values, each over its years."""
    rows = [
        {
            "school": _short(course.name, place),
            "period": period.short_label,
            "value": drawn(value),
            "whole": drawn(of_all),
            "text": in_unit(value, unit) if period == periods[-1] else "",
        }
        for place, course in enumerate(courses)
        for period, value, of_all in zip(periods, course.values, whole.values, strict=True)
    ]
    ticks = [period.short_label for period in periods]
    upright = sum(len(tick) * LETTER + GAP for tick in ticks) > WIDTH
    layered = base_spec(WIDTH, HEIGHT, _layers(ticks, upright), [])
    inner: Spec = {"width": WIDTH, "height": HEIGHT, "layer": layered["layer"]}
    spec: Spec = {
        "$schema": SCHEMA,
        "background": None,
        "data": {"values": rows},
        "facet": {
            "field": "school",
            "type": "nominal",
            "sort": [_short(course.name, place) for place, course in enumerate(courses)],
            "title": None,
            "header": {"labelFontSize": 12, "labelAnchor": "start", "labelLimit": WIDTH + 20},
        },
        "columns": COLUMNS,
        "bounds": "flush",
        "spacing": {"row": 56 + (max(map(len, ticks)) * LETTER + GAP if upright else 18), "column": 18},
        "resolve": {"axis": {"x": "independent"}},  # years under each chart, not under the last row alone
        "spec": inner,
        "config": layered["config"],
    }
    labels = [period.label for period in periods]
    return Chart(title, _reading(courses, labels, whole, unit), spec, _table(labels, [*courses, whole], unit))


def _layers(ticks: list[str], upright: bool) -> list[Spec]:
    x: Spec = {
        "field": "period",
        "type": "ordinal",
        "scale": {"domain": ticks},
        "axis": {
            "title": None,
            "grid": False,
            "labelFontSize": 11,
            "labelPadding": 4,
            "labelAngle": -90 if upright else 0,
            "labelOverlap": False,
        },
    }
    y: Spec = {
        "type": "quantitative",
        "axis": {"title": None, "tickCount": 3, "labelExpr": "replace(datum.label, '.', ',')"},
    }
    gaps = {"invalid": "break-paths-show-domains"}
    return [
        {
            "mark": {"type": "line", "strokeDash": [4, 3], "color": INK_3} | gaps,
            "encoding": {"x": x, "y": y | {"field": "whole"}},
        },
        {
            "mark": {"type": "line", "strokeWidth": 2.5, "color": ACCENT, "point": {"filled": True, "size": 40}} | gaps,
            "encoding": {"x": x, "y": y | {"field": "value"}},
        },
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "text", "dy": -10, "align": "right", "fontWeight": "bold", "fontSize": 12},
            "encoding": {"x": x, "y": y | {"field": "value"}, "text": {"field": "text"}},
        },
    ]


def _short(name: str, place: int) -> str:
    """Two schools of one name stay two charts: the invisible part tells them apart."""
    text = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return text + "\u200b" * place


def _reading(courses: Sequence[Course], periods: Sequence[str], whole: Course, unit: str) -> str:
    last = [course.values[-1] for course in courses if course.values and course.values[-1] is not None]
    if not last:
        return f"За {periods[-1]} данных по этим школам нет." if periods else "Данных пока нет."
    years = f"Точки слева направо: {periods[0]} … {periods[-1]}. " if len(periods) > 1 else ""
    return (
        f"{years}{periods[-1]}: наименьшее — {in_unit(min(last), unit)}, наибольшее — {in_unit(max(last), unit)}, "
        f"муниципалитет — {in_unit(whole.values[-1], unit)} (пунктир)."
    )


def _table(periods: Sequence[str], courses: Sequence[Course], unit: str) -> ChartTable:
    return ChartTable(
        header=("Школа", *periods),
        rows=tuple(
            (course.name, *(NO_DATA if value is None else in_unit(value, unit) for value in course.values))
            for course in courses
        ),
    )
