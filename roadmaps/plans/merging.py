"""Two people at one thing: what each changed, field by field, and what both changed differently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]  # plain JSON by the name of the field


@dataclass(frozen=True)
class Past:
    """What one change replaced; `version` is that which the change made."""

    version: int
    before: Mapping[str, Any]


@dataclass(frozen=True)
class Merged:
    """`values` are whole: a field in conflict has what is stored. `conflicts` must be decided by the person;
    `theirs` are the fields that others alone changed, `mine` those that differ from what is stored."""

    values: Values
    conflicts: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    mine: tuple[str, ...] = field(default=())


def values_at(version: int, current: Mapping[str, Any], changes: Iterable[Past]) -> Values:
    """What somebody saw who looked at this version, from what is stored now and what has been replaced since."""
    seen = dict(current)
    for change in sorted(
        (change for change in changes if change.version > version), key=lambda change: -change.version
    ):
        seen |= {name: value for name, value in change.before.items() if name in current}
    return seen


def merge(*, seen: Mapping[str, Any], stored: Mapping[str, Any], typed: Mapping[str, Any]) -> Merged:
    """A field that one person alone changed is theirs; one that both changed alike is no matter; else a conflict.

    `typed` may leave fields out: they are not meant to change.
    """
    values, conflicts, theirs, mine = dict(stored), [], [], []
    for name, now in stored.items():
        before, wanted = seen.get(name, now), typed.get(name, seen.get(name, now))
        if wanted == now:
            continue
        if wanted == before:
            theirs.append(name)
        elif before == now:
            values[name] = wanted
            mine.append(name)
        else:
            conflicts.append(name)
    return Merged(values, tuple(conflicts), tuple(theirs), tuple(mine))
