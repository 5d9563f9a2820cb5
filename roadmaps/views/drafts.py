"""Remove for good what was made by mistake: asks first, and says why where it has to stay."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from roadmaps.models import Expertise
from roadmaps.queries.drafts import why_programme_stays, why_roadmap_stays, why_round_stays
from roadmaps.services.drafts import DraftStays, remove_programme, remove_roadmap, remove_round
from roadmaps.services.expertise import may_organise
from roadmaps.services.passport import may_edit
from roadmaps.views.programmes import found_programme, seen_version
from roadmaps.views.rows import found_roadmap
from schools.context import show_municipality


@require_http_methods(["GET", "HEAD", "POST"])
def roadmap(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_roadmap(request, pk)

    def remove() -> None:
        remove_roadmap(roadmap=found, seen_version=seen_version(request), by=request.user)

    told = {
        "title": "Удалить дорожную карту?",
        "text": "Пропадут все её разделы и мероприятия; вернуть их будет нельзя.",
        "back": "Дорожные карты",
        "list": "roadmaps:list",
    }
    return _page(request, found, why_roadmap_stays(found), remove, "Дорожная карта удалена.", told)


@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_programme(request, pk)
    if not may_edit(request.user, found):
        raise PermissionDenied

    def remove() -> None:
        remove_programme(programme=found, seen_version=seen_version(request), by=request.user)

    told = {
        "title": "Удалить программу?",
        "text": "Пропадут весь паспорт, презентации и перечень публикаций; вернуть их будет нельзя. Проекты дорожных "
        "карт останутся без программы.",
        "back": "Программы",
        "list": "roadmaps:programmes",
    }
    return _page(request, found, why_programme_stays(found), remove, "Программа удалена.", told)


@require_http_methods(["GET", "HEAD", "POST"])
def expertise(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Expertise.objects.visible_to(request.user).select_related("municipality")
    found = get_object_or_404(visible, pk=pk)
    show_municipality(request, found.municipality)
    if not may_organise(request.user, found.municipality):
        raise PermissionDenied

    def remove() -> None:
        remove_round(expertise=found, seen_version=seen_version(request), by=request.user)

    told = {
        "title": "Удалить экспертизу?",
        "text": "Задание исчезнет у всех назначенных экспертов; вернуть его будет нельзя.",
        "back": "Экспертиза",
        "list": "roadmaps:expertises",
    }
    return _page(request, found, why_round_stays(found), remove, "Экспертиза удалена.", told)


def _page(
    request: HttpRequest, found: Any, stays: str, remove: Callable[[], None], done: str, told: dict[str, str]
) -> HttpResponse:
    if request.method == "POST":
        try:
            remove()
        except DraftStays as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
        messages.success(request, done)
        return redirect(told["list"])
    return render(request, "roadmaps/remove_draft.html", {"found": found, "stays": stays, **told})
