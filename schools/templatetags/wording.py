"""The words of `schools.wording` for templates: `{% load wording %}`."""

from django import template

from schools import wording

register = template.Library()

register.filter("number", wording.number)
register.filter("signed", wording.signed)
register.filter("percent", wording.percent)
register.filter("share", wording.share)
register.filter("in_unit", wording.in_unit)
register.filter("plan_in_unit", wording.plan_in_unit)
register.filter("change_in_unit", wording.change_in_unit)
register.filter("plural", wording.plural)
register.filter("plural_genitive", wording.plural_genitive)
register.filter("counted", wording.counted)
register.filter("day", wording.day)
register.filter("moment", wording.moment)
register.filter("duration", wording.duration)
register.filter("day_in_words", wording.day_in_words)
register.filter("school_year", wording.school_year)
register.filter("school_year_short", wording.school_year_short)
register.filter("period", wording.period)


@register.simple_tag
def part_of(part: wording.Number, whole: wording.Number, forms: str) -> str:
    """`{% part_of 3 4 "школы,школ" %}` → «3 из 4 школ»."""
    return wording.part_of(part, whole, forms)
