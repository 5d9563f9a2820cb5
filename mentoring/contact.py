"""Meetings of a pairing: forms, groups of participants, states and who moves them; the sheet of a lesson. Nothing else
in the portal knows it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LONG_AGO = 2  # weeks without a meeting that are worth saying


class Form(StrEnum):
    VISIT = "visit"
    CALL = "call"
    MASTER_CLASS = "master_class"
    LESSON_ANALYSIS = "lesson_analysis"
    CONSULTATION = "consultation"
    OTHER = "other"

    @property
    def label(self) -> str:
        return FORM_LABELS[self]

    @property
    def has_lesson(self) -> bool:
        """Whether a lesson may have been seen there, of which there is a sheet."""
        return self in (Form.VISIT, Form.LESSON_ANALYSIS)


FORM_LABELS = {
    Form.VISIT: "посещение",
    Form.CALL: "звонок или видеосвязь",
    Form.MASTER_CLASS: "мастер-класс",
    Form.LESSON_ANALYSIS: "анализ урока",
    Form.CONSULTATION: "консультация",
    Form.OTHER: "другое",
}


class Group(StrEnum):
    """Who took part; counted, never named."""

    ADMINISTRATION = "administration"
    TEACHERS = "teachers"
    YOUNG = "young"
    SPECIALISTS = "specialists"
    PUPILS = "pupils"
    PARENTS = "parents"

    @property
    def label(self) -> str:
        return GROUP_LABELS[self]


GROUP_LABELS = {
    Group.ADMINISTRATION: "управленческая команда",
    Group.TEACHERS: "учителя",
    Group.YOUNG: "молодые педагоги",
    Group.SPECIALISTS: "психологи и другие специалисты",
    Group.PUPILS: "обучающиеся",
    Group.PARENTS: "родители",
}


class Side(StrEnum):
    """Of a pairing."""

    HELPER = "helper"
    HELPED = "helped"

    @property
    def label(self) -> str:
        return SIDE_LABELS[self]


SIDE_LABELS = {Side.HELPER: "кто помогает", Side.HELPED: "кому помогают"}


class MeetingState(StrEnum):
    LOGGED = "logged"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    MeetingState.LOGGED: "ждёт подтверждения",
    MeetingState.CONFIRMED: "подтверждена",
    MeetingState.DISPUTED: "оспорена",
}


class Actor(StrEnum):
    """What somebody is to a meeting: of the side that has written it down, of the other, or the centre in place of
    another side of which nobody can speak on the portal."""

    AUTHOR = "author"
    OTHER = "other"
    CENTRE = "centre"


# From, to: who may. What is not here nobody may.
MOVES: dict[tuple[MeetingState, MeetingState], frozenset[Actor]] = {
    (MeetingState.LOGGED, MeetingState.CONFIRMED): frozenset({Actor.OTHER, Actor.CENTRE}),
    (MeetingState.LOGGED, MeetingState.DISPUTED): frozenset({Actor.OTHER, Actor.CENTRE}),
    # Something has come out since.
    (MeetingState.CONFIRMED, MeetingState.DISPUTED): frozenset({Actor.OTHER, Actor.CENTRE}),
    (MeetingState.LOGGED, MeetingState.LOGGED): frozenset({Actor.AUTHOR}),  # put right
    (MeetingState.DISPUTED, MeetingState.LOGGED): frozenset({Actor.AUTHOR}),
}


def may_move(before: MeetingState, after: MeetingState, actors: Iterable[Actor]) -> bool:
    return not MOVES.get((before, after), frozenset()).isdisjoint(actors)


def may_ever(after: MeetingState, actors: Iterable[Actor]) -> bool:
    """Whether it is theirs to bring about, from whichever state."""
    return any(may_move(before, after, actors) for before in MeetingState)


@dataclass(frozen=True)
class Silence:
    """Of a pairing that runs on `day`: since its last meeting, or since it began, and what was agreed at the last."""

    starts_on: dt.date
    last_on: dt.date | None
    agreed_on: dt.date | None
    day: dt.date

    @property
    def days(self) -> int:
        return (self.day - (self.last_on or self.starts_on)).days

    @property
    def weeks(self) -> int:
        """Whole ones."""
        return self.days // 7

    @property
    def planned_on(self) -> dt.date | None:
        """The next meeting, as long as it is ahead."""
        return self.agreed_on if self.agreed_on and self.agreed_on >= self.day else None

    @property
    def is_long(self) -> bool:
        """Nobody has met for long, and nothing is agreed."""
        return self.weeks >= LONG_AGO and self.planned_on is None


class Aspect(StrEnum):
    """Of a lesson that was visited."""

    AIM = "aim"
    CONTENT = "content"
    METHODS = "methods"
    ACTIVITY = "activity"
    FEEDBACK = "feedback"
    RESULT = "result"

    @property
    def label(self) -> str:
        return ASPECT_LABELS[self]


ASPECT_LABELS = {
    Aspect.AIM: "цель и задачи урока",
    Aspect.CONTENT: "содержание учебного материала",
    Aspect.METHODS: "методы и приёмы",
    Aspect.ACTIVITY: "деятельность обучающихся",
    Aspect.FEEDBACK: "оценивание и обратная связь",
    Aspect.RESULT: "результат урока",
}
MARKS = {0: "не выражено", 1: "частично", 2: "в полной мере"}
