"""Score sheets of a school year: those of the centre and the tutors, the monitoring of methodical help as a table of
schools, and how they are begun."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.queries.score_tables import monitoring_table
from mentoring.queries.scoring import (
    edition_of,
    has_criteria,
    helped_schools,
    may_change_criteria,
    may_fill,
    monitoring_of,
    sheet_of,
    years_of_sheets,
)
from mentoring.scores import SheetKind
from mentoring.services.score_criteria import CriteriaRefused, begin_criteria
from mentoring.services.scores import ScoreRefused, begin_sheets
from schools.context import current_municipality, running_year
from schools.models import Municipality
from schools.periods import school_year_label, year_of_plans
from schools.workbooks import XLSX_TYPE, workbook_of

OF_CENTRE = (SheetKind.CENTRE, SheetKind.TUTORS)


def shown_year(request: HttpRequest, municipality: Municipality) -> int:
    """Without a choice the one that ended last, for help is looked back at; where no school was to be helped in it, the
    last one with sheets."""
    last, told = year_of_plans(timezone.localdate()) - 1, years_of_sheets(request.user, municipality)
    has_last = last in told or not told or helped_schools(municipality, last)
    return running_year(request, last if has_last else max(told), {last, last + 1, *told})


def kind_of(name: str) -> SheetKind:
    if name not in list(SheetKind):
        raise Http404("Таких листов нет.")
    return SheetKind(name)


def around(request: HttpRequest, municipality: Municipality, year: int) -> dict[str, Any]:
    return {
        "year": year,
        "can_fill": may_fill(request.user, municipality),
        "can_change_criteria": may_change_criteria(request.user, municipality),
        "has_criteria": has_criteria(municipality),
    }


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """For those who see the whole municipality: schools have no part in these sheets."""
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.SCORES_VIEW):
        raise PermissionDenied
    year = shown_year(request, municipality)
    sheets = [
        (kind, edition_of(municipality, kind, year), sheet_of(request.user, municipality, kind, year))
        for kind in OF_CENTRE
    ]
    return render(request, "mentoring/scores/list.html", {"sheets": sheets} | around(request, municipality, year))


@require_safe
def help_monitoring(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if municipality.pk not in reach_of(request.user, Permission.SCORES_VIEW).touched:
        raise PermissionDenied
    year = shown_year(request, municipality)
    today = timezone.localdate(timezone=municipality.zone)
    found = monitoring_of(request.user, municipality, year, today)
    if request.GET.get("format") == "xlsx":
        name = f"Мониторинг {school_year_label(year)}".replace("/", "-")
        answer = HttpResponse(workbook_of(name, *monitoring_table(found)), content_type=XLSX_TYPE)
        answer["Content-Disposition"] = f'attachment; filename="help-monitoring-{year}.xlsx"'
        return answer
    context = {
        "found": found,
        "left": [school for school, sheet in found.rows if sheet is None],
        "is_whole": municipality.allows(request.user, Permission.SCORES_VIEW),
        "days_left": max((found.window.closes_on - today) // dt.timedelta(days=1), 0),
    } | around(request, municipality, year)
    return render(request, "mentoring/scores/monitoring.html", context)


@require_POST
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """A draft with what the portal knows, of every school in the monitoring."""
    of, municipality = kind_of(kind), current_municipality(request)
    if not may_fill(request.user, municipality):
        raise PermissionDenied
    year = shown_year(request, municipality)
    back = reverse("mentoring:help_monitoring" if of.is_of_school else "mentoring:scores") + f"?year={year}"
    try:
        begun = begin_sheets(municipality=municipality, kind=of, school_year=year, by=request.user)
    except ScoreRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    if begun:
        messages.success(request, "Портал предложил баллы по тому, что знает. Проверьте и дополните их.")
    else:
        messages.info(request, "Начинать нечего: листы уже есть, или в списке за этот год нет школ.")
    return redirect(begun[0]) if begun and not of.is_of_school else redirect(back)


@require_POST
def take_criteria(request: HttpRequest) -> HttpResponse:
    """Those of the document, where the municipality has none."""
    municipality = current_municipality(request)
    if not may_change_criteria(request.user, municipality):
        raise PermissionDenied
    year = shown_year(request, municipality)
    try:
        begin_criteria(municipality=municipality, school_year=year, by=request.user)
    except CriteriaRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Критерии взяты. Их слова, шкалы и границы уровней можно изменить.")
    return redirect(reverse("mentoring:scores") + f"?year={year}")
