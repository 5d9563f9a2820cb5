"""What two periods have in common of a joined value, and the formula that is about that alone. Pure.

A change is of the same things (ADR 15): where a school had Russian and mathematics one year and Russian alone the
other, it is the change of Russian.
"""

from collections.abc import Callable, Collection

from monitoring.audit.nodes import Answer, Node

Way = tuple[int, ...]  # the places of a part among the parts of what it stands in, from the outside in
AnswerIn = Callable[[Node, str], Answer | None]  # by node and period, of one place or population


def in_common(node: Node, period: str, earlier: str, answer_in: AnswerIn) -> Node | None:
    """The node itself where both periods were made of the same; None where they share nothing."""
    if not _is_joined(node):
        return node
    ways = _ways(node)
    now, then = ({way for way in ways if _has(answer_in(_only(node, [way]), code))} for code in (period, earlier))
    if now == then:
        return node
    return _only(node, now & then) if now & then else None


def _has(answer: Answer | None) -> bool:
    return answer is not None and not answer.is_left_out


def _is_joined(node: Node) -> bool:
    return node.type == "combined" or (node.type in ("relative", "over_years") and _is_joined(node.parts[0]))


def _ways(node: Node) -> list[Way]:
    if node.type == "combined":
        return [(place, *way) for place, part in enumerate(node.parts) for way in _ways(part)]
    if node.type in ("relative", "over_years"):
        return [(0, *way) for way in _ways(node.parts[0])]
    return [()]


def _only(node: Node, ways: Collection[Way]) -> Node:
    """Without the joined parts that none of the ways leads to; a number that is compared with stays."""
    if () in ways:
        return node
    below = {place: [way[1:] for way in ways if way[0] == place] for place in range(len(node.parts))}
    kept = [_only(part, below[place]) for place, part in enumerate(node.parts) if below[place]]
    beside = node.parts[1:] if node.type == "relative" else ()
    return node.with_parts((*kept, *beside))
