"""The demonstration's events and practices: invented, around the day of loading. Made as people make them, through the
services, but for the days on which schools were told of what is over."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.programmes.fixtures import ROOT
from mentoring.models import Event, Teacher
from mentoring.services.attendance import AttendanceTold, name_attendance, write_attendance
from mentoring.services.events import EventTold, hold_event, plan_event
from mentoring.services.practices import PracticeTold, propose_practice, publish_practice, show_practice
from schools.models import Municipality, School

KEEPER = "methodist"
NAMES = ("kind", "title", "subject", "presence", "place", "organiser", "audience", "announce_days")


@transaction.atomic
def load_demo_events(today: dt.date) -> int:
    """Events made; none in a town that has any, whatever people made of them since."""
    told = json.loads((ROOT / "demo_events.json").read_text(encoding="utf-8"))
    told.pop("source")
    return sum(_load(Municipality.objects.get(slug=slug), of_town, today) for slug, of_town in told.items())


def _load(municipality: Municipality, told: Mapping[str, Any], today: dt.date) -> int:
    if Event.objects.filter(municipality=municipality).exists():
        return 0
    schools = {school.code: school for school in municipality.schools.all()}
    keeper = User.objects.get(username=KEEPER)
    events = [_event(municipality, row, schools, keeper, today) for row in told["events"]]
    for row in told["practices"]:
        _practice(municipality, row, schools, events, keeper)
    return len(events)


def _event(
    municipality: Municipality, told: Mapping[str, Any], schools: Mapping[str, School], keeper: User, today: dt.date
) -> Event:
    invited = tuple(schools[code] for code in told.get("schools", ()))
    event = plan_event(
        municipality=municipality,
        told=EventTold(
            **{name: told[name] for name in NAMES if name in told},
            starts_on=today + dt.timedelta(days=told["in_days"]),
            starts_at=dt.time.fromisoformat(told["starts_at"]),
            hours=Decimal(told["hours"]),
            for_all=not invited,
            schools=invited,
        ),
        by=keeper,
    )
    if "told_days_ahead" in told:
        day = dt.datetime.combine(event.starts_on - dt.timedelta(days=told["told_days_ahead"]), dt.time(10))
        event.announced_at, event.announced_by = timezone.make_aware(day), keeper
        event.save()
    if "attendance" in told:
        event = hold_event(event=event, seen_version=event.version, by=keeper)
        came = [AttendanceTold(schools[code], tuple(numbers)) for code, numbers in told["attendance"].items()]
        write_attendance(event=event, told=came, by=keeper)
        for code, names in told.get("named", {}).items():
            teachers = Teacher.objects.filter(school=schools[code], name__in=names)
            named = {teacher.pk: names[teacher.name] for teacher in teachers}
            name_attendance(event=event, school=schools[code], named=named, seen={}, by=keeper)
    return event


def _practice(
    municipality: Municipality,
    told: Mapping[str, Any],
    schools: Mapping[str, School],
    events: list[Event],
    keeper: User,
) -> None:
    author = User.objects.get(username=told["by"])
    words = {name: told[name] for name in ("title", "subject", "audience", "text", "effect") if name in told}
    made = propose_practice(
        municipality=municipality, told=PracticeTold(school=schools[told["school"]], **words), by=author
    )
    if "shown_at" in told:
        show_practice(practice=made, events=[events[told["shown_at"]]], by=author)
    if told["becomes"] == "published":
        publish_practice(practice=made, seen_version=1, by=keeper)
