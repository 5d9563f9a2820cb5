"""Numbers as SVG and HTML attributes want them: with a point, within their bounds."""

from django import template

from schools.wording import Number, exact, rounded

register = template.Library()


@register.filter
def svg_percent(value: Number) -> str:
    """«33.3%», never below 0 or above 100: the length of a bar."""
    known = exact(value)
    if known is None:
        return "0%"
    return f"{float(rounded(min(max(known, 0), 100), 1)):g}%"
