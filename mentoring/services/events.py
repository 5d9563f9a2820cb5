"""The centre plans events, announces them to the schools they are for, marks them held or calls them off. Each is a
line of the event's history."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User, audit
from mentoring.gatherings import EVENT_MOVES, MOST_DAYS, EventState
from mentoring.models import Event, EventChange
from mentoring.queries.events import invited_to
from mentoring.services.counting import attendance_moved
from roadmaps.models import Activity
from roadmaps.notices.kinds import Kind
from roadmaps.plans.bounds import day_problem
from roadmaps.queries.recipients import people_of_schools
from roadmaps.services.changed import COMPARE, ChangedSince
from roadmaps.telling import News, tell
from schools.models import Municipality, School
from schools.ordering import in_natural_order
from schools.wording import number

CHANGED = f"Пока вы правили мероприятие, его изменил другой человек. {COMPARE}"
LOOK_AGAIN = "Мероприятие за это время изменили: посмотрите на него ещё раз."
ENDS_TOO_EARLY = "Последний день раньше первого: проверьте даты."
TOO_LONG = f"Мероприятие идёт не дольше {MOST_DAYS} дней: проверьте даты или заведите несколько."
NO_SCHOOLS = "Отметьте школы, для которых это мероприятие, или что оно для всех."
OTHER_TOWN = "Школы и строка дорожной карты должны быть из муниципалитета мероприятия."
NOT_NOW = "Мероприятие {state}: этого с ним сделать нельзя."
NOT_YET = "Мероприятие ещё не началось: отметить его проведённым можно {on}."
NO_REASON = "Напишите причину: её узнают школы, которым сообщили о мероприятии."
HAS_ATTENDANCE = "Участие уже записано: сначала сотрите его."
CAME_ALREADY = "Участие этих школ уже записано: {schools}. Сначала сотрите его или оставьте их в списке."
IN_PROGRAMME = "Мероприятие стоит в утверждённой программе семинара: вместо удаления отмените его, назвав причину."
TOLD_ALREADY = "О мероприятии уже сообщили школам: вместо удаления отмените его, и школы узнают причину."
OVER = "Мероприятие уже прошло: сообщать о нём поздно."
WORDS = ("title", "subject", "starts_on", "ends_on", "starts_at", "hours", "place", "link", "organiser", "audience")
CHOICES = ("kind", "level", "presence")


class EventRefused(Exception):
    """Nothing is changed; the text is for people and says why. `field` of the form that it is about, if any."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class EventChanged(EventRefused, ChangedSince):
    """Somebody has changed the event since the person looked at it."""


@dataclass(frozen=True)
class EventTold:
    """`schools` only where it is not for all; `announce_days` ahead as an order asks, None where none does."""

    kind: str
    title: str
    starts_on: dt.date
    ends_on: dt.date | None = None  # None: the first day
    level: str = "municipal"
    subject: str = ""
    starts_at: dt.time | None = None
    hours: Decimal | None = None
    presence: str = "in_person"
    place: str = ""
    link: str = ""
    organiser: str = ""
    audience: str = ""
    for_all: bool = True
    schools: tuple[School, ...] = ()
    activity: Activity | None = None
    announce_days: int | None = None


@transaction.atomic
def plan_event(*, municipality: Municipality, told: EventTold, by: Any = None) -> Event:
    """Raises EventRefused."""
    event = Event(municipality=municipality)
    _set(event, told)
    event.save()
    event.schools.set(() if told.for_all else told.schools)
    note(event, "planned", by, after=event_in_words(event))
    audit("event_planned", event, by=by, municipality_id=municipality.pk)
    return event


@transaction.atomic
def change_event(*, event: Event, told: EventTold, seen_version: int, by: User) -> Event:
    """What is planned; schools that were told of it are told of new days. Raises EventRefused."""
    event = _locked(event, seen_version, CHANGED)
    if event.state != EventState.PLANNED:
        raise EventRefused(NOT_NOW.format(state=event.get_state_display()))
    before, days = event_in_words(event), (event.starts_on, event.ends_on, event.starts_at)
    kind = event.kind
    _set(event, told)
    _refuse_leaving_out(event, told)
    event.schools.set(() if told.for_all else told.schools)
    after = event_in_words(event)
    if before == after:
        return event
    _save(event)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    old, new = ({name: words[name] for name in names if name in words} for words in (before, after))
    note(event, "changed", by, before=old, after=new)
    if (days[0], kind) != (event.starts_on, event.kind):
        attendance_moved(event, by, days[0], event.starts_on)
    if event.announced_at is not None and days != (event.starts_on, event.ends_on, event.starts_at):
        _announce(event, by)
    return event


@transaction.atomic
def announce_event(*, event: Event, seen_version: int, by: User) -> int:
    """In the portal and by letter, to the people of the schools it is for; how many. Raises EventRefused."""
    event = _locked(event, seen_version, LOOK_AGAIN)
    if event.state != EventState.PLANNED:
        raise EventRefused(NOT_NOW.format(state=event.get_state_display()))
    if event.ends_on < timezone.localdate():
        raise EventRefused(OVER)
    return _announce(event, by)


@transaction.atomic
def hold_event(*, event: Event, seen_version: int, by: User) -> Event:
    """It took place. Raises EventRefused."""
    event = _locked(event, seen_version, LOOK_AGAIN)
    if event.starts_on > timezone.localdate():
        raise EventRefused(NOT_YET.format(on=f"с {event.starts_on:%d.%m.%Y}"))
    return _move(event, EventState.HELD, "held", by)


@transaction.atomic
def call_off_event(*, event: Event, reason: str, seen_version: int, by: User) -> Event:
    """Schools that were told of it are told why it will not be. Raises EventRefused."""
    event = _locked(event, seen_version, LOOK_AGAIN)
    if not reason.strip():
        raise EventRefused(NO_REASON, "reason")
    if event.attendance.exists():
        raise EventRefused(HAS_ATTENDANCE)
    event = _move(event, EventState.CANCELLED, "cancelled", by, reason.strip())
    if event.announced_at is not None:
        _tell(event, Kind.CALLED_OFF, by)
    return event


@transaction.atomic
def put_back_event(*, event: Event, seen_version: int, by: User) -> Event:
    """Among what is planned: it was marked by mistake, or is to be after all. Who was told that it is called off is to
    be told anew. Raises EventRefused."""
    event = _locked(event, seen_version, LOOK_AGAIN)
    if event.state == EventState.CANCELLED:
        event.announced_at, event.announced_by = None, None
    return _move(event, EventState.PLANNED, "put_back", by)


@transaction.atomic
def remove_event(*, event: Event, seen_version: int, by: User) -> None:
    """One that was entered by mistake and of which nobody was told. Raises EventRefused."""
    event = _locked(event, seen_version, LOOK_AGAIN)
    if event.changes.filter(action="announced").exists():
        raise EventRefused(TOLD_ALREADY)
    if event.sessions.exists():
        raise EventRefused(IN_PROGRAMME)
    if event.attendance.exists():
        raise EventRefused(HAS_ATTENDANCE)
    audit("event_removed", event, by=by, municipality_id=event.municipality_id)
    event.delete()


def event_in_words(event: Event) -> dict[str, str]:
    """What the history keeps of it: no empty ones."""
    found = {}
    for name in WORDS:
        value = getattr(event, name)
        if isinstance(value, dt.date):
            found[name] = value.isoformat()
        elif isinstance(value, dt.time):
            found[name] = f"{value:%H:%M}"
        elif value:
            found[name] = number(value) if isinstance(value, Decimal) else value
    found |= {name: str(getattr(event, f"get_{name}_display")()) for name in CHOICES}
    if event.announce_days is not None:
        found["announce_days"] = str(event.announce_days)
    if event.activity is not None:
        found["activity"] = str(event.activity)
    found["schools"] = "все" if event.for_all else _names(event.schools.all())
    return found


def _names(schools: Iterable[School]) -> str:
    return "; ".join(school.name for school in in_natural_order(schools))


def _set(event: Event, told: EventTold) -> None:
    ends_on = told.ends_on or told.starts_on
    if problem := day_problem(told.starts_on, ends_on):
        raise EventRefused(problem, "starts_on")
    if ends_on < told.starts_on:
        raise EventRefused(ENDS_TOO_EARLY, "ends_on")
    if (ends_on - told.starts_on).days >= MOST_DAYS:
        raise EventRefused(TOO_LONG, "ends_on")
    if not told.for_all and not told.schools:
        raise EventRefused(NO_SCHOOLS, "schools")
    towns = {school.municipality_id for school in told.schools}
    if told.activity is not None:
        towns.add(told.activity.roadmap.municipality_id)
    if towns - {event.municipality_id}:
        raise EventRefused(OTHER_TOWN)
    for name in (*WORDS, *CHOICES, "for_all", "activity", "announce_days"):
        value = getattr(told, name)
        setattr(event, name, value.strip() if isinstance(value, str) else value)
    event.ends_on = ends_on


def _refuse_leaving_out(event: Event, told: EventTold) -> None:
    if told.for_all:
        return
    came = School.objects.filter(attendance__event=event).exclude(pk__in=[school.pk for school in told.schools])
    if came.exists():
        raise EventRefused(CAME_ALREADY.format(schools=_names(came)), "schools")


def _announce(event: Event, by: User) -> int:
    event.announced_at, event.announced_by = timezone.now(), by
    _save(event)
    note(event, "announced", by)
    audit("event_announced", event, by=by, municipality_id=event.municipality_id)
    return _tell(event, Kind.ANNOUNCED, by)


def _tell(event: Event, kind: Kind, by: User) -> int:
    """Once for each version of the event."""
    people = people_of_schools(event.municipality, [school.pk for school in invited_to(event)])
    news = News(
        kind,
        f"{kind}:{event.pk}:{event.version}",
        event.municipality,
        facts=_facts(event, by),
        link=event.get_absolute_url(),
    )
    tell((user, news) for user in people if user.pk != by.pk)
    return len(people)


def _facts(event: Event, by: User) -> dict[str, Any]:
    known = [
        ("Место", event.place), ("Ссылка", event.link), ("Для кого", event.audience), ("Организует", event.organiser),
    ]  # fmt: skip
    what = f"{capfirst(event.get_kind_display())}, {event.get_presence_display()}"
    hours = f", {number(event.hours)} ч" if event.hours else ""
    return {
        "title": event.title,
        "starts": event.starts_on.isoformat(),
        "of_start": True,
        "held": event.when,
        "details": "\n".join([f"{what}{hours}.", *(f"{label}: {words}" for label, words in known if words)]),
        "reason": event.reason,
        "who": str(by),
        "event": event.pk,
    }


def _move(event: Event, after: EventState, action: str, by: User, reason: str = "") -> Event:
    before = EventState(event.state)
    if (before, after) not in EVENT_MOVES:
        raise EventRefused(NOT_NOW.format(state=before.label))
    event.state, event.reason = after.value, reason
    _save(event)
    note(event, action, by, reason=reason)
    audit(f"event_{action}", event, by=by, municipality_id=event.municipality_id)
    return event


def _locked(event: Event, seen_version: int, problem: str) -> Event:
    Event.objects.select_for_update(no_key=True).filter(pk=event.pk).values_list("pk").first()
    found = Event.objects.filter(pk=event.pk).select_related("municipality", "activity__roadmap").first()
    if found is None or found.version != seen_version:
        raise EventChanged(problem)
    return found


def _save(event: Event) -> None:
    event.version += 1
    event.save()


def note(event: Event, action: str, by: Any, *, before: Any = None, after: Any = None, reason: str = "") -> None:
    """A line of the event's history."""
    author = by if isinstance(by, User) else None
    EventChange.objects.create(
        event=event, action=action, by=author, before=before or {}, after=after or {}, reason=reason
    )
