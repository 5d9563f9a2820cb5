"""Files of forms: the good ones are taken whatever becomes of the form, and given out to whoever may see their row."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from roadmaps.evidence.kinds import EvidenceRefused
from roadmaps.evidence_files import KeptFile, discard, serve, serve_preview, take
from roadmaps.forms.files import FILES_AT_ONCE, EvidenceField
from roadmaps.models import Evidence, HeldFile
from roadmaps.services.attaching import TOO_MANY, Sent, hold, let_go

TOO_MANY_AT_ONCE = "За один раз прикладывают не больше {most} файлов. Отправьте отдельно: {names}."
TAKEN_OUT = ("remove", "let_go")  # buttons: one that is attached, one that is held


@dataclass
class Chosen:
    """What was chosen in a form's fields of files."""

    files: list[KeptFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # field, and what is wrong with which file

    def sent(self, request: HttpRequest, links: tuple[str, ...] = ()) -> Sent:
        """With those held files that the page showed: what nobody has seen is not sent."""
        keys = request.POST.getlist("held")[:100]
        return Sent(tuple(self.files), tuple(map(number, keys)), links)


def take_chosen(form: Form) -> Chosen:
    """Each file by itself: one that is refused takes no others with it, nor does a field that is filled in wrongly."""
    form.is_valid()
    chosen = Chosen()
    for name in [name for name, one in form.fields.items() if isinstance(one, EvidenceField)]:
        uploads = form.cleaned_data.get(name, [])
        for upload in uploads[:FILES_AT_ONCE]:
            try:
                chosen.files.append(take(upload.name, upload))
            except EvidenceRefused as refusal:
                chosen.refused.append((name, f"«{upload.name}»: {refusal}"))
        if late := ", ".join(f"«{upload.name}»" for upload in uploads[FILES_AT_ONCE:]):
            chosen.refused.append((name, TOO_MANY_AT_ONCE.format(most=FILES_AT_ONCE, names=late)))
    return chosen


@dataclass(frozen=True)
class FilesOfForm:
    """What a form shows of files: those attached to its row, and those that are held until it is sent."""

    user: User
    attached: QuerySet[Evidence]
    key: str  # names the form

    @property
    def held(self) -> QuerySet[HeldFile]:
        return HeldFile.objects.visible_to(self.user).filter(form=self.key)

    def hold(self, chosen: Chosen) -> str:
        """When the form is refused. What is to be said of those for which there is no room."""
        left_over = hold(chosen.files, self.attached, form=self.key, by=self.user)
        names = ", ".join(f"«{kept.name}»" for kept in left_over)
        return f"Не сохранены: {names}. {TOO_MANY}" if left_over else ""

    def take_out(
        self,
        request: HttpRequest,
        form: Form,
        remove: Callable[[Evidence], tuple[str, str]] | None = None,
        refused: type[Exception] | tuple[()] = (),
    ) -> None:
        """One file, `remove` where any are attached; those chosen meanwhile are held. Nothing else of the form is
        judged."""
        chosen = take_chosen(form)
        for problem in filter(None, [*(words for _, words in chosen.refused), self.hold(chosen)]):
            messages.error(request, problem)
        if "let_go" in request.POST:
            let_go(number(request.POST["let_go"]), form=self.key, by=self.user)
            messages.success(request, "Файл убран.")
        elif remove and (found := self.attached.filter(pk=number(request.POST["remove"])).first()):
            try:
                discard(*remove(found))
                messages.success(request, f"Убрано: {found}.")
            except refused as refusal:
                messages.error(request, str(refusal))


def number(said: str) -> int:
    """-1, which no row has, for what is none."""
    return int(said) if said.isdecimal() and len(said) < 19 else -1


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
