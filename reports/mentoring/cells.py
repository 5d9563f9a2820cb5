"""Cells that the tables of the report on mentoring have in common. Pure."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from reports.tables import Number, Row, Shown, exact_text
from schools.wording import rounded

COUNT = Shown.NUMBER


def whole(value: int) -> Number:
    return Number(str(value))


def amount(value: Decimal | Fraction) -> Number:
    """To the hundredth: hours and shares."""
    return Number(exact_text(Decimal(int(rounded(Fraction(value), 2) * 100)) / 100))


def on_day(value: dt.date | None) -> Number:
    return Number(value.isoformat() if value else None, Shown.DATE)


def total_of(title: str, rows: Sequence[Sequence[int | Decimal | Fraction]], *, blank: int = 0) -> Row:
    """The sums of the columns; nothing where there are no rows."""
    if not rows:
        return ()
    sums = (sum(map(Fraction, column), Fraction()) for column in zip(*rows, strict=True))
    return (title, *map(amount, sums), *([""] * blank))
