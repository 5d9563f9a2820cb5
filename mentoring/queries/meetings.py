"""Meetings of a pairing and of a municipality, as each person may see them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from mentoring.contact import FORM_LABELS, MARKS, STATE_LABELS, Actor, Aspect, Form, MeetingState, may_move
from mentoring.models import LessonAnalysis, Meeting, Pairing
from mentoring.queries.history import ChangeLine, in_lines
from mentoring.queries.sides import actors_in
from schools.models import Municipality
from schools.wording import number

FIELD_WORDS = {
    "on": "Дата",
    "form": "Форма",
    "topic": "Тема",
    "hours": "Часы",
    "audience": "Участники",
    "step": "Строка плана",
    "result": "Результат",
    "next_step": "Что дальше",
    "next_on": "Следующая встреча",
    "lesson": "Лист анализа урока",
    "file": "Файл",
}
ACTIONS = {
    "logged": "встреча записана",
    "corrected": "встреча исправлена",
    "confirmed": "встреча подтверждена",
    "disputed": "встреча оспорена",
    "sheet": "заполнен лист анализа урока",
    "file": "приложен файл",
    "file_removed": "файл убран",
}


@dataclass(frozen=True)
class MeetingFilters:
    state: str = ""
    form: str = ""
    school: int | None = None  # either side's
    mentor: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        return self == MeetingFilters()


@dataclass(frozen=True)
class MeetingLine:
    """A meeting with what this person may do with it."""

    meeting: Meeting
    is_open: bool
    actors: frozenset[Actor]

    @property
    def state(self) -> MeetingState:
        return MeetingState(self.meeting.state)

    @property
    def pairing_title(self) -> str:
        return self.meeting.pairing.in_words(named=self.is_open)

    def _may(self, after: MeetingState) -> bool:
        return may_move(self.state, after, self.actors)

    @property
    def can_confirm(self) -> bool:
        return self._may(MeetingState.CONFIRMED)

    @property
    def is_for_others(self) -> bool:
        """The centre, in place of a side of which nobody can speak on the portal."""
        return Actor.CENTRE in self.actors

    @property
    def can_dispute(self) -> bool:
        return self._may(MeetingState.DISPUTED)

    @property
    def can_correct(self) -> bool:
        """Its sheet of a lesson and its files too: what the other side has confirmed is all that it has seen."""
        return self._may(MeetingState.LOGGED)

    @property
    def can_begin_sheet(self) -> bool:
        return self.can_correct and Form(self.meeting.form).has_lesson


def meetings_of(user: Any, pairing: Pairing) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(user).filter(pairing=pairing).with_sides()


def meeting_list(user: Any, municipality: Municipality, filters: MeetingFilters) -> QuerySet[Meeting]:
    """The latest first."""
    visible = Pairing.objects.visible_to(user).filter(municipality=municipality)
    if filters.school is not None:
        visible = visible.with_school(filters.school)
    if filters.mentor is not None:
        visible = visible.filter(mentor=filters.mentor)
    wanted = {"state": filters.state, "form": filters.form, "on__gte": filters.since, "on__lte": filters.until}
    found = Meeting.objects.filter(pairing__in=visible, **{name: value for name, value in wanted.items() if value})
    return found.with_sides()


def meeting_lines(user: Any, meetings: Iterable[Meeting]) -> list[MeetingLine]:
    """Of meetings that the person sees, which come with their sides."""
    found = list(meetings)
    pairings = {meeting.pairing_id for meeting in found}
    is_open = set(Pairing.objects.open_to(user).filter(pk__in=pairings).values_list("pk", flat=True))
    actors = actors_in(user, found)
    return [MeetingLine(meeting, meeting.pairing_id in is_open, actors[meeting.pk]) for meeting in found]


def meeting_line(user: Any, meeting: Meeting) -> MeetingLine:
    return meeting_lines(user, [meeting])[0]


def history_of(line: MeetingLine) -> list[ChangeLine]:
    """The latest first; only for those to whom the meeting is open."""
    if not line.is_open:
        return []
    changes = line.meeting.changes.select_related("by").order_by("-at", "-pk")
    return in_lines(changes, ACTIONS, FIELD_WORDS)


def marks_of(lesson: LessonAnalysis) -> list[tuple[str, str]]:
    """Aspect and mark in words."""
    return [(aspect.label, MARKS[lesson.marks[aspect]]) for aspect in Aspect if aspect in lesson.marks]


def table_of(lines: Iterable[MeetingLine]) -> list[list[str]]:
    """As a spreadsheet: that they took place, no texts."""
    head = ["Дата", "Форма", "Тема", "Часы", "Участников", "Кто помогает", "Кому помогают", "Состояние"]
    rows = [
        [
            f"{line.meeting.on:%d.%m.%Y}",
            FORM_LABELS[line.meeting.form],  # type: ignore[index]  # a member of the enumeration is its text
            line.meeting.topic,
            number(line.meeting.hours),
            str(line.meeting.participants),
            line.meeting.pairing.helper_in_words(named=line.is_open),
            line.meeting.pairing.helped_in_words(named=line.is_open),
            STATE_LABELS[line.state],
        ]
        for line in lines
    ]
    return [head, *rows]
