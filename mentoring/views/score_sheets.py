"""One score sheet: as it stands, filled in, brought up to date, confirmed, taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from mentoring.forms.scores import MarkForm, ScoreFilesForm, SheetForm, TakeBackForm, mark_forms
from mentoring.models import ScoreSheet
from mentoring.queries.score_history import history_of
from mentoring.queries.scoring import may_confirm, may_fill, scored_sheet
from mentoring.services.scores import (
    IS_CONFIRMED,
    ScoreRefused,
    SheetChanged,
    confirm_sheet,
    fill_sheet,
    remove_sheet,
    renew_sheet,
    take_back_sheet,
)
from roadmaps.evidence_files import discard
from roadmaps.views.evidence import number
from roadmaps.views.refusals import MovedOn, say_at_field
from schools.context import show_municipality
from schools.forms.versions import Difference, show_version


def found_sheet(request: HttpRequest, pk: int) -> ScoreSheet:
    """That the person may see."""
    visible = ScoreSheet.objects.visible_to(request.user).select_related("municipality", "school", "edition")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return found


def draft_to_fill(request: HttpRequest, pk: int) -> ScoreSheet:
    """Raises MovedOn once it is confirmed."""
    found = _to_fill(request, pk)
    if found.is_confirmed:
        raise MovedOn(IS_CONFIRMED, found)
    return found


def _to_fill(request: HttpRequest, pk: int) -> ScoreSheet:
    found = found_sheet(request, pk)
    if not may_fill(request.user, found.municipality):
        raise PermissionDenied
    return found


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    return sheet_page(request, found_sheet(request, pk))


def sheet_page(
    request: HttpRequest,
    found: ScoreSheet,
    *,
    taking_back: TakeBackForm | None = None,
    files: ScoreFilesForm | None = None,
) -> HttpResponse:
    """With the forms as they came back, if any did."""
    scored = scored_sheet(found)
    context = {
        "scored": scored,
        "sheet": scored.sheet,
        "bounds": found.edition.bounds.in_words(scored.top),
        "history": history_of(scored) if found.municipality.allows(request.user, Permission.SCORES_VIEW) else [],
        "can_fill": not found.is_confirmed and may_fill(request.user, found.municipality),
        "can_confirm": not found.is_confirmed and may_confirm(request.user, found),
        "can_take_back": found.is_confirmed and may_confirm(request.user, found),
        "taking_back": taking_back or TakeBackForm(initial={"version": found.version}),
        "files_form": files or ScoreFilesForm(lines=scored.lines),
    }
    return render(request, "mentoring/scores/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_fill(request, pk)
    scored = scored_sheet(found)
    data = request.POST if request.method == "POST" else None
    form = SheetForm(data, initial={"conclusion": found.conclusion, "version": found.version})
    marks, changed = mark_forms(data, scored), []
    if found.is_confirmed:
        raise MovedOn(IS_CONFIRMED, found, [*_numbered(marks), form])
    if request.method == "POST" and all([form.is_valid(), *(mark.is_valid() for mark in marks)]):
        told = {mark.line.criterion.code: mark.told for mark in marks}
        said = form.cleaned_data
        try:
            fill_sheet(
                sheet=found, told=told, conclusion=said["conclusion"], seen_version=said["version"], by=request.user
            )
        except ScoreRefused as refusal:
            changed = _say(form, marks, refusal, found)
        else:
            messages.success(request, "Сохранено.")
            return redirect(found)
    context = {"form": form, "marks": marks, "scored": scored, "sheet": found, "changed": changed}
    context["wrong"] = [mark for mark in marks if mark.errors]
    return render(request, "mentoring/scores/form.html", context)


def _numbered(marks: list[MarkForm]) -> list[MarkForm]:
    """Labels say which criterion: outside the sheet they would all be alike."""
    for mark in marks:
        for field in mark.fields.values():
            field.label = f"{mark.line.criterion.position}. {field.label}"
    return marks


def _say(form: SheetForm, marks: list[MarkForm], refusal: ScoreRefused, found: ScoreSheet) -> list[Difference]:
    """At the criterion that the refusal names, else over the form; and what is stored instead of what was typed."""
    code, _, field = (refusal.field or "").rpartition("-")
    at = next((mark for mark in marks if mark.prefix == code), None)
    if at is None:
        say_at_field(form, refusal)
    else:
        at.add_error(field if field in at.fields else None, str(refusal))
    if not isinstance(refusal, SheetChanged):
        return []
    found.refresh_from_db()
    show_version(form, found.version)
    stored = {line.criterion.code: line for line in scored_sheet(found).lines}
    for mark in marks:
        mark.line = stored.get(mark.line.criterion.code, mark.line)
    return [difference for mark in marks for difference in mark.differences()]


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    found = draft_to_fill(request, pk)
    if request.method == "POST":
        try:
            places = remove_sheet(sheet=found, seen_version=number(request.POST.get("version", "")), by=request.user)
        except ScoreRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
        discard(*places)
        messages.success(request, "Черновик удалён.")
        return redirect("mentoring:help_monitoring" if found.school_id else "mentoring:scores")
    return render(request, "mentoring/scores/remove.html", {"sheet": found})


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    found = draft_to_fill(request, pk)
    try:
        renew_sheet(sheet=found, seen_version=number(request.POST.get("version", "")), by=request.user)
    except ScoreRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Сведения портала обновлены. Баллы, которые вы изменили сами, остались.")
    return redirect(found)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_sheet(request, pk)
    if not may_confirm(request.user, found):
        raise PermissionDenied
    try:
        confirm_sheet(sheet=found, seen_version=number(request.POST.get("version", "")), by=request.user)
    except ScoreRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Лист утверждён.")
    return redirect(found)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_sheet(request, pk)
    if not may_confirm(request.user, found):
        raise PermissionDenied
    form = TakeBackForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            take_back_sheet(sheet=found, reason=said["reason"], seen_version=said["version"], by=request.user)
        except ScoreRefused as refusal:
            say_at_field(form, refusal)
            show_version(form, ScoreSheet.objects.get(pk=pk).version)
        else:
            messages.success(request, "Лист возвращён в работу.")
            return redirect(found)
    return sheet_page(request, found, taking_back=form)
