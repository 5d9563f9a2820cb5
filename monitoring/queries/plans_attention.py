"""Of the plans: what somebody owes, what waits for their check, what is late in the whole municipality."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.access import Permission
from monitoring.attention import Attention
from roadmaps.models import Activity, Programme
from roadmaps.queries.owed import DAYS_AHEAD, Owed, Why, owed_by, waiting_for
from roadmaps.queries.standing import late_rows
from roadmaps.states import Status
from schools.models import Municipality
from schools.wording import counted, day, plural

REPORT_FORMS = "отчёт,отчёта,отчётов"


def plans_waiting(user: Any, municipality: Municipality) -> Iterator[Attention]:
    """Each for those alone who may do something about it."""
    today = timezone.localdate()
    yield from reports_owed(owed_by(user, municipality, today))
    yield from reports_to_check(user, municipality)
    yield from rows_late(user, municipality, today)
    yield from programmes_to_approve(user, municipality)


def reports_owed(owed: list[Owed]) -> Iterator[Attention]:
    """One card: returned and late ones first, else what is due soon."""
    late, returned, soon = ([one for one in owed if one.why is why] for why in (Why.LATE, Why.RETURNED, Why.SOON))
    address = reverse("roadmaps:mine")
    if late or returned:
        title = "; ".join(
            f"{plural(len(rows), forms)} {counted(len(rows), REPORT_FORMS)}"
            for rows, forms in (
                (late, "просрочен,просрочено,просрочено"),
                (returned, "возвращён,возвращено,возвращено"),
            )
            if rows
        )
        first = (late or returned)[0]
        text = f"Раньше других: «{_short(first)}», срок {day(first.occurrence.due_on)}."
        yield Attention("bad", title[0].upper() + title[1:], text, address, "Отчитаться")
    elif soon:
        text = f"Ближайший: «{_short(soon[0])}», срок {day(soon[0].occurrence.due_on)}."
        title = (
            f"В ближайшие {DAYS_AHEAD} дней {plural(len(soon), 'нужен,нужны,нужны')} {counted(len(soon), REPORT_FORMS)}"
        )
        yield Attention("warn", title, text, address, "Посмотреть и отчитаться")


def _short(one: Owed) -> str:
    title = str(one.occurrence.activity.title)
    return title if len(title) <= 90 else f"{title[:89].rstrip()}…"


def reports_to_check(user: Any, municipality: Municipality) -> Iterator[Attention]:
    if count := waiting_for(user, municipality).count():
        title = f"{plural(count, 'Ждёт,Ждут,Ждут')} вашей проверки {counted(count, REPORT_FORMS)}"
        text = "Примите отчёт или верните с тем, что исправить: пока он не проверен, мероприятие не выполнено."
        yield Attention("warn", title, text, f"{reverse('roadmaps:mine')}#waiting", "Проверить")


def rows_late(user: Any, municipality: Municipality, today: dt.date) -> Iterator[Attention]:
    """For those who keep the plans of the municipality."""
    if not municipality.allows(user, Permission.PLANS_EDIT):
        return
    rows = Activity.objects.visible_to(user).filter(roadmap__municipality=municipality, removed_at__isnull=True)
    if count := late_rows(rows, today).count():
        title = f"Просрочено {counted(count, 'мероприятие,мероприятия,мероприятий')} дорожных карт"
        text = "Посмотрите, чьи они: напомните, отмените срок с причиной или решите, что мероприятие выполнено."
        address = f"{reverse('roadmaps:rows')}?status={Status.LATE.value}&period=all"
        yield Attention("bad", title, text, address, "Просроченные мероприятия")


def programmes_to_approve(user: Any, municipality: Municipality) -> Iterator[Attention]:
    """Agreed upon, and waiting for an order of those who may give one."""
    agreed = Programme.objects.allowing(user, Permission.PLANS_APPROVE)
    agreed = agreed.filter(municipality=municipality, status=Programme.Status.AGREED)
    titles = list(agreed.order_by("pk").values_list("title", flat=True))
    if titles:
        title = (
            f"{plural(len(titles), 'Ждёт,Ждут,Ждут')} приказа {counted(len(titles), 'программа,программы,программ')}"
        )
        first = titles[0] if len(titles[0]) <= 90 else f"{titles[0][:89].rstrip()}…"
        yield Attention("warn", title, f"Согласована: «{first}».", reverse("roadmaps:programmes"), "К программам")
