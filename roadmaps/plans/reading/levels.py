"""Which headings are over others: told by our styles, by Word's levels, by numbers, by look, by their place."""

from dataclasses import dataclass
from itertools import pairwise

from roadmaps.plans.reading.grid import PLAIN, Look
from roadmaps.plans.styles import SECTION, SUBSECTION
from roadmaps.plans.texts import depth


@dataclass(frozen=True)
class Heading:
    number: str
    title: str
    style: str = ""
    outline: int = 0
    look: Look = PLAIN
    has_rows: bool = True
    place: str = ""


def levels_of(headings: list[Heading]) -> tuple[list[int], list[Heading]]:
    """A level (1 or 2) for each, and those of which nothing but their place tells it."""
    unsure: list[Heading] = []
    found = _by_style(headings) or _by_outline(headings) or _by_number(headings) or _by_look(headings)
    if not found:
        found, unsure = _by_place(headings)
    for place, level in enumerate(found):
        if level == 2 and 1 not in found[:place]:
            found[place] = 1
    return found, unsure


def _by_style(headings: list[Heading]) -> list[int]:
    known = {SECTION: 1, SUBSECTION: 2}
    levels: list[int] = []
    for heading in headings if any(one.style in known for one in headings) else ():
        levels.append(
            known.get(heading.style, levels[-1] if levels else 1)
        )  # one put in by hand is like that before it
    return levels


def _by_outline(headings: list[Heading]) -> list[int]:
    outlines = {heading.outline for heading in headings}
    if 0 in outlines or len(outlines) < 2:
        return []
    return [1 if heading.outline == min(outlines) else 2 for heading in headings]


def _by_number(headings: list[Heading]) -> list[int]:
    depths = [depth(heading.number) for heading in headings]
    if not {1, 2} <= set(depths):
        return []
    return [2 if value > 1 else 1 for value in depths]


def _by_look(headings: list[Heading]) -> list[int]:
    """A heading without rows is over the next one; if these two look unlike everywhere, look tells all levels."""
    pairs = [(over, below) for over, below in pairwise(headings) if not over.has_rows]
    over = {pair[0].look for pair in pairs}
    below = {pair[1].look for pair in pairs if pair[1].has_rows}
    if not pairs or not below or over & below:
        return []
    return [2 if heading.look in below else 1 for heading in headings]


def _by_place(headings: list[Heading]) -> tuple[list[int], list[Heading]]:
    levels: list[int] = []
    unsure: list[Heading] = []
    is_below = False  # a heading without rows was met
    for place, heading in enumerate(headings):
        is_over = not heading.has_rows and place + 1 < len(headings)
        if is_over or not is_below:
            levels.append(1)
        else:
            levels.append(2)
            if headings[place - 1].has_rows:
                unsure.append(heading)
        is_below = is_below or is_over
    return levels, unsure
