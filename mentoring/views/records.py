"""A form of one kept row, written or refused; and how one is taken out."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from mentoring.forms.records import RecordForm
from mentoring.services.records import RecordChanged, remove_record, write_record
from roadmaps.views.refusals import say_refusal
from schools.forms.versions import Difference


def written(
    request: HttpRequest, form: RecordForm, row: Any, write: Callable[..., Any] = write_record
) -> tuple[Any, list[Difference]]:
    """The stored row, or None and, where somebody was quicker, what is stored instead of what was typed."""
    if request.method != "POST" or not form.is_valid():
        return None, []
    try:
        return write(row=row, fields=form.told, seen_version=form.cleaned_data["version"], by=request.user), []
    except RecordChanged as refusal:
        stays = row.pk is not None and type(row)._default_manager.filter(pk=row.pk).exists()
        return None, say_refusal(form, refusal, row if stays else None, lambda: form.differences(row))


def removed(request: HttpRequest, row: Any) -> bool:
    """False where somebody has changed it meanwhile."""
    version = request.POST.get("version", "")
    try:
        remove_record(row=row, seen_version=int(version) if version.isdecimal() else 0, by=request.user)
    except RecordChanged:
        return False
    return True
