"""Teachers of a school: the list, and an entry as a form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from mentoring.forms.people import TeacherForm
from mentoring.models import Teacher
from mentoring.views.people import written
from schools.context import current_year, show_municipality
from schools.models import School
from schools.queries.schools import school_shell

A_PAGE = 50


@require_safe
def teachers(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request, pk, Permission.STAFF_VIEW)
    found = Teacher.objects.visible_to(request.user).filter(school=school).order_by("-is_active", "name", "pk")
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=current_year(request, school.municipality)),
        "tab": "mentoring",
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "can_edit": school.allows(request.user, Permission.STAFF_EDIT),
    }
    return render(request, "mentoring/teachers.html", context)


def _school(request: HttpRequest, pk: int, permission: Permission) -> School:
    visible = School.objects.visible_to(request.user).select_related("municipality", "parent")
    school = get_object_or_404(visible, pk=pk)
    show_municipality(request, school.municipality)
    if not school.allows(request.user, permission):
        raise PermissionDenied
    return school


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request, pk, Permission.STAFF_EDIT)
    return _form_page(request, Teacher(school=school))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Teacher.objects.visible_to(request.user), pk=pk)
    _school(request, found.school_id, Permission.STAFF_EDIT)
    return _form_page(request, found)


def _form_page(request: HttpRequest, teacher: Teacher) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial = {"version": teacher.version} if teacher.pk else {}
    form = TeacherForm(data, instance=teacher, initial=initial)
    stored, changed = written(request, form, teacher)
    if stored:
        messages.success(request, "Сохранено.")
        return redirect("mentoring:teachers", teacher.school_id)
    context = {"form": form, "teacher": teacher, "is_new": teacher.pk is None, "changed": changed}
    return render(request, "mentoring/teacher_form.html", context)
