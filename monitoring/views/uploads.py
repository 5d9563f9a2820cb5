"""Uploads: hand in, see what would change, answer, match, confirm, cancel, undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from monitoring.forms import MatchForm, QuestionsForm, UploadForm
from monitoring.models import Upload
from monitoring.queries.uploads import overview
from monitoring.services import uploads
from schools.context import current_municipality, show_municipality

UPLOADS_A_PAGE = 20


@require_http_methods(["GET", "POST"])
def upload_list(request: HttpRequest) -> HttpResponse:
    """The drop zone and what was handed in before."""
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.RESULTS_IMPORT):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        files = [(file.name, file.file) for file in form.cleaned_data["files"]]
        return redirect(uploads.start_upload(municipality=municipality, files=files, by=request.user))
    past = Upload.objects.visible_to(request.user).filter(municipality=municipality)
    page = Paginator(past.select_related("created_by", "job").prefetch_related("entries"), UPLOADS_A_PAGE)
    context = {
        "form": form,
        "municipality": municipality,
        "page": page.get_page(request.GET.get("page")),
        "has_schools": municipality.schools.exists(),
    }
    return render(request, "monitoring/upload_list.html", context, status=400 if form.errors else 200)


@require_GET
def upload_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _upload(request, pk))


@require_POST
def upload_answer(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    form = QuestionsForm(request.POST, entries=list(upload.entries.all()))
    if not form.is_valid():
        return _page(request, upload, questions=form)
    return _do(
        request, upload, lambda: uploads.answer_questions(upload=upload, answers=form.answers(), by=request.user)
    )


@require_POST
def upload_leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """One of two files about the same is left out, or taken back in."""
    upload = _upload(request, pk)
    said = {request.POST.get("file", ""): {"leave_out": request.POST.get("leave_out", "yes")}}
    return _do(request, upload, lambda: uploads.answer_questions(upload=upload, answers=said, by=request.user))


@require_POST
def upload_match(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    form = MatchForm(request.POST, municipality=upload.municipality)
    if not form.is_valid():
        messages.error(request, "Школа не выбрана: выберите её из списка и нажмите «Это она».")
        return redirect(upload)
    said = form.cleaned_data
    return _do(
        request,
        upload,
        lambda: uploads.match_school(
            upload=upload, kind=said["kind"], key=said["key"], school=said["school"], by=request.user
        ),
    )


@require_POST
def upload_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    return _do(request, upload, lambda: uploads.confirm(upload=upload, by=request.user))


@require_POST
def upload_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    return _do(request, upload, lambda: uploads.cancel(upload=upload, by=request.user), lambda _: "Загрузка отменена.")


@require_POST
def upload_undo(request: HttpRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    return _do(request, upload, lambda: uploads.undo(upload=upload, by=request.user), _undone)


def _undone(anything_changed: bool) -> str:
    if anything_changed:
        return "Загрузка отозвана: вернулось то, что было до неё. Показатели пересчитываются."
    return "Загрузка отозвана. Она ничего не изменила, поэтому результаты и показатели остались прежними."


def _upload(request: HttpRequest, pk: int) -> Upload:
    """Who sees an upload may also work with it: both take the right to bring results in."""
    visible = Upload.objects.visible_to(request.user).select_related("municipality", "job", "created_by")
    upload = get_object_or_404(visible, pk=pk)
    show_municipality(request, upload.municipality)
    return upload


def _do(
    request: HttpRequest, upload: Upload, verb: Callable[[], Any], told: Callable[[Any], str] | None = None
) -> HttpResponse:
    """Have it done and say so in the words that `told` finds for what came of it, or say what stands in the way."""
    try:
        done = verb()
    except uploads.UploadRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if told is not None:
            messages.success(request, told(done))
    return redirect(upload)


def _page(request: HttpRequest, upload: Upload, questions: QuestionsForm | None = None) -> HttpResponse:
    view = overview(upload)
    context = {
        "upload": upload,
        "view": view,
        "questions": questions or QuestionsForm(entries=view.entries),
        "schools": list(upload.municipality.schools.order_by("name")) if view.unmatched else [],
    }
    return render(request, "monitoring/upload.html", context, status=400 if questions else 200)
