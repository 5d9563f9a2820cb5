"""An event for the calendar of a telephone or mail program (RFC 5545)."""

import datetime as dt

from django.utils.text import capfirst
from icalendar import Calendar
from icalendar import Event as Entry

from mentoring.models import Event


def calendar_of(event: Event, *, now: dt.datetime, address: str) -> bytes:
    """The same event has the same UID for ever, so that a calendar moves it rather than having it twice. Without an
    hour, and over several days, it takes whole days. It comes with its municipality, by whose clock it begins."""
    calendar, entry = Calendar(), Entry()
    calendar.add("prodid", "-//Опора//Мероприятия//RU")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    entry.add("uid", f"event-{event.pk}@opora")
    entry.add("dtstamp", now)
    entry.add("sequence", event.version)
    if event.starts_at is None or event.ends_on != event.starts_on:
        entry.add("dtstart", event.starts_on)
        entry.add("dtend", event.ends_on + dt.timedelta(days=1))
    else:
        begins = dt.datetime.combine(event.starts_on, event.starts_at, event.municipality.zone)
        entry.add("dtstart", begins.astimezone(dt.UTC))
        entry.add("dtend", (begins + dt.timedelta(hours=float(event.hours or 1))).astimezone(dt.UTC))
    entry.add("summary", f"{capfirst(event.get_kind_display())}: {event.title}")
    if event.place:
        entry.add("location", event.place)
    entry.add("description", "\n".join(filter(None, [event.when, event.audience, event.link])))
    entry.add("url", address)
    if event.state == "cancelled":
        entry.add("status", "CANCELLED")
    calendar.add_component(entry)
    return calendar.to_ical()
