"""Risk profiles: of one school, of all schools of the municipality, and the catalogue of factors."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.once import once
from schools.context import current_municipality, current_year, show_municipality
from schools.forms.risks import AssessForm, CheckForm, DecisionForm, RiskFactorForm
from schools.forms.versions import show_version
from schools.models import Municipality, RiskFactor, School, SchoolRisk
from schools.periods import school_year_label
from schools.queries.risks import (
    RiskFilters,
    RiskLine,
    catalogue_with_uses,
    catalogue_years,
    factor_counts,
    may_check,
    profile_of,
    risk_table,
    undecided_risks,
)
from schools.queries.schools import school_shell
from schools.risk_list import list_of
from schools.services.risk_factors import RiskRefused, add_factor, correct_factor, remove_factor, take_list, take_over
from schools.services.risks import ProfileChanged, RiskSettled, assess_school, check_risk, decide_risk
from schools.wording import counted

SCHOOLS_A_PAGE, RISKS_A_PAGE = 50, 50
CHECK_IDS, DECISION_IDS = "check-%s", "decision-%s"  # both forms stand on one page
FACTORS = "фактор,фактора,факторов"


@require_safe
def risks(request: HttpRequest) -> HttpResponse:
    """Schools by factors."""
    municipality, year = _place(request)
    filters = RiskFilters(
        kind=request.GET.get("kind", ""),
        control=request.GET.get("control", ""),
        only_found=request.GET.get("found") == "1",
    )
    table = risk_table(
        user=request.user, municipality=municipality, school_year=year, filters=filters, today=timezone.localdate()
    )
    context = {
        "table": table,
        "page": Paginator(table.rows, SCHOOLS_A_PAGE).get_page(request.GET.get("page")),
        "counts": factor_counts(table),
        "filters": filters,
        "kinds": RiskFactor.Kind.choices,
        "controls": RiskFactor.Control.choices,
    }
    return render(request, "schools/risks/table.html", context | _frame(request, municipality, year, "table"))


@require_safe
def undecided(request: HttpRequest) -> HttpResponse:
    municipality, year = _place(request)
    lines = undecided_risks(user=request.user, municipality=municipality, school_year=year, today=timezone.localdate())
    context = {
        "page": Paginator(lines, RISKS_A_PAGE).get_page(request.GET.get("page")),
        "undecided": len(lines),
        "late": sum(line.is_late for line in lines),
    }
    return render(request, "schools/risks/undecided.html", context | _frame(request, municipality, year, "undecided"))


# --- The catalogue


@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    municipality, year = _place(request)
    years = catalogue_years(municipality)
    earlier = [one for one in years if one < year]
    context = {
        "factors": catalogue_with_uses(municipality, year),
        "years": years,
        "earlier": earlier[0] if earlier else None,
        "next_year": year + 1,
        "list": list_of(year),
    }
    return render(request, "schools/risks/factors.html", context | _frame(request, municipality, year, "factors"))


@require_POST
def take_factors(request: HttpRequest) -> HttpResponse:
    """From the year before, or from the list of «500+»; into the year that the form names."""
    municipality, year = _editable_place(request)
    take = take_list if request.POST.get("from") == "list" else take_over
    try:
        taken = take(municipality=municipality, school_year=year, by=request.user)
    except RiskRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = f"В каталог {school_year_label(year)} добавлено: {counted(taken.factors, FACTORS)} ({taken.source})."
        if taken.risks:
            text += f" Повторяющихся рисков школ перенесено: {taken.risks}; по ним нужно решить заново."
        messages.success(request, text)
    return redirect(_address("schools:risk_factors", municipality, year))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_factor(request: HttpRequest) -> HttpResponse:
    municipality, year = _editable_place(request)
    form = RiskFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_factor(municipality=municipality, school_year=year, fields=form.cleaned_data, by=request.user)
        except RiskRefused as refusal:
            form.add_error("title", str(refusal))
        else:
            messages.success(request, "Фактор добавлен в каталог.")
            return redirect(_address("schools:risk_factors", municipality, year))
    context = {"form": form, "factor": None}
    return render(request, "schools/risks/factor.html", context | _frame(request, municipality, year, "factors"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_factor(request: HttpRequest, pk: int) -> HttpResponse:
    factor = _found_factor(request, pk)
    known = RiskFactor.objects.get(pk=pk)
    form = RiskFactorForm(request.POST or None, instance=factor)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            correct_factor(factor=known, fields=said, seen_version=said["version"] or 0, by=request.user)
        except RiskRefused as refusal:
            form.add_error(None, str(refusal))
            known = RiskFactor.objects.get(pk=pk)
            show_version(form, known.version)
        else:
            messages.success(request, "Фактор исправлен.")
            return redirect(_address("schools:risk_factors", factor.municipality, factor.school_year))
    context = {"form": form, "factor": known, "uses": known.school_risks.count()}
    frame = _frame(request, factor.municipality, factor.school_year, "factors")
    return render(request, "schools/risks/factor.html", context | frame)


@require_POST
def delete_factor(request: HttpRequest, pk: int) -> HttpResponse:
    factor = _found_factor(request, pk)
    try:
        remove_factor(factor=factor, by=request.user)
    except RiskRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Фактор убран из каталога этого года.")
    return redirect(_address("schools:risk_factors", factor.municipality, factor.school_year))


# --- One school


@require_safe
def school_risks(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile of the year, a tab of the school's page."""
    school, year = _school(request, pk)
    context = {
        "profile": profile_of(user=request.user, school=school, school_year=year, today=timezone.localdate()),
        "can_edit_risks": school.allows(request.user, Permission.PLANS_EDIT),
        "can_check": may_check(request.user, school),
        "query": _query(school.municipality, year),
    }
    return render(request, "schools/risks/school.html", context | _tab(request, school, year))


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """How much each factor matters at the school."""
    school, year = _school(request, pk)
    if not school.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    profile = profile_of(user=request.user, school=school, school_year=year, today=timezone.localdate())
    form = AssessForm(request.POST or None, profile=profile)
    address = f"{reverse('schools:school_risks', args=[school.pk])}?year={year}"
    if request.method == "POST" and form.is_valid() and _assessed(request, form, school, year):
        return redirect(address)
    context = {"form": form, "profile": profile, "cancel": address, "query": _query(school.municipality, year)}
    return render(request, "schools/risks/assess.html", context | _tab(request, school, year))


def _assessed(request: HttpRequest, form: AssessForm, school: School, year: int) -> bool:
    try:
        changed = assess_school(school=school, school_year=year, told=form.told(), by=request.user)
    except ProfileChanged as refusal:
        form.add_error(None, str(refusal))
        form.show_stored(dict(refusal.risks))
        return False
    except RiskSettled as refusal:
        for key in refusal.factors:
            form.add_error(f"factor-{key}", str(refusal))
        return False
    messages.success(request, "Профиль сохранён." if changed else "Профиль уже был таким: ничего не изменилось.")
    return True


@require_safe
def school_risk(request: HttpRequest, pk: int) -> HttpResponse:
    return _risk_page(request, _found_risk(request, pk))


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The school's curator confirms the risk or disputes it."""
    risk = _found_risk(request, pk)
    if not may_check(request.user, risk.school):
        raise PermissionDenied
    form = CheckForm(request.POST, auto_id=CHECK_IDS)
    if form.is_valid() and _said(request, form, risk, check_risk):
        messages.success(request, "Ответ школы записан.")
        return redirect(risk)
    return _risk_page(request, _found_risk(request, pk), check_form=form)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    risk = _found_risk(request, pk)
    if not risk.school.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    form = DecisionForm(request.POST, auto_id=DECISION_IDS)
    if form.is_valid() and _said(request, form, risk, decide_risk):
        messages.success(request, "Решение записано." if form.cleaned_data["decision"] else "Решение снято.")
        return redirect(risk)
    return _risk_page(request, _found_risk(request, pk), decision_form=form)


def _said(
    request: HttpRequest, form: CheckForm | DecisionForm, risk: SchoolRisk, say: Callable[..., SchoolRisk]
) -> bool:
    """Whether it was stored; a refusal stands over the form."""
    said = dict(form.cleaned_data)
    try:
        say(risk=risk, seen_version=said.pop("version"), **said, by=request.user)
    except RiskRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _risk_page(
    request: HttpRequest,
    risk: SchoolRisk,
    *,
    check_form: CheckForm | None = None,
    decision_form: DecisionForm | None = None,
) -> HttpResponse:
    for form in (check_form, decision_form):
        if form is not None:  # what is sent next is about what the page now shows
            show_version(form, risk.version)
    school, year = risk.school, risk.factor.school_year
    can_check, can_decide = may_check(request.user, school), school.allows(request.user, Permission.PLANS_EDIT)
    checked = {"result": risk.check_result, "note": risk.check_note, "version": risk.version}
    decided = {"decision": risk.decision, "text": risk.decision_text, "version": risk.version}
    context = {
        "risk": risk,
        "line": RiskLine(risk.factor, risk, timezone.localdate()),
        "check_form": check_form or (CheckForm(initial=checked, auto_id=CHECK_IDS) if can_check else None),
        "decision_form": decision_form or (DecisionForm(initial=decided, auto_id=DECISION_IDS) if can_decide else None),
        "query": _query(school.municipality, year),
    }
    return render(request, "schools/risks/risk.html", context | _tab(request, school, year))


# --- What the pages share


def _place(request: HttpRequest) -> tuple[Municipality, int]:
    municipality = current_municipality(request)
    return municipality, current_year(request, municipality)


def _editable_place(request: HttpRequest) -> tuple[Municipality, int]:
    municipality, year = _place(request)
    if not municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    return municipality, year


def _found_factor(request: HttpRequest, pk: int) -> RiskFactor:
    visible = RiskFactor.objects.visible_to(request.user).select_related("municipality")
    factor = get_object_or_404(visible, pk=pk)
    show_municipality(request, factor.municipality)
    if not factor.municipality.allows(request.user, Permission.PLANS_EDIT):
        raise PermissionDenied
    return factor


def _found_risk(request: HttpRequest, pk: int) -> SchoolRisk:
    visible = SchoolRisk.objects.visible_to(request.user).select_related(
        "school__municipality", "factor", "checked_by", "decided_by"
    )
    risk = get_object_or_404(visible, pk=pk)
    show_municipality(request, risk.school.municipality)
    return risk


def _school(request: HttpRequest, pk: int) -> tuple[School, int]:
    visible = School.objects.allowing(request.user, Permission.PLANS_VIEW).select_related("municipality", "parent")
    school = get_object_or_404(visible, pk=pk)
    show_municipality(request, school.municipality)
    return school, current_year(request, school.municipality)


def _tab(request: HttpRequest, school: School, year: int) -> dict[str, Any]:
    return {"shell": school_shell(user=request.user, school=school, school_year=year), "tab": "risks"}


def _frame(request: HttpRequest, municipality: Municipality, year: int, part: str) -> dict[str, Any]:
    return {
        "school_year": year,
        "municipality": municipality,
        "part": part,
        "can_edit": municipality.allows(request.user, Permission.PLANS_EDIT),
        "query": _query(municipality, year),
    }


def _query(municipality: Municipality, year: int) -> str:
    return f"municipality={municipality.slug}&year={year}"


def _address(name: str, municipality: Municipality, year: int) -> str:
    return f"{reverse(name)}?{_query(municipality, year)}"
