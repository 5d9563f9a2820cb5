"""What answers for one place make together: sums, quotients, differences, means over parts. Pure, and knows no period.

A number that is not known makes what it enters unknown; what is left out as not objective is not entered at all.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from monitoring.audit.likeness import AnswerIn, in_common
from monitoring.audit.nodes import Answer, Exact, Found, Node
from monitoring.audit.standing import latest


def exam_of(leaf: Node) -> Any:
    """Marks 3, 4 and 5 of one exam are about the same pupils."""
    if leaf.type != "results":
        return leaf.text
    return tuple(leaf.data.get(name) for name in ("procedure", "subject", "grade", "pupil_grade", "wave"))


def added(numbers: Iterable[Any]) -> Any:
    found = list(numbers)
    return None if any(number is None for number in found) else sum(found)


def divided(node: Node, part: Exact | None, whole: Exact | None) -> Fraction | None:
    if part is None or whole is None:
        return None
    return Fraction(part) / Fraction(whole) * (100 if node.is_in_per_cent else 1)


def counted(found: Found | None) -> Answer | None:
    if found is None:
        return None
    return Answer(found.number, found.number, None, found.pupils, found.excluded, as_of=found.as_of)


def sides(node: Node, period: str, earlier: str | None, answer_in: AnswerIn) -> tuple[Answer | None, Answer | None]:
    if earlier is None:
        return answer_in(node, period), None
    now, then = answer_in(node, period), answer_in(node, earlier)
    if now is None or then is None or now.value is None or then.value is None:
        return now, then
    common = in_common(node, period, earlier, answer_in)
    if common is node:
        return now, then
    one, other = (answer_in(common, code) if common else None for code in (period, earlier))
    return (
        replace(one, excluded=now.excluded) if one else now,
        replace(other, excluded=then.excluded) if other else None,
    )


def difference(now: Answer | None, then: Answer | None) -> Answer | None:
    if now is None or then is None:
        return None
    excluded = now.excluded | then.excluded
    if now.is_left_out or then.is_left_out:
        return Answer(None, excluded=excluded)
    value = None
    if now.value is not None and then.value is not None and not is_same_data(now, then):
        value = now.value - then.value
    return Answer(value, pupils=now.pupils, excluded=excluded, weight=now.weight, as_of=now.as_of)


def is_same_data(now: Answer, then: Answer) -> bool:
    """Whether nothing came between two dates, so that nobody knows of a change."""
    return now.as_of is not None and now.as_of == then.as_of


def meets_several(node: Node, answers: list[Answer]) -> Answer | None:
    if not answers:
        return None
    met = [bool(answer.numerator) for answer in answers if answer.numerator is not None]
    told = (all(met) and len(met) == len(node.parts)) if node.data["rule"] == "all" else any(met)
    value, as_of = 100 * told if met else None, latest(answer.as_of for answer in answers)
    return Answer(value, int(told) if met else None, 1, fewest(answers), all_excluded(answers), as_of=as_of)


def in_relation(own: Answer, whole: Answer) -> Answer:
    return replace(
        own,
        value=Fraction(own.value) / Fraction(whole.value) if own.value is not None and whole.value else None,
        numerator=own.value,
        denominator=whole.value,
        excluded=own.excluded | whole.excluded,
        is_share_of_pupils=False,
        spread=None,
        as_of=latest([own.as_of, whole.as_of]),
    )


def combined(node: Node, parts: list[Answer]) -> Answer | None:
    """The mean weighted by how many each part is over."""
    if not parts:
        return None
    kept = [part for part in parts if not part.is_left_out]
    if not kept:
        return Answer(None, excluded=all_excluded(parts))
    weight = added(part.weight for part in kept)
    points = added(None if part.value is None or part.weight is None else part.value * part.weight for part in kept)
    return Answer(
        value=Fraction(points) / weight if points is not None and weight else None,
        numerator=None if points is None else Fraction(points) / (100 if node.is_in_per_cent else 1),
        denominator=weight,
        pupils=fewest(parts),
        excluded=all_excluded(parts),
        weight=weight,
        as_of=latest(part.as_of for part in parts),
    )


def pooled(node: Node, answers: list[Answer]) -> Answer:
    numerator = added(answer.numerator for answer in answers)
    denominator = added(answer.denominator for answer in answers)
    is_whole = numerator is None or denominator is None
    return Answer(
        value=numerator if is_whole else divided(node, numerator, denominator),
        numerator=numerator,
        denominator=denominator,
        pupils=added(answer.pupils for answer in answers),
        is_share_of_pupils=all(answer.is_share_of_pupils for answer in answers),
        weight=added(answer.weight for answer in answers),
        spread=poured_together([answer.spread for answer in answers]),
        as_of=latest(answer.as_of for answer in answers),
    )


def poured_together(spreads: list[Counter[int] | None]) -> Counter[int] | None:
    together: Counter[int] = Counter()
    for spread in spreads:
        if spread is None:
            return None
        together.update(spread)
    return together


def fewest(answers: list[Answer]) -> int | None:
    return min((answer.pupils for answer in answers if answer.pupils is not None), default=None)


def all_excluded(answers: list[Answer]) -> frozenset[Any]:
    return frozenset[Any]().union(*(answer.excluded for answer in answers))
