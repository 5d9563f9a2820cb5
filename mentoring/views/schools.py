"""The tab of a school's page: in which pairings it is helped or helps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission
from mentoring.kinds import Standing
from mentoring.queries.pairings import is_helped, lines_of, may_edit, of_school
from mentoring.queries.requests import RequestFilters, asking_schools, request_list
from mentoring.queries.requests import lines_of as lines_of_requests
from mentoring.queries.scoring import school_monitoring
from schools.context import current_year, show_municipality
from schools.models import School
from schools.queries.schools import school_shell


@require_safe
def school_mentoring(request: HttpRequest, pk: int) -> HttpResponse:
    allowed = School.objects.allowing(request.user, Permission.MENTORING_VIEW).select_related("municipality", "parent")
    school = get_object_or_404(allowed, pk=pk)
    show_municipality(request, school.municipality)
    today = timezone.localdate()
    lines = lines_of(request.user, of_school(request.user, school), today)
    asked = request_list(request.user, school.municipality, RequestFilters(school=school.pk))
    current = [line for line in lines if line.standing is Standing.CURRENT]
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=current_year(request, school.municipality)),
        "tab": "mentoring",
        "helped": [line for line in lines if is_helped(line.pairing, school)],
        "helps": [line for line in lines if not is_helped(line.pairing, school)],
        "helped_now": sum(is_helped(line.pairing, school) for line in current),
        "helps_now": sum(not is_helped(line.pairing, school) for line in current),
        "requests": lines_of_requests(request.user, asked, today),
        "scored": school_monitoring(request.user, school),
        "can_ask": asking_schools(request.user, school.municipality).filter(pk=school.pk).exists(),
        "can_edit": may_edit(request.user, school.municipality),
        "can_see_staff": school.allows(request.user, Permission.STAFF_VIEW),
    }
    return render(request, "mentoring/school.html", context)
