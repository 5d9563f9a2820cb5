"""Practices: states, and who moves them. Nothing else in the portal knows it."""

from collections.abc import Iterable
from enum import StrEnum


class PracticeState(StrEnum):
    PROPOSED = "proposed"
    RETURNED = "returned"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        return PRACTICE_LABELS[self]


PRACTICE_LABELS = {
    PracticeState.PROPOSED: "ждёт рассмотрения",
    PracticeState.RETURNED: "возвращена на доработку",
    PracticeState.PUBLISHED: "опубликована",
}


class Hand(StrEnum):
    """What somebody is to a practice. Nobody reviews what they proposed themselves."""

    AUTHOR = "author"
    REVIEWER = "reviewer"


# From, to: who may. What is not here nobody may.
PRACTICE_MOVES: dict[tuple[PracticeState, PracticeState], Hand] = {
    (PracticeState.PROPOSED, PracticeState.PROPOSED): Hand.AUTHOR,  # put right
    (PracticeState.RETURNED, PracticeState.PROPOSED): Hand.AUTHOR,
    (PracticeState.PROPOSED, PracticeState.PUBLISHED): Hand.REVIEWER,
    (PracticeState.PROPOSED, PracticeState.RETURNED): Hand.REVIEWER,
    (PracticeState.PUBLISHED, PracticeState.RETURNED): Hand.REVIEWER,  # taken out of the bank
}


def may_move(before: PracticeState, after: PracticeState, hands: Iterable[Hand]) -> bool:
    return PRACTICE_MOVES.get((before, after)) in set(hands)


def may_ever(after: PracticeState, hands: Iterable[Hand]) -> bool:
    """Whether it is theirs to bring about, from whichever state."""
    return any(may_move(before, after, hands) for before in PracticeState)
