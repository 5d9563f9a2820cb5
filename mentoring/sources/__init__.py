"""What is kept of mentoring as numbers of formulas: pairings, meetings, part in events, experience that was presented.

People who are counted once are teachers of the school's list and counted by their rows; where only attendance is
counted, a number is of participations, and its words say so. Nobody's name gets into a value."""

from collections.abc import Iterable

from indicators.calculations.records import RecordKind
from indicators.records import Keeper
from mentoring.sources.events import EVENT_SOURCES
from mentoring.sources.experience import EXPERIENCE, EXPERIENCE_KEEPER
from mentoring.sources.meetings import MEETINGS, MEETINGS_KEEPER
from mentoring.sources.pairings import PAIRINGS, PAIRINGS_KEEPER

SOURCES: Iterable[tuple[RecordKind, Keeper]] = (
    (PAIRINGS, PAIRINGS_KEEPER),
    (MEETINGS, MEETINGS_KEEPER),
    *EVENT_SOURCES,
    (EXPERIENCE, EXPERIENCE_KEEPER),
)
