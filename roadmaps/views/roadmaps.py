"""Roadmaps of the municipality and of schools, the table of one, and a row."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Permission
from accounts.models import reach_of
from accounts.once import once
from roadmaps.forms.progress import CommentForm
from roadmaps.models import Activity, Programme, Roadmap
from roadmaps.plans.deadlines import Deadline, in_words
from roadmaps.queries.answering import answering, is_in_force, may_comment
from roadmaps.queries.comments import Person, comments_of, people_who_see
from roadmaps.queries.reports import history_of, reportable, reports_of
from roadmaps.queries.seen import PLANS_COUNTED
from roadmaps.queries.tables import Filters, how_far, in_order_of_schools, lines_of, roadmap_lines, table_of
from roadmaps.services.comments import say
from roadmaps.services.editing import may_edit
from roadmaps.services.overruling import may_decide
from roadmaps.states import Status
from roadmaps.views.bulk import bulk_actions
from schools.context import current_municipality, show_municipality

ROADMAPS_A_PAGE = 50


@require_safe
def roadmap_list(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    visible = Roadmap.objects.visible_to(request.user).filter(municipality=municipality)
    today = timezone.localdate()
    page = Paginator(in_order_of_schools(visible), ROADMAPS_A_PAGE).get_page(request.GET.get("page"))
    municipal = visible.filter(school__isnull=True).select_related("school", "programme")
    lines = roadmap_lines([*municipal, *page], today)
    programmes = Programme.objects.visible_to(request.user).filter(municipality=municipality).select_related("school")
    context = {
        "municipal": [line for line in lines if line.roadmap.school is None],
        "of_schools": [line for line in lines if line.roadmap.school is not None],
        "page": page,
        "plans": len(municipal) + page.paginator.count,
        "far": how_far(visible.exclude(state=Roadmap.State.DRAFT), today)
        if len(municipal) + page.paginator.count <= PLANS_COUNTED
        else None,
        "programmes": programmes,
        "can_edit": municipality.allows(request.user, Permission.PLANS_EDIT),
        "owes": municipality.pk in reach_of(request.user, Permission.PROGRESS_REPORT).touched,
    }
    return render(request, "roadmaps/list.html", context)


@require_safe
def roadmap(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Roadmap.objects.visible_to(request.user).select_related("municipality", "school", "programme")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    filters = Filters(
        status=request.GET.get("status", ""),
        responsible=request.GET.get("responsible", ""),
        text=request.GET.get("q", "").strip(),
    )
    table = table_of(found, filters, timezone.localdate())
    bulk = bulk_actions(request.user, found)
    has_expected = any(line.activity.expected for line in table.all_lines)
    context = {
        "table": table,
        "filters": filters,
        "statuses": [(status.value, status.label, table.count(status)) for status in Status],
        "has_responsible": bool(table.responsible),
        "looks_into": Roadmap.objects.looked_into_by(request.user).filter(pk=found.pk).exists(),
        "has_expected": has_expected,
        "bulk": bulk,
        "columns": 4 + bool(table.responsible) + has_expected + bool(bulk),
        "can_edit": may_edit(request.user, found) and found.state != Roadmap.State.CLOSED,
        "document_day": min(max(timezone.localdate(), found.starts_on), found.ends_on),
        "can_print": found.municipality.allows(request.user, Permission.REPORT_CREATE),
        "can_make": found.municipality.allows(request.user, Permission.PLANS_EDIT),
        "can_approve": (found.school or found.municipality).allows(request.user, Permission.PLANS_APPROVE),
    }
    return render(request, "roadmaps/roadmap.html", context)


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    return _activity_page(request, _found(request, pk))


@require_POST
@once
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if not may_comment(request.user, found):
        raise PermissionDenied
    form = CommentForm(request.POST, people=_others(request, found))
    if not form.is_valid():
        return _activity_page(request, found, form)
    say(activity=found, text=form.cleaned_data["text"], by=request.user, asked=form.cleaned_data["people"])
    messages.success(request, "Замечание добавлено.")
    return redirect(f"{found.get_absolute_url()}#comments")


def _found(request: HttpRequest, pk: int) -> Activity:
    visible = Activity.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("roadmap__municipality", "roadmap__school", "section"), pk=pk)
    show_municipality(request, found.roadmap.municipality)
    return found


def _others(request: HttpRequest, found: Activity) -> list[Person]:
    """Whom one may ask to read a comment."""
    return [person for person in people_who_see(found) if person.user != request.user]


def _activity_page(request: HttpRequest, found: Activity, form: CommentForm | None = None) -> HttpResponse:
    can_comment = may_comment(request.user, found)
    if form is None:
        form = CommentForm(people=_others(request, found) if can_comment else ())
    line = next(iter(lines_of(Activity.objects.filter(pk=found.pk), timezone.localdate())))
    answers = answering(found)
    context = {
        "activity": found,
        "line": line,
        "meaning": in_words(Deadline.from_json(found.means)),
        "indicators": found.indicators.order_by("position", "code"),
        "risk_factors": found.risk_factors.all(),
        "awaited": answers.awaited,
        "reports": reports_of(request.user, found),
        "history": history_of(request.user, found),
        "comments": comments_of(request.user, found),
        "form": form,
        "can_report": is_in_force(found) and reportable(request.user, found, answers),
        "can_decide": may_decide(request.user, found.roadmap),
        "can_comment": can_comment,
        "can_edit": may_edit(request.user, found.roadmap) and found.roadmap.state != Roadmap.State.CLOSED,
    }
    return render(request, "roadmaps/activity.html", context)
