"""Charts as Vega-Lite specifications: built once here, drawn by vega-embed in the page and as SVG in documents.

Reads nothing: numbers are handed in. All texts inside a chart are written here with a decimal comma, so neither
renderer needs a locale. Colour is never the only carrier: values, plans, marks and readings stand there as text, and
each chart brings its table.
"""

from indicators.charts.flows import FlowColumn, flows_chart
from indicators.charts.frame import FONT, Chart, ChartTable
from indicators.charts.history import HistoryPoint, value_history_chart
from indicators.charts.marks import MarksRow, marks_chart
from indicators.charts.multiples import Course, multiples_chart
from indicators.charts.scatter import Axes, ScatterPoint, scatter_chart
from indicators.charts.targets import TargetRow, targets_chart

__all__ = [
    "FONT",
    "Axes",
    "Chart",
    "ChartTable",
    "Course",
    "FlowColumn",
    "HistoryPoint",
    "MarksRow",
    "ScatterPoint",
    "TargetRow",
    "flows_chart",
    "marks_chart",
    "multiples_chart",
    "scatter_chart",
    "targets_chart",
    "value_history_chart",
]
