"""Teachers: of the municipality and of a school, one with all that is kept about them, and an entry as a form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from accounts.once import once
from mentoring.forms.people import TeacherForm
from mentoring.models import Teacher
from mentoring.queries.development import (
    card_of,
    five_of,
    may_keep,
    may_support,
    met_by,
    visible_teachers,
    years_of,
)
from mentoring.queries.teacher_history import changes_of, lines_of
from mentoring.queries.teachers import NEED_LABELS, Need, TeacherFilters, teacher_list, with_needs
from mentoring.views.pairings import key_of
from mentoring.views.records import written
from mentoring.views.teacher_records import HIDDEN
from roadmaps.queries.years import year_of_plans
from schools.context import current_municipality, current_year, running_year, show_municipality
from schools.models import School
from schools.queries.schools import school_shell

A_PAGE = 50


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """All that the person may know by name: of their school, of the municipality, or whom they mentor."""
    municipality, today = current_municipality(request), timezone.localdate()
    filters, year = _filters(request), year_of_plans(today)
    listed = teacher_list(request.user, municipality, filters, today)
    page = Paginator(listed.teachers, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "filters": filters,
        "needs": [(need.value, label) for need, label in NEED_LABELS.items()],
        "page": page,
        "school_year": year,
        "competence": met_by(five_of(listed.teachers, year, today)),
        "hidden": HIDDEN,
    }
    return render(request, "mentoring/staff.html", context)


def _filters(request: HttpRequest) -> TeacherFilters:
    need = request.GET.get("need", "")
    return TeacherFilters(key_of(request.GET.get("school", "")), Need(need) if need in list(Need) else None)


@require_safe
def teachers(request: HttpRequest, pk: int) -> HttpResponse:
    school = found_school(request, pk, Permission.STAFF_VIEW)
    found = with_needs(Teacher.objects.visible_to(request.user).filter(school=school), timezone.localdate())
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=current_year(request, school.municipality)),
        "tab": "mentoring",
        "working": found.filter(is_active=True).count(),
        "page": Paginator(found.order_by("-is_active", "name", "pk"), A_PAGE).get_page(request.GET.get("page")),
        "can_edit": may_keep(request.user, school),
    }
    return render(request, "mentoring/teachers.html", context)


def found_school(request: HttpRequest, pk: int, permission: Permission) -> School:
    """404 for those who do not see the school, 403 for those without the permission there."""
    visible = School.objects.visible_to(request.user).select_related("municipality", "parent")
    school = get_object_or_404(visible, pk=pk)
    show_municipality(request, school.municipality)
    if not school.allows(request.user, permission):
        raise PermissionDenied
    return school


@require_safe
def teacher(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_teachers(request.user), pk=pk)
    show_municipality(request, found.school.municipality)
    today = timezone.localdate()
    years = years_of(found, today)
    year = running_year(request, year_of_plans(today), years)
    context = {
        "card": card_of(request.user, found, year, today),
        "teacher": found,
        "sees_school": found.school.allows(request.user, Permission.STAFF_VIEW),
        "can_keep": may_keep(request.user, found.school),
        "can_support": may_support(request.user, found),
        "hidden": HIDDEN,
    }
    return render(request, "mentoring/teacher.html", context)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has written what about a teacher, for those who may read it."""
    found = get_object_or_404(visible_teachers(request.user), pk=pk)
    show_municipality(request, found.school.municipality)
    page = Paginator(changes_of(found), A_PAGE).get_page(request.GET.get("page"))
    context = {"teacher": found, "page": page, "history": lines_of(list(page.object_list)), "hidden": HIDDEN}
    return render(request, "mentoring/teacher_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = found_school(request, pk, Permission.STAFF_EDIT)
    return _form_page(request, Teacher(school=school))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Teacher.objects.visible_to(request.user), pk=pk)
    found_school(request, found.school_id, Permission.STAFF_EDIT)
    return _form_page(request, found)


def _form_page(request: HttpRequest, teacher: Teacher) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial = {"version": teacher.version} if teacher.pk else {}
    form = TeacherForm(data, instance=teacher, initial=initial)
    stored, changed = written(request, form, teacher)
    if stored:
        messages.success(request, "Сохранено.")
        return redirect("mentoring:teachers", stored.school_id)
    context = {"form": form, "teacher": teacher, "is_new": teacher.pk is None, "changed": changed}
    return render(request, "mentoring/teacher_form.html", context)
