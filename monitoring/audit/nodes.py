"""A formula's JSON as nodes, and what a node gives for a place. Pure.

A place is the id of a school, or None for the municipality itself.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

Exact = Fraction | int
Place = int | None
Schools = Callable[[str], Collection[int]]  # of the population, by the code of a period
LEAVES = ("results", "statistic", "identified", "records")


class Found(NamedTuple):
    """A number of a place. It may be unknown though something is there: None."""

    number: Exact | None
    pupils: int | None = None
    excluded: frozenset[Any] = frozenset()  # the results left out
    spread: Counter[int] | None = None  # of a sum of marks or scores
    as_of: str | None = None  # at a date: the day or period of what stands there

    @property
    def is_left_out(self) -> bool:
        return bool(self.excluded) and self.number is None and self.pupils is None


Numbers = dict[str, dict[str, dict[Place, Found]]]  # text of the leaf → period → place


@dataclass(frozen=True)
class Answer:
    """A value with both its parts."""

    value: Exact | None
    numerator: Exact | None = None
    denominator: Exact | None = None
    pupils: int | None = None
    excluded: frozenset[Any] = frozenset()
    is_share_of_pupils: bool = False
    weight: Exact | None = None  # how many a mean is over
    spread: Counter[int] | None = None
    as_of: str | None = None

    @property
    def is_left_out(self) -> bool:
        return bool(self.excluded) and self.value is None and self.pupils is None


@dataclass(eq=False)
class Node:
    """A part of a formula; the same text is the same object, so that what was worked out can be found again."""

    type: str
    data: dict[str, Any]
    parts: tuple["Node", ...] = ()
    text: str = ""
    found: dict[tuple[str, Place], Answer | None] = field(default_factory=dict)
    wholes: dict[str, Answer | None] = field(default_factory=dict)
    others: dict[tuple[str, ...], "Node"] = field(default_factory=dict)  # the same with other parts, by their texts

    def with_parts(self, parts: tuple["Node", ...]) -> "Node":
        if parts == self.parts:
            return self
        texts = tuple(part.text for part in parts)
        if texts not in self.others:
            self.others[texts] = Node(self.type, self.data, parts, _text_of(self.data, parts))
        return self.others[texts]

    @property
    def leaves(self) -> list["Node"]:
        return [self] if self.type in LEAVES else [leaf for part in self.parts for leaf in part.leaves]

    @property
    def looks_back(self) -> bool:
        own = self.type == "change" or (self.type == "over_years" and int(self.data["years"]) > 1)
        return own or any(part.looks_back for part in self.parts)

    @property
    def is_in_per_cent(self) -> bool:
        if self.type in ("change", "over_years", "combined"):
            return self.parts[0].is_in_per_cent
        return self.type in ("share", "share_of_schools", "schools_meeting")

    @property
    def counts(self) -> bool:
        return self.type == "count"


PARTS = {
    "share": ("part", "whole"),
    "mean": ("total", "count"),
    **dict.fromkeys(("count", "change", "share_of_schools", "relative", "over_years"), ("of",)),
}


class Book:
    """Formulas as nodes, each text once."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}

    def node(self, data: dict[str, Any], formulas: dict[str, Any]) -> Node:
        """With the formulas of other indicators in place of references to them; KeyError where one is missing."""
        if data["type"] == "indicator":
            others = {code: formula for code, formula in formulas.items() if code != data["code"]}
            return self.node(formulas[data["code"]], others)  # a circle runs out of formulas
        inner: Iterable[dict[str, Any]] = (
            data["of"] if isinstance(data.get("of"), list) else (data[name] for name in PARTS.get(data["type"], ()))
        )
        parts = tuple(self.node(part, formulas) for part in inner)
        if data["type"] == "relative" and data.get("to") == "region":
            parts = (*parts, self.node({"type": "statistic", "code": data["statistic"]}, {}))
        own = {name: said for name, said in data.items() if name not in ("part", "whole", "total", "count", "of")}
        text = _text_of(own, parts)
        return self.nodes.setdefault(text, Node(data["type"], own, parts, text))

    def forget_answers(self) -> None:
        for node in self.nodes.values():
            node.found.clear()
            node.wholes.clear()
            node.others.clear()


def _text_of(data: dict[str, Any], parts: Iterable[Node]) -> str:
    return json.dumps([data, [part.text for part in parts]], sort_keys=True, ensure_ascii=False)
