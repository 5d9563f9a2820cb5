"""Registers of sittings, agreements and encouragement: list, entry, form, and taking an entry out."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from roadmaps.forms.registers import AgreementForm, EncouragementForm, EntryForm, SittingForm
from roadmaps.models import Agreement, CommissionSitting, Evidence, HeldFile, form_key
from roadmaps.queries.control import may_register
from roadmaps.queries.registers import REGISTERS, Register, born_of_sitting
from roadmaps.services.attaching import TooManyFiles
from roadmaps.services.registers import EntryChanged, remove_entry, remove_entry_file, write_entry
from roadmaps.views.evidence import TAKEN_OUT, FilesOfForm, take_chosen
from roadmaps.views.refusals import say_refusal
from roadmaps.views.register_page import register_page
from schools.context import current_municipality, show_municipality
from schools.models import Municipality

FORMS: dict[str, type[EntryForm]] = {
    "sittings": SittingForm,
    "agreements": AgreementForm,
    "encouragements": EncouragementForm,
}


def _register(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404("Такого реестра нет.")
    return REGISTERS[slug]


@require_safe
def entries(request: HttpRequest, register: str) -> HttpResponse:
    kept = _register(register)
    return register_page(request, "roadmaps/registers/list.html", kept.rows, kept.lines, register=kept)


@require_safe
def entry(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    kept = _register(register)
    found = _found(request, kept, pk)
    context = {
        "register": kept,
        "entry": found,
        "facts": [fact for fact in kept.facts(found, timezone.localdate()) if fact[1]],
        "link": getattr(found, "link", ""),
        "attached": _attached(request, kept, found),
        "is_sitting": kept.model is CommissionSitting,
        "born": born_of_sitting(request.user, found) if kept.model is CommissionSitting else [],
        "can_edit": may_register(request.user, found.municipality),
    }
    return render(request, "roadmaps/registers/entry.html", context)


def _found(request: HttpRequest, kept: Register, pk: int) -> Any:
    found = get_object_or_404(kept.model.objects.visible_to(request.user).select_related("municipality"), pk=pk)
    show_municipality(request, found.municipality)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_entry(request: HttpRequest, register: str) -> HttpResponse:
    kept, municipality = _register(register), current_municipality(request)
    return _form_page(request, kept, municipality, kept.model(municipality=municipality))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_entry(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    kept = _register(register)
    found = _found(request, kept, pk)
    return _form_page(request, kept, found.municipality, found)


def _form_page(request: HttpRequest, kept: Register, municipality: Municipality, found: Any) -> HttpResponse:
    if not may_register(request.user, municipality):
        raise PermissionDenied
    entry = found if found.pk else None
    initial = {"version": found.version} if entry else {}
    make = partial(FORMS[kept.slug], municipality=municipality, user=request.user, instance=found)
    files = FilesOfForm(request.user, _attached(request, kept, found), form_key(kept.slug, entry))
    form, changed = make(initial=initial), []
    if not request.POST.keys().isdisjoint(TAKEN_OUT):
        sent = make(request.POST, request.FILES)
        files.take_out(request, sent, lambda one: remove_entry_file(evidence=one, by=request.user), EntryChanged)
        form = make(initial={name: request.POST.get(name, "") for name in form.fields if name != "files"})
    elif request.method == "POST":
        form = make(request.POST, request.FILES, initial=initial)
        try:
            stored = _stored(request, form, found, files)
        except EntryChanged as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
            stored = None
        if stored:
            messages.success(request, "Сохранено.")
            return redirect(stored)
    shown = {"attached": files.attached, "held": files.held, "days_held": HeldFile.DAYS}
    context = {"register": kept, "form": form, "entry": entry, "changed": changed, **shown}
    return render(request, "roadmaps/registers/form.html", context)


def _attached(request: HttpRequest, kept: Register, found: Any) -> QuerySet[Evidence]:
    """Only agreements have files."""
    visible = Evidence.objects.visible_to(request.user).select_related("agreement")
    return visible.filter(agreement=found) if kept.model is Agreement and found.pk else visible.none()


def _stored(request: HttpRequest, form: EntryForm, found: Any, files: FilesOfForm) -> Any | None:
    """None when anything is refused; good files are held then. Raises EntryChanged, when they are as well."""
    is_valid, chosen = form.is_valid(), take_chosen(form)
    for name, problem in chosen.refused:
        form.add_error(name, problem)
    try:
        if is_valid and not chosen.refused:
            seen, sent = form.cleaned_data["version"], chosen.sent(request)
            told = {"fields": form.told, "sent": sent, "form": files.key}
            return write_entry(entry=found, seen_version=seen, by=request.user, **told)
    except TooManyFiles as refusal:
        form.add_error("files", str(refusal))
    except EntryChanged:
        files.hold(chosen)
        raise
    if left_over := files.hold(chosen):
        form.add_error("files", left_over)
    form.outcome = "запись не сохранена, выбранные файлы сохранены" if files.held else ""
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    """Asks first."""
    kept = _register(register)
    found = _found(request, kept, pk)
    if not may_register(request.user, found.municipality):
        raise PermissionDenied
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            remove_entry(entry=found, seen_version=int(version) if version.isdecimal() else 0, by=request.user)
        except EntryChanged:
            messages.error(request, "Запись за это время изменили: посмотрите на неё ещё раз.")
            return redirect(found)
        messages.success(request, "Запись удалена.")
        return redirect("roadmaps:entries", kept.slug)
    return render(request, "roadmaps/registers/remove.html", {"register": kept, "entry": found})
