"""The self-audit: when values were last worked out a second time, and which of them did not come out the same."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from accounts.models import Job
from monitoring.jobs.audit import request_audit
from monitoring.queries.audit import last_audit, line_of, open_differences
from schools.context import current_municipality

DIFFERENCES_A_PAGE = 50


@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.RESULTS_IMPORT):
        raise PermissionDenied
    if request.method == "POST":
        request_audit(municipality=municipality, by=request.user)
        messages.success(request, "Сверка поставлена в очередь. Она не мешает работать; результат появится здесь.")
        return redirect("monitoring:audit")
    jobs = Job.objects.visible_to(request.user).filter(municipality=municipality, kind=Job.Kind.AUDIT_VALUES)
    page = Paginator(open_differences(request.user, municipality), DIFFERENCES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "audit": last_audit(request.user, municipality),
        "page": page,
        "lines": [line_of(difference) for difference in page.object_list],
        "job": jobs.filter(status__in=(Job.Status.QUEUED, Job.Status.RUNNING)).first(),
        "town": municipality,
    }
    return render(request, "monitoring/audit.html", context)
