"""How marks or scores are spread, as far as the interval of their mean needs it: exact, and adding up over schools."""

from collections.abc import Iterable
from typing import NamedTuple


class Moments(NamedTuple):
    """Sums of the powers of what was observed, and its ends."""

    n: int
    total: int
    squares: int
    cubes: int
    fourths: int
    lowest: int
    highest: int

    @property
    def text(self) -> str:
        """As values keep them: «25 96 386 1620 7058 2 5»."""
        return " ".join(map(str, self))

    @classmethod
    def of_text(cls, text: str) -> "Moments | None":
        """What was kept; None where nothing was."""
        return cls(*map(int, text.split(" "))) if text else None

    @classmethod
    def of(cls, counts: Iterable[tuple[int, int]]) -> "Moments | None":
        """From pairs of a mark or score and how many have it; None where nobody has any."""
        found = [(score, many) for score, many in counts if many]
        if not found:
            return None
        scores = [score for score, _ in found]
        n = total = squares = cubes = fourths = 0
        for score, many in found:
            n += many
            total += (points := score * many)
            squares += (points := points * score)
            cubes += (points := points * score)
            fourths += points * score
        return cls(n, total, squares, cubes, fourths, min(scores), max(scores))


def add_up(parts: Iterable[Moments | None]) -> Moments | None:
    """Of all of them together; None where one is not known."""
    known: list[Moments] = []
    for part in parts:
        if part is None:
            return None
        known.append(part)
    if len(known) < 2:
        return known[0] if known else None
    n, total, squares, cubes, fourths, lowest, highest = zip(*known, strict=True)
    return Moments(sum(n), sum(total), sum(squares), sum(cubes), sum(fourths), min(lowest), max(highest))
