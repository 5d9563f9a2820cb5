"""The tab of a school's page: its programmes and roadmaps, and what it owes on those of the municipality."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission
from roadmaps.models import Participant, Programme, Roadmap
from roadmaps.queries.answering import hats_of
from roadmaps.queries.owed import Why, owed_of
from roadmaps.queries.tables import roadmap_lines
from schools.context import current_year, show_municipality
from schools.models import School
from schools.queries.schools import school_shell

PRESSING = (Why.RETURNED, Why.LATE, Why.SOON, Why.UNDATED)  # what has begun early presses nobody


@require_safe
def school_plans(request: HttpRequest, pk: int) -> HttpResponse:
    allowed = School.objects.allowing(request.user, Permission.PLANS_VIEW).select_related("municipality", "parent")
    school = get_object_or_404(allowed, pk=pk)
    show_municipality(request, school.municipality)
    today = timezone.localdate()
    owed = [one for one in owed_of(request.user, school, today) if one.why in PRESSING]
    programmes = Programme.objects.visible_to(request.user)
    parts = Participant.objects.filter(school=school, programme__in=programmes).select_related("programme")
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=current_year(request, school.municipality)),
        "tab": "plans",
        "owed": owed,
        "late": sum(one.why is Why.LATE for one in owed),
        "can_report": school.pk in hats_of(request.user).schools,
        "roadmaps": roadmap_lines(Roadmap.objects.visible_to(request.user).filter(school=school), today),
        "programmes": programmes.filter(school=school),
        "parts": parts.order_by("programme", "position"),
    }
    return render(request, "roadmaps/school.html", context)
