"""The list of schools and the page of one school."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from schools.context import current_municipality, current_year, show_municipality
from schools.forms import SchoolForm, TableForm
from schools.models import Category, Municipality, School
from schools.queries.schools import school_overview, school_rows, school_shell, with_parents
from schools.school_list import read_school_list
from schools.services import SchoolImport, correct_school, import_schools
from schools.tables import UnreadableTable

SCHOOLS_A_PAGE = 50


@require_safe
def school_list(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    return render(request, "schools/list.html", _list_context(request, municipality))


@require_POST
def take_school_list(request: HttpRequest) -> HttpResponse:
    """The municipality's list of schools from a spreadsheet."""
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.SCHOOL_EDIT):
        raise PermissionDenied
    form = TableForm(request.POST, request.FILES)
    outcome = SchoolImport()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows, outcome.problems, _ = read_school_list(file.read(), file.name)
        except UnreadableTable as error:
            form.add_error("file", str(error))
        else:
            outcome = (
                outcome if outcome.problems else import_schools(municipality=municipality, rows=rows, by=request.user)
            )
    if form.is_valid() and not outcome.problems:
        messages.success(
            request,
            f"Список принят. Добавлено: {outcome.added}, дополнено: {outcome.changed}, без изменений: {outcome.same}.",
        )
        return redirect("schools:list")
    context = _list_context(request, municipality) | {"upload": form, "problems": outcome.problems}
    return render(request, "schools/list.html", context)


def _list_context(request: HttpRequest, municipality: Municipality) -> dict[str, object]:
    year = current_year(request, municipality)
    text, category = request.GET.get("q", "").strip(), request.GET.get("category", "")
    rows = school_rows(user=request.user, municipality=municipality, school_year=year, text=text, category=category)
    page = Paginator(rows, SCHOOLS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": with_parents(page.object_list),
        "school_year": year,
        "text": text,
        "category": category,
        "categories": Category.choices,
        "identified_count": sum(bool(row.categories) for row in rows),
        "can_edit": municipality.allows(request.user, Permission.SCHOOL_EDIT),
        "upload": TableForm(),
        "query": f"municipality={municipality.slug}",
    }


@require_safe
def school_page(request: HttpRequest, pk: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user).select_related("municipality", "parent"), pk=pk)
    show_municipality(request, school.municipality)
    year = current_year(request, school.municipality)
    overview = school_overview(user=request.user, school=school, school_year=year)
    return render(request, "schools/school.html", {"overview": overview, "shell": overview.shell, "tab": "overview"})


@require_http_methods(["GET", "HEAD", "POST"])
def school_edit(request: HttpRequest, pk: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user).select_related("municipality"), pk=pk)
    if not school.allows(request.user, Permission.SCHOOL_EDIT):
        raise PermissionDenied
    show_municipality(request, school.municipality)
    shell = school_shell(user=request.user, school=school, school_year=current_year(request, school.municipality))
    known_as = school.name
    form = SchoolForm(request.POST or None, instance=school, user=request.user)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        changes = {name: fields[name] for name in ("name", "code", "fisoko_login", "kind")}
        changes["parent_id"] = fields["parent"].pk if fields["parent"] else None
        correct_school(school=school, changes=changes, by=request.user)
        messages.success(request, "Сведения о школе сохранены.")
        return redirect(school)
    return render(request, "schools/edit.html", {"form": form, "shell": shell, "known_as": known_as, "tab": "overview"})
