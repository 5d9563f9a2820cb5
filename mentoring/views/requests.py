"""Requests for help: the list, one with its history, and what school, answerer and centre do with it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from mentoring.asking import Move, RequestState, may_ever
from mentoring.forms.requests import (
    AnswerForm,
    AskForm,
    AssignForm,
    ReasonForm,
    RequestFiltersForm,
    SchoolForm,
    answer_initial,
    asked_initial,
    assign_initial,
)
from mentoring.kinds import Kind
from mentoring.models import Event, HelpRequest, Meeting, Pairing
from mentoring.queries.pairings import may_edit
from mentoring.queries.requests import (
    RequestLine,
    asking_schools,
    history_of,
    lines_of,
    passed_on_from,
    request_list,
    schools_that_asked,
    table_of,
    tally_of,
)
from mentoring.services.requests import (
    RequestRefused,
    answer_request,
    ask_for_help,
    assign_request,
    change_request,
    move_request,
)
from roadmaps.views.refusals import MovedOn, say_at_field, say_refusal
from schools.context import current_municipality, show_municipality
from schools.csv_files import csv_of
from schools.forms.versions import Difference

A_PAGE = 50
WORDS = {  # title, button, what is said when it is done
    Move.DECLINE: ("Отказаться отвечать", "Отказаться", "Запрос вернулся в методический центр."),
    Move.RETURN: ("Вернуть запрос школе", "Вернуть", "Запрос возвращён школе."),
    Move.WITHDRAW: ("Отозвать запрос", "Отозвать", "Запрос отозван."),
    Move.ASK_MORE: ("Попросить ответить полнее", "Отправить", "Запрос снова ждёт ответа."),
}
MOVED_ON = {
    RequestState.ASKED: "Запрос сейчас ждёт, кто на него ответит: это назначит методический центр.",
    RequestState.ASSIGNED: "Запрос уже у того, кто на него ответит: его слова больше не меняют. Если нужно другое, "
    "отзовите его и напишите новый.",
    RequestState.ANSWERED: "На запрос уже есть ответ: посмотрите на него.",
    RequestState.CLOSED: "Запрос уже закрыт. Если помощь ещё нужна, школа напишет новый.",
    RequestState.RETURNED: "Запрос возвращён школе: она исправит его и отправит снова.",
    RequestState.WITHDRAWN: "Запрос отозван: отвечать на него не нужно.",
}
PASSED_ON = "Этот запрос больше не ваш: на него ответит другой, кого назначает методический центр."


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    municipality, today = current_municipality(request), timezone.localdate()
    form = RequestFiltersForm(request.GET)
    filters = form.filters
    found = request_list(request.user, municipality, filters)
    if request.GET.get("format") == "csv":
        return csv_of(table_of(lines_of(request.user, found, today)), "requests.csv")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "states": form.fields["state"].choices,
        "schools": schools_that_asked(request.user, municipality),
        "tally": tally_of(request.user, municipality, today),
        "page": page,
        "lines": lines_of(request.user, page.object_list, today),
        "can_ask": asking_schools(request.user, municipality).exists(),
        "is_centre": may_edit(request.user, municipality),
    }
    return render(request, "mentoring/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """For the one school that the person may ask for; the centre chooses the school first."""
    municipality = current_municipality(request)
    asked = request.GET if "school" in request.GET else None
    start = SchoolForm(asked, user=request.user, municipality=municipality)
    if not start.schools:
        raise PermissionDenied
    school = start.chosen
    if school is None:
        return render(request, "mentoring/request_school.html", {"form": start})
    data = request.POST if request.method == "POST" else None
    initial = {"teacher": request.GET.get("teacher"), "subject": request.GET.get("subject", "")[:200]}
    form = AskForm(data, user=request.user, school=school, initial=initial)
    if data is not None and form.is_valid():
        try:
            made = ask_for_help(school=school, asked=form.told, by=request.user)
        except RequestRefused as refusal:
            say_at_field(form, refusal)
        else:
            messages.success(request, "Запрос отправлен в методический центр: он скажет, кто и когда ответит.")
            return redirect(made)
    context = {"form": form, "title": "Попросить помощи", "submit": "Отправить", "about": school.name}
    return render(request, "mentoring/request_form.html", context)


@require_safe
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    found = line.request
    pairings = Pairing.objects.visible_to(request.user).with_sides().filter(pk=found.pairing_id)
    meetings = Meeting.objects.visible_to(request.user).filter(pk=found.meeting_id)
    context = {
        "line": line,
        "asked": found,
        "pairing": pairings.first(),
        "meeting": meetings.first(),
        "event": Event.objects.visible_to(request.user).filter(pk=found.event_id).first(),
        "history": history_of(found),
        "kind": Kind.TUTOR_TEACHER if found.teacher_id else Kind.MENTOR_TEAM,
        "can_pair": may_edit(request.user, found.municipality),
    }
    return render(request, "mentoring/request.html", context)


Typed = Callable[[HelpRequest], forms.Form]


def _line(request: HttpRequest, pk: int, typed: Typed | None = None) -> RequestLine:
    """That the person sees, or once answered; `typed` makes the form that was sent."""
    visible = HelpRequest.objects.visible_to(request.user).with_people()
    found = visible.select_related("pairing", "meeting", "event").filter(pk=pk).first()
    if found is None:
        passed_on = get_object_or_404(passed_on_from(request.user).with_people(), pk=pk)
        show_municipality(request, passed_on.municipality)
        raise MovedOn(PASSED_ON, "mentoring:requests", [typed(passed_on)] if typed else ())
    show_municipality(request, found.municipality)
    return lines_of(request.user, [found], timezone.localdate())[0]


def _found_for(request: HttpRequest, pk: int, move: Move, typed: Typed | None = None) -> HelpRequest:
    line = _line(request, pk, typed)
    if not line.may[move]:
        if may_ever(move, line.parts):
            raise MovedOn(MOVED_ON[line.state], line.request, [typed(line.request)] if typed else ())
        raise PermissionDenied
    return line.request


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    def form_of(found: HelpRequest) -> AskForm:
        return AskForm(request.POST or None, user=request.user, school=found.school, initial=asked_initial(found))

    found = _found_for(request, pk, Move.CHANGE, form_of)
    form = form_of(found)

    def do(version: int) -> None:
        change_request(request=found, asked=form.told, seen_version=version, by=request.user)

    return _form_page(request, found, form, do, ("Исправить запрос", "Отправить", "Запрос исправлен и отправлен."))


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()

    def form_of(found: HelpRequest) -> AssignForm:
        initial = assign_initial(found, today)
        return AssignForm(request.POST or None, request=found, user=request.user, today=today, initial=initial)

    found = _found_for(request, pk, Move.ASSIGN, form_of)
    form = form_of(found)

    def do(version: int) -> None:
        due_on = form.cleaned_data["due_on"]
        assign_request(request=found, to=form.to, due_on=due_on, seen_version=version, by=request.user)
        if found.wanted_by and due_on > found.wanted_by:
            messages.warning(request, f"Школа ждёт ответа к {found.wanted_by:%d.%m.%Y}: назначенный день позже.")

    return _form_page(request, found, form, do, ("Кто ответит", "Назначить", "Назначено: отвечающему сообщили."))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    def form_of(found: HelpRequest) -> AnswerForm:
        return AnswerForm(request.POST or None, request=found, user=request.user, initial=answer_initial(found))

    found = _found_for(request, pk, Move.ANSWER, form_of)
    form = form_of(found)

    def do(version: int) -> None:
        answer_request(request=found, answer=form.told, seen_version=version, by=request.user)

    return _form_page(request, found, form, do, ("Ответить на запрос", "Ответить", "Ответ отправлен школе."))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """With a reason."""
    if to not in list(WORDS):
        raise Http404
    wanted = Move(to)

    def form_of(found: HelpRequest) -> ReasonForm:
        return ReasonForm(request.POST or None, initial={"version": found.version})

    found = _found_for(request, pk, wanted, form_of)
    form = form_of(found)

    def do(version: int) -> None:
        reason = form.cleaned_data["reason"]
        move_request(request=found, move=wanted, reason=reason, seen_version=version, by=request.user)

    return _form_page(request, found, form, do, WORDS[wanted])


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found_for(request, pk, Move.CLOSE)
    form = ReasonForm(request.POST)
    form.is_valid()
    try:
        seen = form.cleaned_data.get("version", -1)
        move_request(request=found, move=Move.CLOSE, seen_version=seen, by=request.user)
    except RequestRefused:
        messages.error(request, "Ответ за это время исправили: посмотрите на него ещё раз.")
    else:
        messages.success(request, "Запрос закрыт.")
    return redirect(found)


def _form_page(
    request: HttpRequest, found: HelpRequest, form: Any, do: Callable[[int], None], words: tuple[str, str, str]
) -> HttpResponse:
    """`do` is given the version that was seen."""
    title, submit, done = words
    changed: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data["version"])
        except RequestRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: form.differences(found))
        else:
            messages.success(request, done)
            stays = HelpRequest.objects.visible_to(request.user).filter(pk=found.pk).exists()
            return redirect(found if stays else "mentoring:requests")  # who has declined sees it no longer
    context = {"asked": found, "form": form, "title": title, "submit": submit, "about": found, "changed": changed}
    return render(request, "mentoring/request_form.html", context)
