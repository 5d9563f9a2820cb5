"""Why a value is what it is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import Permission
from indicators.models import Indicator
from indicators.periods import period_of_year
from monitoring.queries.why import NothingToTrace, Why, why
from schools.context import current_year, show_municipality
from schools.models import School
from schools.periods import Period


@require_safe
def municipality_why(request: HttpRequest, pk: int) -> HttpResponse:
    """`?period=cy2021`; without it the period of the school year in view."""
    visible = Indicator.objects.visible_to(request.user).select_related("municipality")
    indicator = get_object_or_404(visible, pk=pk)
    return _page(request, indicator, None)


@require_safe
def school_why(request: HttpRequest, school_pk: int, pk: int) -> HttpResponse:
    visible = School.objects.allowing(request.user, Permission.VALUES_VIEW).select_related("municipality", "parent")
    school = get_object_or_404(visible, pk=school_pk)
    indicators = Indicator.objects.visible_to(request.user).filter(municipality=school.municipality_id)
    return _page(request, get_object_or_404(indicators.select_related("municipality"), pk=pk), school)


def _page(request: HttpRequest, indicator: Indicator, school: School | None) -> HttpResponse:
    show_municipality(request, indicator.municipality)
    period = _period(request, indicator)
    try:
        found = why(user=request.user, indicator=indicator, period=period, school=school, page=request.GET.get("page"))
    except NothingToTrace as error:
        raise Http404(str(error)) from None
    return render(request, "monitoring/why.html", {"why": found, "crumbs": _crumbs(found)})


def _period(request: HttpRequest, indicator: Indicator) -> Period:
    text = request.GET.get("period") or period_of_year(
        indicator.period_kind, current_year(request, indicator.municipality)
    )
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Http404(str(error)) from None


def _crumbs(found: Why) -> list[tuple[str, str]]:
    """The pages above: of the school, or of the indicator."""
    year = found.period.school_year
    if found.school:
        above = reverse("indicators:school_indicators", args=[found.school.pk])
        return [(found.school.name, f"{above}?year={year}")]
    address = found.indicator.get_absolute_url()
    return [(found.indicator.short_name, f"{address}?year={year}")]
