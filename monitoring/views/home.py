"""The first page after logging in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring.queries.home import home_of
from schools.context import current_municipality, current_year, visible_municipalities


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not visible_municipalities(request):
        return render(request, "monitoring/home_nowhere.html")
    municipality = current_municipality(request)
    year = current_year(request, municipality)
    found = home_of(user=request.user, municipality=municipality, school_year=year, page=request.GET.get("page"))
    return render(request, "monitoring/home.html", {"home": found, "municipality": municipality})
