"""Staff as statistics: of a school, of the municipality, and the row of a subject as a form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.once import once
from mentoring.forecast import HOURS_A_POSITION
from mentoring.forms.staffing import StaffingForm
from mentoring.models import SubjectStaffing
from mentoring.queries.development import may_keep
from mentoring.queries.staffing import (
    OVERLOAD,
    Reported,
    reported_years,
    staffing_of,
    staffing_years,
    table_of,
)
from mentoring.services.staffing import StaffingRefused, take_last_year
from mentoring.views.records import removed, written
from mentoring.views.teachers import found_school
from roadmaps.queries.years import year_of_plans
from schools.context import current_municipality, running_year
from schools.csv_files import csv_of
from schools.models import Municipality, School
from schools.queries.schools import school_shell


@require_safe
def staffing(request: HttpRequest) -> HttpResponse:
    """Of all schools that the person may look into."""
    municipality = current_municipality(request)
    found = staffing_of(request.user, municipality, _year(request, municipality))
    if request.GET.get("format") == "csv":
        return csv_of(table_of(found.by_school), "staffing.csv")
    context = {"staffing": found} | _around(*reported_years(request.user, municipality))
    return render(request, "mentoring/staffing.html", context)


def _year(request: HttpRequest, municipality: Municipality) -> int:
    offered = staffing_years(request.user, municipality)
    return running_year(request, year_of_plans(timezone.localdate()), offered)


def _around(years: list[int], reported: list[Reported]) -> dict[str, Any]:
    return {"years": years, "reported": reported, "norm": HOURS_A_POSITION, "overload": OVERLOAD}


@require_safe
def of_school(request: HttpRequest, pk: int) -> HttpResponse:
    school = found_school(request, pk, Permission.STAFF_VIEW)
    year = _year(request, school.municipality)
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=year),
        "tab": "mentoring",
        "staffing": staffing_of(request.user, school.municipality, year, school),
        "can_edit": may_keep(request.user, school),
    }
    context |= _around(*reported_years(request.user, school.municipality, school))
    return render(request, "mentoring/school_staffing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = found_school(request, pk, Permission.STAFF_EDIT)
    row = SubjectStaffing(school=school, school_year=_year(request, school.municipality))
    return _form_page(request, row, school)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form_page(request, *_found(request, pk))


def _found(request: HttpRequest, pk: int) -> tuple[SubjectStaffing, School]:
    row = get_object_or_404(SubjectStaffing.objects.visible_to(request.user), pk=pk)
    row.school = found_school(request, row.school_id, Permission.STAFF_EDIT)
    return row, row.school


def _form_page(request: HttpRequest, row: SubjectStaffing, school: School) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    of_year = SubjectStaffing.objects.filter(school=school, school_year=row.school_year)
    taken = set(of_year.values_list("subject", flat=True))
    form = StaffingForm(data, instance=row, initial={"version": row.version} if row.pk else {}, taken=taken)
    stored, changed = written(request, form, row)
    if stored:
        messages.success(request, "Сохранено.")
        return redirect(stored)
    context = {"form": form, "row": row, "school": school, "is_new": row.pk is None, "changed": changed}
    return render(request, "mentoring/staffing_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    row, school = _found(request, pk)
    if request.method == "POST":
        if removed(request, row):
            messages.success(request, "Строка убрана.")
        else:
            messages.error(request, "Строку за это время изменили: посмотрите на неё ещё раз.")
        return redirect(row)
    return render(request, "mentoring/remove_staffing.html", {"row": row, "school": school})


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    school = found_school(request, pk, Permission.STAFF_EDIT)
    year = _year(request, school.municipality)
    try:
        taken = take_last_year(school=school, school_year=year, by=request.user)
    except StaffingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Взято предметов: {taken}. Проверьте каждую строку.")
    return redirect("mentoring:school_staffing", school.pk)
