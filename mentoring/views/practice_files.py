"""Files of a practice: added, given out to those who read it, taken out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from mentoring.forms.meetings import FilesForm
from mentoring.models import PracticeFile
from mentoring.services.practices import TOO_MANY, PracticeRefused, attach_to_practice, detach_from_practice
from mentoring.views.meeting_files import attached
from mentoring.views.practices import found_practice, practice_page
from roadmaps.evidence_files import discard, serve, serve_preview


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Each file by itself: one that is refused takes no others with it."""
    line = found_practice(request, pk)
    if not line.can_correct:
        raise PermissionDenied
    form = FilesForm(request.POST, request.FILES)
    attached(
        form,
        lambda files: attach_to_practice(practice=line.practice, files=files, by=request.user),
        refused=PracticeRefused,
        too_many=TOO_MANY,
    )
    if form.errors:
        return practice_page(request, line, files=form)
    messages.success(request, "Файлы приложены.")
    return redirect(line.practice)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(PracticeFile.objects.visible_to(request.user), pk=pk)
    return serve(found.file.name, kind=found.extension, name=found.name)


@require_safe
def preview(request: HttpRequest, pk: int) -> FileResponse:
    return serve_preview(get_object_or_404(PracticeFile.objects.visible_to(request.user), pk=pk).preview.name)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(PracticeFile.objects.visible_to(request.user), pk=pk)
    line = found_practice(request, found.practice_id)
    if not line.can_correct:
        raise PermissionDenied
    try:
        discard(*detach_from_practice(file=found, by=request.user))
    except PracticeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Файл убран.")
    return redirect(line.practice)
