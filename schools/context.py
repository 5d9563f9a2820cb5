"""Which municipality and school year a page is about: from the address, else as last chosen, else a sensible start."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.utils import timezone

from schools.models import Identification, Municipality
from schools.periods import school_year_of

MUNICIPALITY_KEY, YEAR_KEY = "municipality", "year"
YEAR_OF_PLANS_KEY = "year_of_plans"  # in the session only: every address says «year»
YEARS_KNOWN_TO_THE_PORTAL = range(2000, 2101)

YearSource = Callable[[Municipality], Iterable[int]]
_year_sources: list[YearSource] = []


def register_year_source(source: YearSource) -> YearSource:
    """Upper apps say here which school years of a municipality have data of theirs."""
    if source not in _year_sources:
        _year_sources.append(source)
    return source


@register_year_source
def identification_years(municipality: Municipality) -> Iterable[int]:
    identified = Identification.objects.filter(school__municipality=municipality)
    return identified.order_by().values_list("school_year", flat=True).distinct()


def visible_municipalities(request: HttpRequest) -> list[Municipality]:
    """All that this person belongs to, by name; read once a request."""
    return cast(
        list[Municipality],
        _once(request, "_municipalities", lambda: list(Municipality.objects.visible_to(request.user))),
    )


def current_municipality(request: HttpRequest) -> Municipality:
    """The municipality in view; 404 when it, or any, is not visible."""
    return cast(Municipality, _once(request, "_municipality", lambda: _municipality(request)))


def municipality_if_any(request: HttpRequest) -> Municipality | None:
    """The municipality in view; None for somebody to whom none is open as a whole, such as an expert. 404 when the
    address names one that is not visible."""
    try:
        return current_municipality(request)
    except Http404:
        if request.GET.get(MUNICIPALITY_KEY):
            raise
        return None


def show_municipality(request: HttpRequest, municipality: Municipality) -> None:
    """A page about one thing is about its municipality, whichever was chosen before: head and links follow."""
    _keep(request, "_municipality", municipality)
    _remember(request, MUNICIPALITY_KEY, municipality.slug)


def current_year(request: HttpRequest, municipality: Municipality) -> int:
    """The school year in view; without a choice the latest with data, else that of today."""
    return cast(int, _once(request, "_school_year", lambda: _year(request, municipality)))


def running_year(request: HttpRequest, going_on: int, offered: Iterable[int]) -> int:
    """The school year in view of pages about plans; without a choice the one going on, since plans are about what comes
    and results about what was; that is why a link to a past year's results does not move the plans. The head of the
    page shows the same and offers these years too. Asked before `current_year`."""
    _keep(request, "_offered_years", frozenset(offered))
    return cast(int, _once(request, "_school_year", lambda: _chosen_year(request, YEAR_OF_PLANS_KEY) or going_on))


def offered_years(request: HttpRequest) -> frozenset[int]:
    """Years that the page itself knows of, besides those with data."""
    return cast(frozenset[int], getattr(request, "_offered_years", frozenset()))


def years_of(request: HttpRequest, municipality: Municipality) -> list[int]:
    """School years with data, the latest first."""
    return cast(
        list[int],
        _once(
            request,
            f"_years_of_{municipality.pk}",
            lambda: sorted({year for source in _year_sources for year in source(municipality)}, reverse=True),
        ),
    )


def _municipality(request: HttpRequest) -> Municipality:
    visible = {municipality.slug: municipality for municipality in visible_municipalities(request)}
    if not visible:
        raise Http404("Вас ещё не добавили ни в один муниципалитет.")
    if slug := request.GET.get(MUNICIPALITY_KEY):
        if slug not in visible:
            raise Http404("Такого муниципалитета нет, или он вам не открыт.")
        _remember(request, MUNICIPALITY_KEY, slug)
        return visible[slug]
    return visible.get(request.session.get(MUNICIPALITY_KEY, ""), next(iter(visible.values())))


def _year(request: HttpRequest, municipality: Municipality) -> int:
    if chosen := _chosen_year(request):
        return chosen
    years = years_of(request, municipality)
    return years[0] if years else school_year_of(timezone.localdate())


def _chosen_year(request: HttpRequest, remembered_as: str = YEAR_KEY) -> int | None:
    if text := request.GET.get(YEAR_KEY):
        if not text.isdecimal() or int(text) not in YEARS_KNOWN_TO_THE_PORTAL:
            raise Http404("Учебный год в адресе записан неверно; пример: year=2020.")
        _remember(request, remembered_as, int(text))
        return int(text)
    chosen = request.session.get(remembered_as)
    return int(chosen) if chosen else None


def _remember(request: HttpRequest, key: str, value: str | int) -> None:
    if request.session.get(key) != value:
        request.session[key] = value


def _once(request: HttpRequest, name: str, find: Callable[[], Any]) -> Any:
    """Found once a request: views and the frame ask for the same."""
    if not hasattr(request, name):
        _keep(request, name, find())
    return getattr(request, name)


def _keep(request: HttpRequest, name: str, found: Any) -> None:
    """For the life of the request."""
    setattr(request, name, found)
