"""One decision about many rows of a roadmap: chosen in its table, looked at, done as a whole."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from roadmaps.forms.bulk import BulkForm
from roadmaps.forms.rows import Matching
from roadmaps.models import Activity, Roadmap
from roadmaps.services.bulk import (
    BulkAction,
    BulkRefused,
    Chosen,
    Decision,
    decide_in_bulk,
    open_times,
    waiting_reports,
)
from roadmaps.services.editing import EditRefused, may_edit
from roadmaps.services.overruling import may_decide
from schools.context import show_municipality
from schools.wording import counted

MOST_ROWS = 300
DONE = {
    BulkAction.ACCEPT: ("Принято: {}.", "отчёт,отчёта,отчётов"),
    BulkAction.RETURN: ("Возвращено на доработку: {}.", "отчёт,отчёта,отчётов"),
    BulkAction.OVERRULE: ("Состояние установлено: {}.", "мероприятие,мероприятия,мероприятий"),
    BulkAction.RESPONSIBLE: ("Ответственные назначены: {}.", "мероприятие,мероприятия,мероприятий"),
    BulkAction.CANCEL: ("Отменено: {}.", "срок,срока,сроков"),
}


@dataclass(frozen=True)
class BulkRow:
    """A chosen row: what would be done with it, or why nothing can be."""

    activity: Activity
    about: str
    problem: str
    reports: tuple[Any, ...] = ()


def bulk_actions(user: Any, roadmap: Roadmap) -> list[BulkAction]:
    """What this person may do with rows of this roadmap; none hides the boxes."""
    found: list[BulkAction] = []
    if roadmap.state == Roadmap.State.CLOSED:
        return found
    if may_decide(user, roadmap):
        found = [BulkAction.ACCEPT, BulkAction.RETURN, BulkAction.OVERRULE, BulkAction.CANCEL]
    return [*found, BulkAction.RESPONSIBLE] if may_edit(user, roadmap) else found


@require_POST
def bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """The chosen rows with what would happen, and with `do` the deed."""
    visible = Roadmap.objects.visible_to(request.user).select_related("municipality", "school", "programme")
    roadmap = get_object_or_404(visible, pk=pk)
    show_municipality(request, roadmap.municipality)
    allowed = bulk_actions(request.user, roadmap)
    said = request.POST.get("action", "")
    if not allowed or (said in set(BulkAction) and said not in allowed):
        raise PermissionDenied
    chosen = Chosen(_pairs(request, "row"), _pairs(request, "report"))
    if said not in allowed or not chosen.rows:
        messages.error(request, "Отметьте мероприятия в таблице и выберите действие под ней.")
        return redirect(roadmap)
    return _Bulk(request, roadmap, BulkAction(said), chosen).answer()


class _Bulk:
    def __init__(self, request: HttpRequest, roadmap: Roadmap, action: BulkAction, chosen: Chosen) -> None:
        self.request, self.roadmap, self.action, self.chosen = request, roadmap, action, chosen
        self.problems: list[tuple[Activity, str]] = []
        self.matching = Matching(roadmap) if action is BulkAction.RESPONSIBLE else None

    def answer(self) -> HttpResponse:
        is_sent = "do" in self.request.POST
        data = self.request.POST if is_sent else None
        form = BulkForm(data, action=self.action, roadmap=self.roadmap)
        lines = self.matching.lines([], data) if self.matching else None
        if is_sent and form.is_valid() and (lines is None or lines.is_valid()) and self.done(form, lines):
            return redirect(self.roadmap)
        return self.page(form, lines)

    def done(self, form: BulkForm, lines: Any) -> bool:
        told = form.cleaned_data
        responsible = tuple(self.matching.told(lines)) if self.matching else ()
        if self.matching and not responsible:
            form.add_error(None, "Назовите хотя бы одного ответственного.")
            return False
        decision = Decision(self.action, told.get("reason", ""), told.get("status", ""), responsible)
        try:
            count = decide_in_bulk(roadmap=self.roadmap, chosen=self.chosen, decision=decision, by=self.request.user)
        except BulkRefused as refusal:
            self.problems = refusal.problems
            form.add_error(None, "Ничего не сделано: снимите отметки с мероприятий, где это невозможно, и повторите.")
            return False
        except EditRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        words, forms = DONE[self.action]
        messages.success(self.request, words.format(counted(count, forms)))
        return True

    def page(self, form: BulkForm, lines: Any) -> HttpResponse:
        rows = self.rows()
        context = {
            "roadmap": self.roadmap,
            "action": self.action,
            "form": form,
            "lines": lines,
            "rows": rows,
            "possible": sum(not row.problem for row in rows),
        }
        return render(self.request, "roadmaps/bulk.html", context)

    def rows(self) -> list[BulkRow]:
        visible = Activity.objects.visible_to(self.request.user).filter(roadmap=self.roadmap, pk__in=self.chosen.rows)
        rows = visible.select_related("roadmap").prefetch_related("occurrences", "responsible")
        activities = list(rows.order_by("position"))
        refused = {activity.pk: words for activity, words in self.problems}
        reports: dict[int, list[Any]] = {}
        if self.action in (BulkAction.ACCEPT, BulkAction.RETURN):
            for report in waiting_reports(activities, self.request.user):
                reports.setdefault(report.occurrence.activity_id, []).append(report)
        return [
            self.row(activity, reports.get(activity.pk, []), refused.get(activity.pk, "")) for activity in activities
        ]

    def row(self, activity: Activity, reports: list[Any], problem: str) -> BulkRow:
        about = ""
        if self.action in (BulkAction.ACCEPT, BulkAction.RETURN):
            problem = problem or ("" if reports else "Нет отчётов, которые вы можете проверить.")
            about = "; ".join(
                f"{one.school or 'Муниципалитет'}, {one.occurrence.label}: {one.percent} %" for one in reports
            )
        elif self.action is BulkAction.CANCEL:
            times = open_times(activity)
            problem = problem or ("" if times else "Нет сроков, которые можно отменить.")
            about = "; ".join(time.label for time in times)
        elif self.action is BulkAction.RESPONSIBLE:
            about = "; ".join(row.name for row in activity.responsible.all()) or "никто"
            about = f"сейчас: {about}"
        return BulkRow(activity, about, problem, tuple(reports))


def _pairs(request: HttpRequest, name: str) -> dict[int, int]:
    """«key:version» of each box that was ticked; what is nothing of the kind is left out."""
    found = {}
    for said in request.POST.getlist(name)[:MOST_ROWS]:
        key, _, version = said.partition(":")
        if key.isdecimal() and version.isdecimal() and len(key) < 16 and len(version) < 10:
            found[int(key)] = int(version)
    return found
