"""With what a programme is presented to its experts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from roadmaps.evidence_files import discard, serve
from roadmaps.forms.expertise import PresentationForm
from roadmaps.models import Evidence, HeldFile, Presentation, Programme
from roadmaps.queries.expertise import may_present
from roadmaps.services.presentations import PresentationRefused, present, presentation_form, remove_presentation
from roadmaps.views.evidence import TAKEN_OUT, Chosen, FilesOfForm, take_chosen
from schools.context import show_municipality


@require_http_methods(["GET", "HEAD", "POST"])
@once
def presentations(request: HttpRequest, pk: int) -> HttpResponse:
    """Files and links of a programme; a POST adds one."""
    visible = Programme.objects.visible_to(request.user).select_related("municipality", "school")
    programme = get_object_or_404(visible, pk=pk)
    show_municipality(request, programme.municipality)
    can_add = may_present(request.user, programme)
    if request.method == "POST" and not can_add:
        raise PermissionDenied
    files = FilesOfForm(request.user, Evidence.objects.none(), presentation_form(programme))
    form = PresentationForm()
    if not request.POST.keys().isdisjoint(TAKEN_OUT):
        form = _as_typed(request, files)
    elif request.method == "POST":
        has_held = files.held.filter(pk__in=Chosen().sent(request).held).exists()
        form = PresentationForm(request.POST, request.FILES, has_held=has_held)
        if _added(request, form, programme, files):
            return redirect("roadmaps:presentations", programme.pk)
    context = {
        "programme": programme,
        "presentations": Presentation.objects.visible_to(request.user).filter(programme=programme),
        "form": form if can_add else None,
        "held": files.held,
        "days_held": HeldFile.DAYS,
    }
    return render(request, "roadmaps/expertise/presentations.html", context)


def _as_typed(request: HttpRequest, files: FilesOfForm) -> PresentationForm:
    """Nothing of it judged yet: a held file was taken out."""
    files.take_out(request, PresentationForm(request.POST, request.FILES))
    return PresentationForm(initial={name: request.POST.get(name, "") for name in ("title", "link")})


def _added(request: HttpRequest, form: PresentationForm, programme: Programme, files: FilesOfForm) -> bool:
    """A good file is held when anything is refused."""
    is_valid, chosen = form.is_valid(), take_chosen(form)
    for name, problem in chosen.refused:
        form.add_error(name, problem)
    if is_valid and not chosen.refused:
        said = form.cleaned_data
        sent = chosen.sent(request, tuple(filter(None, [said["link"]])))
        try:
            present(programme=programme, title=said["title"], sent=sent, by=request.user)
        except PresentationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Презентация приложена: её увидят эксперты этой программы.")
            return True
    files.hold(chosen)
    form.outcome = "презентация не приложена, выбранный файл сохранён" if files.held else ""
    return False


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
