"""The list of indicators, the page of one, and the indicators of a school."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import Permission
from accounts.models import reach_of
from indicators.models import Indicator
from indicators.queries.indicator import indicator_page
from indicators.queries.pairs import pairs_beside
from indicators.queries.plan_lines import Plan, plans_of
from indicators.queries.values import in_groups, school_lines, value_lines
from indicators.queries.versions import version_lines
from indicators.summaries import dynamics_sentence, programme_sentence
from indicators.tables import school_table
from schools.context import current_municipality, current_year, show_municipality
from schools.csv_files import csv_of
from schools.models import School
from schools.queries.schools import school_shell

SCHOOLS_A_PAGE = 50


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    year = current_year(request, municipality)
    lines = value_lines(user=request.user, municipality=municipality, school_year=year)
    programme = [line for line in lines if line.indicator.role == Indicator.Role.PROGRAMME]
    supporting = [line for line in lines if line.indicator.role == Indicator.Role.SUPPORTING]
    of_portal = [line for line in lines if line.indicator.role == Indicator.Role.PORTAL]
    context = {
        "school_year": year,
        "sentence": programme_sentence(line.reading for line in programme),
        "groups": in_groups(programme),
        "supporting": in_groups(supporting),
        "of_portal": in_groups(of_portal),
        "can_edit": municipality.allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "indicators/list.html", context)


@require_safe
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Indicator.objects.visible_to(request.user).select_related("municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    year = current_year(request, found.municipality)
    if request.GET.get("format") == "csv":
        page = indicator_page(user=request.user, indicator=found, school_year=year)
        return csv_of(school_table(page), f"{page.indicator.code}-{page.line.period}.csv")
    page = indicator_page(
        user=request.user,
        indicator=found,
        school_year=year,
        page=request.GET.get("page"),
        a_page=SCHOOLS_A_PAGE,
    )
    can_open_sources = reach_of(request.user, Permission.RESULTS_IMPORT).municipalities
    measured = page.supporting if page.passport.is_share_of_schools else found
    context = {
        "page": page,
        "pairs": pairs_beside(request.user, measured, page.line.period, year) if measured else (),
        "measured": measured,
        "versions": version_lines(found, page.vocabulary, page.line.period),
        "can_open_sources": found.municipality_id in can_open_sources,
        "can_edit": found.municipality.allows(request.user, Permission.CATALOGUE_EDIT),
        "can_plan": found.municipality.allows(request.user, Permission.TARGETS_EDIT),
        "can_recommend": found.municipality.allows(request.user, Permission.PLANS_EDIT),
    }
    return render(request, "indicators/indicator.html", context)


@require_safe
def school_indicators(request: HttpRequest, pk: int) -> HttpResponse:
    school = get_object_or_404(
        School.objects.allowing(request.user, Permission.VALUES_VIEW).select_related("municipality", "parent"), pk=pk
    )
    show_municipality(request, school.municipality)
    year = current_year(request, school.municipality)
    lines = [line for line in school_lines(user=request.user, school=school, school_year=year) if line.is_worth_showing]
    context = {
        "shell": school_shell(user=request.user, school=school, school_year=year),
        "tab": "indicators",
        "school_year": year,
        "values": [line for line in lines if not line.is_condition],
        "counted": [line for line in lines if line.is_condition],
        "with_data": sum(line.value is not None for line in lines),
        "dynamics": dynamics_sentence(line.change_reading for line in lines),
        "plans": _plans(request, school),
    }
    return render(request, "indicators/school.html", context)


def _plans(request: HttpRequest, school: School) -> list[Plan]:
    """Of the indicators in which the school has a plan of its own."""
    indicators = Indicator.objects.visible_to(request.user).filter(plan_revisions__school=school)
    with_plan = indicators | Indicator.objects.visible_to(request.user).filter(targets__school=school)
    plans = plans_of(user=request.user, indicators=with_plan.distinct(), school=school)
    return [plan for plan in plans.values() if plan.lines]
