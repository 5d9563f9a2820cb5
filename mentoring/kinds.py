"""Kinds of pairings, which sides each has, and how one stands on a day. Nothing else in the portal knows it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SCHOOL_SCHOOL = "school_school"
    MENTOR_TEAM = "mentor_team"
    TUTOR_TEACHER = "tutor_teacher"
    TEACHER_TEACHER = "teacher_teacher"
    MENTOR_YOUNG = "mentor_young"
    CURATOR_SCHOOL = "curator_school"
    TEACHER_PUPIL = "teacher_pupil"
    PUPIL_PUPIL = "pupil_pupil"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.SCHOOL_SCHOOL: "школа – школа",
    Kind.MENTOR_TEAM: "наставник – управленческая команда",
    Kind.TUTOR_TEACHER: "тьютор – учитель",
    Kind.TEACHER_TEACHER: "учитель – учитель",
    Kind.MENTOR_YOUNG: "наставник – молодой педагог",
    Kind.CURATOR_SCHOOL: "куратор – школа",
    Kind.TEACHER_PUPIL: "учитель – ученик",
    Kind.PUPIL_PUPIL: "ученик – ученик",
}


class PoolKind(StrEnum):
    """What somebody of the pool is."""

    MENTOR = "mentor"
    TUTOR = "tutor"
    CURATOR = "curator"

    @property
    def label(self) -> str:
        return POOL_LABELS[self]


POOL_LABELS = {PoolKind.MENTOR: "наставник", PoolKind.TUTOR: "тьютор", PoolKind.CURATOR: "куратор"}


class Helper(StrEnum):
    """Who helps; the name of the field of a pairing."""

    SCHOOL = "helping_school"
    MENTOR = "mentor"
    TEACHER = "helping_teacher"


@dataclass(frozen=True)
class Sides:
    """Besides the helped school, which every pairing has. `helpers` are alternatives, one of which helps; none where
    pairs with pupils are counted, never named."""

    what_for: str
    helpers: tuple[Helper, ...] = ()
    pool: tuple[PoolKind, ...] = ()
    has_teacher: bool = False

    @property
    def is_counted(self) -> bool:
        return not self.helpers


SIDES = {
    Kind.SCHOOL_SCHOOL: Sides(
        "школа со стабильными результатами помогает школе, которой нужна поддержка", (Helper.SCHOOL,)
    ),
    Kind.MENTOR_TEAM: Sides(
        "опытный руководитель помогает управленческой команде школы", (Helper.MENTOR,), (PoolKind.MENTOR,)
    ),
    Kind.TUTOR_TEACHER: Sides(
        "опытный учитель-предметник помогает учителю другой школы",
        (Helper.MENTOR,),
        (PoolKind.TUTOR,),
        has_teacher=True,
    ),
    Kind.TEACHER_TEACHER: Sides(
        "учителя одной школы или разных школ помогают друг другу", (Helper.TEACHER,), has_teacher=True
    ),
    Kind.MENTOR_YOUNG: Sides(
        "наставник из списка центра или опытный учитель помогает молодому педагогу",
        (Helper.MENTOR, Helper.TEACHER),
        (PoolKind.MENTOR, PoolKind.TUTOR),
        has_teacher=True,
    ),
    Kind.CURATOR_SCHOOL: Sides("куратор из списка центра ведёт школу", (Helper.MENTOR,), (PoolKind.CURATOR,)),
    Kind.TEACHER_PUPIL: Sides("сколько таких пар в школе: ученики не называются, только считаются"),
    Kind.PUPIL_PUPIL: Sides("сколько таких пар в школе: ученики не называются, только считаются"),
}
COUNTED = tuple(kind for kind in Kind if SIDES[kind].is_counted)


class Standing(StrEnum):
    """Of a pairing on a day."""

    PLANNED = "planned"
    CURRENT = "current"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return STANDING_LABELS[self]


STANDING_LABELS = {Standing.PLANNED: "ещё не начата", Standing.CURRENT: "действует", Standing.ENDED: "завершена"}


@dataclass(frozen=True)
class Term:
    """From the first to the last day, both included; without a last day it goes on."""

    starts_on: dt.date
    ends_on: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def meets(self, other: "Term") -> bool:
        """Whether they have a day in common."""
        return self.holds_on(other.starts_on) or other.holds_on(self.starts_on)

    def standing(self, today: dt.date) -> Standing:
        if today < self.starts_on:
            return Standing.PLANNED
        return Standing.CURRENT if self.holds_on(today) else Standing.ENDED


def greatest_load(terms: Iterable[Term], within: Term) -> int:
    """How many of these run on one day at most, among the days of `within`; that one counted as well."""
    met = [term for term in terms if term.meets(within)]
    # The number grows only where a term begins.
    days = {within.starts_on, *(term.starts_on for term in met if within.holds_on(term.starts_on))}
    return 1 + max(sum(term.holds_on(day) for term in met) for day in days)
