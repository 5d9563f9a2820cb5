"""Files of a meeting: added, given out to those who read its text, taken out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from mentoring.contact import MeetingState
from mentoring.forms.meetings import FilesForm
from mentoring.models import Meeting, MeetingFile
from mentoring.queries.meetings import meeting_line
from mentoring.services.meetings import TOO_MANY, MeetingRefused, attach, detach
from mentoring.views.meetings import meeting_page, refuse_move
from roadmaps.evidence_files import KeptFile, discard, serve, serve_preview
from roadmaps.views.evidence import take_chosen
from schools.context import show_municipality


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Each file by itself: one that is refused takes no others with it."""
    visible = Meeting.objects.visible_to(request.user).with_sides().select_related("pairing__municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.pairing.municipality)
    line = meeting_line(request.user, found)
    refuse_move(line, MeetingState.LOGGED)
    form = FilesForm(request.POST, request.FILES)
    attached(
        form,
        lambda files: attach(meeting=found, files=files, by=request.user),
        refused=MeetingRefused,
        too_many=TOO_MANY,
    )
    if form.errors:
        return meeting_page(request, line, files=form)
    messages.success(request, "Файлы приложены.")
    return redirect(found)


def attached(
    form: FilesForm,
    attach_files: Callable[[list[KeptFile]], tuple[list[KeptFile], bool]],
    *,
    refused: type[Exception],
    too_many: str,
) -> None:
    """The chosen files that are well go to whatever keeps them, which gives back those it does not take and whether
    these were too many; what is wrong is said on the form, and what nothing keeps is discarded."""
    chosen = take_chosen(form)
    for name, problem in chosen.refused:
        form.add_error(name, problem)
    try:
        left, are_too_many = attach_files(chosen.files)
    except refused as refusal:
        left, are_too_many = chosen.files, False
        form.add_error(None, str(refusal))
    except BaseException:
        discard(*(place for kept in chosen.files for place in kept.places))
        raise
    discard(*(place for kept in left for place in kept.places))
    if are_too_many:
        form.add_error("files", too_many)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(MeetingFile.objects.visible_to(request.user), pk=pk)
    return serve(found.file.name, kind=found.extension, name=found.name)


@require_safe
def preview(request: HttpRequest, pk: int) -> FileResponse:
    return serve_preview(get_object_or_404(MeetingFile.objects.visible_to(request.user), pk=pk).preview.name)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    visible = MeetingFile.objects.visible_to(request.user).select_related("meeting")
    found = get_object_or_404(visible, pk=pk)
    meeting = Meeting.objects.with_sides().get(pk=found.meeting_id)
    refuse_move(meeting_line(request.user, meeting), MeetingState.LOGGED)
    try:
        discard(*detach(file=found, by=request.user))
    except MeetingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Файл убран.")
    return redirect(meeting)
