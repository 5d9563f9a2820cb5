"""Whose roadmaps somebody may read besides those of schools that they look into: upper apps know more reasons for it
than this one (a school that helps another reads its plan) and say so here when they start.

What is opened are a school's roadmaps and their rows: no reports on them, no evidence, no history, no comments, no
programmes.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from schools.models import School

Opener = Callable[[Any], QuerySet[School]]
_openers: list[Opener] = []


def register(opener: Opener) -> None:
    """`opener` gives the schools whose roadmaps are opened to a user."""
    if opener not in _openers:
        _openers.append(opener)


def is_opened(user: Any) -> Q:
    """Of roadmaps."""
    opened = Q(pk__in=[])
    for opener in _openers:
        opened |= Q(school__in=opener(user).values("pk"))
    return opened
