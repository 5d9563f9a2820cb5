"""How far long work has come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Job


@require_GET
@never_cache
def job_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The state alone for a page that asks again and again; when the work is over that page loads anew."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "accounts/job.html", {"job": job})
    response = render(request, "components/job_state.html", {"job": job})
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response
