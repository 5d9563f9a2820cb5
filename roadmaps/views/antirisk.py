"""What is done about the risks of a school."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.once import once
from roadmaps.forms.antirisk import AntiriskForm
from roadmaps.queries.antirisk import risks_at_work
from roadmaps.services.antirisk import AntiriskRefused, grow_programme
from schools.context import current_year, show_municipality
from schools.models import School
from schools.queries.schools import school_shell


@require_http_methods(["GET", "HEAD", "POST"])
@once
def antirisk(request: HttpRequest, pk: int) -> HttpResponse:
    """The activated risks of the year with what is done about each; a POST makes a programme of those that are
    ticked."""
    visible = School.objects.allowing(request.user, Permission.PLANS_VIEW).select_related("municipality", "parent")
    school = get_object_or_404(visible, pk=pk)
    can_edit = school.allows(request.user, Permission.PLANS_EDIT)
    if request.method == "POST" and not can_edit:
        raise PermissionDenied
    show_municipality(request, school.municipality)
    year = current_year(request, school.municipality)
    at_work = risks_at_work(user=request.user, school=school, school_year=year, today=timezone.localdate())
    typed = request.POST if request.method == "POST" else None
    form = AntiriskForm(typed, at_work=at_work, school_year=year)
    if request.method == "POST" and form.is_valid():
        try:
            programme = grow_programme(
                school=school, risks=form.cleaned_data["risks"], told=form.told(), by=request.user
            )
        except AntiriskRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Проект программы создан. Заполните её дорожную карту: по разделу на каждый риск."
            )
            return redirect(programme.roadmaps.get())
    context = {
        "at_work": at_work,
        "form": form if can_edit and (any(not one.programmes for one in at_work) or form.is_bound) else None,
        "query": f"municipality={school.municipality.slug}&year={year}",
        "shell": school_shell(user=request.user, school=school, school_year=year),
        "tab": "risks",
    }
    return render(request, "roadmaps/antirisk.html", context)
