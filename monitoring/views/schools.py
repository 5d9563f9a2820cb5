"""The results of one school."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import Permission
from monitoring.queries.school_results import school_results as results_of
from schools.context import current_year, show_municipality
from schools.models import School
from schools.queries.schools import school_shell


@require_safe
def school_results(request: HttpRequest, pk: int) -> HttpResponse:
    """All years, unless the address names one."""
    school = get_object_or_404(
        School.objects.allowing(request.user, Permission.RESULTS_VIEW).select_related("municipality", "parent"), pk=pk
    )
    show_municipality(request, school.municipality)
    text = request.GET.get("year", "")
    if text and not text.isdecimal():
        raise Http404("Учебный год в адресе записан неверно; пример: year=2020.")
    year = int(text) if text else None
    results = results_of(user=request.user, school=school, procedure=request.GET.get("procedure", ""), year=year)
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=current_year(request, school.municipality)),
        "tab": "results",
        "results": results,
        "year": year,
        "can_open_sources": school.allows(request.user, Permission.SMALL_NUMBERS_VIEW),
        "can_mark": school.allows(request.user, Permission.OBJECTIVITY_EDIT),
    }
    return render(request, "monitoring/school_results.html", context)
