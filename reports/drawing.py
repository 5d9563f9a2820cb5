"""Draws charts for documents, without a browser and without the net."""

import base64
import re

import vl_convert

from indicators.charts import FONT, Chart

VEGA_LITE = "6.4"  # of the same major as the page's, see package.json
# Texts are measured, for the margins around them, with the font that the drawer keeps in memory: of any other it opens
# the file anew for each letter. It is a little wider than ours, so nothing is cut off.
MEASURED_WITH = "sans-serif"
REFERRED_TO = re.compile(r"\b(clip|gradient_|pattern_)\d+\b")


def draw_svg(chart: Chart) -> str:
    """The chart as SVG; the same chart gives the same bytes."""
    spec = chart.spec | {"config": chart.spec["config"] | {"font": MEASURED_WITH}}
    svg = str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))
    svg = svg.replace(f'font-family="{MEASURED_WITH}"', f'font-family="{FONT}"')
    # Vega numbers what it refers to through the whole life of the process.
    numbers: dict[str, str] = {}
    return REFERRED_TO.sub(lambda match: numbers.setdefault(match.group(), f"{match.group(1)}{len(numbers)}"), svg)


def svg_address(chart: Chart) -> str:
    """The SVG as an address for `<img>`: inline it would be a figure without an alternative text in the PDF."""
    return "data:image/svg+xml;base64," + base64.b64encode(draw_svg(chart).encode()).decode()
