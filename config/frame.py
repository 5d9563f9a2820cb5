"""What surrounds every page: where one is, what one may open, which year one looks at. Read when a page shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from accounts.access import Permission
from accounts.models import Membership, reach_of
from roadmaps.queries.notices import unread_count
from schools.context import (
    MUNICIPALITY_KEY,
    YEAR_KEY,
    current_municipality,
    current_year,
    offered_years,
    visible_municipalities,
    years_of,
)
from schools.models import Municipality
from schools.periods import school_year_of

Answer = Callable[[HttpRequest], HttpResponseBase]

NOT_KEPT_WITH_ANOTHER_YEAR = {YEAR_KEY, MUNICIPALITY_KEY, "page"}


def kept_nowhere(get_response: Answer) -> Answer:
    """Middleware: no browser or proxy keeps a page, so that nobody leafs back into it after somebody has logged out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


@dataclass(frozen=True)
class Section:
    """An entry of the navigation; `whole` when only a role for the whole municipality opens it."""

    title: str
    view: str
    permission: Permission | None
    whole: bool = False


SECTIONS = (
    Section("Главная", "home", None),
    Section("Школы", "schools:list", Permission.SCHOOL_VIEW),
    Section("Показатели", "indicators:list", Permission.VALUES_VIEW),
    Section("Идентификация", "schools:identification", Permission.IDENTIFICATION_VIEW),
    Section("Дорожные карты", "roadmaps:list", Permission.PLANS_VIEW),
    Section("Что я должен", "roadmaps:mine", Permission.PROGRESS_REPORT),
    Section("Наставничество", "mentoring:pairings", Permission.MENTORING_VIEW),
    Section("Экспертиза", "roadmaps:expertises", None),
    Section("Мониторинг", "monitoring:heat_map", Permission.VALUES_VIEW),
    Section("Документы", "reports:list", Permission.REPORT_VIEW, whole=True),
)
SECTIONS_OF_WORK = (
    Section("Данные", "monitoring:uploads", Permission.RESULTS_IMPORT, whole=True),
    Section("Объективность", "monitoring:objectivity", Permission.OBJECTIVITY_EDIT, whole=True),
    Section("Собираемые сведения", "indicators:statistics", Permission.STATISTICS_EDIT),
    Section("Люди", "accounts:people", Permission.PEOPLE_MANAGE, whole=True),
    Section("Справка", "accounts:help", None),
)
SECTIONS_OF_MENU = (
    Section("Как меня уведомлять", "roadmaps:notice_settings", None),
    Section("Журнал уведомлений", "roadmaps:notice_log", Permission.PEOPLE_MANAGE, whole=True),
    Section("Работы портала", "accounts:jobs", Permission.RESULTS_IMPORT, whole=True),
    Section("Сверка показателей", "monitoring:audit", Permission.RESULTS_IMPORT, whole=True),
)


@dataclass(frozen=True)
class NavEntry:
    title: str
    address: str
    is_current: bool


class Frame:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def municipalities(self) -> list[Municipality]:
        return visible_municipalities(self.request)

    @cached_property
    def municipality(self) -> Municipality | None:
        """None for somebody who belongs nowhere, and on the page that says that an address leads nowhere."""
        try:
            return current_municipality(self.request)
        except Http404:
            return self.municipalities[0] if self.municipalities else None

    @cached_property
    def year(self) -> int | None:
        try:
            return current_year(self.request, self.municipality) if self.municipality else None
        except Http404:
            return None

    @cached_property
    def years(self) -> list[int]:
        """With data, or chosen, or just going on, or known to the page."""
        if self.municipality is None:
            return []
        known = years_of(self.request, self.municipality)
        going_on = school_year_of(timezone.localdate())
        return sorted({*known, *offered_years(self.request), self.year or known[0], going_on}, reverse=True)

    @cached_property
    def unread(self) -> int:
        """Notices that wait to be read."""
        return unread_count(self.request.user, self.municipality)

    @cached_property
    def role(self) -> str:
        """What one is here, for the head of the page."""
        if self.municipality is None:
            return ""
        found = Membership.objects.filter(user=self.request.user.pk, municipality=self.municipality).order_by("pk")
        membership = found.first()
        return membership.role_label if membership else ""

    @cached_property
    def sections(self) -> list[NavEntry]:
        return self._entries(SECTIONS)

    @cached_property
    def sections_of_work(self) -> list[NavEntry]:
        return self._entries(SECTIONS_OF_WORK)

    @cached_property
    def sections_of_menu(self) -> list[NavEntry]:
        """What is looked for seldom, so it stands in the menu of the person."""
        return self._entries(SECTIONS_OF_MENU)

    @property
    def kept_query(self) -> list[tuple[str, str]]:
        """What the address says besides the year, so that another year shows the same."""
        return [
            (key, value)
            for key, values in self.request.GET.lists()
            if key not in NOT_KEPT_WITH_ANOTHER_YEAR
            for value in values
        ]

    def _entries(self, sections: tuple[Section, ...]) -> list[NavEntry]:
        return [self._entry(section) for section in sections if self._is_open(section)]

    def _is_open(self, section: Section) -> bool:
        if section.permission is None:
            return True
        held = reach_of(self.request.user, section.permission)
        places = held.municipalities if section.whole else held.touched
        return self.municipality is not None and self.municipality.pk in places

    def _entry(self, section: Section) -> NavEntry:
        address = reverse(section.view)
        return NavEntry(section.title, address, address == self._current_address)

    @cached_property
    def _current_address(self) -> str:
        """Of the entry that the page stands under: the longest, where one entry stands under another."""
        path = self.request.path
        addresses = [reverse(one.view) for one in (*SECTIONS, *SECTIONS_OF_WORK, *SECTIONS_OF_MENU)]
        return max(
            (one for one in addresses if one == path or (one != "/" and path.startswith(one))), key=len, default=""
        )
