"""The plan of a pairing: its page, its beginning, its frame and its rows."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.once import once
from mentoring.forms.plans import NewPlanForm, OverruleForm, PlanFrameForm, StepForm, frame_initial, step_form
from mentoring.models import Pairing, PairingPlan, PairingStep
from mentoring.queries.pairings import line_of
from mentoring.queries.plans import plan_of
from mentoring.queries.sides import may_plan
from mentoring.services.plans import (
    PlanRefused,
    add_step,
    change_plan,
    change_step,
    make_plan,
    move_step,
    overrule_step,
    remove_step,
)
from mentoring.views.pairings import found_pairing
from roadmaps.plans.bounds import EARLIEST, LATEST
from roadmaps.views.refusals import MovedOn, say_refusal
from schools.forms.versions import Difference, differences

STEP = ("number", "title", "responsible", "expected", "deadline")
GONE = "Этой строки в плане больше нет: её за это время убрали."
FRAME = ("title", "starts_on", "ends_on", "state")


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    pairing = found_pairing(request, pk)
    today = timezone.localdate()
    view = plan_of(pairing, today)
    can_plan = may_plan(request.user, pairing) and pairing.count is None
    context = {
        "line": line_of(request.user, pairing, today),
        "pairing": pairing,
        "view": view,
        "can_plan": can_plan,
        "can_write": can_plan and view is not None and view.plan.state != PairingPlan.State.CLOSED,
    }
    return render(request, "mentoring/plan.html", context)


def _planner_of(request: HttpRequest, pk: int) -> Pairing:
    pairing = found_pairing(request, pk)
    if not may_plan(request.user, pairing):
        raise PermissionDenied
    return pairing


def _plan(request: HttpRequest, pk: int) -> PairingPlan:
    found = get_object_or_404(PairingPlan.objects.visible_to(request.user), pairing=pk)
    found.pairing = _planner_of(request, pk)
    return found


def _step(request: HttpRequest, pk: int) -> PairingStep:
    """What was typed for a row that somebody has taken out meanwhile stays on the screen."""
    if request.method == "POST" and not PairingStep.objects.filter(pk=pk).exists():
        typed = StepForm(request.POST, starts_on=EARLIEST, ends_on=LATEST), OverruleForm(request.POST)
        raise MovedOn(GONE, "mentoring:mine", typed)
    found = get_object_or_404(PairingStep.objects.visible_to(request.user).select_related("plan"), pk=pk)
    found.plan.pairing = _planner_of(request, found.plan.pairing_id)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_plan(request: HttpRequest, pk: int) -> HttpResponse:
    pairing = _planner_of(request, pk)
    form = NewPlanForm(request.POST or None, pairing=pairing)

    def do() -> None:
        make_plan(pairing=pairing, told=form.told, template=form.chosen, by=request.user)

    words = {"title": "План взаимодействия", "submit": "Составить план", "done": "План составлен: проверьте строки."}
    return _form_page(request, pairing, form, do, words)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    found = _plan(request, pk)
    form = PlanFrameForm(request.POST or None, initial=frame_initial(found))

    def do() -> None:
        seen = form.cleaned_data["version"]
        change_plan(plan=found, told=form.told, seen_version=seen, by=request.user)

    words = {"title": "Изменить план", "submit": "Сохранить", "done": "Сохранено."}
    return _form_page(request, found.pairing, form, do, words, stored=found, names=FRAME)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_step(request: HttpRequest, pk: int) -> HttpResponse:
    found = _plan(request, pk)
    form = step_form(request.POST or None, found)

    def do() -> None:
        add_step(plan=found, told=form.told, by=request.user)

    words = {"title": "Новая строка плана", "submit": "Добавить", "done": "Строка добавлена."}
    return _form_page(request, found.pairing, form, do, words)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_step(request: HttpRequest, pk: int) -> HttpResponse:
    found = _step(request, pk)
    form = step_form(request.POST or None, found.plan, found)

    def do() -> None:
        change_step(step=found, told=form.told, seen_version=form.cleaned_data["version"], by=request.user)

    words = {"title": "Изменить строку плана", "submit": "Сохранить", "done": "Сохранено."}
    return _form_page(request, found.plan.pairing, form, do, words, stored=found, names=STEP)


@require_http_methods(["GET", "HEAD", "POST"])
def overrule(request: HttpRequest, pk: int) -> HttpResponse:
    found = _step(request, pk)
    form = OverruleForm(request.POST or None, initial={"version": found.version, "state": found.state})

    def do() -> None:
        said = form.cleaned_data
        overrule_step(
            step=found, state=form.chosen, reason=said["reason"], seen_version=said["version"], by=request.user
        )

    words = {"title": f"Состояние строки: {found}", "submit": "Установить", "done": "Состояние установлено."}
    return _form_page(request, found.plan.pairing, form, do, words, stored=found)


def _form_page(
    request: HttpRequest,
    pairing: Pairing,
    form: Any,
    do: Any,
    words: dict[str, str],
    *,
    stored: Any = None,
    names: Sequence[str] = (),
) -> HttpResponse:
    """A form that is done or comes back with all that was typed, and with what somebody else has stored since under
    these names."""
    changed: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except PlanRefused as refusal:
            stays = stored is not None and type(stored).objects.filter(pk=stored.pk).exists()
            changed = say_refusal(form, refusal, stored if stays else None, lambda: differences(form, stored, names))
        else:
            messages.success(request, words["done"])
            return redirect("mentoring:plan", pairing.pk)
    context = {"pairing": pairing, "form": form, "changed": changed} | words
    return render(request, "mentoring/plan_form.html", context)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    found = _step(request, pk)
    try:
        move_step(step=found, up=request.POST.get("to") == "up", by=request.user)
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{found.plan.get_absolute_url()}#step-{found.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    found = _step(request, pk)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            remove_step(step=found, seen_version=int(version) if version.isdecimal() else 0, by=request.user)
        except PlanRefused:
            messages.error(request, "Строку за это время изменили: посмотрите на неё ещё раз.")
        else:
            messages.success(request, "Строка убрана.")
        return redirect(found.plan)
    return render(request, "mentoring/remove_step.html", {"pairing": found.plan.pairing, "step": found})
