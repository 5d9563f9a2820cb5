"""Who came: of one event, written by school; and who takes part over a school year."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mentoring.filters import days_of
from mentoring.forms.attendance import AttendanceForm, NamesForm
from mentoring.gatherings import EVENT_LABELS, LEVEL_LABELS, EventKind, EventState, Level
from mentoring.models import Attendance
from mentoring.queries.events import EventLine, invited_to
from mentoring.queries.participation import (
    COLUMNS,
    PartFilters,
    participation,
    schools_to_write,
    table_of,
    teachers_to_name,
    years_of_events,
)
from mentoring.services.attendance import (
    AttendanceChanged,
    AttendanceRefused,
    name_attendance,
    named_of,
    write_attendance,
)
from mentoring.views.events import found_event
from roadmaps.queries.years import year_of_plans
from schools.context import current_municipality, running_year
from schools.csv_files import csv_of
from schools.models import School

ADDED = " Учителей прибавлено: {added}. Если они записаны и в управленческой команде, уменьшите её число."


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    line = found_event(request, pk)
    schools = _schools_to_write(request, line)
    stored = {row.school_id: row for row in Attendance.objects.filter(event=line.event, school__in=schools)}
    data = request.POST if request.method == "POST" else None
    forms = [AttendanceForm(data, school=school, stored=stored.get(school.pk)) for school in schools]
    problem, changed = "", []
    if data is not None and _are_valid(forms):
        try:
            write_attendance(event=line.event, told=[form.told for form in forms], by=request.user)
        except AttendanceRefused as refusal:
            problem = str(refusal)
            if isinstance(refusal, AttendanceChanged):
                changed = _show_stored(forms, {school.pk for school in refusal.schools})
        else:
            messages.success(request, "Участие записано.")
            return redirect(line.event)
    context = {"line": line, "event": line.event, "forms": forms, "problem": problem, "changed": changed}
    return render(request, "mentoring/events/attendance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, pk: int, school: int) -> HttpResponse:
    line = found_event(request, pk)
    found = next((one for one in _schools_to_write(request, line) if one.pk == school), None)
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    stored = named_of(line.event, found)
    form = NamesForm(data, teachers=teachers_to_name(request.user, found, stored), stored=stored)
    problem, changed = "", []
    if data is not None and form.is_valid():
        try:
            added = name_attendance(event=line.event, school=found, named=form.named, seen=form.seen, by=request.user)
        except AttendanceRefused as refusal:
            problem = str(refusal)
            if isinstance(refusal, AttendanceChanged):
                teachers = [str(one) for one in form.fields["came"].queryset if one.pk in stored]
                changed = [(found.name, ", ".join(teachers) or "никого")]
                form.show_stored()
        else:
            messages.success(request, "Отметки сохранены." + (ADDED.format(added=added) if added else ""))
            return redirect("mentoring:attendance", pk)
    context = {"line": line, "event": line.event, "school": found, "form": form}
    context |= {"problem": problem, "changed": changed}
    return render(request, "mentoring/events/names.html", context)


def _schools_to_write(request: HttpRequest, line: EventLine) -> list[School]:
    """403 where there is none, and of events whose attendance is not written."""
    schools = schools_to_write(request.user, invited_to(line.event))
    if not schools or not line.has_begun or line.state is EventState.CANCELLED:
        raise PermissionDenied
    return schools


def _are_valid(forms: list[AttendanceForm]) -> bool:
    """Each is asked, so that all that is wrong is said at once."""
    wrong = [form for form in forms if not form.is_valid()]
    return not wrong


def _show_stored(forms: list[AttendanceForm], schools: set[int]) -> list[tuple[str, str]]:
    found = []
    for form in forms:
        if form.school.pk in schools:
            numbers = form.stored.numbers if form.stored else ()
            words = ", ".join(f"{label} — {value}" for label, value in zip(COLUMNS, numbers, strict=False))
            found.append((form.school.name, words or "никого"))
            form.show_stored()
    return found


@require_safe
def taking_part(request: HttpRequest) -> HttpResponse:
    municipality, today = current_municipality(request), timezone.localdate()
    year = running_year(request, year_of_plans(today), years_of_events(request.user, municipality))
    asked: Any = request.GET
    filters = PartFilters(
        kind=asked.get("kind", "") if asked.get("kind") in list(EventKind) else "",
        level=asked.get("level", "") if asked.get("level") in list(Level) else "",
    )
    found = participation(request.user, municipality, days_of(year), today, filters)
    if asked.get("format") == "csv":
        return csv_of(table_of(found), "participation.csv")
    context = {
        "found": found,
        "columns": COLUMNS,
        "filters": filters,
        "year": year,
        "kinds": EVENT_LABELS.items(),
        "levels": LEVEL_LABELS.items(),
    }
    return render(request, "mentoring/events/participation.html", context)
