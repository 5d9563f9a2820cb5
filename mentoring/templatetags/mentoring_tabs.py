"""The rooms of mentoring and the pages of each, as far as somebody has anything to do there."""

from dataclasses import dataclass
from typing import Any

from django import template

from accounts.access import Permission
from accounts.models import reach_of

register = template.Library()


@dataclass(frozen=True)
class Page:
    """`view` is its name among the addresses of mentoring, and by it the page says where it is."""

    view: str
    title: str
    permission: Permission = Permission.MENTORING_VIEW
    of_whole: bool = False  # for those who have the permission in the whole municipality

    def is_for(self, user: Any) -> bool:
        reach = reach_of(user, self.permission)
        return bool(reach.municipalities if self.of_whole else reach.touched)


@dataclass(frozen=True)
class Room:
    """Opens at the first of its pages that the person has."""

    title: str
    pages: tuple[Page, ...]


ROOMS = (
    Room(
        "Пары",
        (
            Page("pairings", "Все пары"),
            Page("mine", "Мои пары", Permission.MEETING_LOG),  # for those who can be a side of one
            Page("meetings", "Встречи"),
            Page("pool", "Наставники и тьюторы"),
            Page("proposal", "Подбор пар", Permission.MENTORING_EDIT),
        ),
    ),
    Room("Запросы", (Page("requests", "Запросы о помощи", Permission.MEETING_LOG),)),
    Room(
        "Мероприятия",
        (
            Page("events", "Список"),
            Page("event_calendar", "Календарь"),
            Page("participation", "Кто участвует"),
            Page("practices", "Практики"),
            Page("seminars", "Постоянный семинар"),
        ),
    ),
    Room(
        "Педагоги",
        (
            Page("staff", "Учителя", Permission.MEETING_LOG),  # mentors too, for theirs
            Page("staffing", "Кадры", Permission.STAFF_VIEW),
            Page("reserve", "Кадровый резерв", Permission.MENTORING_EDIT),  # the centre and the department alone
        ),
    ),
    Room(
        "Оценка помощи",
        (
            Page("scores", "Листы центра", Permission.SCORES_VIEW, of_whole=True),
            Page("help_monitoring", "Мониторинг помощи школам", Permission.SCORES_VIEW),
        ),
    ),
)


@register.inclusion_tag("mentoring/_tabs.html", takes_context=True)
def mentoring_tabs(context: dict[str, Any], view: str) -> dict[str, Any]:
    user = context["user"]
    rooms = [(room.title, [page for page in room.pages if page.is_for(user)]) for room in ROOMS]
    shown = [(title, pages, any(page.view == view for page in pages)) for title, pages in rooms if pages]
    here = next((pages for _, pages, is_here in shown if is_here), [])
    return {"rooms": shown, "pages": here if len(here) > 1 else [], "view": view}
