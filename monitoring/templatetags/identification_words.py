"""The words of the identification in templates."""

from collections.abc import Mapping
from fractions import Fraction

from django import template

from monitoring.identification.rule import ProcedureOfSchool
from monitoring.identification_wording import exam_in_words, result_in_words, standing_in_words
from schools.wording import number

register = template.Library()

register.filter("exam_words", exam_in_words)
register.filter("result_words", result_in_words)
register.filter("standing_words", standing_in_words)


@register.filter
def low_of(procedures: tuple[ProcedureOfSchool, ...]) -> list[ProcedureOfSchool]:
    """Those that speak for the school's being in the list."""
    return [one for one in procedures if one.standing == "low"]


@register.filter
def label_in(category: str, labels: Mapping[str, str]) -> str:
    """What a category is called there."""
    return labels.get(category, category)


@register.filter
def axis_value(value: Fraction | None) -> str:
    return number(value, 2)


@register.filter
def reason_of(reasons: Mapping[str, str], category: str) -> str:
    return reasons.get(category, "")
