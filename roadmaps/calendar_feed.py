"""What somebody owes as a calendar that phones and mail programs read (RFC 5545)."""

import datetime as dt
from collections.abc import Callable, Iterable

from icalendar import Calendar, Event, vDuration

from roadmaps.plans.deadlines import Precision
from roadmaps.queries.owed import Owed, Why
from schools.wording import counted

EVERY = dt.timedelta(hours=6)  # how often a calendar should ask again
LONGEST_SUMMARY = 200


def calendar_of(owed: Iterable[Owed], *, now: dt.datetime, address: Callable[[Owed], str]) -> bytes:
    """One event of a whole day for each report that is owed; the same report has the same UID for ever, so that a
    calendar moves it rather than having it twice. `address` is where the report is written."""
    calendar = Calendar()
    calendar.add("prodid", "-//Опора//Что я должен//RU")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Опора: что я должен")
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(EVERY))
    for one in sorted(owed, key=lambda one: (one.occurrence.due_on, one.occurrence.pk, _place(one))):
        calendar.add_component(_event(one, now, address(one)))
    return calendar.to_ical()


def _event(one: Owed, now: dt.datetime, address: str) -> Event:
    once, event = one.occurrence, Event()
    event.add("uid", f"report-{once.pk}-{_place(one)}@opora")
    event.add("dtstamp", now)
    event.add("dtstart", once.due_on)
    event.add("dtend", once.due_on + dt.timedelta(days=1))
    event.add("summary", _summary(one))
    event.add("description", "\n".join(_description(one)))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
    return event


def _place(one: Owed) -> int:
    return one.school.pk if one.school else 0


def _summary(one: Owed) -> str:
    title = " ".join(f"{one.occurrence.activity.number} {one.occurrence.activity.title}".split())
    begin = {Why.LATE: "Просрочено: ", Why.RETURNED: "Исправить отчёт: "}.get(one.why, "Отчитаться: ")
    whole = begin + title
    return whole if len(whole) <= LONGEST_SUMMARY else whole[: LONGEST_SUMMARY - 1].rstrip() + "…"


def _description(one: Owed) -> Iterable[str]:
    once = one.occurrence
    yield once.label
    if once.precision == Precision.FUZZY:
        yield "Точный день в плане не назван."
    if one.why is Why.LATE:
        yield f"Просрочено на {counted(one.late_days, 'день,дня,дней')}."
    if one.school:
        yield one.school.name
    yield once.activity.roadmap.title
