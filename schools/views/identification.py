"""The identification list of a year."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from schools.context import current_municipality, current_year
from schools.forms import EmptyCategoryForm, IdentificationForm, TableForm
from schools.imports.identification import COLUMNS
from schools.models import Identification, Municipality, PublishedCategory, School
from schools.ordering import in_natural_order
from schools.periods import school_year_label
from schools.queries.identification import year_list
from schools.services import (
    CategoryNotEmpty,
    forget_empty_category,
    identify_school,
    leave_category_empty,
    remove_identification,
    take_identification_list,
)
from schools.tables import TableProblem, UnreadableTable, read_table
from schools.workbooks import XLSX_TYPE, workbook_of


@require_http_methods(["GET", "HEAD", "POST"])
def identification(request: HttpRequest) -> HttpResponse:
    """The list; a POST puts one school into it."""
    municipality = current_municipality(request)
    year = current_year(request, municipality)
    if request.method != "POST":
        return _page(request, municipality, year)
    _check_may_edit(request, municipality)
    form = IdentificationForm(request.POST, user=request.user, municipality=municipality, school_year=year)
    if not form.is_valid():
        return _page(request, municipality, year, form=form)
    fields = form.cleaned_data
    identify_school(
        school=fields["school"],
        school_year=year,
        category=fields["category"],
        order_number=fields["order_number"],
        order_date=fields["order_date"],
        by=request.user,
    )
    messages.success(request, f"«{fields['school']}» записана в список {school_year_label(year)}.")
    return redirect(_address(year))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Identification.objects.visible_to(request.user).select_related("school__municipality"), pk=pk
    )
    _check_may_edit(request, row.school.municipality)
    year = row.school_year
    remove_identification(identification=row, by=request.user)
    messages.success(request, f"«{row.school}» убрана из категории {row.get_category_display()} этого года.")
    return redirect(_address(year))


@require_POST
def leave_empty(request: HttpRequest) -> HttpResponse:
    """Say that nobody is in a category of the year."""
    municipality = current_municipality(request)
    _check_may_edit(request, municipality)
    year = current_year(request, municipality)
    form = EmptyCategoryForm(request.POST, school_year=year)
    if not form.is_valid():
        return _page(request, municipality, year, empty_form=form)
    try:
        row = leave_category_empty(municipality=municipality, school_year=year, by=request.user, **form.cleaned_data)
    except CategoryNotEmpty as refused:
        form.add_error("category", str(refused))
        return _page(request, municipality, year, empty_form=form)
    messages.success(request, f"Записано: в категории «{row.get_category_display()}» этого года никого нет.")
    return redirect(_address(year))


@require_POST
def forget_empty(request: HttpRequest, pk: int) -> HttpResponse:
    towns = reach_of(request.user, Permission.IDENTIFICATION_VIEW).touched
    written = PublishedCategory.objects.filter(municipality__in=towns, is_by_hand=True)
    row = get_object_or_404(written.select_related("municipality"), pk=pk)
    _check_may_edit(request, row.municipality)
    year = row.school_year
    forget_empty_category(row=row, by=request.user)
    messages.success(request, f"Запись отменена: списка категории «{row.get_category_display()}» на этот год нет.")
    return redirect(_address(year))


@require_POST
def take_list(request: HttpRequest) -> HttpResponse:
    """The year's list from a spreadsheet, all or nothing."""
    municipality = current_municipality(request)
    _check_may_edit(request, municipality)
    year = current_year(request, municipality)
    upload = TableForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _page(request, municipality, year, upload=upload)
    file = upload.cleaned_data["file"]
    try:
        table = read_table(file, file.name)
    except UnreadableTable as error:
        upload.add_error("file", str(error))
        return _page(request, municipality, year, upload=upload)
    outcome = take_identification_list(
        municipality=municipality, school_year=year, table=table, file_name=file.name, by=request.user
    )
    if outcome.problems:
        return _page(request, municipality, year, problems=outcome.problems)
    messages.success(
        request,
        f"Список принят. Добавлено: {outcome.added}, исправлено: {outcome.changed}, без изменений: {outcome.same}.",
    )
    return redirect(_address(year))


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The year's list to fill in: all schools, those already identified with category and order."""
    municipality = current_municipality(request)
    _check_may_edit(request, municipality)
    year = current_year(request, municipality)
    known: dict[int, list[Identification]] = {}
    identified = Identification.objects.visible_to(request.user).filter(
        school__municipality=municipality, school_year=year
    )
    for row in identified.order_by("category"):
        known.setdefault(row.school_id, []).append(row)
    rows: list[Sequence[str]] = []
    for school in in_natural_order(School.objects.visible_to(request.user).filter(municipality=municipality)):
        place = (school.public_code, school.name)
        rows.extend((*place, *_order(row)) for row in known.get(school.pk, ()))
        if school.pk not in known:
            rows.append((*place, "", "", ""))
    response = HttpResponse(workbook_of(f"Идентификация {year}", COLUMNS, rows), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="identification-{year}.xlsx"'
    return response


def _order(row: Identification) -> tuple[str, str, str]:
    return row.get_category_display(), row.order_number, f"{row.order_date:%d.%m.%Y}" if row.order_date else ""


def _page(
    request: HttpRequest,
    municipality: Municipality,
    year: int,
    *,
    form: IdentificationForm | None = None,
    empty_form: EmptyCategoryForm | None = None,
    upload: TableForm | None = None,
    problems: Sequence[TableProblem] = (),
) -> HttpResponse:
    can_edit = municipality.allows(request.user, Permission.IDENTIFICATION_EDIT)
    if can_edit and form is None:
        form = IdentificationForm(user=request.user, municipality=municipality, school_year=year)
    context = {
        "list": year_list(user=request.user, municipality=municipality, school_year=year),
        "can_edit": can_edit,
        "can_recommend": municipality.allows(request.user, Permission.PLANS_EDIT),
        "form": form,
        "empty_form": empty_form or EmptyCategoryForm(school_year=year),
        "upload": upload or TableForm(),
        "problems": problems,
        "query": f"municipality={municipality.slug}&year={year}",
    }
    return render(request, "schools/identification.html", context)


def _check_may_edit(request: HttpRequest, municipality: Municipality) -> None:
    if not municipality.allows(request.user, Permission.IDENTIFICATION_EDIT):
        raise PermissionDenied


def _address(year: int) -> str:
    return f"{reverse('schools:identification')}?year={year}"
