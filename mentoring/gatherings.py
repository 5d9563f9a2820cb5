"""Methodical events: kinds, levels, forms, states and who may move them, whose staff is counted, and whether an
announcement came in time. Nothing else in the portal knows it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from mentoring.contact import Group


class EventKind(StrEnum):
    SEMINAR = "seminar"
    WORKSHOP = "workshop"
    WEBINAR = "webinar"
    VIDEO = "video"
    MASTER_CLASS = "master_class"
    METHODICAL_DAY = "methodical_day"
    ROUND_TABLE = "round_table"
    CONSULTATION = "consultation"
    CONTEST = "contest"
    OTHER = "other"

    @property
    def label(self) -> str:
        return EVENT_LABELS[self]


EVENT_LABELS = {
    EventKind.SEMINAR: "семинар",
    EventKind.WORKSHOP: "семинар-практикум",
    EventKind.WEBINAR: "вебинар",
    EventKind.VIDEO: "ВКС",
    EventKind.MASTER_CLASS: "мастер-класс",
    EventKind.METHODICAL_DAY: "единый методический день",
    EventKind.ROUND_TABLE: "круглый стол",
    EventKind.CONSULTATION: "консультация",
    EventKind.CONTEST: "конкурс",
    EventKind.OTHER: "другое",
}


class Level(StrEnum):
    SCHOOL = "school"
    BETWEEN_SCHOOLS = "between_schools"
    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    NATIONAL = "national"

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self]


LEVEL_LABELS = {
    Level.SCHOOL: "школьный",
    Level.BETWEEN_SCHOOLS: "межшкольный",
    Level.MUNICIPAL: "муниципальный",
    Level.REGIONAL: "региональный",
    Level.NATIONAL: "всероссийский",
}


class Presence(StrEnum):
    """How people take part."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    MIXED = "mixed"

    @property
    def label(self) -> str:
        return PRESENCE_LABELS[self]


PRESENCE_LABELS = {Presence.IN_PERSON: "очно", Presence.REMOTE: "дистанционно", Presence.MIXED: "очно и дистанционно"}


class EventState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return EVENT_STATE_LABELS[self]


EVENT_STATE_LABELS = {
    EventState.PLANNED: "запланировано",
    EventState.HELD: "проведено",
    EventState.CANCELLED: "отменено",
}
# What is not here nobody may; the centre may the rest. Only what is planned is put right.
EVENT_MOVES = frozenset(
    {
        (EventState.PLANNED, EventState.HELD),
        (EventState.PLANNED, EventState.CANCELLED),
        (EventState.HELD, EventState.PLANNED),  # marked by mistake
        (EventState.CANCELLED, EventState.PLANNED),  # taken up again
    }
)

# Of those who come to an event, counted by category; the same groups as at meetings, pupils and parents aside.
STAFF = (Group.ADMINISTRATION, Group.TEACHERS, Group.YOUNG, Group.SPECIALISTS)
MOST_DAYS = 31  # of one event
MOST_ANNOUNCE_DAYS = 60


class Notification(StrEnum):
    """How the announcement of an event stands on a day."""

    IN_TIME = "in_time"
    LATE = "late"
    AWAITED = "awaited"
    MISSED = "missed"  # the day by which it was asked for is over


@dataclass(frozen=True)
class Announcement:
    """`days` ahead of the first day at the latest, as an order asks; None where none does. Сургут's order No. 1030 asks
    for seven: «не позднее, чем за 7 дней» (point 4.4), so that the seventh day before is still in time."""

    starts_on: dt.date
    days: int | None
    told_on: dt.date | None

    @property
    def by(self) -> dt.date | None:
        """The last day in time."""
        return self.starts_on - dt.timedelta(days=self.days) if self.days is not None else None

    def on(self, today: dt.date) -> Notification:
        by = self.by
        if self.told_on is not None:
            return Notification.LATE if by is not None and self.told_on > by else Notification.IN_TIME
        return Notification.MISSED if by is not None and today > by else Notification.AWAITED
