"""The key of a form that makes something: see `accounts.once`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.once import FIELD, new_key

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())
