"""The two stages of positive changes of a programme: their days, what has changed, the verdict."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Permission
from roadmaps.forms.stages import StageDaysForm, StageReturnForm, StageTellingForm, StageVerdictForm
from roadmaps.models import Programme, StageReview
from roadmaps.queries.stages import first_stage_of, stage_actors, stage_shown, stages_of, usual_days
from roadmaps.services import stages as services
from roadmaps.services.stages import StageRefused
from roadmaps.views.reporting import seen_version
from schools.context import show_municipality
from schools.forms.versions import show_version


@require_http_methods(["GET", "HEAD", "POST"])
def stages(request: HttpRequest, pk: int) -> HttpResponse:
    """Both stages of a programme; a POST sets their days."""
    visible = Programme.objects.visible_to(request.user).select_related("municipality", "school")
    programme = get_object_or_404(visible, pk=pk)
    show_municipality(request, programme.municipality)
    can_plan = (programme.school or programme.municipality).allows(request.user, Permission.PLANS_EDIT)
    if request.method == "POST" and not can_plan:
        raise PermissionDenied
    shown = stages_of(request.user, programme, timezone.localdate())
    days = usual_days(programme) | {one.review.stage: one.review.due_on for one in shown}
    initial = {"first": days[StageReview.Stage.FIRST], "second": days[StageReview.Stage.SECOND]}
    form = StageDaysForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_stages(programme=programme, due=form.due(), by=request.user)
        except StageRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Сроки этапов сохранены.")
            return redirect("roadmaps:stages", programme.pk)
    context = {"programme": programme, "stages": shown, "form": form if can_plan else None}
    return render(request, "roadmaps/stages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def stage_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage, with whatever this person may do about it now. What is refused keeps what was typed."""
    visible = StageReview.objects.visible_to(request.user).select_related(
        "programme__municipality", "programme__school", "told_by", "judged_by"
    )
    review = get_object_or_404(visible, pk=pk)
    show_municipality(request, review.programme.municipality)
    forms = _forms(request, review)
    if request.method == "POST":
        if not stage_actors(request.user, review):
            raise PermissionDenied
        if _done(request, review, forms):
            return redirect(review)
        review = visible.get(pk=pk)
        for form in forms.values():
            if form.is_bound:
                show_version(form, review.version)
    context = {
        "programme": review.programme,
        "stage": stage_shown(request.user, review, first_stage_of(review), timezone.localdate()),
        **forms,
    }
    return render(request, "roadmaps/stage.html", context)


def _forms(request: HttpRequest, review: StageReview) -> dict[str, Any]:
    """Only the one that was sent is filled from it."""
    verb = request.POST.get("do", "")
    seen = {"version": review.version}

    def one(form: Any, name: str, **initial: str) -> Any:
        is_sent = request.method == "POST" and verb == name
        return form(request.POST if is_sent else None, initial=seen | initial, auto_id=f"{name}-%s")

    return {
        "telling": one(StageTellingForm, "tell", text=review.told),
        "judging": one(StageVerdictForm, "judge"),
        "returning": one(StageReturnForm, "return"),
    }


def _done(request: HttpRequest, review: StageReview, forms: dict[str, Any]) -> bool:
    verb, common = request.POST.get("do", ""), {"review": review, "by": request.user}
    work: Callable[[], object]
    match verb:
        case "tell" | "judge" | "return":
            form = forms[{"tell": "telling", "judge": "judging", "return": "returning"}[verb]]
            if not form.is_valid():
                return False
            said = dict(form.cleaned_data)
            common |= {"seen_version": said.pop("version")}
            serve = {"tell": services.tell_stage, "judge": services.judge_stage, "return": services.return_stage}[verb]
            work, success = lambda: serve(**common, **said), SUCCESS[verb]
        case "take_back" | "reopen":
            form = None
            common |= {"seen_version": seen_version(request)}
            again = services.take_stage_back if verb == "take_back" else services.reopen_stage
            work, success = lambda: again(**common), SUCCESS[verb]
        case _:
            messages.error(request, "Непонятно, что сделать: нажмите одну из кнопок страницы.")
            return False
    try:
        work()
    except StageRefused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return False
    messages.success(request, success)
    return True


SUCCESS = {
    "tell": "Отчёт об этапе отправлен на рассмотрение.",
    "judge": "Заключение записано.",
    "return": "Отчёт об этапе возвращён.",
    "take_back": "Отчёт об этапе взят обратно: исправьте его и отправьте ещё раз.",
    "reopen": "Этап снова на рассмотрении.",
}
