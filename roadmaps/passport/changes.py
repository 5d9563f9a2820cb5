"""What differs between two states of a passport: lines added, taken out, changed, put in another order."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from roadmaps.passport.parts import FIELDS, NAMING, Content, Line, Part

ALIKE = 0.5  # from this share of common text on, two lines are one that was rewritten
MANY_PAIRS = 2500  # beyond so many, rewritten lines are told as taken out and added: comparing all takes too long


class Verb(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"

    @property
    def label(self) -> str:
        return VERB_LABELS[self]


VERB_LABELS = {
    Verb.ADDED: "добавлено",
    Verb.REMOVED: "убрано",
    Verb.CHANGED: "изменено",
    Verb.REORDERED: "порядок изменён",
}


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """Of one line, or of the order of a part's lines. Whole lines that came or went have all their fields."""

    part: Part
    verb: Verb
    name: str = ""
    fields: tuple[FieldChange, ...] = ()


def compare(before: Content, after: Content) -> list[Change]:
    """Part by part; what a state does not have counts as empty."""
    return [change for part in Part for change in compare_part(part, before.get(part, []), after.get(part, []))]


def compare_part(part: Part, before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    pairs = pairs_of(part, before, after)
    found = [
        Change(part, Verb.REMOVED, str(line[NAMING[part]]), _fields(part, line, {}))
        for place, line in enumerate(before)
        if place not in pairs
    ]
    came_from = {new: old for old, new in pairs.items()}
    for place, line in enumerate(after):
        if place not in came_from:
            found.append(Change(part, Verb.ADDED, str(line[NAMING[part]]), _fields(part, {}, line)))
        elif fields := _fields(part, before[came_from[place]], line):
            found.append(Change(part, Verb.CHANGED, str(line[NAMING[part]]), fields))
    order = [came_from[place] for place in sorted(came_from)]
    return [*found, Change(part, Verb.REORDERED)] if order != sorted(order) else found


def _fields(part: Part, before: Line, after: Line) -> tuple[FieldChange, ...]:
    told = [(field, before.get(field) or "", after.get(field) or "") for field in FIELDS[part]]
    return tuple(FieldChange(*change) for change in told if change[1] != change[2])


def pairs_of(part: Part, before: Sequence[Line], after: Sequence[Line]) -> dict[int, int]:
    """Which line became which: the same one, else one of the same name, else one in words that are much alike."""
    if part is Part.HEAD:
        return {0: 0} if before and after else {}
    naming, pairs = NAMING[part], dict[int, int]()

    def pair(is_same: Any) -> None:
        taken = set(pairs.values())
        for old, line in enumerate(before):
            if old in pairs:
                continue
            for new, other in enumerate(after):
                if new not in taken and is_same(line, other):
                    pairs[old] = new
                    taken.add(new)
                    break

    pair(lambda line, other: not _fields(part, line, other))
    pair(lambda line, other: line[naming] == other[naming])
    if (len(before) - len(pairs)) * (len(after) - len(pairs)) <= MANY_PAIRS:
        pair(lambda line, other: _are_alike(str(line[naming]), str(other[naming])))
    return pairs


def _are_alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
