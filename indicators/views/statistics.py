"""The page of collected numbers."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from indicators.forms.statistics import StatisticsForm
from indicators.imports.statistics import CODE, NAME, WHOLE
from indicators.queries.statistics import StatisticsSheet, statistics_sheet
from indicators.services.statistics import NumbersOutcome, keep_statistics, take_statistics
from schools.context import current_municipality, current_year
from schools.forms import TableForm
from schools.models import School
from schools.tables import TableProblem, UnreadableTable, read_table
from schools.workbooks import XLSX_TYPE, CellValue, workbook_of

FIELDS_A_PAGE = 600  # Django refuses forms of more than 1000 fields


@require_http_methods(["GET", "HEAD", "POST"])
def statistics(request: HttpRequest) -> HttpResponse:
    sheet, year = _sheet(request)
    if request.method != "POST":
        return _page(request, sheet, year)
    _check_may_edit(sheet)
    form = _form(request, sheet)
    if not form.is_valid():
        return _page(request, sheet, year, form=form)
    outcome = keep_statistics(
        municipality=sheet.municipality, period=sheet.period, entries=form.entries(), by=request.user
    )
    _say(request, outcome)
    return redirect(f"{_address(sheet, year)}&page={_page_of(request, sheet).number}")


@require_POST
def take_table(request: HttpRequest) -> HttpResponse:
    sheet, year = _sheet(request)
    _check_may_edit(sheet)
    upload = TableForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _page(request, sheet, year, upload=upload)
    file = upload.cleaned_data["file"]
    try:
        table = read_table(file, file.name)
    except UnreadableTable as error:
        upload.add_error("file", str(error))
        return _page(request, sheet, year, upload=upload)
    outcome = take_statistics(sheet=sheet, table=table, file_name=file.name, by=request.user)
    if outcome.problems:
        return _page(request, sheet, year, problems=outcome.problems)
    _say(request, outcome)
    return redirect(_address(sheet, year))


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The numbers of the year as they are, to fill in and bring back."""
    sheet, year = _sheet(request)
    _check_may_edit(sheet)
    kinds = (*sheet.kinds, *(sheet.municipal_kinds if sheet.can_edit_municipality else ()))
    rows: list[Sequence[CellValue]] = [
        (school.public_code, school.name, *(sheet.numbers.get((school.pk, kind.code)) for kind in kinds))
        for school in sheet.schools
        if school.pk in sheet.editable
    ]
    if sheet.can_edit_municipality and sheet.municipal_kinds:
        rows.append(("", WHOLE, *(sheet.numbers.get((None, kind.code)) for kind in kinds)))
    header = (CODE, NAME, *(kind.name for kind in kinds))
    response = HttpResponse(workbook_of(f"Статистика {year}", header, rows), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="statistics-{sheet.period}.xlsx"'
    return response


def _sheet(request: HttpRequest) -> tuple[StatisticsSheet, int]:
    municipality = current_municipality(request)
    year = current_year(request, municipality)
    period = request.GET.get("period", "")
    return statistics_sheet(user=request.user, municipality=municipality, school_year=year, period=period), year


def _page_of(request: HttpRequest, sheet: StatisticsSheet) -> Page[School]:
    schools_a_page = max(1, FIELDS_A_PAGE // max(1, len(sheet.kinds)))
    return Paginator(sheet.schools, schools_a_page).get_page(request.GET.get("page"))


def _form(request: HttpRequest, sheet: StatisticsSheet) -> StatisticsForm:
    schools = list(_page_of(request, sheet).object_list)
    return StatisticsForm(request.POST if request.method == "POST" else None, sheet=sheet, schools=schools)


def _page(
    request: HttpRequest,
    sheet: StatisticsSheet,
    year: int,
    *,
    form: StatisticsForm | None = None,
    upload: TableForm | None = None,
    problems: Sequence[TableProblem] = (),
) -> HttpResponse:
    page = _page_of(request, sheet)
    context = {
        "sheet": sheet,
        "school_year": year,
        "page": page,
        "form": form or StatisticsForm(sheet=sheet, schools=list(page.object_list)),
        "upload": upload or TableForm(),
        "problems": problems,
        "can_edit_kinds": sheet.municipality.allows(request.user, Permission.CATALOGUE_EDIT),
        "own_kinds": [kind for kind in (*sheet.kinds, *sheet.municipal_kinds) if kind.municipality_id],
        "query": _query(sheet, year),
    }
    return render(request, "indicators/statistics.html", context)


def _say(request: HttpRequest, outcome: NumbersOutcome) -> None:
    if outcome.written or outcome.removed:
        removed = f", убрано: {outcome.removed}" if outcome.removed else ""
        messages.success(request, f"Сохранено чисел: {outcome.written}{removed}. Показатели пересчитываются.")
    else:
        messages.info(request, "Ничего не изменилось: всё уже было записано.")


def _check_may_edit(sheet: StatisticsSheet) -> None:
    if not sheet.can_edit:
        raise PermissionDenied


def _address(sheet: StatisticsSheet, year: int) -> str:
    return f"{reverse('indicators:statistics')}?{_query(sheet, year)}"


def _query(sheet: StatisticsSheet, year: int) -> str:
    """What names the sheet; a period only where the year has several."""
    period = f"&period={sheet.period}" if len(sheet.periods) > 1 else ""
    return f"municipality={sheet.municipality.slug}&year={year}{period}"
