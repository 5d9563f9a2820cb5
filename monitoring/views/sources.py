"""The cleaned rows behind a number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from monitoring.models import StoredSheet, Upload
from monitoring.queries.sources import BadRows, read_rows
from schools.context import show_municipality


@require_GET
def source(request: HttpRequest) -> HttpResponse:
    """Rows of one kept sheet: `?upload=12&file=…&sheet=…&rows=5-140`."""
    visible = Upload.objects.visible_to(request.user)
    wanted = {name: request.GET.get(name, "") for name in ("upload", "file", "sheet", "rows")}
    if not wanted["upload"].isdecimal():
        raise Http404("В адресе не указана загрузка.")
    upload = visible.filter(pk=int(wanted["upload"])).select_related("municipality").first()
    if upload is None:
        raise Http404("Такой загрузки нет, или она вам не открыта.")
    if not upload.entries.filter(name=wanted["file"]).exists():
        raise Http404("Такого файла в этой загрузке не было.")
    show_municipality(request, upload.municipality)
    sheet = StoredSheet.objects.filter(upload=upload, file_name=wanted["file"], sheet=wanted["sheet"]).first()
    try:
        table = read_rows(sheet, wanted["rows"]) if sheet else None
    except BadRows as error:
        raise Http404(str(error)) from None
    return render(request, "monitoring/source.html", {"upload": upload, "wanted": wanted, "table": table})
