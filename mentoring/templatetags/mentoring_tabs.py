"""The parts of mentoring, as far as somebody has anything to do there."""

from typing import Any

from django import template

from accounts.access import Permission
from accounts.models import reach_of

register = template.Library()


@register.inclusion_tag("mentoring/_tabs.html", takes_context=True)
def mentoring_tabs(context: dict[str, Any], tab: str) -> dict[str, Any]:
    """«Мои пары» only for those who can be a side of one."""
    return {"tab": tab, "can_log": bool(reach_of(context["user"], Permission.MEETING_LOG).touched)}
