"""The builder: a methodist makes an indicator, or changes one, without a programmer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Permission
from accounts.once import once
from indicators.forms.examples import BY_CODE, EXAMPLES
from indicators.forms.workbench import SAVE, Workbench
from indicators.models import Indicator
from indicators.queries.differences import Written, written_otherwise
from indicators.services.definitions import (
    ChangedMeanwhile,
    DefinitionRefused,
    IndicatorInUse,
    create_indicator,
    is_another_figure,
    planned_for_earlier,
    remove_indicator,
    revise_indicator,
    state_of,
    why_kept,
)
from schools.context import current_municipality, current_year, show_municipality
from schools.models import Municipality

FRAGMENTS = {"meaning": "indicators/_builder_meaning.html", "workshop": "indicators/_builder_workshop.html"}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_indicator(request: HttpRequest) -> HttpResponse:
    municipality = current_municipality(request)
    _check_may_edit(request, municipality)
    example = BY_CODE.get(request.GET.get("example", ""))
    if request.method != "POST" and example is None:
        return render(request, "indicators/builder_start.html", {"examples": EXAMPLES})
    bench = Workbench(
        user=request.user,
        municipality=municipality,
        school_year=current_year(request, municipality),
        example=example,
        sent=request.POST if request.method == "POST" else None,
        pressed=_pressed(request),
    )
    if not bench.wants_to_save or not bench.is_valid():
        return _page(request, bench)
    try:
        indicator = create_indicator(municipality=municipality, definition=bench.definition(), by=request.user)
    except DefinitionRefused as refused:
        bench.refuse(refused.problems)
        return _page(request, bench)
    messages.success(request, "Показатель создан. Значения считаются: обновите страницу через минуту.")
    _warn(request, bench)
    return redirect(indicator)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _own(request, pk)
    bench = Workbench(
        user=request.user,
        municipality=indicator.municipality,
        school_year=current_year(request, indicator.municipality),
        indicator=indicator,
        sent=request.POST if request.method == "POST" else None,
        pressed=_pressed(request),
    )
    if not bench.wants_to_save or not bench.is_valid():
        return _page(request, bench)
    definition, asked = bench.definition(), bench.revision
    assert asked is not None
    try:
        changed = revise_indicator(
            indicator=indicator,
            definition=definition,
            seen=asked.cleaned_data["seen"],
            valid_from=asked.valid_from,
            reason=asked.cleaned_data["reason"],
            by=request.user,
        )
    except DefinitionRefused as refused:
        bench.refuse(refused.problems)
        return _page(request, bench)
    except ChangedMeanwhile as change:
        stored = Indicator.objects.select_related("municipality").get(pk=pk)
        bench.take_seen(state_of(stored))
        written = written_otherwise(stored, definition.fields, definition.formula, definition.population, bench.around)
        return _page(request, bench, event=change.event, written=written)
    _say(request, changed)
    if is_another_figure(changed):
        _warn(request, bench)
        _warn_of_plan(request, pk)
    return redirect(indicator)


@require_POST
def delete_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = _own(request, pk)
    try:
        remove_indicator(indicator=indicator, by=request.user)
    except IndicatorInUse as error:
        messages.error(request, f"Показатель не удалён. {error}")
        return redirect("indicators:edit", pk=pk)
    messages.success(request, f"Показатель «{indicator.short_name}» удалён.")
    return redirect("indicators:list")


def _pressed(request: HttpRequest) -> str:
    """The button that a person pressed. htmx also sends one that only has the focus while a field changes: what is
    sent for the sake of looking presses nothing, and a script never saves."""
    htmx: Any = request.htmx
    pressed = request.POST.get("do", "")
    return "" if htmx and (htmx.target == "meaning" or pressed == SAVE) else pressed


def _page(request: HttpRequest, bench: Workbench, **told: Any) -> HttpResponse:
    """The whole page, or the part of it that htmx asks for."""
    htmx: Any = request.htmx
    context: dict[str, Any] = {"bench": bench, "indicator": bench.indicator, "written": tuple[Written]()} | told
    context["action"] = request.get_full_path()
    if htmx and htmx.target in FRAGMENTS:
        return render(request, FRAGMENTS[htmx.target], context)
    context["kept"] = why_kept(bench.indicator) if bench.indicator else []
    return render(request, "indicators/builder.html", context)


def _say(request: HttpRequest, changed: frozenset[str]) -> None:
    if not changed:
        messages.info(request, "Ничего не изменилось: всё уже было записано.")
    elif is_another_figure(changed):
        messages.success(request, "Записана новая версия определения. Значения пересчитываются.")
    else:
        messages.success(request, "Изменения записаны; версия определения осталась прежней.")


def _warn(request: HttpRequest, bench: Workbench) -> None:
    """What was saved though only a person can tell whether it is right."""
    for doubt in bench.doubts:
        messages.warning(request, f"{doubt} Если это не так, доля может превысить 100 %: измените определение.")


def _warn_of_plan(request: HttpRequest, pk: int) -> None:
    """A plan of the earlier definition would be compared with figures of the new one."""
    stored = Indicator.objects.visible_to(request.user).get(pk=pk)
    versions = planned_for_earlier(stored)
    if versions:
        of = f"{'версии' if len(versions) == 1 else 'версий'} {', '.join(map(str, versions))}"
        messages.warning(
            request,
            f"План и исходное значение заданы для {of} определения, а теперь действует версия {stored.version}. "
            "Путь не измеряется, пока вы не подтвердите их на этой странице, в разделе «План», или не зададите заново.",
        )


def _own(request: HttpRequest, pk: int) -> Indicator:
    visible = Indicator.objects.visible_to(request.user).select_related("municipality")
    indicator = get_object_or_404(visible, pk=pk)
    show_municipality(request, indicator.municipality)
    _check_may_edit(request, indicator.municipality)
    return indicator


def _check_may_edit(request: HttpRequest, municipality: Municipality) -> None:
    if not municipality.allows(request.user, Permission.CATALOGUE_EDIT):
        raise PermissionDenied
