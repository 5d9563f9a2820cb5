"""Requests for help: their states, and who moves them. Nothing else in the portal knows it."""

from collections.abc import Iterable
from enum import StrEnum


class RequestState(StrEnum):
    ASKED = "asked"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]

    @property
    def is_awaited(self) -> bool:
        """Whether somebody owes an answer."""
        return self in AWAITED


STATE_LABELS = {
    RequestState.ASKED: "ждёт, кто ответит",
    RequestState.ASSIGNED: "ждёт ответа",
    RequestState.ANSWERED: "есть ответ",
    RequestState.CLOSED: "закрыт",
    RequestState.RETURNED: "возвращён школе",
    RequestState.WITHDRAWN: "отозван",
}
AWAITED = (RequestState.ASKED, RequestState.ASSIGNED)


class Part(StrEnum):
    """What somebody is to a request."""

    SCHOOL = "school"
    ANSWERER = "answerer"
    CENTRE = "centre"


class Move(StrEnum):
    """What is done with a request; in its history by this name."""

    CHANGE = "change"
    ASSIGN = "assign"
    ANSWER = "answer"
    DECLINE = "decline"
    RETURN = "return"
    WITHDRAW = "withdraw"
    ASK_MORE = "ask_more"
    CLOSE = "close"

    @property
    def needs_reason(self) -> bool:
        return self in NEED_REASON


NEED_REASON = frozenset({Move.DECLINE, Move.RETURN, Move.WITHDRAW, Move.ASK_MORE})

S = RequestState
# From where it leads where, and who may. What is not here nobody may.
MOVES: dict[Move, tuple[dict[RequestState, frozenset[Part]], RequestState]] = {
    # What was returned is asked again by putting it right.
    Move.CHANGE: ({S.ASKED: frozenset({Part.SCHOOL}), S.RETURNED: frozenset({Part.SCHOOL})}, S.ASKED),
    Move.ASSIGN: ({S.ASKED: frozenset({Part.CENTRE}), S.ASSIGNED: frozenset({Part.CENTRE})}, S.ASSIGNED),
    # The centre answers at once what needs nobody else; an answer may be put right until the school has closed it.
    Move.ANSWER: (
        {
            S.ASKED: frozenset({Part.CENTRE}),
            S.ASSIGNED: frozenset({Part.ANSWERER, Part.CENTRE}),
            S.ANSWERED: frozenset({Part.ANSWERER, Part.CENTRE}),
        },
        S.ANSWERED,
    ),
    Move.DECLINE: ({S.ASSIGNED: frozenset({Part.ANSWERER})}, S.ASKED),
    Move.RETURN: (
        {S.ASKED: frozenset({Part.CENTRE}), S.ASSIGNED: frozenset({Part.ANSWERER, Part.CENTRE})},
        S.RETURNED,
    ),
    Move.WITHDRAW: (dict.fromkeys((S.ASKED, S.ASSIGNED, S.RETURNED), frozenset({Part.SCHOOL})), S.WITHDRAWN),
    Move.ASK_MORE: ({S.ANSWERED: frozenset({Part.SCHOOL})}, S.ASSIGNED),
    Move.CLOSE: ({S.ANSWERED: frozenset({Part.SCHOOL, Part.CENTRE})}, S.CLOSED),
}


def may(move: Move, state: RequestState, parts: Iterable[Part]) -> bool:
    return not MOVES[move][0].get(state, frozenset()).isdisjoint(parts)


def may_ever(move: Move, parts: Iterable[Part]) -> bool:
    """Whether it is theirs to do, in whichever state."""
    return any(may(move, state, parts) for state in MOVES[move][0])


def leads_to(move: Move) -> RequestState:
    return MOVES[move][1]
