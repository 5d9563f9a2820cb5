"""Documents: what there is, prepare a new edition, download it, write the texts of the yearly note."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from accounts.models import Job
from indicators.models import Indicator
from indicators.periods import period_of_year
from reports.forms import NotePeriodForm, NoteTextForm
from reports.models import NoteText, Report
from reports.note import note_context
from reports.queries import made_of, periods_with_values
from reports.services import ReportRefused, create_report, freeze, save_note_text
from schools.context import current_municipality, current_year, show_municipality
from schools.models import Municipality
from schools.periods import Period

REPORTS_A_PAGE = 20


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    return _list(request, _municipality(request, Permission.REPORT_VIEW))


@require_POST
def report_prepare(request: HttpRequest) -> HttpResponse:
    """Freeze the note of a period and have the worker draw it."""
    municipality = _municipality(request, Permission.REPORT_CREATE)
    form = NotePeriodForm(request.POST, periods=periods_with_values(municipality))
    if not form.is_valid():
        return _list(request, municipality, form)
    before = Report.objects.filter(municipality=municipality).count()
    try:
        report = create_report(
            municipality=municipality,
            kind=Report.Kind.ANALYTICAL_NOTE,
            period=form.cleaned_data["period"],
            by=request.user,  # type: ignore[arg-type]
        )
    except ReportRefused as refusal:
        form.add_error("period", str(refusal))
        return _list(request, municipality, form)
    if Report.objects.filter(municipality=municipality).count() == before:
        messages.info(request, "Данные и тексты с тех пор не изменились, поэтому новой редакции нет: вот прежняя.")
    return redirect(report)


@require_GET
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    context = {
        "report": report,
        "made_of": made_of(report),
        "may_prepare": report.municipality.allows(request.user, Permission.REPORT_CREATE),
        "may_follow_job": Job.objects.visible_to(request.user).filter(pk=report.job_id).exists(),
    }
    return render(request, "reports/report.html", context)


@require_GET
def report_file(request: HttpRequest, pk: int) -> FileResponse:
    report = _report(request, pk)
    if not report.file:
        raise Http404("Файл документа ещё готовится.")
    return FileResponse(
        report.file.open("rb"), as_attachment=True, filename=_file_name(report), content_type="application/pdf"
    )


@require_GET
def note_preview(request: HttpRequest) -> HttpResponse:
    """The note as it would be frozen now; nothing is stored."""
    municipality = _municipality(request, Permission.REPORT_CREATE)
    period = request.GET.get("period", "")
    try:
        note = freeze(municipality=municipality, kind=Report.Kind.ANALYTICAL_NOTE, period=Period.parse(period).code)
    except ValueError as error:
        raise Http404(str(error)) from None
    except ReportRefused as refusal:
        return render(request, "reports/preview.html", {"refusal": str(refusal), "period": period})
    context = note_context(note) | {
        "period": period,
        "school_year": Period.parse(period).school_year,
        "town": municipality,
    }
    return render(request, "reports/preview.html", context)


@require_http_methods(["GET", "POST"])
def note_texts(request: HttpRequest) -> HttpResponse:
    """The parts of a year's note that people write."""
    municipality = _municipality(request, Permission.REPORT_CREATE)
    year = current_year(request, municipality)
    text = NoteText.objects.filter(municipality=municipality, school_year=year).first() or NoteText()
    indicators = municipality.indicators.filter(role=Indicator.Role.PROGRAMME)
    form = NoteTextForm(request.POST or None, text=text, indicators=indicators)
    period = period_of_year(municipality.period_kind, year)
    if request.method == "POST" and form.is_valid():
        save_note_text(
            municipality=municipality,
            school_year=year,
            problems=form.cleaned_data["problems"],
            next_tasks=form.cleaned_data["next_tasks"],
            comments=form.comments(),
            by=request.user,
        )
        messages.success(request, "Тексты сохранены. Так записка будет выглядеть.")
        return redirect(f"{reverse('reports:preview')}?period={period}")
    context = {"form": form, "year": year, "period": period, "town": municipality}
    return render(request, "reports/texts.html", context, status=400 if form.errors else 200)


def _municipality(request: HttpRequest, permission: Permission) -> Municipality:
    """The one in view; documents speak of all its schools, so they take a role for the whole of it."""
    municipality = current_municipality(request)
    if not municipality.allows(request.user, permission):
        raise PermissionDenied
    return municipality


def _report(request: HttpRequest, pk: int) -> Report:
    visible = Report.objects.visible_to(request.user).select_related("municipality", "job", "created_by")
    report = get_object_or_404(visible, pk=pk)
    show_municipality(request, report.municipality)
    return report


def _list(request: HttpRequest, municipality: Municipality, form: NotePeriodForm | None = None) -> HttpResponse:
    reports = Report.objects.visible_to(request.user).filter(municipality=municipality)
    page = Paginator(reports.select_related("job", "created_by").defer("snapshot"), REPORTS_A_PAGE)
    may_prepare = municipality.allows(request.user, Permission.REPORT_CREATE)
    periods = periods_with_values(municipality) if may_prepare else []
    context = {
        "page": page.get_page(request.GET.get("page")),
        "may_prepare": may_prepare,
        "form": form or (NotePeriodForm(periods=periods) if periods else None),
        "town": municipality,
        "latest_period": periods[0] if periods else "",
    }
    return render(request, "reports/list.html", context, status=400 if form else 200)


def _file_name(report: Report) -> str:
    """«Аналитическая записка, Назарово, 2020-2021, ред. 1.pdf»: no character that a file system forbids."""
    label = Period.parse(report.period).label.replace("/", "-")
    return f"{report.get_kind_display()}, {report.municipality.name}, {label}, ред. {report.number}.pdf"
