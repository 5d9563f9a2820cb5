"""Several plans at once: as a table, a timeline, a calendar and a board, narrowed to what the address says."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from roadmaps.forms.seeing import SeenForm
from roadmaps.models import Activity, Roadmap
from roadmaps.plans.timeline import Scale, Unit, scale_of
from roadmaps.queries.seen import NAMES_OFFERED, Keys, Seen, Wanted, by_section, page_lines, seen
from roadmaps.states import Status
from schools.context import current_municipality, current_year, show_municipality
from schools.models import Municipality

ROWS_A_PAGE = 50
KEPT = ("roadmap", "status", "school", "responsible", "q", "period", "since", "until")  # by every view
VIEWS = (
    ("rows", "Таблица"),
    ("timeline", "Лента времени"),
)


@dataclass(frozen=True)
class Sight:
    """What one of the views looks at."""

    municipality: Municipality
    form: SeenForm
    roadmap: Roadmap | None
    wanted: Wanted
    found: Seen
    today: dt.date

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Those wanted, or the term of all plans found."""
        if self.wanted.first and self.wanted.last:
            return self.wanted.first, self.wanted.last
        plans = self.found.plans.values()
        first = min((plan.starts_on for plan in plans), default=self.today)
        return first, max((plan.ends_on for plan in plans), default=first)


def look(request: HttpRequest) -> Sight:
    """What the address asks for; with a mistake in it nothing is found, and the form says why."""
    roadmap = _roadmap(request)
    municipality = current_municipality(request)
    today = timezone.localdate()
    form = SeenForm(request.GET, municipality=municipality, user=request.user, year=current_year(request, municipality))
    if form.is_valid():
        wanted = form.wanted(roadmap)
        return Sight(municipality, form, roadmap, wanted, seen(request.user, municipality, wanted, today), today)
    return Sight(
        municipality, form, roadmap, Wanted(roadmap=roadmap), Seen({}, Keys(Activity.objects.none(), {})), today
    )


def _roadmap(request: HttpRequest) -> Roadmap | None:
    asked = request.GET.get("roadmap")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 9:
        raise Http404("Такой дорожной карты нет.")
    visible = Roadmap.objects.visible_to(request.user).select_related("municipality", "school")
    roadmap = get_object_or_404(visible, pk=int(asked))
    show_municipality(request, roadmap.municipality)
    return roadmap


def context_of(request: HttpRequest, sight: Sight, here: str) -> dict[str, Any]:
    """What the head of every view shows."""
    kept = kept_query(request)
    asked = {name for name in kept if name != "roadmap"}
    counts = sight.found.counts
    return {
        "sight": sight,
        "form": sight.form,
        "roadmap": sight.roadmap,
        "here": here,
        "views": VIEWS,
        "kept": kept.urlencode(),
        "is_narrowed": bool(asked),
        "names": sight.found.names[:NAMES_OFFERED],
        "counts": [(status, counts[status]) for status in Status if counts and counts[status]],
        "total": counts.total() if counts is not None else len(sight.found.rows),
    }


def kept_query(request: HttpRequest) -> QueryDict:
    """What every view keeps of the address."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if value := request.GET.get(name, "").strip():
            kept[name] = value
    return kept


def page_of(request: HttpRequest, sight: Sight) -> Page[Any]:
    return Paginator(sight.found.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    sight = look(request)
    page = page_of(request, sight)
    lines = page_lines(page, sight.today)
    context = {"page": page, "groups": by_section(lines, sight.found.plans)}
    return render(request, "roadmaps/seen/rows.html", context_of(request, sight, "rows") | context)


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """Times of each row on a line of months or quarters; a table for whoever does not see the line."""
    sight = look(request)
    page = page_of(request, sight)
    lines = page_lines(page, sight.today)
    unit = next((one for one in Unit if one == request.GET.get("unit")), None)
    context = {
        "page": page,
        "groups": by_section(lines, sight.found.plans),
        "scale": _scale(sight, unit),
        "units": tuple(Unit),  # the class itself would be called
    }
    return render(request, "roadmaps/seen/timeline.html", context_of(request, sight, "timeline") | context)


def _scale(sight: Sight, unit: Unit | None) -> Scale:
    """Open ends of what is wanted end with the plans."""
    first, last = sight.days
    plans = sight.found.plans.values()
    if plans:
        first = max(first, min(plan.starts_on for plan in plans))
        last = min(last, max(plan.ends_on for plan in plans))
    return scale_of(first, max(first, last), unit)
