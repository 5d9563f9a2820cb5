"""The calendar of what somebody owes: its secret address is made, renewed and revoked; a calendar reads it."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.calendar_feed import calendar_of
from roadmaps.models import CalendarFeed
from roadmaps.queries.duties import dated_duties
from roadmaps.queries.owed import Owed, owed_anywhere
from roadmaps.services.seeing import renew_feed, revoke_feed
from schools.context import current_municipality
from schools.models import Municipality

DAYS_AHEAD = 370  # a school year and a little: what is due later need not stand in anybody's calendar yet


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Whether there is an address; a new one is shown in the answer to its making and nowhere else."""
    municipality = _reporting(request)
    key = renew_feed(by=request.user, municipality=municipality) if request.method == "POST" else ""
    address = request.build_absolute_uri(reverse("roadmaps:feed", kwargs={"key": key})) if key else ""
    feed = CalendarFeed.objects.filter(user=request.user.pk).first()
    return render(request, "roadmaps/calendar_feed.html", {"feed": feed, "address": address})


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    municipality = _reporting(request)
    revoke_feed(by=request.user, municipality=municipality)
    messages.success(request, "Адрес отозван: календарь по нему больше не открывается.")
    return redirect("roadmaps:feed_settings")


def _reporting(request: HttpRequest) -> Municipality:
    """Only who reports somewhere owes something."""
    municipality = current_municipality(request)
    if municipality.pk not in reach_of(request.user, Permission.PROGRESS_REPORT).touched:
        raise PermissionDenied
    return municipality


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Read by a program that cannot log in. Nobody who has left, or whose account is switched off, has one."""
    found = CalendarFeed.find(key)
    if found is None or not reach_of(found.user, Permission.PROGRESS_REPORT).touched:
        raise Http404("По этому адресу календаря нет: возьмите новый на странице «Что я должен».")

    def address(one: Owed) -> str:
        place = f"?school={one.school.pk if one.school else ''}"
        return request.build_absolute_uri(reverse("roadmaps:report", args=[one.occurrence.pk])) + place

    today, ahead = timezone.localdate(), dt.timedelta(days=DAYS_AHEAD)
    owed = owed_anywhere(found.user, today, days_ahead=DAYS_AHEAD)
    towns = Municipality.objects.visible_to(found.user)
    duties = [duty for town in towns for duty in dated_duties(found.user, town, today, ahead)]
    site = request.build_absolute_uri("/").rstrip("/")
    calendar = calendar_of(owed, now=timezone.now(), address=address, duties=duties, site=site)
    answer = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="opora.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer
