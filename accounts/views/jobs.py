"""Long work as staff see it: what there is, how far it has come; cancel it, have it done again."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Permission
from accounts.forms import JobFilterForm
from accounts.jobs import MAX_ATTEMPTS, JobRefused
from accounts.models import Job
from accounts.queries.jobs import described, job_counts, jobs_of
from accounts.services.jobs import cancel_job, do_again
from accounts.views.place import municipality_in_view, show_municipality

JOBS_A_PAGE = 20


@require_GET
@never_cache
def job_list(request: HttpRequest) -> HttpResponse:
    """The municipality's jobs; the rows alone for the page that asks again while something goes on."""
    municipality = municipality_in_view(request, Permission.RESULTS_IMPORT)
    form = JobFilterForm(request.GET)
    found = jobs_of(user=request.user, municipality_id=municipality.pk, **form.chosen)
    page = Paginator(found, JOBS_A_PAGE).get_page(request.GET.get("page"))
    counts = job_counts(user=request.user, municipality_id=municipality.pk)
    context = {
        "form": form,
        "municipality": municipality,
        "page": page,
        "views": described(request.user, page.object_list),
        "counts": counts,
        "max_attempts": MAX_ATTEMPTS,
    }
    if not request.htmx:
        return render(request, "accounts/job_list.html", context)
    response = render(request, "accounts/_jobs_again.html", context)
    if not counts.is_busy:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@never_cache
def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    """All about a job; its state alone for a page that asks again and again, until the work is over."""
    job = _visible(request, pk)
    if not request.htmx:
        show_municipality(request, job.municipality)
        (view,) = described(request.user, [job])
        return render(request, "accounts/job.html", {"job": job, "view": view, "max_attempts": MAX_ATTEMPTS})
    response = render(request, "components/job_state.html", {"job": job})
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, cancel_job, "Работа отменена: {job}.")


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, do_again, "Работа поставлена в очередь ещё раз: {job}.")


def _do(request: HttpRequest, pk: int, verb: Callable[..., None], done: str) -> HttpResponse:
    """Who sees a job may also cancel it and start it again: both take the right to bring results in."""
    job = _visible(request, pk)
    try:
        verb(job=job, by=request.user)
    except JobRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done.format(job=f"{job.get_kind_display()}, № {job.pk}"))
    return redirect(_back(request, job))


def _back(request: HttpRequest, job: Job) -> str:
    """To the list that the button was pressed in, with its filters; else to the page of the job."""
    said = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure())
    return said if is_ours else reverse("accounts:job", args=[job.pk])


def _visible(request: HttpRequest, pk: int) -> Job:
    visible = Job.objects.visible_to(request.user).select_related("municipality", "created_by")
    return get_object_or_404(visible, pk=pk)
