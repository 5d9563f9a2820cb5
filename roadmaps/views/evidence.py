"""Files of forms: the good ones are taken whatever becomes of the form, and given out to whoever may see their row."""

from dataclasses import dataclass, field

from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from roadmaps.evidence.kinds import EvidenceRefused
from roadmaps.evidence_files import KeptFile, serve, serve_preview, take
from roadmaps.forms.progress import FILES_AT_ONCE
from roadmaps.models import Evidence, HeldFile

TOO_MANY_AT_ONCE = "За один раз прикладывают не больше {most} файлов. Отправьте отдельно: {names}."


@dataclass
class Chosen:
    """What was chosen in a form's fields of files."""

    files: list[KeptFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # field, and what is wrong with which file


def take_chosen(form: Form, *names: str) -> Chosen:
    """Each file by itself: one that is refused takes no others with it, nor does a field that is filled in wrongly."""
    form.is_valid()
    chosen = Chosen()
    for name in names:
        uploads = form.cleaned_data.get(name, [])
        for upload in uploads[:FILES_AT_ONCE]:
            try:
                chosen.files.append(take(upload.name, upload))
            except EvidenceRefused as refusal:
                chosen.refused.append((name, f"«{upload.name}»: {refusal}"))
        if late := ", ".join(f"«{upload.name}»" for upload in uploads[FILES_AT_ONCE:]):
            chosen.refused.append((name, TOO_MANY_AT_ONCE.format(most=FILES_AT_ONCE, names=late)))
    return chosen


def keys_of_held(request: HttpRequest) -> tuple[int, ...]:
    """Of the held files that the page showed: what nobody has seen is not sent."""
    return tuple(int(key) for key in request.POST.getlist("held")[:100] if key.isdecimal() and len(key) < 19)


@require_safe
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    return _served(get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk))


@require_safe
def evidence_preview(request: HttpRequest, pk: int) -> FileResponse:
    return serve_preview(get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk).preview.name)


@require_safe
def held_file(request: HttpRequest, pk: int) -> FileResponse:
    return _served(get_object_or_404(HeldFile.objects.visible_to(request.user), pk=pk))


@require_safe
def held_preview(request: HttpRequest, pk: int) -> FileResponse:
    return serve_preview(get_object_or_404(HeldFile.objects.visible_to(request.user), pk=pk).preview.name)


def _served(row: Evidence | HeldFile) -> FileResponse:
    if not row.file:
        raise Http404("Это ссылка, а не файл.")
    return serve(row.file.name, kind=row.extension, name=row.name)
