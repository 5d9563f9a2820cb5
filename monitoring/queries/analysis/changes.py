"""A change as tables of schools and indicators mark it: the arrow says where the value went, the word whether that is
good."""

from indicators.models import ChangeReading, Indicator

_MARKS: dict[str, tuple[str, str, str]] = {
    ChangeReading.BETTER: ("good", "▲", "лучше"),
    ChangeReading.WORSE: ("bad", "▼", "хуже"),
    ChangeReading.SAME: ("none", "=", "без изменений"),
    ChangeReading.NOT_SIGNIFICANT: ("none", "≈", "не значимо"),
}
_OTHER_WAY = {"▲": "▼", "▼": "▲"}


def change_mark(indicator: Indicator, reading: str, unread: str = "") -> tuple[str, str, str]:
    """Kind of the cell, sign and word; of a falling indicator «лучше» is where the value fell."""
    kind, sign, word = _MARKS.get(reading, ("none", "", unread))
    if indicator.direction == Indicator.Direction.DOWN:
        sign = _OTHER_WAY.get(sign, sign)
    return kind, sign, word
