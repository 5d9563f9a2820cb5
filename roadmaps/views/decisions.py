"""Decisions: the list, one with its points, the form; and the control of their execution."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from roadmaps.forms.decisions import (
    MOST_POINTS,
    ROWS_AT_ONCE,
    AnswerForm,
    DecisionForm,
    PointFormSet,
    ReasonForm,
    decision_differences,
    decision_initial,
    points_initial,
)
from roadmaps.models import Assignment, Decision, Evidence, HeldFile, form_key
from roadmaps.queries.answering import may_review
from roadmaps.queries.control import (
    STATES,
    WITH,
    ControlFilters,
    actors_on,
    control_list,
    counts_of,
    decision_lines,
    history_of,
    line_of,
    may_register,
    moves_of,
    point_lines,
    responsible_of,
)
from roadmaps.services import assignments as moves
from roadmaps.services.decisions import DecisionRefused, amend_decision, register_decision
from roadmaps.states import Actor
from roadmaps.views.evidence import TAKEN_OUT, Chosen, FilesOfForm, take_chosen
from roadmaps.views.refusals import say_refusal
from roadmaps.views.register_page import register_page
from schools.context import current_municipality, show_municipality
from schools.forms.versions import show_version
from schools.models import Municipality

CONTROL_A_PAGE = 50
FORMS_OF_ANSWERS, FORMS_OF_REASONS = ("answer", "begin", "take_out"), ("return", "withdraw")
OF_AUTHORS = (*FORMS_OF_ANSWERS, "take_back")


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    return register_page(request, "roadmaps/decisions/list.html", Decision.objects.all(), decision_lines)


@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    lines = point_lines(request.user, found, timezone.localdate())
    context = {
        "decision": found,
        "lines": lines,
        "asked": sum(len(line.lines) for line in lines),
        "done": sum(line.done for line in lines),
        "late": sum(one.status == "late" for line in lines for one in line.lines),
        "indicators": found.indicators.order_by("position", "code"),
        "can_edit": may_register(request.user, found.municipality),
    }
    return render(request, "roadmaps/decisions/decision.html", context)


def _found(request: HttpRequest, pk: int) -> Decision:
    visible = Decision.objects.visible_to(request.user).select_related("municipality", "programme")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_decision(request: HttpRequest) -> HttpResponse:
    """What it grew from comes with the address, from the page of an indicator, say."""
    return _form_page(request, current_municipality(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_decision(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    return _form_page(request, found.municipality, found)


def _form_page(request: HttpRequest, municipality: Municipality, found: Decision | None) -> HttpResponse:
    if not may_register(request.user, municipality):
        raise PermissionDenied
    wants_rows = "more" in request.POST
    data = _with_rows(request) if wants_rows else request.POST or None
    initial = decision_initial(found) if found else origin_asked(request)
    form = DecisionForm(data, municipality=municipality, user=request.user, initial=initial)
    points = PointFormSet(data, prefix="points", initial=points_initial(found) if found else [])
    changed: list[tuple[str, str]] = []
    if request.method == "POST" and not wants_rows and _are_valid(form, points):
        try:
            stored = _stored(request, municipality, found, form, points)
        except DecisionRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: decision_differences(found, form, points))
        else:
            messages.success(request, "Решение сохранено, пункты поставлены на контроль.")
            return redirect(stored)
    shown = {"form": form, "points": points, "decision": found, "changed": changed, "is_quiet": wants_rows}
    return render(request, "roadmaps/decisions/form.html", shown)


def _are_valid(form: DecisionForm, points: Any) -> bool:
    if not form.is_valid() & points.is_valid():
        return False
    return points.are_asked_from(form.cleaned_data["date"], is_new="date" in form.changed_data)


def _stored(
    request: HttpRequest, municipality: Municipality, found: Decision | None, form: DecisionForm, points: Any
) -> Decision:
    told = form.told(points.told)
    if found is None:
        return register_decision(municipality=municipality, told=told, by=request.user)
    seen_version = form.cleaned_data["version"]
    return amend_decision(decision=found, told=told, seen_version=seen_version, by=request.user)


def _with_rows(request: HttpRequest) -> Any:
    """What was typed, and more empty rows below it."""
    data = request.POST.copy()
    try:
        count = int(data["points-TOTAL_FORMS"])
    except (KeyError, ValueError):
        count = 0
    data["points-TOTAL_FORMS"] = str(min(count + ROWS_AT_ONCE, MOST_POINTS))
    return data


def origin_asked(request: HttpRequest) -> dict[str, Any]:
    """What the address says that something is to grow from; the form checks it."""
    asked = request.GET
    kind, key = asked.get("origin", ""), asked.get("id", "")
    initial: dict[str, Any] = {"origin_kind": kind, "origin_id": key, "origin_text": asked.get("text", "")[:500]}
    if kind == Decision.Origin.INDICATOR and key.isdecimal():
        initial["indicators"] = [int(key)]
    return initial


@require_safe
def control(request: HttpRequest) -> HttpResponse:
    """The control of execution: what is asked of whom and how it stands."""
    municipality, today = current_municipality(request), timezone.localdate()
    state = request.GET.get("state", "open")
    filters = ControlFilters(state if state in STATES else "open", request.GET.get("responsible", ""))
    found = control_list(request.user, municipality, filters, today)
    page = Paginator(found, CONTROL_A_PAGE).get_page(request.GET.get("page"))
    counts = counts_of(request.user, municipality, today)
    context = {
        "page": page,
        "lines": [line_of(row, today) for row in page.object_list],
        "filters": filters,
        "states": [(value, label, counts[value]) for value, label in STATES.items()],
        "counts": counts,
        "responsible": responsible_of(request.user, municipality),
        "can_edit": may_register(request.user, municipality),
    }
    return render(request, "roadmaps/decisions/control.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assignment with its answer and its check. Whatever is refused, what was typed stays."""
    visible = Assignment.objects.visible_to(request.user).select_related("municipality", "answered_by", *WITH)
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    do = request.POST.get("do", "") if request.POST.keys().isdisjoint(TAKEN_OUT) else "take_out"
    answer_form = AnswerForm(initial={"text": found.text, "link": found.link, "version": found.version})
    reason_form = ReasonForm(initial={"version": found.version})
    attached = Evidence.objects.visible_to(request.user).filter(assignment=found).select_related("assignment")
    files = FilesOfForm(request.user, attached, form_key("assignment", found))
    if request.method == "POST":
        _refuse_others(request, found, do)
        if do in FORMS_OF_ANSWERS:
            answer_form = AnswerForm(request.POST, request.FILES)
        elif do in FORMS_OF_REASONS:
            reason_form = ReasonForm(request.POST)
        if _done_as_asked(request, found, do, answer_form, reason_form, files):
            return redirect(found)
        found = visible.get(pk=pk)
        answer_form = _as_typed(request) if do == "take_out" else answer_form
        for form in (answer_form, reason_form):
            if form.is_bound:
                show_version(form, found.version)
    context = {
        "assignment": found,
        "line": line_of(found, timezone.localdate()),
        "moves": moves_of(request.user, found),
        "history": history_of(found),
        "attached": attached,
        "held": files.held,
        "days_held": HeldFile.DAYS,
        "answer_form": answer_form,
        "reason_form": reason_form,
        "do": do,
    }
    return render(request, "roadmaps/decisions/assignment.html", context)


def _refuse_others(request: HttpRequest, found: Assignment, do: str) -> None:
    """Whoever answers does not judge, and the other way round; what is to be moved when is for the service."""
    is_author = Actor.AUTHOR in actors_on(request.user, found)
    judges = may_review(request.user, found.municipality, found.school)
    if not (is_author if do in OF_AUTHORS else judges):
        raise PermissionDenied


def _done_as_asked(
    request: HttpRequest, found: Assignment, do: str, answer: AnswerForm, reason: ReasonForm, files: FilesOfForm
) -> bool:
    if do == "take_out":
        files.take_out(
            request, answer, lambda one: moves.remove_file(evidence=one, by=request.user), moves.AssignmentRefused
        )
        return False
    if do in FORMS_OF_ANSWERS:
        return _answered(request, found, answer, files, is_whole=do == "answer")
    if do in FORMS_OF_REASONS:
        return _sent_back(request, found, reason, do)
    return _moved(request, found, do)


def _answered(request: HttpRequest, found: Assignment, form: AnswerForm, files: FilesOfForm, *, is_whole: bool) -> bool:
    """Good files are held when anything is refused, so that nobody chooses them again."""
    is_valid, chosen = form.is_valid(), take_chosen(form)
    for name, problem in chosen.refused:
        form.add_error(name, problem)
    is_done = is_valid and not chosen.refused and _said(request, found, form, chosen, is_whole=is_whole)
    if not is_done and (left_over := files.hold(chosen)):
        form.add_error("files", left_over)
    if not is_done and files.held:
        form.outcome = "ответ не сохранён, выбранные файлы сохранены"
    return is_done


def _said(request: HttpRequest, found: Assignment, form: AnswerForm, chosen: Chosen, *, is_whole: bool) -> bool:
    said, version = form.cleaned_data, form.cleaned_data["version"]
    answer = moves.Answer(said["text"], said["link"], chosen.sent(request))
    success = "Ответ отправлен на проверку." if is_whole else "Сохранено: поручение в работе."
    return _done(
        request,
        form,
        success,
        lambda: moves.answer(
            assignment=found, said=answer, is_whole=is_whole, seen_version=version, by=request.user
        ),
    )  # fmt: skip


def _as_typed(request: HttpRequest) -> AnswerForm:
    """Nothing of it judged yet: a file was taken out while it was written."""
    return AnswerForm(initial={name: request.POST.get(name, "") for name in ("text", "link", "version")})


def _sent_back(request: HttpRequest, found: Assignment, form: ReasonForm, do: str) -> bool:
    if not form.is_valid():
        return False
    work = moves.give_back if do == "return" else moves.withdraw
    reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
    success = "Ответ возвращён на доработку." if do == "return" else "Поручение снято с контроля."
    return _done(
        request,
        form,
        success,
        lambda: work(assignment=found, reason=reason, seen_version=version, by=request.user),
    )


def _moved(request: HttpRequest, found: Assignment, do: str) -> bool:
    works = {
        "accept": (moves.accept, "Ответ принят: поручение исполнено."),
        "take_back": (moves.take_back, "Ответ взят обратно: его можно исправить."),
        "restore": (moves.restore, "Поручение снова на контроле."),
    }
    if do not in works:
        messages.error(request, "Непонятно, что сделать: нажмите одну из кнопок ещё раз.")
        return False
    work, success = works[do]
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() else 0
    return _done(request, None, success, lambda: work(assignment=found, seen_version=seen, by=request.user))


def _done(request: HttpRequest, form: Any, success: str, work: Callable[[], object]) -> bool:
    """Whether it was; a refusal is said on the form if there is one, else above the page."""
    try:
        work()
    except moves.AssignmentRefused as refusal:
        if form is not None:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return False
    messages.success(request, success)
    return True
