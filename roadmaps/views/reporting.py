"""What somebody owes, and the report on it, with its files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from roadmaps.forms.progress import ReportForm
from roadmaps.models import Evidence, HeldFile, Occurrence, ProgressUpdate, Roadmap
from roadmaps.queries.comments import mentions_of
from roadmaps.queries.control import is_due_soon, line_of, owed_assignments
from roadmaps.queries.duties import duties_of
from roadmaps.queries.owed import Why, owed_by, waiting_for
from roadmaps.queries.reports import places_of, report_shown
from roadmaps.queries.tables import state_of
from roadmaps.services.progress import (
    ProgressRefused,
    ReportChanged,
    Told,
    remove_evidence,
    report_form,
    take_back,
    write_report,
)
from roadmaps.states import ReportState, Status
from roadmaps.views.evidence import TAKEN_OUT, Chosen, FilesOfForm, number, take_chosen
from schools.context import current_municipality, show_municipality
from schools.forms.versions import show_version
from schools.models import School

OWED_A_PAGE, WAITING_A_PAGE, MENTIONS_SHOWN = 50, 50, 20
DUTIES_SHOWN = 30
DRAFT_KEPT = "Сохранено. На проверку отчёт ещё не отправлен: до этого его видят только те, кто отчитывается."


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I owe, and what waits for my check."""
    municipality, today = current_municipality(request), timezone.localdate()
    owed = owed_by(request.user, municipality, today)
    tasks = [line_of(row, today) for row in owed_assignments(request.user, municipality)]
    soon = [line for line in tasks if is_due_soon(line.assignment, today)]
    page = Paginator(owed, OWED_A_PAGE).get_page(request.GET.get("page"))
    waiting = Paginator(waiting_for(request.user, municipality), WAITING_A_PAGE)
    context = {
        "page": page,
        "groups": [(why, rows) for why in Why if (rows := [one for one in page if one.why is why])],
        "owed": len(owed),
        "late": sum(one.why is Why.LATE for one in owed),
        "returned": sum(one.why is Why.RETURNED for one in owed),
        "waiting": waiting.get_page(1),  # what is judged leaves the list, and the next ones follow
        "mentions": mentions_of(request.user, municipality)[:MENTIONS_SHOWN],
        "can_review": municipality.allows(request.user, Permission.PROGRESS_REVIEW),
        "owes": municipality.pk in reach_of(request.user, Permission.PROGRESS_REPORT).touched,
        "duties": Paginator(duties_of(request.user, municipality, today), DUTIES_SHOWN).get_page(1),
        "assignments": soon,
        "assignments_late": sum(line.status is Status.LATE for line in soon),
        "assignments_later": len(tasks) - len(soon),
    }
    return render(request, "roadmaps/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a report, or see why none can be written now. Whatever is refused, what was typed stays."""
    visible = Occurrence.objects.visible_to(request.user).select_related(
        "activity__roadmap__municipality", "activity__roadmap__school"
    )
    occurrence = get_object_or_404(visible, pk=pk)
    show_municipality(request, occurrence.activity.roadmap.municipality)
    school, places = _place(request, occurrence)
    kept = _kept_report(occurrence, school)
    form = ReportForm(initial=_initial(kept))
    files = _files(request, occurrence, school)
    if not request.POST.keys().isdisjoint(TAKEN_OUT):
        form = _without(request, files)
        kept = _kept_report(occurrence, school)
    elif request.method == "POST":
        form = ReportForm(request.POST, request.FILES, is_handed_in="submit" in request.POST)
        if _written(request, form, occurrence, school, files, can_draft=_can_draft(kept)):
            return redirect("roadmaps:mine" if "submit" in request.POST else _address(occurrence, school))
        kept = _kept_report(occurrence, school)
    if form.is_bound and not form.outcome and files.held:
        form.outcome = "отчёт не отправлен, выбранные файлы сохранены"
    context = {
        "form": form,
        "occurrence": occurrence,
        "activity": occurrence.activity,
        "status": state_of(
            occurrence, timezone.localdate(), in_force=occurrence.activity.roadmap.state == Roadmap.State.APPROVED
        ),
        "school": school,
        "places": places if len(places) > 1 else [],
        "shown": report_shown(request.user, kept) if kept else None,
        "held": files.held,
        "days_held": HeldFile.DAYS,
        "can_write": kept is None or report_shown(request.user, kept).can_write,
        "can_draft": _can_draft(kept),
    }
    return render(request, "roadmaps/report.html", context)


def _can_draft(kept: ProgressUpdate | None) -> bool:
    return kept is None or kept.state != ReportState.ACCEPTED


def _place(request: HttpRequest, occurrence: Occurrence) -> tuple[School | None, list[School | None]]:
    """For whom: as the address says, else the first of those that this person may report for."""
    places = places_of(request.user, occurrence)
    if not places:
        raise PermissionDenied
    asked = request.GET.get("school")
    if asked is None:
        return places[0], places
    for place in places:
        if asked == (str(place.pk) if place else ""):
            return place, places
    raise Http404("За эту школу по этому сроку отчитываются другие.")


def _kept_report(occurrence: Occurrence, school: School | None) -> ProgressUpdate | None:
    found = ProgressUpdate.objects.filter(occurrence=occurrence, school=school)
    return found.select_related("school", "author", "judged_by", "occurrence__activity__roadmap").first()


def _initial(kept: ProgressUpdate | None) -> dict[str, Any]:
    if kept is None:
        return {"version": 0}
    return {"version": kept.version, "percent": kept.percent, "text": kept.text}


def _files(request: HttpRequest, occurrence: Occurrence, school: School | None) -> FilesOfForm:
    there = Evidence.objects.visible_to(request.user).filter(report__occurrence=occurrence, report__school=school)
    return FilesOfForm(request.user, there.select_related("report"), report_form(occurrence, school))


def _written(
    request: HttpRequest,
    form: ReportForm,
    occurrence: Occurrence,
    school: School | None,
    files: FilesOfForm,
    *,
    can_draft: bool,
) -> bool:
    """Whether the report is kept as the person asked. When only a file is refused, the rest is kept as a draft; when
    anything else is, the good files are held until the form is sent again."""
    is_valid, chosen = form.is_valid(), take_chosen(form)
    told = _told(request, form, chosen) if is_valid and (can_draft or not chosen.refused) else None
    for name, problem in chosen.refused:
        form.add_error(name, problem)
    submit = "submit" in request.POST and not chosen.refused
    try:
        written = told and write_report(occurrence=occurrence, school=school, told=told, by=request.user, submit=submit)
    except ProgressRefused as refusal:
        written = None
        form.add_error(None, str(refusal))
        if isinstance(refusal, ReportChanged):
            show_version(form, refusal.report.version)
    if written and not chosen.refused:
        messages.success(request, "Отчёт отправлен на проверку." if submit else DRAFT_KEPT)
        return True
    if written:
        form.outcome = "остальное сохранено в черновике, отчёт не отправлен"
        show_version(form, written.version, links="")
    elif left_over := files.hold(chosen):
        form.add_error("files", left_over)
    return False


def _told(request: HttpRequest, form: ReportForm, chosen: Chosen) -> Told:
    said = form.cleaned_data
    return Told(said["percent"], said["text"], said["version"], chosen.sent(request, tuple(said["links"])))


def _without(request: HttpRequest, files: FilesOfForm) -> ReportForm:
    """The form as it was filled in, nothing of it judged yet, when a file is taken out of it."""
    sent = ReportForm(request.POST, request.FILES)
    files.take_out(request, sent, lambda one: remove_evidence(evidence=one, by=request.user), ProgressRefused)
    return ReportForm(initial={name: request.POST.get(name, "") for name in ("percent", "text", "links", "version")})


def _address(occurrence: Occurrence, school: School | None) -> str:
    return f"{reverse('roadmaps:report', args=[occurrence.pk])}?school={school.pk if school else ''}"


@require_POST
def take_report_back(request: HttpRequest, pk: int) -> HttpResponse:
    visible = ProgressUpdate.objects.visible_to(request.user).select_related("occurrence__activity__roadmap", "school")
    found = get_object_or_404(visible, pk=pk)
    if found.school not in places_of(request.user, found.occurrence):
        raise PermissionDenied
    try:
        take_back(report=found, seen_version=seen_version(request), by=request.user)
    except ProgressRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Отчёт снова черновик: исправьте его и отправьте ещё раз.")
    return redirect(_address(found.occurrence, found.school))


def seen_version(request: HttpRequest) -> int:
    """Which version of a report the person saw; -1, which none has, where the form does not say."""
    return number(request.POST.get("version", ""))
