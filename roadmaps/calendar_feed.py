"""What somebody owes as a calendar that phones and mail programs read (RFC 5545)."""

import datetime as dt
from collections.abc import Callable, Iterable

from icalendar import Calendar, Event, vDuration

from roadmaps.plans.deadlines import Precision
from roadmaps.queries.duties import Duty
from roadmaps.queries.owed import Owed, Why
from schools.wording import counted

EVERY = dt.timedelta(hours=6)  # how often a calendar should ask again
LONGEST_SUMMARY = 200


def calendar_of(
    owed: Iterable[Owed],
    *,
    now: dt.datetime,
    address: Callable[[Owed], str],
    duties: Iterable[Duty] = (),
    site: str = "",
) -> bytes:
    """One event of a whole day for each report that is owed and each duty with a day; the same has the same UID for
    ever, so that a calendar moves it rather than having it twice. `address` is where the report is written, `site`
    stands before the addresses of the duties."""
    calendar = Calendar()
    calendar.add("prodid", "-//Опора//Что я должен//RU")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Опора: что я должен")
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(EVERY))
    for one in sorted(owed, key=lambda one: (one.occurrence.due_on, one.occurrence.pk, _place(one))):
        uid, day = f"report-{one.occurrence.pk}-{_place(one)}", one.occurrence.due_on
        calendar.add_component(_event(uid, day, _summary(one), _description(one), now, address(one)))
    for duty in duties:
        if duty.due_on:
            uid, begin = duty.address.strip("/").replace("/", "-"), "Просрочено: " if duty.is_late else ""
            title = _shortened(f"{begin}{duty.what}: {duty.about}")
            calendar.add_component(_event(uid, duty.due_on, title, [duty.about], now, f"{site}{duty.address}"))
    return calendar.to_ical()


def _event(uid: str, day: dt.date, summary: str, about: Iterable[str], now: dt.datetime, address: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@opora")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("description", "\n".join(about))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
    return event


def _place(one: Owed) -> int:
    return one.school.pk if one.school else 0


def _summary(one: Owed) -> str:
    title = " ".join(f"{one.occurrence.activity.number} {one.occurrence.activity.title}".split())
    begin = {Why.LATE: "Просрочено: ", Why.RETURNED: "Исправить отчёт: "}.get(one.why, "Отчитаться: ")
    return _shortened(begin + title)


def _shortened(whole: str) -> str:
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
