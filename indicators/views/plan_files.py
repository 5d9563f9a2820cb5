"""The plan by workbook, baselines from the portal's own values, and the list of changes that both lead to."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Permission
from indicators.calculations.planned import PlanEntry
from indicators.forms.plan_changes import PlanChangesForm
from indicators.imports.plan import check_plan, plan_table
from indicators.models import Indicator
from indicators.periods import known_periods
from indicators.queries.plan import PlanSheet, planned_in, token_of
from indicators.queries.plan_baselines import baselines_from_values
from indicators.services.plan import REASON_NEEDED, set_plan
from indicators.views.plan import check_may_edit, plan_page, query_of, say, sheet_of
from schools.context import current_municipality
from schools.forms import TableForm
from schools.models import Municipality
from schools.tables import UnreadableTable, read_table
from schools.wording import counted, period
from schools.workbooks import XLSX_TYPE, workbook_of

NOTHING_CHANGES = "Ничего не изменится: в плане уже записано то же самое."
SMALL_LEFT_OUT = (
    "Не взяты значения, где менее 5 участников или по которым такие значения можно вычислить: {schools}. "
    "Исходное значение видно всем, кто видит школу, а такие результаты — нет."
)


@require_safe
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The sheet as it is, to fill in and bring back."""
    sheet = sheet_of(request, pk)
    check_may_edit(sheet)
    head, rows = plan_table(sheet)
    response = HttpResponse(workbook_of("План", head, rows), content_type=XLSX_TYPE)
    name = f"plan-{sheet.indicator.code}" if sheet.indicator else f"plan-{sheet.municipality.slug}"
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@require_POST
def take_table(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What a workbook would change; nothing is written yet."""
    sheet = sheet_of(request, pk)
    check_may_edit(sheet)
    upload = TableForm(request.POST, request.FILES)
    if not upload.is_valid():
        return plan_page(request, sheet, upload=upload)
    file = upload.cleaned_data["file"]
    try:
        table = read_table(file, file.name)
    except UnreadableTable as error:
        upload.add_error("file", str(error))
        return plan_page(request, sheet, upload=upload)
    checked = check_plan(table, sheet)
    if checked.problems:
        return plan_page(request, sheet, problems=checked.problems)
    return _to_confirm(request, sheet, checked.entries)


@require_POST
def take_baselines(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The values of a period as baselines, where there is none yet or wherever the value is another one."""
    sheet = sheet_of(request, pk)
    check_may_edit(sheet)
    code = request.POST.get("period", "")
    if code not in sheet.baseline_periods:
        messages.error(request, "Выберите период, значения которого станут исходными.")
        return redirect(_plan_address(sheet, query_of(request, sheet)))
    found = baselines_from_values(sheet, code, only_empty=not request.POST.get("replace"))
    if found.small:
        messages.warning(request, SMALL_LEFT_OUT.format(schools=counted(found.small, "школа,школы,школ")))
    if not found.with_value:
        messages.info(request, f"За {period(code)} значений нет: исходные значения взять неоткуда.")
        return redirect(_plan_address(sheet, query_of(request, sheet)))
    source = f"Значение портала за {period(code)}"
    return _to_confirm(request, sheet, found.entries, baseline_source=source)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write a list of changes that somebody has looked at."""
    municipality = current_municipality(request)
    if not municipality.allows(request.user, Permission.TARGETS_EDIT):
        raise PermissionDenied
    periods = known_periods(request.POST.getlist("periods"))
    form = PlanChangesForm(request.POST, municipality=municipality, baseline_periods=periods)
    if not form.is_valid():
        return _confirm_page(request, municipality, form, periods)
    entries = form.entries()
    outcome = set_plan(municipality=municipality, entries=entries, basis=form.basis(), by=request.user)
    if not outcome.is_refused:
        say(request, outcome)
        return redirect(_address_of(municipality, entries))
    now = {cell: token_of(row) for cell, row in planned_in([entry.cell for entry in entries]).items()}
    form = form.beside(municipality, now, outcome.conflicts)
    if outcome.needs_reason:
        form.add_error("reason", REASON_NEEDED)
    return _confirm_page(request, municipality, form, periods)


def _to_confirm(
    request: HttpRequest, sheet: PlanSheet, entries: Sequence[PlanEntry], *, baseline_source: str = ""
) -> HttpResponse:
    if not entries:
        messages.info(request, NOTHING_CHANGES)
        return redirect(_plan_address(sheet, query_of(request, sheet)))
    initial = {"baseline_source": baseline_source, "baseline_period": sheet.usual_baseline_period}
    periods = sheet.baseline_periods
    form = PlanChangesForm(municipality=sheet.municipality, entries=entries, initial=initial, baseline_periods=periods)
    return _confirm_page(request, sheet.municipality, form, periods)


def _confirm_page(
    request: HttpRequest, municipality: Municipality, form: PlanChangesForm, periods: Sequence[str]
) -> HttpResponse:
    context = {"municipality": municipality, "form": form, "periods": periods, "changes": form.listed}
    return render(request, "indicators/plan/confirm.html", context)


def _plan_address(sheet: PlanSheet, query: str) -> str:
    if sheet.indicator is None:
        return f"{reverse('indicators:plan')}?{query}"
    return f"{reverse('indicators:school_plan', args=[sheet.indicator.pk])}?{query}"


def _address_of(municipality: Municipality, entries: Sequence[PlanEntry]) -> str:
    """The sheet in which these changes are to be seen."""
    indicators = {entry.cell.indicator for entry in entries}
    if all(entry.cell.school for entry in entries) and len(indicators) == 1:
        return reverse("indicators:school_plan", args=[indicators.pop()])
    kind = Indicator.objects.get(pk=min(indicators)).period_kind
    return f"{reverse('indicators:plan')}?municipality={municipality.slug}&kind={kind}"
