"""The plan as a grid: indicators of the municipality by periods, or schools in one indicator by periods."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission
from indicators.forms.plan import PlanForm
from indicators.models import Indicator
from indicators.periods import known_periods, periods_named
from indicators.queries.plan import (
    PlanSheet,
    page_of_sheet,
    part_of_sheet,
    plan_kinds,
    plan_sheet,
    school_plan_sheet,
)
from indicators.services.plan import (
    REASON_NEEDED,
    PlanConfirmationRefused,
    PlanOutcome,
    confirm_plan_for_version,
    set_plan,
)
from schools.context import current_municipality, current_year, show_municipality
from schools.forms import TableForm
from schools.periods import PeriodKind

MOST_PERIODS_ADDED, MOST_PERIODS_SENT = 12, 60


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    sheet = sheet_of(request, pk)
    if request.method != "POST":
        return plan_page(request, sheet)
    check_may_edit(sheet)
    form = PlanForm(request.POST, sheet=_sheet_sent(request, pk))
    if not form.is_valid():
        return plan_page(request, sheet, form=form)
    outcome = set_plan(municipality=sheet.municipality, entries=form.entries(), basis=form.basis(), by=request.user)
    if not outcome.is_refused:
        say(request, outcome)
        return redirect(request.get_full_path())
    form = form.beside(_sheet_sent(request, pk), outcome.conflicts)  # as it is by now
    if outcome.needs_reason:
        form.add_error("reason", REASON_NEEDED)
    return plan_page(request, sheet, form=form)


@require_POST
def confirm_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan of an indicator holds for its new definition too."""
    visible = Indicator.objects.visible_to(request.user).select_related("municipality")
    indicator = get_object_or_404(visible, pk=pk)
    if not indicator.municipality.allows(request.user, Permission.TARGETS_EDIT):
        raise PermissionDenied
    seen = request.POST.get("version", "")
    try:
        confirmed = confirm_plan_for_version(
            indicator=indicator, version=int(seen) if seen.isdecimal() else 0, by=request.user
        )
    except PlanConfirmationRefused as refused:
        messages.error(request, str(refused))
    else:
        said = f"План подтверждён для версии {indicator.version}: путь снова измеряется."
        messages.success(request, said if confirmed else "План уже подтверждён.")
    return redirect(f"{indicator.get_absolute_url()}#plan")


def _sheet_sent(request: HttpRequest, pk: int | None) -> PlanSheet:
    """The rows and periods that were on the sender's page, whatever has come in or gone since: no number typed there
    may go unheard."""
    cells = [name.split(".", 2) for name in request.POST if name.count(".") == 2]
    rows = {(indicator, school) for indicator, school, _ in cells}
    sheet = sheet_of(request, pk, every_row=True, keep={period for *_, period in cells})
    return part_of_sheet(sheet, [row for row in sheet.rows if tuple(row.cell("").name.split(".")[:2]) in rows])


def sheet_of(request: HttpRequest, pk: int | None, *, every_row: bool = False, keep: Iterable[str] = ()) -> PlanSheet:
    """The sheet that the address is about: of the municipality, or of the schools in an indicator."""
    if pk is None:
        municipality = current_municipality(request)
        year = current_year(request, municipality)
        kinds = plan_kinds(request.user, municipality)
        kind = _kind(request, kinds, PeriodKind(municipality.period_kind))
        return plan_sheet(
            user=request.user, municipality=municipality, kind=kind, school_year=year, more=_more(request, kind, keep)
        )
    visible = Indicator.objects.visible_to(request.user).select_related("municipality")
    indicator = get_object_or_404(visible, pk=pk)
    show_municipality(request, indicator.municipality)
    return school_plan_sheet(
        user=request.user,
        indicator=indicator,
        school_year=current_year(request, indicator.municipality),
        more=_more(request, PeriodKind(indicator.period_kind), keep),
        every_school=every_row or request.GET.get("schools") == "all",
    )


def plan_page(request: HttpRequest, sheet: PlanSheet, *, form: PlanForm | None = None, **said: Any) -> HttpResponse:
    part, page = page_of_sheet(sheet, request.GET.get("page"))
    context = {
        "sheet": sheet,
        "page": page,
        "form": form or PlanForm(sheet=part),
        "kinds": plan_kinds(request.user, sheet.municipality) if sheet.indicator is None else [],
        "upload": TableForm(),
        "problems": (),
        "query": query_of(request, sheet),
        "kept": [(name, value) for name, values in request.GET.lists() if name != "page" for value in values],
        **_addresses(sheet),
    }
    return render(request, "indicators/plan/plan.html", context | said)


def _addresses(sheet: PlanSheet) -> dict[str, str]:
    """Of what one may do with the sheet."""
    pk = [] if sheet.indicator is None else [sheet.indicator.pk]
    names = ("plan_template", "take_plan", "take_baselines")
    if sheet.indicator is not None:
        names = ("school_plan_template", "take_school_plan", "take_school_baselines")
    addresses = (reverse(f"indicators:{name}", args=pk) for name in names)
    return dict(zip(("template_url", "take_url", "baselines_url"), addresses, strict=True))


def query_of(request: HttpRequest, sheet: PlanSheet) -> str:
    """What the addresses of one sheet share."""
    kept = request.GET.copy()
    for name in ("page", "year"):
        kept.pop(name, None)
    kept["municipality"] = sheet.municipality.slug
    kept["year"] = str(current_year(request, sheet.municipality))
    if sheet.indicator is None:
        kept["kind"] = sheet.kind
    return kept.urlencode()


def check_may_edit(sheet: PlanSheet) -> None:
    if not sheet.can_edit:
        raise PermissionDenied


def say(request: HttpRequest, outcome: PlanOutcome) -> None:
    if outcome.written or outcome.removed:
        removed = f", убрано: {outcome.removed}" if outcome.removed else ""
        messages.success(request, f"План сохранён: записано {outcome.written}{removed}. Показатели пересчитываются.")
    else:
        messages.info(request, "Ничего не изменилось: план уже такой.")


def _kind(request: HttpRequest, kinds: list[PeriodKind], usual: PeriodKind) -> PeriodKind:
    asked = request.GET.get("kind")
    if not asked:
        return next(iter(kinds), usual)
    if asked not in set(PeriodKind):
        raise Http404("Такого вида периодов нет.")
    return PeriodKind(asked)


def _more(request: HttpRequest, kind: PeriodKind, keep: Iterable[str]) -> list[str]:
    """Periods asked for in the address, and those of a page that was sent."""
    named = request.GET.getlist("more")[:MOST_PERIODS_ADDED]
    return [code for text in named for code in periods_named(kind, text)] + known_periods(keep)[:MOST_PERIODS_SENT]
