"""Recommendations: the list, one with its addressees, and the form, which pages of indicators and lists lead to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.once import once
from roadmaps.forms.decisions import RecommendationForm, recommendation_differences, recommendation_initial
from roadmaps.models import Recommendation
from roadmaps.queries.control import may_register, recommendation_lines
from roadmaps.services.recommendations import RecommendationRefused, correct, recommend
from roadmaps.views.decisions import origin_asked
from roadmaps.views.refusals import say_refusal
from roadmaps.views.register_page import register_page
from schools.context import current_municipality, show_municipality
from schools.models import Municipality


@require_safe
def recommendation_list(request: HttpRequest) -> HttpResponse:
    rows = Recommendation.objects.all()
    return register_page(request, "roadmaps/decisions/recommendations.html", rows, recommendation_lines)


@require_safe
def recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    (line,) = recommendation_lines(request.user, [found], timezone.localdate())
    context = {
        "recommendation": found,
        "line": line,
        "indicators": found.indicators.order_by("position", "code"),
        "can_edit": may_register(request.user, found.municipality),
    }
    return render(request, "roadmaps/decisions/recommendation.html", context)


def _found(request: HttpRequest, pk: int) -> Recommendation:
    visible = Recommendation.objects.visible_to(request.user).select_related("municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_recommendation(request: HttpRequest) -> HttpResponse:
    """What it grew from comes with the address, and for whom it is."""
    initial = origin_asked(request)
    if (school := request.GET.get("school", "")).isdecimal():
        initial["schools"] = [int(school)]
    return _form_page(request, current_municipality(request), None, initial)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    return _form_page(request, found.municipality, found, recommendation_initial(found))


def _form_page(
    request: HttpRequest, municipality: Municipality, found: Recommendation | None, initial: dict[str, Any]
) -> HttpResponse:
    if not may_register(request.user, municipality):
        raise PermissionDenied
    form = RecommendationForm(
        request.POST or None, municipality=municipality, user=request.user, initial=initial,
        given_on=found.given_on if found else None,
    )  # fmt: skip
    changed: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                stored = recommend(municipality=municipality, told=form.told(), by=request.user)
            else:
                seen = form.cleaned_data["version"]
                stored = correct(recommendation=found, told=form.told(), seen_version=seen, by=request.user)
        except RecommendationRefused as refusal:
            changed = say_refusal(form, refusal, found, lambda: recommendation_differences(found, form))
        else:
            messages.success(request, "Рекомендация сохранена и поставлена на контроль.")
            return redirect(stored)
    context = {"form": form, "recommendation": found, "changed": changed}
    return render(request, "roadmaps/decisions/recommendation_form.html", context)
