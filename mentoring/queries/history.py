"""Histories of mentoring in words."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ChangeLine:
    """A line of a history; `fields` are name, before, after."""

    change: Any  # of a pairing, a meeting or a request
    words: str
    fields: list[tuple[str, str, str]]


def in_lines(changes: Iterable[Any], actions: Mapping[str, str], fields: Mapping[str, str]) -> list[ChangeLine]:
    """With the words of each action and the names of the fields that may be told."""
    return [
        ChangeLine(
            change,
            actions.get(change.action, change.action),
            [
                (label, shown(change.before.get(name, "")), shown(change.after.get(name, "")))
                for name, label in fields.items()
                if name in change.before or name in change.after
            ],
        )
        for change in changes
    ]


def shown(words: str) -> str:
    """As people read it: a day of the history as a day."""
    try:
        return f"{dt.date.fromisoformat(words):%d.%m.%Y}"
    except ValueError:
        return words
