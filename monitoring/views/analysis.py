"""Analysis: heat map, courses over years, participation, weak topics, staff, groups, early warning, comparison.

What needs SciPy or scikit-learn is imported when its page is asked for: the other pages need not carry them.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from indicators.charts import Axes, ScatterPoint, scatter_chart
from monitoring.forms import SummaryRuleForm, TopicsForm
from monitoring.queries.analysis.comparison import comparison_of
from monitoring.queries.analysis.courses import courses_of
from monitoring.queries.analysis.effects import CAUTION, HOW_TO_READ, effects_of
from monitoring.queries.analysis.heat_map import Mode
from monitoring.queries.analysis.heat_map import heat_map as heat_map_of
from monitoring.queries.analysis.measures import half_of, halves_with_measures
from monitoring.queries.analysis.participation import participation as participation_of
from monitoring.queries.analysis.summary import summary_table
from monitoring.services.summary import change_summary_rule
from schools.context import current_municipality, current_year, show_municipality
from schools.models import Municipality, School
from schools.queries.schools import school_shell
from schools.wording import percent

MOST_SEEDS = 1000
ROWS_A_PAGE = 50


@require_safe
def heat_map(request: HttpRequest) -> HttpResponse:
    municipality, year = _place(request)
    mode = next((mode for mode in Mode if mode == request.GET.get("mode")), Mode.CHANGE)
    found = heat_map_of(
        user=request.user, municipality=municipality, school_year=year, mode=mode, page=request.GET.get("page")
    )
    return _page(request, "heat_map", municipality, year, {"map": found, "modes": list(Mode)})


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    municipality, year = _place(request)
    found = courses_of(
        user=request.user,
        municipality=municipality,
        code=request.GET.get("indicator", ""),
        page=request.GET.get("page"),
    )
    return _page(request, "courses", municipality, year, {"courses": found})


@require_safe
def participation(request: HttpRequest) -> HttpResponse:
    municipality, year = _place(request)
    found = participation_of(
        user=request.user,
        municipality=municipality,
        school_year=year,
        procedure=request.GET.get("procedure", ""),
        page=request.GET.get("page"),
    )
    return _page(request, "participation", municipality, year, {"participation": found})


@require_safe
def weak_topics(request: HttpRequest) -> HttpResponse:
    from monitoring.queries.analysis.weak_topics import weak_topics as weak_topics_of

    municipality, year = _place(request)
    found = weak_topics_of(user=request.user, municipality=municipality, school_year=year)
    context = {
        "found": found,
        "page": _rows_of(request, found.lines),
        "may_name": municipality.allows(request.user, Permission.RESULTS_IMPORT),
    }
    return _page(request, "weak_topics", municipality, year, context)


@require_http_methods(["GET", "HEAD", "POST"])
def topics(request: HttpRequest, procedure: str, subject: str, grade: int, wave: str) -> HttpResponse:
    """Name the topics of one work's tasks."""
    from monitoring.queries.analysis.weak_topics import Paper, tasks_of, topics_of
    from monitoring.services.topics import name_topics

    municipality, year = _place(request)
    if not municipality.allows(request.user, Permission.RESULTS_IMPORT):
        raise PermissionDenied
    paper = Paper(year, procedure, subject, grade, wave)
    tasks = tasks_of(municipality, paper)
    if not tasks:
        raise Http404("У этой работы нет результатов по заданиям.")
    typed = request.POST if request.method == "POST" else None
    form = TopicsForm(typed, tasks=tasks, topics=topics_of(request.user, municipality, paper))
    if form.is_valid():
        changed = name_topics(municipality=municipality, paper=paper, topics=form.topics(), by=request.user)
        messages.success(request, f"Темы сохранены, изменено: {changed}.")
        return redirect(f"{reverse('monitoring:weak_topics')}?year={year}")
    return _page(request, "topics", municipality, year, {"form": form, "paper": paper}, tab="weak_topics")


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    from monitoring.queries.analysis.staff import staff_table

    municipality, year = _whole(request)
    table = staff_table(user=request.user, municipality=municipality, school_year=year)
    context = {"table": table, "page": _rows_of(request, table.rows), "chart": _staff_chart(table)}
    return _page(request, "staff", municipality, year, context)


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    from monitoring.queries.analysis.groups import groups_of

    municipality, year = _whole(request)
    text = request.GET.get("seed", "")
    seed = int(text) if text.isdecimal() and int(text) < MOST_SEEDS else 1
    found = groups_of(user=request.user, municipality=municipality, school_year=year, seed=seed)
    return _page(request, "groups", municipality, year, {"groups": found})


@require_safe
def early_warning(request: HttpRequest) -> HttpResponse:
    from monitoring.queries.analysis.early_warning import early_warning as early_warning_of

    municipality, year = _whole(request)
    found = early_warning_of(user=request.user, municipality=municipality, school_year=year)
    return _page(request, "early_warning", municipality, year, {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest) -> HttpResponse:
    """The summary table; a POST changes the rule by which schools are in it."""
    municipality, year = _whole(request)
    may_change = municipality.allows(request.user, Permission.CATALOGUE_EDIT)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    all_schools = request.GET.get("schools") == "all"
    table = summary_table(user=request.user, municipality=municipality, school_year=year, all_schools=all_schools)
    typed = request.POST if request.method == "POST" else None
    form = SummaryRuleForm(typed, rule=table.rule, indicators=table.indicators)
    if form.is_valid():
        change_summary_rule(municipality=municipality, by=request.user, **form.cleaned_data)
        messages.success(request, "Правило сводной таблицы сохранено.")
        return redirect(f"{reverse('monitoring:summary')}?year={year}")
    context = {
        "can_recommend": municipality.allows(request.user, Permission.PLANS_EDIT),
        "table": table,
        "page": _rows_of(request, table.rows),
        "form": form if may_change and table.is_by_reference else None,
        "all_schools": all_schools,
    }
    return _page(request, "summary", municipality, year, context)


@require_safe
def effects(request: HttpRequest) -> HttpResponse:
    """What was done in a half-year and what it changed; the latest in which something was done, unless asked for."""
    municipality, year = _place(request)
    today = timezone.localdate()
    halves = halves_with_measures(request.user, municipality) or [half_of(today)]
    half = next((half for half in halves if half.code == request.GET.get("half")), halves[0])
    found = effects_of(user=request.user, municipality=municipality, half=half, today=today)
    context = {
        "effects": found,
        "halves": halves,
        "page": _rows_of(request, found.lines),
        "caution": CAUTION,
        "how_to_read": HOW_TO_READ,
        "may_prepare": municipality.allows(request.user, Permission.REPORT_CREATE),
    }
    return _page(request, "effects", municipality, year, context)


@require_safe
def school_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    school = get_object_or_404(
        School.objects.allowing(request.user, Permission.VALUES_VIEW).select_related("municipality", "parent"), pk=pk
    )
    show_municipality(request, school.municipality)
    year = current_year(request, school.municipality)
    context = {
        "can_recommend": school.municipality.allows(request.user, Permission.PLANS_EDIT),
        "shell": school_shell(user=request.user, school=school, school_year=year),
        "tab": "comparison",
        "school_year": year,
        "comparison": comparison_of(user=request.user, school=school, school_year=year),
    }
    return render(request, "monitoring/analysis/school.html", context)


def _rows_of(request: HttpRequest, rows: Sequence[Any]) -> Page[Any]:
    """One page of what is said of schools; what is said of all of them is worked out over all."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


def _place(request: HttpRequest) -> tuple[Municipality, int]:
    municipality = current_municipality(request)
    return municipality, current_year(request, municipality)


def _whole(request: HttpRequest) -> tuple[Municipality, int]:
    """What speaks of all schools at once takes a role for the whole municipality."""
    municipality, year = _place(request)
    if not municipality.allows(request.user, Permission.RESULTS_VIEW):
        raise PermissionDenied
    return municipality, year


def _page(
    request: HttpRequest, name: str, municipality: Municipality, year: int, context: dict[str, Any], *, tab: str = ""
) -> HttpResponse:
    common = {
        "tab": tab or name,
        "town": municipality,
        "school_year": year,
        "sees_all": municipality.allows(request.user, Permission.RESULTS_VIEW),
    }
    return render(request, f"monitoring/analysis/{name}.html", context | common)


def _staff_chart(table: Any) -> Any:
    points = [
        ScatterPoint(
            row.school.name,
            row.category_share,
            row.low_share,
            texts=(percent(round(row.category_share, 6)), percent(round(row.low_share, 6))),
        )
        for row in table.rows
        if row.category_share is not None and row.low_share is not None
    ]
    if not points:
        return None
    axes = Axes("Педагоги с категорией, %", "Низкие результаты, %")
    return scatter_chart(
        title="Категории педагогов и результаты школ", reading=table.sentence, axes=axes, points=points
    )
