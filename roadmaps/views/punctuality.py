"""Completeness and timeliness of reporting in the school year in view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from roadmaps.queries.punctuality import punctuality_table
from schools.context import current_municipality, current_year


@require_safe
def punctuality(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    year = current_year(request, municipality)
    table = punctuality_table(request.user, municipality, year, timezone.localdate())
    return render(request, "roadmaps/punctuality.html", {"table": table, "year": year})
