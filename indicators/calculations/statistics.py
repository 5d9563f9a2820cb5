"""Rules of collected numbers, the same for the form and the spreadsheet. Pure: no Django here."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PLACES = 4
LARGEST = Decimal(10) ** 12
PEOPLE = re.compile(  # at the beginning, for «Доля педагогов» or «Средний балл участников» are no counts
    r"(?:\w+[иы]х )?(?:обучающихся|учащихся|учеников|детей|выпускников|педагогов|учителей|работников|участников"
    r"|победителей|специалистов|опрошено|удовлетворены)\b",
    re.IGNORECASE,
)


class BadNumber(Exception):
    """What was typed is no number that can be kept; the text is for people."""


@dataclass(frozen=True)
class Limit:
    """One number cannot exceed another: «teachers trained» are among «teachers»."""

    code: str
    at_most: str


@dataclass(frozen=True)
class Excess:
    code: str
    at_most: str
    largest: Decimal


def statistic_codes(node: Any) -> Iterator[str]:
    """Codes of the statistics anywhere in a formula."""
    if isinstance(node, dict):
        if node.get("type") == "statistic":
            yield str(node.get("code", ""))
        if node.get("type") == "relative" and node.get("statistic"):
            yield str(node["statistic"])
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from statistic_codes(part)


def counts_people(name: str, *, counts_pupils: bool) -> bool:
    """Whether a number of this name is of people, who come whole; posts («Ставок …») may be filled by halves."""
    return counts_pupils or PEOPLE.match(name) is not None


def parse_number(text: str, *, is_of_people: bool = False) -> Decimal | None:
    """The number, exact; None for an empty cell, which says that there are no data and is not zero."""
    plain = re.sub(r"\s", "", text).replace(",", ".")
    if not plain:
        return None
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        example = "24" if is_of_people else "24 или 12,5"
        raise BadNumber(f"Впишите число, например {example}; нет данных — оставьте пустым.")
    number = Decimal(plain)
    if number < 0:
        raise BadNumber("Число не может быть меньше нуля.")
    if number >= LARGEST:
        raise BadNumber("Число слишком велико: проверьте его.")
    if number != round(number, PLACES):
        raise BadNumber(f"После запятой не больше {PLACES} знаков.")
    if is_of_people and number != int(number):
        raise BadNumber("Здесь считают людей: впишите целое число.")
    return number


def excesses(numbers: Mapping[str, Decimal | None], limits: Iterable[Limit]) -> list[Excess]:
    """Which of one school's numbers exceed what they are a part of; a missing one exceeds nothing."""
    found = []
    for limit in limits:
        number, largest = numbers.get(limit.code), numbers.get(limit.at_most)
        if number is not None and largest is not None and number > largest:
            found.append(Excess(limit.code, limit.at_most, largest))
    return found
