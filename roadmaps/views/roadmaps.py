"""Roadmaps of the municipality and of schools, the table of one, a row, and the passport of a programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission
from roadmaps.models import Activity, Programme, Roadmap
from roadmaps.plans.deadlines import Deadline, in_words
from roadmaps.queries.tables import Filters, line_of, lines_of, roadmap_lines, table_of
from roadmaps.states import Status
from schools.context import current_municipality, show_municipality


@require_safe
def roadmap_list(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    visible = Roadmap.objects.visible_to(request.user).filter(municipality=municipality)
    lines = roadmap_lines(visible, timezone.localdate())
    programmes = Programme.objects.visible_to(request.user).filter(municipality=municipality).select_related("school")
    context = {
        "municipal": [line for line in lines if line.roadmap.school is None],
        "of_schools": [line for line in lines if line.roadmap.school is not None],
        "late": sum(line.late for line in lines),
        "awaited": sum(line.awaited for line in lines),
        "done": sum(line.done for line in lines),
        "programmes": programmes,
        "can_edit": municipality.allows(request.user, Permission.PLANS_EDIT),
    }
    return render(request, "roadmaps/list.html", context)


@require_safe
def roadmap(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Roadmap.objects.visible_to(request.user).select_related("municipality", "school", "programme")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    filters = Filters(
        status=request.GET.get("status", ""),
        responsible=request.GET.get("responsible", ""),
        text=request.GET.get("q", "").strip(),
    )
    table = table_of(found, filters, timezone.localdate())
    context = {
        "table": table,
        "filters": filters,
        "statuses": [(status.value, status.label, table.count(status)) for status in Status],
        "has_responsible": bool(table.responsible),
        "has_expected": any(line.activity.expected for line in table.all_lines),
    }
    return render(request, "roadmaps/roadmap.html", context)


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Activity.objects.visible_to(request.user).select_related("roadmap__municipality", "section")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.roadmap.municipality)
    line = next(iter(lines_of(Activity.objects.filter(pk=found.pk), timezone.localdate())), None)
    context = {
        "activity": found,
        "line": line or line_of(found, timezone.localdate()),
        "meaning": in_words(Deadline.from_json(found.means)),
        "indicators": found.indicators.order_by("position", "code"),
    }
    return render(request, "roadmaps/activity.html", context)


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Programme.objects.visible_to(request.user).select_related("municipality", "school")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    roadmaps = Roadmap.objects.visible_to(request.user).filter(programme=found)
    context = {
        "programme": found,
        "tasks": found.tasks.prefetch_related("indicators"),
        "stages": found.stages.all(),
        "results": found.expectedresults.all(),
        "participants": found.participants.select_related("school"),
        "risks": found.programmerisks.all(),
        "roadmaps": roadmap_lines(roadmaps, timezone.localdate()),
    }
    return render(request, "roadmaps/programme.html", context)
