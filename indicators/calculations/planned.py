"""Numbers of a plan as people write them, and what each of them is about. Pure: no Django here."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

PLACES = 4
LARGEST = Decimal(10) ** 12
DASHES = frozenset("—–−-")


class BadPlan(Exception):
    """What was typed is no number that can be planned; the text is for people."""


class Cell(NamedTuple):
    """A place in the plan. An indicator has one baseline, whichever period that is of, so its cell has none."""

    indicator: int
    school: int | None  # None is the municipality
    period: str  # "" for the baseline

    @property
    def is_baseline(self) -> bool:
        return not self.period

    @property
    def name(self) -> str:
        """In forms: «12.whole.2020», «12.34.2023-05-31», «12.whole.base»."""
        return f"{self.indicator}.{self.school or 'whole'}.{self.period or 'base'}"


class Limits(NamedTuple):
    """What can be planned at all; None is without an end."""

    least: int | None = None
    most: int | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class PlanEntry:
    """What a person wants in a cell, and what stood there when they began; None for nothing."""

    cell: Cell
    new: Decimal | None
    shown: str = ""  # as `token` writes it
    period: str = ""  # of a baseline


def token(value: Decimal | None, period: str = "") -> str:
    """One text for one content of a cell: «72.5», «60@2019» of a baseline, "" of an empty one."""
    if value is None:
        return ""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}@{period}" if period else text


def limits_of(unit: str, formula_type: str) -> Limits:
    """Shares have an end on either side, marks are marks, and nothing that is counted is negative."""
    if formula_type in ("share", "share_of_schools"):
        return Limits(0, 100)
    if formula_type == "mean" and unit == "mark":
        return Limits(1, 5)
    return Limits(0) if formula_type in ("count", "mean", "schools_meeting") else NO_LIMITS


def parse_planned(text: str, limits: Limits = NO_LIMITS) -> Decimal | None:
    """The number, exact; None for an empty cell or a dash. Takes what Excel copies: spaces, commas, «%»."""
    plain = re.sub(r"\s", "", text).removesuffix("%")
    if not plain or plain in DASHES:
        return None
    plain = plain.replace(",", ".").replace("−", "-")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise BadPlan("Впишите число, например 75 или 72,5; плана нет — оставьте пустым.")
    number = Decimal(plain)
    if abs(number) >= LARGEST:
        raise BadPlan("Число слишком велико: проверьте его.")
    if number != round(number, PLACES):
        raise BadPlan(f"После запятой не больше {PLACES} знаков.")
    if limits.least is not None and number < limits.least:
        raise BadPlan(f"Не меньше {limits.least}: проверьте число.")
    if limits.most is not None and number > limits.most:
        raise BadPlan(f"Не больше {limits.most}: проверьте число.")
    return number
