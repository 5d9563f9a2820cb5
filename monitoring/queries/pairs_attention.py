"""Of the pairings: meetings that the other side has written down and this person has not yet confirmed."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.access import Permission
from accounts.models import reach_of
from mentoring.queries.mine import to_confirm
from monitoring.attention import Attention
from schools.models import Municipality
from schools.wording import counted, day, plural


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
