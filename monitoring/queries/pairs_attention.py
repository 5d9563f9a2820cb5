"""Of mentoring: meetings that wait to be confirmed, requests for help that wait for an answer or have got one."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.models import HelpRequest
from mentoring.queries.mine import for_others, to_confirm
from mentoring.queries.requests import owed_by, told_to_school
from monitoring.attention import Attention
from schools.models import Municipality
from schools.wording import counted, day, plural

REQUESTS = "запрос,запроса,запросов"


def meetings_waiting(user: Any, municipality: Municipality) -> Iterator[Attention]:
    if municipality.pk not in reach_of(user, Permission.MEETING_LOG).touched:
        return
    lines = to_confirm(user, municipality)
    if lines:
        count = len(lines)
        title = f"{plural(count, 'Ждёт,Ждут,Ждут')} вашего подтверждения {counted(count, 'встреча,встречи,встреч')}"
        first = lines[0].meeting
        text = f"Раньше других: «{first.topic}», {day(first.on)}. Проверьте и подтвердите или оспорьте."
        yield Attention("warn", title, text, reverse("mentoring:mine"), "Посмотреть")
    if count := for_others(user, municipality).count():
        title = f"{counted(count, 'встречу,встречи,встреч')} некому подтвердить, кроме вас"
        text = "У другой стороны пары нет логина: подтвердите за неё или выдайте ей логин."
        yield Attention("warn", title, text, reverse("mentoring:mine"), "Посмотреть")


def requests_waiting(user: Any, municipality: Municipality) -> Iterator[Attention]:
    owed = owed_by(user, municipality)
    if first := owed.first():  # whose day comes first
        count = owed.count()
        title = f"{plural(count, 'Ждёт,Ждут,Ждут')} вашего ответа {counted(count, REQUESTS)} о помощи"
        by = f", срок {day(first.deadline)}" if first.deadline else ""
        text = f"Раньше других: «{first.topic}», {first.school.name}{by}. Ответьте или назначьте, кто ответит."
        kind = "bad" if first.late_days(timezone.localdate()) else "warn"
        yield Attention(kind, title, text, _page(first, count), "Посмотреть")
    told = told_to_school(user, municipality)
    if first := told.first():
        count = told.count()
        title = f"Есть что прочитать: {counted(count, REQUESTS)} о помощи с ответом или возвратом"
        text = f"«{first.topic}»: прочитайте и закройте запрос, если помогло, или уточните его."
        yield Attention("warn", title, text, _page(first, count), "Прочитать")


def _page(first: HelpRequest, count: int) -> str:
    """Of the only one, else the list."""
    return first.get_absolute_url() if count == 1 else reverse("mentoring:requests")
