"""Completeness and timeliness of reporting in the school year in view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from roadmaps.queries.punctuality import punctuality_table
from roadmaps.queries.years import years_of_plans
from schools.context import current_municipality, running_year
from schools.periods import year_of_plans


@require_safe
def punctuality(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    year = running_year(request, year_of_plans(timezone.localdate()), years_of_plans(request.user, municipality))
    table = punctuality_table(request.user, municipality, year, timezone.localdate())
    return render(request, "roadmaps/punctuality.html", {"table": table, "year": year})
