"""Files that scores rest on: added while the sheet is a draft, given out to those who read it, taken out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from mentoring.forms.scores import ScoreFilesForm
from mentoring.models import ScoreFile
from mentoring.queries.scoring import may_fill, scored_sheet
from mentoring.services.scores import TOO_MANY, ScoreRefused, attach_to_score, detach_from_score
from mentoring.views.meeting_files import attached
from mentoring.views.score_sheets import draft_to_fill, sheet_page
from roadmaps.evidence_files import discard, serve, serve_preview


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Each file by itself: one that is refused takes no others with it."""
    found = draft_to_fill(request, pk)
    form = ScoreFilesForm(request.POST, request.FILES, lines=scored_sheet(found).lines)
    form.is_valid()
    code = form.cleaned_data.get("criterion")
    if code:
        criterion = found.edition.criteria.get(code=code)
        attached(
            form,
            lambda files: attach_to_score(sheet=found, criterion=criterion, files=files, by=request.user),
            refused=ScoreRefused,
            too_many=TOO_MANY,
        )
    if form.errors:
        return sheet_page(request, found, files=form)
    messages.success(request, "Файлы приложены.")
    return redirect(found)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(ScoreFile.objects.visible_to(request.user), pk=pk)
    return serve(found.file.name, kind=found.extension, name=found.name)


@require_safe
def preview(request: HttpRequest, pk: int) -> FileResponse:
    return serve_preview(get_object_or_404(ScoreFile.objects.visible_to(request.user), pk=pk).preview.name)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    rows = ScoreFile.objects.visible_to(request.user).select_related("mark__sheet__municipality", "mark__criterion")
    found = get_object_or_404(rows, pk=pk)
    sheet = found.mark.sheet
    if not may_fill(request.user, sheet.municipality):
        raise PermissionDenied
    try:
        discard(*detach_from_score(file=found, by=request.user))
    except ScoreRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Файл убран.")
    return redirect(sheet)
