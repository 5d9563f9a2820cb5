"""Pairings: the list, one with its history, making, changing, ending, taking up again and removing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from mentoring.forms.pairings import EndForm, FactsForm, PairingForm, ResumeForm, StartForm, facts_initial
from mentoring.kinds import Helper, Kind, Standing
from mentoring.models import Pairing
from mentoring.queries.pairings import (
    STATES,
    PairingFilters,
    history_of,
    line_of,
    may_edit,
    pairing_lines,
    pairing_list,
    risks_of,
    roadmaps_of,
    table_of,
)
from mentoring.services.pairings import (
    MentorOverloaded,
    PairingRefused,
    change_pairing,
    end_pairing,
    make_pairing,
    remove_pairing,
    resume_pairing,
)
from roadmaps.views.refusals import say_refusal
from schools.context import current_municipality, show_municipality
from schools.csv_files import csv_of
from schools.forms.versions import Difference
from schools.models import Municipality, School

A_PAGE = 50
CONFLICT = "Что сохранено сейчас и отличается от вашего"


@require_safe
def pairings(request: HttpRequest) -> HttpResponse:
    municipality, today = current_municipality(request), timezone.localdate()
    filters = _filters(request)
    listed = pairing_list(request.user, municipality, filters, today)
    if request.GET.get("format") == "csv":
        return csv_of(table_of(pairing_lines(request.user, listed.keys, today)), "pairings.csv")
    page = Paginator(listed.keys, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "page": page,
        "lines": pairing_lines(request.user, page.object_list, today),
        "filters": filters,
        "states": [
            (value, label, listed.counts[value] if value else sum(listed.counts.values()))
            for value, label in STATES.items()
        ],
        "current": listed.counts[Standing.CURRENT],
        "can_edit": may_edit(request.user, municipality),
    }
    return render(request, "mentoring/pairings.html", context)


def _filters(request: HttpRequest) -> PairingFilters:
    asked = request.GET
    state = asked.get("state")
    return PairingFilters(
        kind=asked.get("kind", "") if asked.get("kind") in list(Kind) else "",
        school=key_of(asked.get("school", "")),
        mentor=key_of(asked.get("mentor", "")),
        state=state if state in STATES else None,
    )


def key_of(text: str) -> int | None:
    """A key in an address; None where the text is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


@require_safe
def pairing(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_pairing(request, pk)
    line = line_of(request.user, found, timezone.localdate())
    context = {
        "line": line,
        "pairing": found,
        "risks": risks_of(request.user, line),
        "history": history_of(line),
        "roadmaps": roadmaps_of(request.user, found),
        "sees_school": School.objects.visible_to(request.user).filter(pk=found.school_id).exists(),
        "can_edit": may_edit(request.user, found.municipality),
    }
    return render(request, "mentoring/pairing.html", context)


def found_pairing(request: HttpRequest, pk: int) -> Pairing:
    """That the person may see."""
    visible = Pairing.objects.visible_to(request.user).with_sides().select_related("municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return found


def _to_edit(request: HttpRequest, pk: int) -> Pairing:
    found = found_pairing(request, pk)
    _editor_of(request, found.municipality)
    return found


def _editor_of(request: HttpRequest, municipality: Municipality) -> None:
    if not may_edit(request.user, municipality):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """First which kind for which school, by the address; then what that kind asks for."""
    municipality = current_municipality(request)
    _editor_of(request, municipality)
    asked = request.GET if "kind" in request.GET else None
    start = StartForm(asked, municipality=municipality, user=request.user, initial=request.GET.dict())
    if asked is None or not start.is_valid():
        return render(request, "mentoring/new.html", {"start": start})
    kind, today = Kind(start.cleaned_data["kind"]), timezone.localdate()
    data = request.POST if request.method == "POST" else None
    initial = {"starts_on": today} | {name: request.GET.get(name) for name in (*Helper, "teacher")}
    form = PairingForm(data, kind=kind, school=start.chosen, user=request.user, today=today, initial=initial)
    if data is not None and form.is_valid():
        try:
            made = make_pairing(told=form.told, by=request.user)
        except PairingRefused as refusal:
            _say(form, refusal)
        else:
            messages.success(request, "Пара заведена.")
            return redirect(made)
    return render(request, "mentoring/new_pairing.html", {"form": form, "kind": kind, "school": start.chosen})


def _say(
    form: forms.Form, refusal: PairingRefused, found: Pairing | None = None, changed: Callable[[], Any] = list
) -> list[Difference]:
    """What is stored now instead of what was typed, where somebody else was faster."""
    if isinstance(refusal, MentorOverloaded):
        form.ask_whether_load_may_be_exceeded(str(refusal))
        return []
    return say_refusal(form, refusal, found, changed)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_edit(request, pk)
    data = request.POST if request.method == "POST" else None
    form = FactsForm(data, kind=Kind(found.kind), school=found.school, user=request.user, initial=facts_initial(found))
    changed: list[Difference] = []
    if data is not None and form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            change_pairing(
                pairing=found, facts=form.facts, seen_version=seen, by=request.user,
                load_may_be_exceeded=form.load_is_confirmed,
            )  # fmt: skip
        except PairingRefused as refusal:
            changed = _say(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, "Сохранено.")
            return redirect(found)
    context = {"pairing": found, "form": form, "changed": changed, "title": "Изменить пару", "submit": "Сохранить"}
    return render(request, "mentoring/pairing_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_edit(request, pk)
    form = EndForm(request.POST or None, initial={"version": found.version, "on": timezone.localdate()})

    def do(said: dict[str, Any]) -> None:
        end_pairing(pairing=found, on=said["on"], reason=said["reason"], seen_version=said["version"], by=request.user)

    words = {"title": "Завершить раньше срока", "submit": "Завершить пару", "done": "Пара завершена."}
    return _move(request, found, form, do, words)


@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_edit(request, pk)
    form = ResumeForm(request.POST or None, initial={"version": found.version})

    def do(said: dict[str, Any]) -> None:
        resume_pairing(
            pairing=found, until=said["until"], reason=said["reason"], seen_version=said["version"], by=request.user,
            load_may_be_exceeded=bool(said.get("load_may_be_exceeded")),
        )  # fmt: skip

    words = {"title": "Возобновить пару", "submit": "Возобновить", "done": "Пара снова действует."}
    return _move(request, found, form, do, words)


def _move(request: HttpRequest, found: Pairing, form: forms.Form, do: Any, words: dict[str, str]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except PairingRefused as refusal:
            _say(form, refusal, found)
        else:
            messages.success(request, words["done"])
            return redirect(found)
    return render(request, "mentoring/pairing_form.html", {"pairing": found, "form": form} | words)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    found = _to_edit(request, pk)
    if request.method == "POST":
        try:
            remove_pairing(pairing=found, seen_version=key_of(request.POST.get("version", "")) or 0, by=request.user)
        except PairingRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
        messages.success(request, "Пара удалена.")
        return redirect("mentoring:pairings")
    return render(request, "mentoring/remove.html", {"pairing": found})
