"""Which results indicators leave out: the page of a year, marking, lifting, and the official list."""

from dataclasses import astuple
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from monitoring.forms import LiftForm, MarkForm, ThresholdsForm
from monitoring.imports.objectivity_list import CheckedList, Mark, check_objectivity_list
from monitoring.jobs.checking import directory_of
from monitoring.models import ObjectivityFlag
from monitoring.queries.objectivity import FlagRow, exams_to_mark, flags_of_year, signs_of_year
from monitoring.services.objectivity import (
    FlagRefused,
    compare_list,
    lift_flag,
    mark_not_objective,
    take_objectivity_list,
)
from schools.context import current_municipality, current_year, show_municipality
from schools.forms import TableForm
from schools.models import Municipality, School
from schools.tables import UnreadableTable, read_table

SALT = "monitoring.objectivity_list"
A_DAY = 24 * 60 * 60  # seconds in which a list that was looked at may be confirmed


@require_safe
def objectivity(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    return _page(request, municipality)


@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a school's results in one exam out; the address may name it: `?exam=2020-vpr-mathematics-5`."""
    visible = School.objects.allowing(request.user, Permission.RESULTS_VIEW)
    school = get_object_or_404(visible.select_related("municipality"), pk=pk)
    if not school.allows(request.user, Permission.OBJECTIVITY_EDIT):
        raise PermissionDenied
    show_municipality(request, school.municipality)
    form = MarkForm(request.POST or None, exams=exams_to_mark(school), initial={"exam": request.GET.get("exam", "")})
    if request.method == "POST" and form.is_valid():
        exam = form.chosen
        try:
            mark_not_objective(school=school, **exam, reason=form.cleaned_data["reason"], by=request.user)
        except FlagRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Результаты отмечены: показатели пересчитываются без них.")
            return redirect(_address(exam["school_year"]))
    return render(request, "monitoring/objectivity_mark.html", {"form": form, "school": school})


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    visible = ObjectivityFlag.objects.visible_to(request.user).select_related("school__municipality")
    flag = get_object_or_404(visible, pk=pk)
    if not flag.school.allows(request.user, Permission.OBJECTIVITY_EDIT):
        raise PermissionDenied
    show_municipality(request, flag.school.municipality)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lift_flag(flag=flag, reason=form.cleaned_data["reason"], by=request.user)
        except FlagRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Отметка снята: результаты снова учитываются, показатели пересчитываются.")
            return redirect(_address(flag.school_year))
    return render(request, "monitoring/objectivity_lift.html", {"form": form, "row": FlagRow(flag)})


@require_POST
def take_list(request: HttpRequest) -> HttpResponse:
    """Look at an official list: what it would mark. Nothing is written before it is confirmed."""
    municipality = _municipality_to_edit(request)
    upload = TableForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _page(request, municipality, upload=upload)
    file = upload.cleaned_data["file"]
    try:
        table = read_table(file, file.name)
    except UnreadableTable as error:
        upload.add_error("file", str(error))
        return _page(request, municipality, upload=upload)
    places = (municipality.name, municipality.full_name)
    checked = check_objectivity_list(table, directory_of(municipality.pk), places)
    compared = compare_list(municipality.pk, checked.marks)
    context = {
        "file_name": file.name,
        "checked": checked,
        "problems": checked.problems,
        "compared": compared,
        "schools": School.objects.visible_to(request.user).filter(municipality=municipality).in_bulk(),
        "payload": _sealed(municipality, file.name, checked),
        "query": f"municipality={municipality.slug}",
    }
    return render(request, "monitoring/objectivity_list.html", context)


@require_POST
def confirm_list(request: HttpRequest) -> HttpResponse:
    municipality = _municipality_to_edit(request)
    try:
        said = signing.loads(request.POST.get("payload", ""), salt=SALT, max_age=A_DAY)
    except signing.BadSignature:
        said = {}
    if said.get("municipality") != municipality.pk:
        messages.error(request, "Просмотренный список устарел: загрузите файл ещё раз и подтвердите его.")
        return redirect("monitoring:objectivity")
    marks = [Mark(*mark) for mark in said["marks"]]
    try:
        outcome = take_objectivity_list(
            municipality=municipality, marks=marks, file_name=said["file"], sheet=said["sheet"], by=request.user
        )
    except FlagRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("monitoring:objectivity")
    messages.success(request, f"Список принят. Отмечено: {outcome.new}, уже было отмечено: {outcome.same}.")
    years = [mark.school_year for mark in marks]
    return redirect(_address(max(years)) if years else "monitoring:objectivity")


def _page(request: HttpRequest, municipality: Municipality, *, upload: TableForm | None = None) -> HttpResponse:
    year = current_year(request, municipality)
    can_edit = municipality.allows(request.user, Permission.OBJECTIVITY_EDIT)
    form = ThresholdsForm(request.GET if {"journal", "peak"} & set(request.GET) else None)
    thresholds = form.thresholds()
    context: dict[str, Any] = {
        "flags": flags_of_year(user=request.user, municipality=municipality, school_year=year),
        "can_edit": can_edit,
        "query": f"municipality={municipality.slug}&year={year}",
    }
    if can_edit:
        context |= {
            "upload": upload or TableForm(),
            "thresholds_form": form,
            "thresholds": thresholds,
            "exams": signs_of_year(
                user=request.user, municipality=municipality, school_year=year, thresholds=thresholds
            ),
        }
    return render(request, "monitoring/objectivity.html", context)


def _municipality_to_edit(request: HttpRequest) -> Municipality:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.OBJECTIVITY_EDIT):
        raise PermissionDenied
    return municipality


def _sealed(municipality: Municipality, file_name: str, checked: CheckedList) -> str:
    """What was looked at, so that exactly this is confirmed; "" when there is nothing to confirm."""
    if checked.is_refused:
        return ""
    marks = [astuple(mark) for mark in checked.marks]
    said = {"municipality": municipality.pk, "file": file_name, "sheet": checked.sheet, "marks": marks}
    return signing.dumps(said, salt=SALT, compress=True)


def _address(school_year: int) -> str:
    return f"{reverse('monitoring:objectivity')}?year={school_year}"
