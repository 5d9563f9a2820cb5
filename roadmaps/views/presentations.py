"""With what a programme is presented to its experts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from roadmaps.evidence.kinds import EvidenceRefused
from roadmaps.evidence_files import KeptFile, discard, serve, take
from roadmaps.forms.expertise import PresentationForm
from roadmaps.models import Presentation, Programme
from roadmaps.queries.expertise import may_present
from roadmaps.services.presentations import PresentationRefused, present, remove_presentation
from schools.context import show_municipality


@require_http_methods(["GET", "HEAD", "POST"])
def presentations(request: HttpRequest, pk: int) -> HttpResponse:
    """Files and links of a programme; a POST adds one."""
    visible = Programme.objects.visible_to(request.user).select_related("municipality", "school")
    programme = get_object_or_404(visible, pk=pk)
    show_municipality(request, programme.municipality)
    can_add = may_present(request.user, programme)
    if request.method == "POST" and not can_add:
        raise PermissionDenied
    form = PresentationForm(request.POST, request.FILES) if request.method == "POST" else PresentationForm()
    if request.method == "POST" and form.is_valid() and _added(request, form, programme):
        return redirect("roadmaps:presentations", programme.pk)
    context = {
        "programme": programme,
        "presentations": Presentation.objects.visible_to(request.user).filter(programme=programme),
        "form": form if can_add else None,
    }
    return render(request, "roadmaps/expertise/presentations.html", context)


def _added(request: HttpRequest, form: PresentationForm, programme: Programme) -> bool:
    said = form.cleaned_data
    kept: KeptFile | None = None
    try:
        kept = take(said["file"].name, said["file"]) if said["file"] else None
        present(programme=programme, title=said["title"], file=kept, link=said["link"], by=request.user)
    except EvidenceRefused as refusal:
        form.add_error("file", str(refusal))
        return False
    except PresentationRefused as refusal:
        _discard(kept)
        form.add_error(None, str(refusal))
        return False
    except BaseException:
        _discard(kept)
        raise
    messages.success(request, "Презентация приложена: её увидят эксперты этой программы.")
    return True


def _discard(kept: KeptFile | None) -> None:
    if kept is not None:
        discard(*kept.places)


@require_safe
def presentation(request: HttpRequest, pk: int) -> FileResponse:
    found = get_object_or_404(Presentation.objects.visible_to(request.user), pk=pk)
    if not found.file:
        raise Http404("Это ссылка, а не файл.")
    return serve(found.file.name, kind=found.extension, name=found.name)


@require_POST
def delete_presentation(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Presentation.objects.visible_to(request.user).select_related(
        "programme__municipality", "programme__school"
    )
    found = get_object_or_404(visible, pk=pk)
    if not may_present(request.user, found.programme):
        raise PermissionDenied
    try:
        places = remove_presentation(presentation=found, by=request.user)
    except PresentationRefused as refusal:
        messages.error(request, str(refusal))
    else:
        discard(*places)
        messages.success(request, "Презентация убрана.")
    return redirect("roadmaps:presentations", found.programme_id)
