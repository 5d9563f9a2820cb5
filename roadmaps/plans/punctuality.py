"""How complete and how timely reporting is: two shares, each with its parts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Punctuality:
    """Of the reports awaited by now: how many have come, and how many of those in time."""

    awaited: int = 0
    come: int = 0
    in_time: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.in_time <= self.come <= self.awaited:
            raise ValueError(f"{self.in_time} of {self.come} of {self.awaited}")

    def __add__(self, other: "Punctuality") -> "Punctuality":
        return Punctuality(self.awaited + other.awaited, self.come + other.come, self.in_time + other.in_time)

    @property
    def completeness(self) -> Fraction | None:
        """Per cent of the awaited; None when nothing was awaited: that is not nought per cent."""
        return Fraction(100 * self.come, self.awaited) if self.awaited else None

    @property
    def timeliness(self) -> Fraction | None:
        """Per cent of those that have come; None when none has."""
        return Fraction(100 * self.in_time, self.come) if self.come else None


NOTHING = Punctuality()


def of_report(due_on: dt.date, first_sent_on: dt.date | None) -> Punctuality:
    """One awaited report: not there, or there, and then sent by its day or later."""
    if first_sent_on is None:
        return Punctuality(awaited=1)
    return Punctuality(awaited=1, come=1, in_time=int(first_sent_on <= due_on))


def together(several: Iterable[Punctuality]) -> Punctuality:
    """Parts are summed and divided once: shares of schools are never averaged."""
    return sum(several, NOTHING)
