"""One search over schools, indicators and documents, each as far as the person may see it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from indicators.models import Indicator
from reports.models import Report
from schools.models import School
from schools.ordering import natural_key
from schools.wording import day, period

SHORTEST = 2  # characters: one would find everything
AT_MOST = 30  # of a group; whoever gets more is told to write more


@dataclass(frozen=True)
class Found:
    title: str
    address: str
    note: str  # what tells it from its namesakes


@dataclass(frozen=True)
class FoundGroup:
    title: str
    found: tuple[Found, ...]
    is_cut: bool


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    is_long_enough = len(words) >= SHORTEST
    groups = find(request.user, words) if is_long_enough else []
    return render(request, "search.html", {"words": words, "groups": groups, "is_long_enough": is_long_enough})


def find(user: Any, words: str) -> list[FoundGroup]:
    """Groups with something in them; every word must occur, in any order."""
    wanted = folded(words).split()
    groups = [
        _group("Школы", _schools(user), wanted),
        _group("Показатели", _indicators(user), wanted),
        _group("Документы", _documents(user), wanted),
    ]
    return [group for group in groups if group.found]


def folded(text: str) -> str:
    """As words are compared: here and not in the database, since SQLite does not fold the case of Cyrillic."""
    return re.sub(r"[«»\"'“”„№\s]+", " ", text.lower().replace("ё", "е")).strip()


def _group(title: str, candidates: Iterable[tuple[str, Found]], wanted: list[str]) -> FoundGroup:
    found = [item for text, item in candidates if all(word in folded(text) for word in wanted)]
    return FoundGroup(title, tuple(found[:AT_MOST]), is_cut=len(found) > AT_MOST)


def _schools(user: Any) -> Iterable[tuple[str, Found]]:
    schools = School.objects.visible_to(user).select_related("municipality")
    for school in sorted(schools, key=lambda school: (natural_key(school.name), school.pk)):
        known_as = f"{school.name} {school.code} {school.fisoko_login}"
        note = ", ".join(part for part in (school.municipality.name, school.public_code) if part)
        yield known_as, Found(school.name, school.get_absolute_url(), note)


def _indicators(user: Any) -> Iterable[tuple[str, Found]]:
    for indicator in Indicator.objects.visible_to(user).defer("formula", "population"):
        known_as = f"{indicator.code} {indicator.short_name} {indicator.wording} {indicator.group}"
        yield known_as, Found(indicator.short_name, indicator.get_absolute_url(), indicator.wording)


def _documents(user: Any) -> Iterable[tuple[str, Found]]:
    for report in Report.objects.visible_to(user).defer("snapshot").select_related("school"):
        title = f"{report.title}, {period(report.period)}"
        note = f"редакция {report.number} от {day(report.created_at)}"
        yield f"{title} {note}", Found(title, report.get_absolute_url(), note)
