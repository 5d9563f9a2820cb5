"""A value against the reference value that a document prints (programme of Армавир, 6.3).

`exceed`: the value has to lie beyond the reference in the direction of good; one that only equals it «не превышает» and
reads as negative.
`modulus`: only a change greater than the reference by its absolute value counts, and its sign says which way.
"""

from fractions import Fraction
from typing import Literal

from indicators.calculations.numbers import Exact
from indicators.calculations.readings import Direction

ReferenceReading = Literal["negative", "positive", "neutral", "no_data"]


def read_reference(value: Exact | None, reference: Exact | None, rule: str, direction: Direction) -> ReferenceReading:
    """Neutral where nothing is to be read: no reference, no direction, or a change within the reference."""
    if value is None:
        return "no_data"
    if reference is None or direction == "none":
        return "neutral"
    sign = 1 if direction == "up" else -1
    if rule == "exceed":
        return "positive" if sign * (value - reference) > 0 else "negative"
    if rule == "modulus" and abs(Fraction(value)) > reference:
        return "positive" if sign * value > 0 else "negative"
    return "neutral"


def negative_by_rule(groups: list[list[ReferenceReading]], *, within: str, between: str) -> bool | None:
    """Whether a school has negative dynamics: each group of readings is one basic indicator with its series. The rule
    takes «any» or «all» of the series, and of the basic indicators.

    Series without data count for nothing; a group without any is unknown, and so is the answer that hangs on it.
    """
    answers: list[bool | None] = []
    for readings in groups:
        known = [reading == "negative" for reading in readings if reading != "no_data"]
        answers.append((any(known) if within == "any" else all(known)) if known else None)
    if not answers:
        return None
    if between == "any":
        return True if any(answers) else None if None in answers else False
    return False if False in answers else None if None in answers else True
