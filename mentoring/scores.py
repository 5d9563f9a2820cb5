"""Score sheets of methodical help: kinds, states, levels by total, what a share of what was to be done is worth, and
when the yearly monitoring is held. Nothing else in the portal knows it.

The words and scales of criteria are data (`models.scores`); that criteria are added up and that the total has three
levels is what the concept of Армавир says in section 6.4.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class SheetKind(StrEnum):
    CENTRE = "centre"
    TUTORS = "tutors"
    MONITORING = "monitoring"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]

    @property
    def is_of_school(self) -> bool:
        """One sheet for each school that is helped, else one for the municipality."""
        return self is SheetKind.MONITORING


KIND_LABELS = {
    SheetKind.CENTRE: "Муниципальный наставнический центр",
    SheetKind.TUTORS: "Тьюторский консультационный пункт",
    SheetKind.MONITORING: "Мониторинг по оказанию методической помощи",
}


class SheetState(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {SheetState.DRAFT: "черновик", SheetState.CONFIRMED: "утверждён"}


class Mended(StrEnum):
    """What became of the shortcoming that was stated a year before."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"

    @property
    def label(self) -> str:
        return MENDED_LABELS[self]


MENDED_LABELS = {Mended.YES: "устранён", Mended.PARTLY: "устранён частично", Mended.NO: "не устранён"}


class Level(StrEnum):
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self]


LEVEL_LABELS = {Level.LOW: "неудовлетворительный", Level.MIDDLE: "удовлетворительный", Level.HIGH: "оптимальный"}
LEVELS = tuple(Level)  # the better the later


@dataclass(frozen=True)
class Bounds:
    """From which total a level begins, that total included."""

    middle_from: int
    high_from: int

    def level(self, total: Fraction | int) -> Level:
        if total >= self.high_from:
            return Level.HIGH
        return Level.MIDDLE if total >= self.middle_from else Level.LOW

    def in_words(self, top: int) -> list[tuple[Level, str]]:
        """«0–5», «6–10», «11–12» of twelve."""
        firsts = (0, self.middle_from, self.high_from)
        lasts = (self.middle_from - 1, self.high_from - 1, top)
        return [
            (level, f"{first}–{last}" if first != last else str(first))
            for level, first, last in zip(LEVELS, firsts, lasts, strict=True)
        ]


def total_of(scores: Sequence[int | None]) -> int | None:
    """None as long as a criterion has no score."""
    known = [score for score in scores if score is not None]
    return sum(known) if scores and len(known) == len(scores) else None


def score_of(share: Fraction, top: int) -> int:
    """What a share of what was to be done is worth: nothing done 0, all done the most, what lies between is rounded
    down, but where there is a score between them it is not nothing. The documents print no such rule, so it only
    proposes."""
    if share <= 0:
        return 0
    return min(top, max(int(share * top), 1 if top > 1 else 0))


SOMETHING = Fraction(1, 100)  # done, but far from what was to be done: the least score above nought


def mean(totals: Iterable[int]) -> Fraction | None:
    found = list(totals)
    return Fraction(sum(found), len(found)) if found else None


@dataclass(frozen=True)
class Window:
    """The days on which the monitoring of a school year is held: the October after it, «раз в год (в октябре),
    не более месяца»."""

    opens_on: dt.date
    closes_on: dt.date


def window_of(school_year: int) -> Window:
    """It looks back at the whole year, so it is held when that is over."""
    return Window(dt.date(school_year + 1, 10, 1), dt.date(school_year + 1, 10, 31))


class Held(StrEnum):
    """How the monitoring of a year stands on a day."""

    AHEAD = "ahead"
    OPEN = "open"
    DONE = "done"
    MISSED = "missed"

    @property
    def label(self) -> str:
        return HELD_LABELS[self]


HELD_LABELS = {
    Held.AHEAD: "ещё не начат",
    Held.OPEN: "идёт",
    Held.DONE: "проведён",
    Held.MISSED: "не проведён",
}


def held(school_year: int, waiting: int, confirmed: int, today: dt.date) -> Held:
    """Done when a sheet of every school is confirmed, whenever that was."""
    window = window_of(school_year)
    if confirmed and not waiting:
        return Held.DONE
    if today < window.opens_on:
        return Held.AHEAD
    return Held.OPEN if today <= window.closes_on else Held.MISSED


@dataclass(frozen=True)
class Fact:
    """What the portal knows for a criterion: in words, the page that shows it, and which share of what was to be done
    that is; None where the portal cannot say."""

    words: str
    link: str = ""
    share: Fraction | None = None


NO_FACT = Fact("Портал этого не знает: оцените по документам.")
