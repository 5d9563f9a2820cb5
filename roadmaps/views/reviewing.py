"""What those who check do: accept or return a report, cancel a time, overrule a row."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from roadmaps.forms.progress import CancelForm, OverruleForm, ReturnForm
from roadmaps.models import Activity, Occurrence, ProgressUpdate, Roadmap
from roadmaps.queries.answering import may_review
from roadmaps.queries.reports import report_shown
from roadmaps.services.overruling import cancel, may_decide, overrule, restore
from roadmaps.services.progress import ProgressRefused, accept, give_back
from roadmaps.states import ReportState, Status
from roadmaps.views.refusals import MovedOn
from roadmaps.views.reporting import seen_version
from schools.context import show_municipality
from schools.forms.versions import show_version

TAKEN_BACK = "Отчёт взяли обратно, чтобы исправить: проверить его можно будет, когда его снова отправят."
OF_ACTIVITY = ("activity__roadmap__municipality", "activity__roadmap__school")


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as a page, with accepting and returning; a return without its reason comes back here."""
    visible = ProgressUpdate.objects.visible_to(request.user).select_related(
        *(f"occurrence__{name}" for name in OF_ACTIVITY), "school", "author", "judged_by"
    )
    found = visible.filter(pk=pk).first()
    if found is None:
        raise _moved_on(request, pk)
    roadmap = found.occurrence.activity.roadmap
    show_municipality(request, roadmap.municipality)
    form = ReturnForm(request.POST if request.method == "POST" and "accept" not in request.POST else None)
    if request.method == "POST":
        if not may_review(request.user, roadmap.municipality, found.school):
            raise PermissionDenied
        if _judged(request, found, form):
            return redirect("roadmaps:mine" if request.POST.get("next") == "mine" else found.occurrence.activity)
        found = visible.get(pk=pk)
    context = {
        "shown": report_shown(request.user, found),
        "activity": found.occurrence.activity,
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "roadmaps/judge.html", context)


def _moved_on(request: HttpRequest, pk: int) -> Exception:
    """A report that its school has taken back to write on is a draft, which others do not see; who checks reports there
    is told so, and nobody else learns that there is one."""
    drafts = ProgressUpdate.objects.filter(state=ReportState.DRAFT).select_related(
        "occurrence__activity__roadmap__municipality", "school"
    )
    activities = Activity.objects.visible_to(request.user)
    found = drafts.filter(pk=pk, submitted_at__isnull=False, occurrence__activity__in=activities).first()
    if found is None or not may_review(request.user, found.occurrence.activity.roadmap.municipality, found.school):
        return Http404()
    typed = ReturnForm(request.POST if request.method == "POST" and "accept" not in request.POST else None)
    return MovedOn(TAKEN_BACK, found.occurrence.activity, [typed])


def _judged(request: HttpRequest, report: ProgressUpdate, form: ReturnForm) -> bool:
    version = seen_version(request)
    if "accept" in request.POST:
        return _done(
            request, form, "Отчёт принят.", lambda: accept(report=report, seen_version=version, by=request.user)
        )
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    return _done(
        request,
        form,
        "Отчёт возвращён на доработку.",
        lambda: give_back(report=report, seen_version=version, reason=reason, by=request.user),
    )


def _done(request: HttpRequest, form: Any, success: str, work: Callable[[], object]) -> bool:
    """Whether it was; a refusal is said on the form if it was sent, else above the page."""
    try:
        work()
    except ProgressRefused as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return False
    messages.success(request, success)
    return True


def _refuse_others(request: HttpRequest, roadmap: Roadmap) -> None:
    show_municipality(request, roadmap.municipality)
    if not may_decide(request.user, roadmap):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_occurrence(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a time with a reason, or take the cancellation back."""
    visible = Occurrence.objects.visible_to(request.user).standing().select_related(*OF_ACTIVITY)
    occurrence = get_object_or_404(visible, pk=pk)
    _refuse_others(request, occurrence.activity.roadmap)
    is_cancelled = occurrence.status == Status.CANCELLED
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, work = form.cleaned_data["reason"], restore if request.POST.get("do") == "restore" else cancel
        success = "Срок снова действует." if work is restore else "Срок отменён: отчёт по нему не нужен."
        if _done(request, form, success, lambda: work(occurrence=occurrence, reason=reason, by=request.user)):
            return redirect(occurrence.activity)
    context = {"form": form, "occurrence": occurrence, "activity": occurrence.activity, "is_cancelled": is_cancelled}
    return render(request, "roadmaps/cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def overrule_activity(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Activity.objects.visible_to(request.user).select_related("roadmap__municipality", "roadmap__school")
    found = get_object_or_404(visible, pk=pk)
    _refuse_others(request, found.roadmap)
    form = OverruleForm(request.POST or None, initial=OverruleForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def work() -> None:
            overrule(
                activity=found,
                status=said["status"],
                reason=said["reason"],
                seen_version=said["version"],
                by=request.user,
            )

        if _done(request, form, "Состояние мероприятия сохранено.", work):
            return redirect(found)
        found.refresh_from_db()
        show_version(form, found.version)
    return render(request, "roadmaps/overrule.html", {"form": form, "activity": found})
