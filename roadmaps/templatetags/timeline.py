"""Draws the line of time: places in per cent, so that it is as wide as there is room and its words keep their size.

Says by the shape of a bar and a sign above it what its colour says: empty, partly or wholly filled, dashed.
"""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from roadmaps.plans.timeline import Scale, Unit
from roadmaps.queries.tables import Line, Time
from roadmaps.states import Status
from schools.wording import day

register = template.Library()

SIGNS = {Status.DONE: "✓", Status.LATE: "!", Status.CANCELLED: "×", Status.IN_WORK: "…", Status.NOT_STARTED: ""}
TALL = 28  # pixels of a line; its bars lie in the lower part, the signs above them
TOP, HIGH = 13, 11
FEW_LABELS = 13  # parts of the line that have room for their whole names


@register.simple_tag
def timeline_grid(scale: Scale) -> SafeString:
    """Drawn once and used by every line of the table."""
    lines = "".join(f'<line x1="{_p(tick.at)}" x2="{_p(tick.at)}" y1="0" y2="100%"/>' for tick in scale.ticks)
    return mark_safe(f'<svg class="tl-defs" aria-hidden="true"><defs><g id="tl-grid">{lines}</g></defs></svg>')  # noqa: S308  # numbers only


@register.simple_tag
def timeline_head(scale: Scale) -> SafeString:
    """Years, and under them months or quarters."""
    step = 1 if scale.unit is Unit.QUARTER or len(scale.ticks) <= FEW_LABELS else 3
    years = "".join(_word(tick.at, tick.label, 12, "start") for tick in scale.years if tick.width > 4)
    parts = "".join(
        _word(tick.middle, tick.label, 28, "middle") for tick in scale.ticks[::step] if tick.width > 1.2 or step > 1
    )
    grid = '<use href="#tl-grid"/>'
    return mark_safe(f'<svg class="tl" width="100%" height="34" aria-hidden="true">{grid}{years}{parts}</svg>')  # noqa: S308  # numbers and our own words


def _word(at: float, word: str, y: int, anchor: str) -> str:
    return f'<text x="{_p(at)}" dx="{3 if anchor == "start" else 0}" y="{y}" text-anchor="{anchor}">{word}</text>'


@register.simple_tag
def timeline_line(line: Line, scale: Scale, today: object) -> SafeString:
    """The times of a row, and for whoever does not see them their list in words."""
    now = ""
    if scale.holds(today):
        at = _p(scale.at(today))
        now = f'<line class="tl-today" x1="{at}" x2="{at}" y1="0" y2="{TALL}"/>'
    bars = "".join(_bar(time, scale) for time in line.times)
    words = "; ".join(
        f"{time.occurrence.label}, до {day(time.occurrence.due_on)}: {time.status.label}" for time in line.times
    )
    label = escape(words or "сроков пока нет")
    return mark_safe(  # noqa: S308  # what is a text is escaped
        f'<svg class="tl" width="100%" height="{TALL}" role="img" aria-label="{label}">'
        f'<use href="#tl-grid"/>{now}{bars}</svg>'
    )


def _bar(time: Time, scale: Scale) -> str:
    once = time.occurrence
    if not (found := scale.span(once.starts_on, once.due_on)):
        return ""
    at, width = found
    bar = f'<rect class="tl-{time.status.value}" x="{_p(at)}" y="{TOP}" width="{_p(width)}" height="{HIGH}" rx="2"/>'
    if time.status is Status.IN_WORK and once.percent:
        part = width * once.percent / 100
        bar += f'<rect class="tl-part" x="{_p(at)}" y="{TOP}" width="{_p(part)}" height="{HIGH}" rx="2"/>'
    if sign := SIGNS[time.status]:
        bar += f'<text class="tl-sign" x="{_p(at + width / 2)}" y="{TOP - 2}" text-anchor="middle">{sign}</text>'
    return bar


def _p(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
