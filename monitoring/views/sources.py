"""The cleaned rows behind a number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from monitoring.models import StoredSheet, Upload
from monitoring.queries.sources import BadRows, are_of_own_schools, read_rows
from schools.context import show_municipality


@require_GET
def source(request: HttpRequest) -> HttpResponse:
    """Rows of one kept sheet: `?upload=12&file=…&sheet=…&rows=5-140`, with `&cells=passed` those that gave a number.

    Who brings results in sees all rows; who answers for a school sees those that its own results came from.
    """
    wanted = {name: request.GET.get(name, "") for name in ("upload", "file", "sheet", "rows", "cells")}
    if not wanted["upload"].isdecimal():
        raise Http404("В адресе не указана загрузка.")
    upload = Upload.objects.filter(pk=int(wanted["upload"])).select_related("municipality").first()
    sees_all = upload is not None and Upload.objects.visible_to(request.user).filter(pk=upload.pk).exists()
    if upload is None or not (sees_all or _are_own(request, upload, wanted)):
        raise Http404("Такой загрузки нет, или она вам не открыта.")
    if not upload.entries.filter(name=wanted["file"]).exists():
        raise Http404("Такого файла в этой загрузке не было.")
    show_municipality(request, upload.municipality)
    sheet = StoredSheet.objects.filter(upload=upload, file_name=wanted["file"], sheet=wanted["sheet"]).first()
    try:
        table = read_rows(sheet, wanted["rows"], wanted["cells"]) if sheet else None
    except BadRows as error:
        raise Http404(str(error)) from None
    return render(
        request, "monitoring/source.html", {"upload": upload, "wanted": wanted, "table": table, "sees_all": sees_all}
    )


def _are_own(request: HttpRequest, upload: Upload, wanted: dict[str, str]) -> bool:
    place = {name: wanted[name] for name in ("file", "sheet", "rows")}
    try:
        return are_of_own_schools(request.user, upload=upload.pk, **place)
    except BadRows:
        return False
