"""Events of a municipality as each person may see them: as a list, as a month, and one with its history."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from accounts.access import Permission
from accounts.models import User, reach_of
from mentoring.gatherings import STAFF, EventKind, EventState, Notification
from mentoring.models import Attendance, Event, HelpRequest
from mentoring.queries.history import ChangeLine, in_lines
from roadmaps.models import Activity, Notice, Occurrence, Roadmap
from roadmaps.notices.kinds import Kind
from roadmaps.plans.calendar_words import Span
from roadmaps.queries.due import Month, month_with
from schools.models import Municipality, School
from schools.ordering import in_natural_order

FIELD_WORDS = {
    "kind": "Вид",
    "level": "Уровень",
    "title": "Название",
    "subject": "Предмет или направление",
    "starts_on": "Дата",
    "ends_on": "Последний день",
    "starts_at": "Начало",
    "hours": "Часы",
    "presence": "Форма",
    "place": "Место",
    "link": "Ссылка",
    "organiser": "Организатор",
    "audience": "Для кого",
    "schools": "Школы",
    "activity": "Строка дорожной карты",
    "announce_days": "Анонсировать за, дней",
}
ACTIONS = {
    "planned": "мероприятие запланировано",
    "changed": "мероприятие изменено",
    "announced": "школам сообщено",
    "held": "отмечено проведённым",
    "cancelled": "мероприятие отменено",
    "put_back": "возвращено в план",
    "reported": "подготовлен черновик отчёта по дорожной карте",
}
WHEN = {"": "Предстоящие", "past": "Прошедшие", "all": "Все"}


@dataclass(frozen=True)
class EventFilters:
    """`when` one of WHEN."""

    when: str = ""
    kind: str = ""
    level: str = ""
    state: str = ""
    school: int | None = None  # it is for
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self == EventFilters(when=self.when)


@dataclass(frozen=True)
class Came:
    """How many, of the schools that the person sees."""

    schools: int = 0
    people: int = 0
    presented: int = 0


@dataclass(frozen=True)
class EventLine:
    event: Event
    came: Came
    today: dt.date

    @property
    def state(self) -> EventState:
        return EventState(self.event.state)

    @property
    def is_over(self) -> bool:
        return self.event.ends_on < self.today

    @property
    def has_begun(self) -> bool:
        return self.event.starts_on <= self.today

    @property
    def is_unmarked(self) -> bool:
        """It is over, and nobody has said whether it took place."""
        return self.state is EventState.PLANNED and self.is_over

    @property
    def notification(self) -> Notification:
        return self.event.announcement.on(self.today)

    @property
    def announce_by(self) -> dt.date | None:
        return self.event.announcement.by


@dataclass(frozen=True)
class Plan:
    """Events that begin on some days: by kind and state, and how those were announced of which that was asked."""

    states: Counter[tuple[EventKind, EventState]]
    notified: Counter[Notification]

    def of(self, kind: EventKind | None, state: EventState | None = None) -> int:
        """None: of all."""
        return sum(n for (of, how), n in self.states.items() if kind in (None, of) and state in (None, how))

    @property
    def kinds(self) -> list[EventKind]:
        return [kind for kind in EventKind if self.of(kind)]


def plan_of(user: Any, municipality: Municipality, days: Span, today: dt.date, school: School | None = None) -> Plan:
    """Of all schools, or what is for one. An event that was called off need not be announced."""
    events = Event.objects.visible_to(user).filter(municipality=municipality, starts_on__range=days)
    if school is not None:
        events = events.filter(_for_school(school.pk)).distinct()
    found = list(events)
    asked = [one for one in found if one.announce_days is not None and one.state != EventState.CANCELLED]
    return Plan(
        Counter((EventKind(one.kind), EventState(one.state)) for one in found),
        Counter(one.announcement.on(today) for one in asked),
    )


def _for_school(school: int) -> Q:
    return Q(for_all=True) | Q(schools=school)


def may_keep(user: Any, municipality: Municipality) -> bool:
    """The centre and the department keep the plan of events."""
    return municipality.allows(user, Permission.MENTORING_EDIT)


def event_list(user: Any, municipality: Municipality, filters: EventFilters, today: dt.date) -> QuerySet[Event]:
    """What is ahead, the nearest first; what is past, the latest first."""
    found = Event.objects.visible_to(user).filter(municipality=municipality)
    wanted = {"kind": filters.kind, "level": filters.level, "state": filters.state}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if filters.school is not None:
        found = found.filter(_for_school(filters.school)).distinct()
    if filters.text:
        found = found.filter(pk__in=_speaking_of(found, filters.text))
    if filters.when == "":
        return found.filter(ends_on__gte=today)
    if filters.when == "past":
        found = found.filter(ends_on__lt=today)
    return found.order_by("-starts_on", "-starts_at", "-pk")


def _speaking_of(events: QuerySet[Event], text: str) -> list[int]:
    """Compared here: not every database knows the small letters of Russian."""
    wanted = text.casefold()
    told = events.order_by().values_list("pk", "title", "subject", "organiser", "audience")
    return [pk for pk, *texts in told if wanted in " ".join(texts).casefold()]


def event_lines(user: Any, events: Iterable[Event], today: dt.date) -> list[EventLine]:
    found = list(events)
    people = sum((F(group) for group in STAFF[1:]), F(STAFF[0]))
    seen = Attendance.objects.filter(
        event__in=[event.pk for event in found], school__in=School.objects.allowing(user, Permission.MENTORING_VIEW)
    )
    sums = (
        seen.order_by()
        .values_list("event")
        .annotate(schools=Count("pk"), people_sum=Sum(people), shown=Sum("presented"))
    )
    came = {pk: Came(*numbers) for pk, *numbers in sums}
    return [EventLine(event, came.get(event.pk, Came()), today) for event in found]


def event_line(user: Any, event: Event, today: dt.date) -> EventLine:
    return event_lines(user, [event], today)[0]


def month_of_events(user: Any, municipality: Municipality, first: dt.date) -> Month:
    """An event of several days stands on each of them."""
    after = (first + dt.timedelta(days=31)).replace(day=1)
    by_day: dict[dt.date, list[Event]] = {}
    found = Event.objects.visible_to(user).filter(municipality=municipality, starts_on__lt=after, ends_on__gte=first)
    for event in found:
        for day in (day for day in event.days if first <= day < after):
            by_day.setdefault(day, []).append(event)
    return month_with(first, by_day)


def invited_to(event: Event) -> list[School]:
    """All that it is for, in the order of their names."""
    schools = School.objects.filter(municipality=event.municipality_id) if event.for_all else event.schools.all()
    return in_natural_order(schools)


def invited_as_seen(user: Any, event: Event) -> list[School]:
    """Of the schools that it is for, those that this person may know of."""
    seen = set(School.objects.allowing(user, Permission.MENTORING_VIEW).values_list("pk", flat=True))
    return [school for school in invited_to(event) if school.pk in seen]


def history_of(user: Any, event: Event) -> list[ChangeLine]:
    """The latest first; for those who keep the plan of events: lines name schools."""
    if not may_keep(user, event.municipality):
        return []
    changes = event.changes.select_related("by").order_by("-at", "-pk")
    return in_lines(changes, ACTIONS, FIELD_WORDS)


def events_answering(user: Any, request: HelpRequest) -> QuerySet[Event]:
    """That the answer to a request may name: for its school, not over when it was asked and not called off; and the
    one that it names already."""
    visible = Event.objects.visible_to(user).filter(municipality=request.municipality)
    for_school = visible.filter(_for_school(request.school_id))
    suiting = for_school.filter(ends_on__gte=timezone.localdate(request.asked_at)).exclude(state=EventState.CANCELLED)
    kept = for_school.filter(pk=request.event_id or 0)
    return (suiting | kept).distinct().order_by("starts_on", "pk")


def rows_for_events(user: Any, municipality: Municipality, kept: int | None) -> QuerySet[Activity]:
    """Rows of municipal roadmaps in force that an event may carry out, and the one it has already."""
    in_force = Roadmap.objects.looked_into_by(user).filter(
        municipality=municipality, school=None, state=Roadmap.State.APPROVED
    )
    rows = Activity.objects.filter(Q(roadmap__in=in_force, removed_at=None) | Q(pk=kept))
    return rows.select_related("roadmap").order_by("-roadmap__starts_on", "roadmap", "position")


def occurrence_of(event: Event) -> Occurrence | None:
    """The time of its row in which the event falls, else the next one, else the last."""
    if event.activity_id is None:
        return None
    times = list(Occurrence.objects.filter(activity=event.activity_id).order_by("due_on", "starts_on", "pk"))
    within = [one for one in times if one.starts_on <= event.ends_on and event.starts_on <= one.due_on]
    later = [one for one in times if one.due_on >= event.ends_on]
    return next(iter(within or later or times[-1:]), None)


def standing_announcements(user: User, municipality: Municipality, notices: Iterable[Notice]) -> set[int]:
    """Keys of those announcements and cancellations that are still so: of the event as it is planned now."""
    wanted = {Kind.ANNOUNCED.value: EventState.PLANNED, Kind.CALLED_OFF.value: EventState.CANCELLED}
    news = {notice.pk: notice for notice in notices if notice.kind in wanted}
    if not news or municipality.pk not in reach_of(user, Permission.MENTORING_VIEW).touched:
        return set()
    keys = {notice.facts.get("event") for notice in news.values()}
    ahead = Event.objects.visible_to(user).filter(pk__in=keys, ends_on__gte=timezone.localdate())
    events = {event.pk: event for event in ahead}
    return {
        pk
        for pk, notice in news.items()
        if (event := events.get(notice.facts.get("event") or 0)) is not None
        and event.state == wanted[notice.kind]
        and event.when == notice.facts.get("held")
    }
