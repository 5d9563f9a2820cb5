"""Draws charts for documents, without a browser and without the net."""

import base64
import re
from functools import cache
from pathlib import Path

import vl_convert

from indicators.charts import Chart

VEGA_LITE = "6.4"  # of the same major as the page's, see package.json
FONT_DIRECTORIES = (  # where PT Sans lies; elsewhere fontconfig's own folders are searched
    Path("/usr/share/fonts/truetype/paratype"),
    Path("/usr/share/fonts/paratype"),
)
REFERRED_TO = re.compile(r"\b(clip|gradient_|pattern_)\d+\b")


@cache
def _register_fonts() -> None:
    for folder in FONT_DIRECTORIES:
        if folder.is_dir():
            vl_convert.register_font_directory(str(folder))


def draw_svg(chart: Chart) -> str:
    """The chart as SVG; the same chart gives the same bytes."""
    _register_fonts()
    svg = str(vl_convert.vegalite_to_svg(chart.spec, vl_version=VEGA_LITE, allowed_base_urls=[]))
    # Vega numbers what it refers to through the whole life of the process.
    numbers: dict[str, str] = {}
    return REFERRED_TO.sub(lambda match: numbers.setdefault(match.group(), f"{match.group(1)}{len(numbers)}"), svg)


def svg_address(chart: Chart) -> str:
    """The SVG as an address for `<img>`: inline it would be a figure without an alternative text in the PDF."""
    return "data:image/svg+xml;base64," + base64.b64encode(draw_svg(chart).encode()).decode()
