"""A municipality's own kinds of collected numbers: adding, correcting, taking away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission
from accounts.once import once
from indicators.forms.statistic_kinds import StatisticKindForm
from indicators.models import StatisticKind
from indicators.services.statistic_kinds import (
    KindInUse,
    add_statistic_kind,
    correct_statistic_kind,
    remove_statistic_kind,
    why_kept,
)
from schools.context import current_municipality, show_municipality
from schools.models import Municipality


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_kind(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    _check_may_edit(request, municipality)
    form = StatisticKindForm(request.POST or None, user=request.user, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        kind = add_statistic_kind(municipality=municipality, fields=form.kind_fields(), by=request.user)
        messages.success(request, f"Добавлено число «{kind.name}»: его можно собирать и брать в показатели.")
        return redirect("indicators:statistics")
    return render(request, "indicators/statistic_kind.html", {"form": form, "municipality": municipality})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_kind(request: HttpRequest, pk: int) -> HttpResponse:
    kind = _own_kind(request, pk)
    form = StatisticKindForm(request.POST or None, instance=kind, user=request.user, municipality=kind.municipality)
    if request.method == "POST" and form.is_valid():
        correct_statistic_kind(kind=kind, fields=form.kind_fields(), by=request.user)
        messages.success(request, "Сохранено.")
        return redirect("indicators:statistics")
    context = {"form": form, "municipality": kind.municipality, "kind": kind, "kept": why_kept(kind)}
    return render(request, "indicators/statistic_kind.html", context)


@require_POST
def remove_kind(request: HttpRequest, pk: int) -> HttpResponse:
    kind = _own_kind(request, pk)
    try:
        remove_statistic_kind(kind=kind, by=request.user)
    except KindInUse as error:
        messages.error(request, str(error))
        return redirect("indicators:edit_kind", pk=pk)
    messages.success(request, f"Число «{kind.name}» больше не собирается.")
    return redirect("indicators:statistics")


def _own_kind(request: HttpRequest, pk: int) -> StatisticKind:
    """The common ones are nobody's to correct here."""
    own = StatisticKind.objects.visible_to(request.user).filter(municipality__isnull=False)
    kind = get_object_or_404(own.select_related("municipality"), pk=pk)
    show_municipality(request, kind.municipality)
    _check_may_edit(request, kind.municipality)
    return kind


def _check_may_edit(request: HttpRequest, municipality: Municipality) -> None:
    if not municipality.allows(request.user, Permission.CATALOGUE_EDIT):
        raise PermissionDenied
