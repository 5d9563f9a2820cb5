"""Several plans at once: as a table, a timeline, a calendar and a board, narrowed to what the address says."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from roadmaps.forms.seeing import OF_MUNICIPALITY, SeenForm
from roadmaps.models import Activity, Roadmap, SavedView
from roadmaps.plans.bounds import EARLIEST, LATEST
from roadmaps.plans.timeline import Scale, Unit, scale_of
from roadmaps.queries.due import month_of
from roadmaps.queries.seen import NAMES_OFFERED, Keys, Seen, Wanted, by_section, page_lines, seen
from roadmaps.queries.seen_sums import Sum
from roadmaps.queries.seen_sums import by_responsible as summed_by_responsible
from roadmaps.queries.seen_sums import by_school as summed_by_school
from roadmaps.queries.years import years_of_plans
from roadmaps.states import Status
from schools.context import current_municipality, running_year, show_municipality
from schools.models import Municipality
from schools.periods import year_of_plans

ROWS_A_PAGE, SUMS_A_PAGE, CARDS_A_COLUMN = 50, 100, 15
KEPT = ("roadmap", "status", "school", "responsible", "q", "period", "since", "until")  # by every view
VIEWS = (
    ("rows", "Таблица"),
    ("timeline", "Лента времени"),
    ("calendar", "Календарь"),
    ("board", "Доска"),
    ("by_school", "По школам"),
    ("by_responsible", "По ответственным"),
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


def look(request: HttpRequest, *, with_counts: bool = False) -> Sight:
    """What the address asks for; with a mistake in it nothing is found, and the form says why."""
    roadmap = _roadmap(request)
    municipality = current_municipality(request)
    today = timezone.localdate()
    year = running_year(request, year_of_plans(today), years_of_plans(request.user, municipality))
    form = SeenForm(request.GET, municipality=municipality, user=request.user, year=year)
    if form.is_valid():
        wanted = form.wanted(roadmap)
        found = seen(request.user, municipality, wanted, today, with_counts=with_counts)
        return Sight(municipality, form, roadmap, wanted, found, today)
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
        "kept_period": [(name, kept[name]) for name in ("period", "since", "until") if name in kept],
        "overdue": _overdue(kept).urlencode(),
        "is_narrowed": bool(asked),
        "saved": [(one, address_of(one)) for one in _saved(request, sight.municipality)],
        "names": sight.found.names[:NAMES_OFFERED],
        "counts": [(status, counts[status]) for status in Status if counts and counts[status]],
        "total": counts.total() if counts is not None else len(sight.found.rows),
    }


def kept_query(request: HttpRequest) -> QueryDict:
    """What every view keeps of the address."""
    return _kept(request.GET)


def kept_of(query: str) -> QueryDict:
    """The same of an address that somebody sends."""
    return _kept(QueryDict(query))


def asks_for_something(request: HttpRequest, query: str) -> bool:
    """Whether there is nothing wrong with what an address would narrow a view to."""
    asked, municipality = QueryDict(query), current_municipality(request)
    roadmap = asked.get("roadmap", "")
    if roadmap:
        visible = Roadmap.objects.visible_to(request.user)
        if not roadmap.isdecimal() or len(roadmap) > 9 or not visible.filter(pk=int(roadmap)).exists():
            return False
    year = year_of_plans(timezone.localdate())
    return SeenForm(asked, municipality=municipality, user=request.user, year=year).is_valid()


def _kept(query: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if value := query.get(name, "").strip():
            kept[name] = value
    return kept


def address_of(saved: SavedView) -> str:
    return reverse(f"roadmaps:{saved.view}") + (f"?{saved.query}" if saved.query else "")


def _saved(request: HttpRequest, municipality: Municipality) -> QuerySet[SavedView]:
    return SavedView.objects.visible_to(request.user).filter(municipality=municipality)


def _overdue(kept: QueryDict) -> QueryDict:
    """What is late of the same plans, schools and people, whenever it was due."""
    asked = kept.copy()
    for name in ("since", "until"):
        asked.pop(name, None)
    asked["status"], asked["period"] = Status.LATE.value, "all"
    return asked


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


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A month with what is due on its days, and all of one day where there is no room for it."""
    sight = look(request)
    first = asked_month(request) or sight.today.replace(day=1)
    wanted = sight.wanted if sight.form.is_valid() else None
    month = month_of(request.user, sight.municipality, wanted, first, sight.today) if wanted else None
    day = month.day(asked_date(request.GET.get("day", ""))) if month else None
    context = {
        "month": month,
        "day": day,
        "page": Paginator(day.due, ROWS_A_PAGE).get_page(request.GET.get("page")) if day else None,
        "kept_here": [("month", f"{first:%Y-%m}")],
    }
    return render(request, "roadmaps/seen/calendar.html", context_of(request, sight, "calendar") | context)


def asked_month(request: HttpRequest) -> dt.date | None:
    """404 where the address names a month that is none."""
    asked = request.GET.get("month", "")
    if not asked:
        return None
    if (found := asked_date(f"{asked}-01")) is None or not EARLIEST <= found <= LATEST:
        raise Http404("Месяц в адресе записан неверно; пример: month=2023-03.")
    return found


def asked_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Column:
    """Of the board: rows of one state, the first of them as cards."""

    state: Status
    total: int
    cards: list[Any]
    rest: str  # the query of the table with all of them

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    sight = look(request, with_counts=True)
    kept = kept_query(request)
    wanted = [status for status in Status if sight.wanted.status in ("", status)]
    keys = {status: sight.found.of_state[status][:CARDS_A_COLUMN] for status in wanted if sight.found.of_state}
    lines = {line.activity.pk: line for line in page_lines([key for of in keys.values() for key in of], sight.today)}
    columns = []
    for status, of in keys.items():
        rest = kept.copy()
        rest["status"] = status.value
        cards = [(lines[key], sight.found.plans[lines[key].activity.roadmap_id]) for key in of if key in lines]
        columns.append(Column(status, len(sight.found.of_state[status]), cards, rest.urlencode()))
    return render(request, "roadmaps/seen/board.html", context_of(request, sight, "board") | {"columns": columns})


@require_safe
def by_school(request: HttpRequest) -> HttpResponse:
    return _sums(request, "by_school", summed_by_school)


@require_safe
def by_responsible(request: HttpRequest) -> HttpResponse:
    return _sums(request, "by_responsible", summed_by_responsible)


def _sums(request: HttpRequest, here: str, summed: Callable[[Seen], list[Sum]]) -> HttpResponse:
    sight = look(request, with_counts=True)
    sums = [_narrowed_to(one, sight.wanted.status) for one in summed(sight.found)]
    kept = kept_query(request)
    name = "school" if here == "by_school" else "responsible"
    kept.pop(name, None)
    context = {
        "page": Paginator([one for one in sums if one.total], SUMS_A_PAGE).get_page(request.GET.get("page")),
        "statuses": list(Status),
        "narrowing": kept.urlencode(),
        "of_municipality": OF_MUNICIPALITY,
    }
    return render(request, f"roadmaps/seen/{here}.html", context_of(request, sight, here) | context)


def _narrowed_to(one: Sum, status: str) -> Sum:
    counts = Counter({state: count for state, count in one.counts.items() if status in ("", state)})
    return replace(one, counts=counts)
