"""Documents: what there is, prepare a new edition, download it, write the texts of the yearly note."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Permission
from accounts.models import Job
from indicators.models import Indicator
from indicators.periods import period_of_year
from monitoring.models import IdentificationEdition
from monitoring.queries.identification_edition import editions_seen
from reports.contents import TEMPLATES
from reports.formats import Format
from reports.forms import DocumentForm, NoteTextForm
from reports.kinds.base import ReportRefused
from reports.kinds.current import made_of
from reports.kinds.offers import Offers, may_prepare, offers_to
from reports.models import NoteText, Report
from reports.services import create_report, save_note_text
from schools.context import current_municipality, current_year, show_municipality
from schools.models import Municipality, School
from schools.periods import Period

REPORTS_A_PAGE = 20
EDITIONS_NAMED = 5  # the latest; all are on a page of their own


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    return _list(request, _municipality(request, Permission.REPORT_VIEW))


@require_POST
def report_prepare(request: HttpRequest) -> HttpResponse:
    """Freeze a document and have the worker draw it, or show first what it would be."""
    municipality = _municipality(request, Permission.REPORT_CREATE)
    form = DocumentForm(request.POST, offers=offers_to(request.user, municipality))
    if not form.is_valid():
        return _list(request, municipality, form)
    asked = {"kind": form.cleaned_data["kind"], "period": form.cleaned_data["period"]}
    school = form.cleaned_data.get("school")
    if "preview" in request.POST:
        return redirect(f"{reverse('reports:preview')}?{urlencode(asked | ({'school': school.pk} if school else {}))}")
    before = Report.objects.filter(municipality=municipality).count()
    try:
        report = create_report(municipality=municipality, school=school, by=request.user, **asked)
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
        "editions": _editions(request, report),
        "is_note": report.kind == Report.Kind.ANALYTICAL_NOTE,
    }
    return render(request, "reports/report.html", context)


@require_GET
def report_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file of the format that the address names in `as`, else the main one."""
    report = _report(request, pk)
    file = report.file_as(request.GET.get("as", ""))
    if file is None:
        raise Http404("Такого файла нет: документ ещё готовится или этого формата у него не бывает.")
    return FileResponse(
        file.file.open("rb"),
        as_attachment=True,
        filename=_file_name(report, file.format),
        content_type=Format(file.format).media_type,
    )


@require_GET
def report_preview(request: HttpRequest) -> HttpResponse:
    """The document as it would be frozen now; nothing is stored."""
    municipality = _municipality(request, Permission.REPORT_CREATE)
    asked = request.GET.get("kind", Report.Kind.ANALYTICAL_NOTE)
    kind = next((one for one in may_prepare(request.user, municipality) if one.code == asked), None)
    if kind is None:
        raise Http404("Такого документа нет.")
    period, school = _period(request), _school(request, municipality)
    context: dict[str, Any] = {"kind": kind, "period": period, "school": school, "town": municipality}
    try:
        content = kind.freeze(municipality=municipality, period=period.code, school=school)
    except ReportRefused as refusal:
        return render(request, "reports/preview.html", context | {"refusal": str(refusal)})
    template = TEMPLATES[type(content)]
    texts = reverse("reports:texts") if kind.code == Report.Kind.ANALYTICAL_NOTE else ""
    context |= {"document_template": template.preview, "texts": texts and f"{texts}?year={period.school_year}"}
    return render(request, "reports/preview.html", template.context(content) | context)


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


def _period(request: HttpRequest) -> Period:
    try:
        return Period.parse(request.GET.get("period", ""))
    except ValueError as error:
        raise Http404(str(error)) from None


def _school(request: HttpRequest, municipality: Municipality) -> School | None:
    code = request.GET.get("school", "")
    return get_object_or_404(School, municipality=municipality, pk=int(code)) if code.isdecimal() else None


def _report(request: HttpRequest, pk: int) -> Report:
    visible = Report.objects.visible_to(request.user).prefetch_related("files")
    report = get_object_or_404(visible.select_related("municipality", "school", "job", "created_by"), pk=pk)
    show_municipality(request, report.municipality)
    return report


def _editions(request: HttpRequest, report: Report) -> QuerySet[IdentificationEdition] | None:
    """Beside the document about a year's identification stand the orders that it speaks of."""
    if report.kind != Report.Kind.IDENTIFICATION:
        return None
    year = Period.parse(report.period).school_year
    return editions_seen(request.user, report.municipality).filter(school_year=year)


def _list(request: HttpRequest, municipality: Municipality, form: DocumentForm | None = None) -> HttpResponse:
    reports = Report.objects.visible_to(request.user).filter(municipality=municipality).prefetch_related("files")
    page = Paginator(reports.select_related("school", "job", "created_by").defer("snapshot"), REPORTS_A_PAGE)
    offers = form.offers if form else offers_to(request.user, municipality)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "may_prepare": municipality.allows(request.user, Permission.REPORT_CREATE),
        "form": form or (_new_form(request, municipality, offers) if offers.kinds else None),
        "offers": offers,
        "town": municipality,
        "editions": editions_seen(request.user, municipality)[:EDITIONS_NAMED],
    }
    return render(request, "reports/list.html", context, status=400 if form else 200)


def _new_form(request: HttpRequest, municipality: Municipality, offers: Offers) -> DocumentForm:
    """The document, school and day that a link names, else the first document of the year in view, where there is one:
    a mere press of the button gives something."""
    asked = request.GET.get("kind")
    kind = next((one for one in offers.kinds if one.code == asked), offers.kinds[0])
    periods = [Period.parse(code) for code in offers.periods[kind.code]]
    day = request.GET.get("day", "")
    in_view = period_of_year(municipality.period_kind, current_year(request, municipality))
    wanted = [one for one in periods if one.starts_on.isoformat() <= day <= one.ends_on.isoformat()]
    wanted += [one for one in periods if one.code == in_view]
    initial = {"kind": kind.code, "period": (wanted or periods)[0].code, "school": request.GET.get("school")}
    return DocumentForm(offers=offers, initial=initial)


def _file_name(report: Report, extension: str) -> str:
    """«Аналитическая записка, Назарово, 2020-2021, ред. 1.pdf»: no character that a file system forbids."""
    label = Period.parse(report.period).label.replace("/", "-")
    school = [re.sub(r'[\\/:*?"<>|«»]+', "", report.school.name)[:60].strip()] if report.school else []
    parts = [report.get_kind_display(), report.municipality.name, *school, label, f"ред. {report.number}"]
    return f"{', '.join(parts)}.{extension}"
