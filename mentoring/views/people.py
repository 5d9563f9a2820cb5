"""The pool of mentors with their load, and teachers of a school."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from accounts.once import once
from mentoring.forms.people import MentorForm
from mentoring.models import Mentor
from mentoring.queries.mentors import left_alone, pool_of
from mentoring.queries.pairings import may_edit
from mentoring.views.records import written
from schools.context import current_municipality, show_municipality
from schools.models import Municipality


@require_safe
def pool(request: HttpRequest) -> HttpResponse:
    municipality, today = current_municipality(request), timezone.localdate()
    lines = pool_of(request.user, municipality, today)
    # Of one's own school alone nothing follows for the list.
    sees_the_list = municipality.pk in reach_of(request.user, Permission.MENTORING_VIEW).municipalities
    context = {
        "lines": lines,
        "in_pool": sum(line.is_in_pool for line in lines),
        "overloaded": sum(line.is_overloaded for line in lines),
        "free": sum(line.is_free for line in lines),
        "alone": left_alone(request.user, municipality, today) if sees_the_list else None,
        "can_edit": may_edit(request.user, municipality),
    }
    return render(request, "mentoring/pool.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_mentor(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    return _mentor_form(request, municipality, Mentor(municipality=municipality))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_mentor(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Mentor.objects.visible_to(request.user).select_related("municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return _mentor_form(request, found.municipality, found)


def _mentor_form(request: HttpRequest, municipality: Municipality, mentor: Mentor) -> HttpResponse:
    if not may_edit(request.user, municipality):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    initial = {"version": mentor.version} if mentor.pk else {"since": timezone.localdate()}
    form = MentorForm(data, municipality=municipality, user=request.user, instance=mentor, initial=initial)
    stored, changed = written(request, form, mentor)
    if stored:
        messages.success(request, "Сохранено.")
        return redirect("mentoring:pool")
    context = {"form": form, "mentor": mentor if mentor.pk else None, "changed": changed}
    return render(request, "mentoring/mentor_form.html", context)
