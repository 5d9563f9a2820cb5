"""What became of the plan: every change of it, and the plan as first approved beside the plan as amended."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from indicators.forms.plan import PlanForm
from indicators.queries.ledger import ledger, ledger_choices
from indicators.queries.plan import part_of_sheet
from indicators.views.plan import query_of, sheet_of
from schools.context import current_municipality, current_year

LINES_A_PAGE = 100
ROWS_A_PAGE = 100
FILTERS = ("indicator", "school", "period")


@require_safe
def plan_ledger(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    lines = ledger(request.user, municipality, **chosen)
    choices = ledger_choices(request.user, municipality)
    context = {
        "page": Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "choices": choices,
        "indicator": next((row for row in choices.indicators if str(row.pk) == chosen["indicator"]), None),
        "query": f"municipality={municipality.slug}&year={current_year(request, municipality)}",
    }
    return render(request, "indicators/plan/ledger.html", context)


@require_safe
def plan_editions(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    sheet = sheet_of(request, pk)
    page = Paginator(sheet.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    part = part_of_sheet(sheet, page.object_list)
    context = {"sheet": sheet, "page": page, "form": PlanForm(sheet=part), "query": query_of(request, sheet)}
    return render(request, "indicators/plan/editions.html", context)
