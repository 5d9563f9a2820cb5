"""Meetings: of a pairing, of the municipality, one of them with its history, and what each side does with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from mentoring.contact import FORM_LABELS, STATE_LABELS, MeetingState, may_ever, may_move
from mentoring.forms.meetings import (
    DisputeForm,
    FilesForm,
    LessonForm,
    MeetingFiltersForm,
    MeetingForm,
    first_initial,
    lesson_initial,
    meeting_initial,
)
from mentoring.models import LessonAnalysis, Meeting, Pairing
from mentoring.queries.meetings import (
    MeetingLine,
    history_of,
    marks_of,
    meeting_line,
    meeting_lines,
    meeting_list,
    meetings_of,
    table_of,
)
from mentoring.queries.mine import mine as mine_of
from mentoring.queries.numbers import with_numbers
from mentoring.queries.pairings import PairingFilters, line_of, pairing_list
from mentoring.queries.plans import plan_of
from mentoring.queries.sides import sides_of
from mentoring.services.meetings import (
    NO_LESSON,
    MeetingRefused,
    confirm_meeting,
    correct_meeting,
    dispute_meeting,
    log_meeting,
    remove_meeting,
    write_lesson,
)
from mentoring.views.pairings import found_pairing
from roadmaps.evidence_files import discard
from roadmaps.views.refusals import MovedOn, say_at_field, say_refusal
from schools.context import current_municipality, show_municipality
from schools.csv_files import csv_of
from schools.forms.versions import Difference

A_PAGE = 50
MOVED_ON = {
    MeetingState.LOGGED: "Встречу исправили: она снова ждёт подтверждения.",
    MeetingState.CONFIRMED: "Встреча уже подтверждена: запись о ней больше не меняют. Если в ней ошибка, другая "
    "сторона пары может оспорить встречу.",
    MeetingState.DISPUTED: "Встреча уже оспорена: сначала её автор исправит запись.",
}


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    return render(request, "mentoring/mine.html", {"mine": mine_of(request.user, municipality, timezone.localdate())})


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Of all pairings that the person sees."""
    municipality = current_municipality(request)
    form = MeetingFiltersForm(request.GET)
    filters = form.filters
    found = meeting_list(request.user, municipality, filters)
    if request.GET.get("format") == "csv":
        return csv_of(table_of(meeting_lines(request.user, found)), "meetings.csv")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "lines": meeting_lines(request.user, page.object_list),
        "listed": pairing_list(request.user, municipality, PairingFilters(), timezone.localdate()),
        "states": STATE_LABELS.items(),
        "forms": FORM_LABELS.items(),
    }
    return render(request, "mentoring/meetings.html", context)


@require_safe
def of_pairing(request: HttpRequest, pk: int) -> HttpResponse:
    pairing = found_pairing(request, pk)
    page = Paginator(meetings_of(request.user, pairing), A_PAGE).get_page(request.GET.get("page"))
    numbers = with_numbers(Pairing.objects.filter(pk=pairing.pk)).get()
    context = {
        "pairing": pairing,
        "numbers": numbers,
        "disputed": page.paginator.count - numbers.meetings_held,
        "line": line_of(request.user, pairing, timezone.localdate()),
        "page": page,
        "lines": meeting_lines(request.user, page.object_list),
        "can_log": bool(sides_of(request.user, pairing)),
    }
    return render(request, "mentoring/pairing_meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    pairing = found_pairing(request, pk)
    if not sides_of(request.user, pairing):
        raise PermissionDenied
    last = Meeting.objects.filter(pairing=pairing).first()
    initial = first_initial(pairing, last, plan_of(pairing, timezone.localdate()))
    form = MeetingForm(request.POST or None, pairing=pairing, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = log_meeting(pairing=pairing, told=form.told, by=request.user)
        except MeetingRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(request, "Встреча записана: другая сторона подтвердит её.")
            return redirect(made)
    return _form_page(request, pairing, form, {"title": "Записать встречу", "submit": "Записать"})


def _form_page(request: HttpRequest, pairing: Pairing, form: forms.Form, words: dict[str, Any]) -> HttpResponse:
    line = line_of(request.user, pairing, timezone.localdate())
    return render(request, "mentoring/meeting_form.html", {"pairing": pairing, "line": line, "form": form} | words)


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    return meeting_page(request, _line(request, pk))


def meeting_page(
    request: HttpRequest, line: MeetingLine, *, dispute: DisputeForm | None = None, files: FilesForm | None = None
) -> HttpResponse:
    """With the forms as they came back, if any did."""
    found = line.meeting
    lesson = LessonAnalysis.objects.visible_to(request.user).filter(meeting=found).first()
    context = {
        "line": line,
        "meeting": found,
        "lesson": lesson,
        "marks": marks_of(lesson) if lesson else [],
        "files": found.files.all() if line.is_open else [],
        "history": history_of(line),
        "dispute": dispute or DisputeForm(initial={"version": found.version}),
        "files_form": files or FilesForm(),
    }
    return render(request, "mentoring/meeting.html", context)


def _line(request: HttpRequest, pk: int) -> MeetingLine:
    visible = Meeting.objects.visible_to(request.user).with_sides().select_related("pairing__municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.pairing.municipality)
    return meeting_line(request.user, found)


def refuse_move(line: MeetingLine, after: MeetingState, *typed: forms.Form) -> None:
    """Whoever may not bring it to this state now."""
    if may_move(line.state, after, line.actors):
        return
    if may_ever(after, line.actors):
        raise MovedOn(MOVED_ON[line.state], line.meeting, typed)
    raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    found = line.meeting
    initial = meeting_initial(found)
    form = MeetingForm(request.POST or None, pairing=found.pairing, kept=found.step_id, initial=initial)
    refuse_move(line, MeetingState.LOGGED, form)
    changed: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            correct_meeting(meeting=found, told=form.told, seen_version=form.cleaned_data["version"], by=request.user)
        except MeetingRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, "Исправлено: другая сторона подтвердит встречу.")
            return redirect(found)
    words = {"title": "Исправить встречу", "submit": "Сохранить", "changed": changed, "meeting": found}
    return _form_page(request, found.pairing, form, words)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    refuse_move(line, MeetingState.CONFIRMED)
    try:
        confirm_meeting(meeting=line.meeting, seen_version=_version(request), by=request.user)
    except MeetingRefused:
        messages.error(request, "Встречу за это время исправили: посмотрите на неё ещё раз.")
        return redirect(line.meeting)
    messages.success(request, "Встреча подтверждена.")
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else line.meeting)


def _version(request: HttpRequest) -> int:
    """-1, which no row has, where the form does not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1


@require_POST
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = DisputeForm(request.POST)
    refuse_move(line, MeetingState.DISPUTED, form)
    if form.is_valid():
        said = form.cleaned_data
        try:
            dispute_meeting(meeting=line.meeting, reason=said["reason"], seen_version=said["version"], by=request.user)
        except MeetingRefused as refusal:
            say_refusal(form, refusal, line.meeting, list)
        else:
            messages.success(request, "Встреча оспорена: её автор исправит запись.")
            return redirect(line.meeting)
    return meeting_page(request, line, dispute=form)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    line = _line(request, pk)
    refuse_move(line, MeetingState.LOGGED)
    if request.method == "POST":
        try:
            places = remove_meeting(meeting=line.meeting, seen_version=_version(request), by=request.user)
        except MeetingRefused:
            messages.error(request, "Встречу за это время изменили: посмотрите на неё ещё раз.")
            return redirect(line.meeting)
        discard(*places)
        messages.success(request, "Запись о встрече удалена.")
        return redirect("mentoring:pairing_meetings", line.meeting.pairing_id)
    return render(request, "mentoring/remove_meeting.html", {"line": line, "meeting": line.meeting})


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a lesson that was visited."""
    line = _line(request, pk)
    found = line.meeting
    sheet = LessonAnalysis.objects.visible_to(request.user).filter(meeting=found).first()
    form = LessonForm(request.POST or None, initial=lesson_initial(found, sheet))
    refuse_move(line, MeetingState.LOGGED, form)
    if sheet is None and not line.can_begin_sheet:
        raise MovedOn(NO_LESSON, found, [form])
    if request.method == "POST" and form.is_valid():
        try:
            write_lesson(meeting=found, told=form.told, seen_version=form.cleaned_data["version"], by=request.user)
        except MeetingRefused as refusal:
            say_refusal(form, refusal, found, list)
        else:
            messages.success(request, "Лист анализа урока сохранён.")
            return redirect(found)
    words = {"title": "Анализ урока", "submit": "Сохранить", "meeting": found}
    return render(request, "mentoring/lesson_form.html", {"line": line, "form": form} | words)
