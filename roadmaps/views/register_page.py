"""The page that lists what the department and the centre keep: decisions, recommendations, entries of registers."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from roadmaps.queries.control import may_register
from schools.context import current_municipality

A_PAGE = 50
Lines = Callable[[Any, Sequence[Any], dt.date], Sequence[Any]]  # what is told of rows to a person on a day


def register_page(request: HttpRequest, template: str, rows: Any, lines: Lines, **more: Any) -> HttpResponse:
    """One page of those rows of the municipality that the person may see."""
    municipality = current_municipality(request)
    seen = rows.visible_to(request.user).filter(municipality=municipality)
    page = Paginator(seen, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines(request.user, page.object_list, timezone.localdate()),
        "can_edit": may_register(request.user, municipality),
    }
    return render(request, template, context | more)
