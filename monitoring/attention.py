"""What needs somebody's attention now. Upper apps add theirs when they start, so that home imports none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from schools.models import Municipality


@dataclass(frozen=True)
class Attention:
    """One card: what is the matter, and where to do something about it."""

    kind: str  # bad, warn, good, or "" for plain news
    title: str
    text: str
    link: str
    link_text: str
    is_done_at_once: bool = False  # by a button that posts to the link


Source = Callable[[Any, Municipality, int], Iterable[Attention]]  # user, municipality, school year
_sources: list[Source] = []


def register(source: Source) -> Source:
    if source not in _sources:
        _sources.append(source)
    return source


def registered(user: Any, municipality: Municipality, school_year: int) -> list[Attention]:
    return [card for source in _sources for card in source(user, municipality, school_year)]
